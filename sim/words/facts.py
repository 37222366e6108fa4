"""Words of published figures beside the model's."""

WORDS: dict[str, tuple[str, str]] = {
    "fact_number": ("no.", "序号"),
    "fact_figure": ("figure", "指标"),
    "fact_published": ("published", "报告数字"),
    "fact_class": ("class", "类别"),
    "fact_model": ("in the model", "模型"),
    "fact_remark": ("remark", "说明"),
    "fact_set": ("set by the configuration", "由配置设定"),
    "fact_reproduced": ("reproduced by the model", "模型再现"),
    "fact_fitted": ("fitted by a judged number", "由判断参数拟合"),
    "fact_context": ("context", "背景"),
    "fact_absent": ("not in this configuration", "本配置未设此项"),
    "fact_leshan": ("Leshan Shizhong", "乐山市市中区"),
    "fact_dechang": ("Dechang", "德昌县"),
    "fact_title": (
        "{county}: {seeds} seeds; 95 % intervals of the mean over seeds",
        "{county}：{seeds}个随机种子；区间为种子间均值的95%置信区间",
    ),
    # the literature
    "literature_figure": ("figure", "指标"),
    "literature_unit": ("unit", "单位"),
    "literature_number": ("literature", "文献"),
    "literature_confidence": ("conf.", "可信度"),
    "literature_leshan": ("Leshan", "乐山市中区"),
    "literature_dechang": ("Dechang", "德昌"),
    "literature_remark": ("remark", "说明"),
    "literature_title": (
        "Before the reform: {seeds} seeds, 95 % intervals; ! outside the literature's range",
        "改革前：{seeds}个随机种子，95%置信区间；! 表示超出文献范围",
    ),
}
