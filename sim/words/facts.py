"""Words of published figures beside the model's."""

WORDS: dict[str, tuple[str, str]] = {
    "fact_number": ("no.", "序号"),
    "fact_figure": ("figure", "指标"),
    "fact_published": ("published", "报告数字"),
    "fact_kind": ("kind", "类别"),
    "fact_model": ("in the model", "模型"),
    "fact_verdict": ("verdict", "判定"),
    "fact_set": ("set", "设定"),
    "fact_fitted": ("fitted", "拟合"),
    "fact_predicted": ("predicted", "预测"),
    "fact_context": ("context", "背景"),
    "fact_direction": ("direction only", "仅有方向"),
    "fact_named": ("named", "仅列名目"),
    "fact_nearly": ("nearly {figure}", "近{figure}"),
    "fact_more": ("{figure}+", "{figure}余"),
    "fact_absent": ("not in this configuration", "本配置未设此项"),
    "fact_reproduced": ("reproduced", "再现"),
    "fact_fails_above": ("FAILS: too high by {by}", "不符：偏高{by}"),
    "fact_fails_below": ("FAILS: too low by {by}", "不符：偏低{by}"),
    "fact_within": ("within", "相符"),
    "fact_above": ("outside: too high by {by}", "不符：偏高{by}"),
    "fact_below": ("outside: too low by {by}", "不符：偏低{by}"),
    "fact_unjudged": ("not judged", "未判定"),
    "fact_points": ("{by} points", "{by}个百分点"),
    "fact_note": ("{figures}: {remark}.", "{figures}：{remark}。"),
    "fact_and": ("; ", "；"),
    "fact_rule": (
        "Verdict: whether the figure, as far as it is rounded, meets the range in which 95 % of "
        "runs lie (in brackets: luck alone, parameters as configured; no verdict from fewer than "
        "{least} seeds). What is set or context has none; only what is predicted and met is "
        "reproduced.",
        "判定：报告数字（计其取整误差）是否与95%的运行所在的区间相交（方括号内；只计随机性，参数按配置；"
        "种子少于{least}个则不判定）。设定与背景项不判定；唯有预测且相符者才算再现。",
    ),
    "fact_count_predicted": (
        "predicted: {n}, reproduced {within}, failing {outside}",
        "预测：{n}项，再现{within}项，不符{outside}项",
    ),
    "fact_count_fitted": (
        "fitted: {n}, within {within}, outside {outside}",
        "拟合：{n}项，相符{within}项，不符{outside}项",
    ),
    "fact_count_unjudged": (", not judged {n}", "，未判定{n}项"),
    "fact_count_others": ("set: {set}; context: {context}", "设定：{set}项；背景：{context}项"),
    "fact_which": (" (no. {numbers})", "（序号{numbers}）"),
    "fact_leshan": ("Leshan Shizhong", "乐山市市中区"),
    "fact_dechang": ("Dechang", "德昌县"),
    "fact_title": (
        "{county}: the report's figures beside the model, {seeds} seeds",
        "{county}：报告数字与模型对照，{seeds}个随机种子",
    ),
    # the literature
    "literature_figure": ("figure", "指标"),
    "literature_unit": ("unit", "单位"),
    "literature_number": ("literature", "文献"),
    "literature_confidence": ("conf.", "可信度"),
    "literature_kind": ("kind", "类别"),
    "literature_leshan": ("Leshan", "乐山市中区"),
    "literature_dechang": ("Dechang", "德昌"),
    "literature_remark": ("remark", "说明"),
    "literature_title": (
        "Before the reform: {seeds} seeds, 95 % intervals; ! outside the literature's range",
        "改革前：{seeds}个随机种子，95%置信区间；! 表示超出文献范围",
    ),
}
