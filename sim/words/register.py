"""Words of the register of predictions."""

WORDS: dict[str, tuple[str, str]] = {
    "register_county": ("county", "县区"),
    "register_figure": ("figure", "指标"),
    "register_reported": ("reported", "报告或文献"),
    "register_predicted": ("predicted [90 %]", "预测中位数［90%区间］"),
    "register_crps": ("CRPS", "CRPS"),
    "register_reference": ("without a model", "无模型"),
    "register_skill": ("skill", "技巧分"),
    "register_verdict": ("verdict", "判定"),
    "register_unit": ("unit", "单位"),
    "register_province": ("province", "省份"),
    "register_mergers": ("mergers", "合村县次"),
    "register_kept": ("kept, median", "保留比例中位数"),
    "register_held": ("held", "相符"),
    "register_half": ("in the 50 %", "落入50%区间"),
    "register_fails": ("FAILS", "不符"),
    "register_no_better": ("held, no better than without a model", "相符，但不优于无模型"),
    "register_year": ("{outcome}, last twelve months", "{outcome}（最后12个月）"),
    "register_title": (
        "Predictions frozen on {frozen} (hecun {hecun}, {worlds} worlds a county, scale {scale}, "
        "SHA-256 {digest}...), what failed first",
        "{frozen}封存的预测（hecun {hecun}，每县{worlds}个情景，scale {scale}，"
        "SHA-256 {digest}……），不符者在前",
    ),
    "register_open": (
        "Open: nobody has measured these; a survey that finds other values refutes them",
        "待验证：尚无人测量；日后调查所得若在区间之外，即为证伪",
    ),
    "register_lists": (
        "Lists: the share of villages that merged counties keep, each province predicted from "
        "all others, what held least first",
        "名录：合村县保留村庄的比例，每省由其他各省预测，相符最少者在前",
    ),
    "register_count": (
        "{n} scored: the 90 % interval holds {held}, the 50 % interval {half}; {better} better "
        "than without a model, of which {outside} outside their 90 % interval",
        "已评分{n}项：90%区间覆盖{held}项，50%区间覆盖{half}项；优于无模型者{better}项，"
        "其中{outside}项在90%区间之外",
    ),
    "register_empty": (
        "not scored, there was no value in any world: {figure}",
        "未评分（各情景均无数值）：{figure}",
    ),
    "register_fitted_since": (
        "not scored, no prediction any more (fitted or set since it was frozen): {figure}",
        "未评分（封存之后已被拟合或设定，不再是预测）：{figure}",
    ),
    "register_item": ("{figure}: {n}", "{figure}：{n}"),
    "register_missing": (
        "Worlds without a value, left out: {which}.",
        "无数值而略去的情景数：{which}。",
    ),
    "register_rule": (
        "Predicted: median and 90 % interval over worlds, in which all parameters vary over their "
        "ranges, contested mechanisms over their forms, doses that a report leaves open over "
        "theirs, and luck. Held: the figure, as far as it is rounded or anywhere in its range, "
        "meets the interval. CRPS (less is better, unit of the figure): mean distance of a draw "
        "from the figure, less half that of two draws; a range counts at the value that is "
        "kindest. Without a model: evenly likely between the least and the most there could be, "
        "or no difference. Skill: 1 - CRPS / that.",
        "预测：各情景的中位数和90%区间；情景中全部参数在其范围内、有争议的机制在各种形式间、"
        "报告未给出的力度在其范围内变动，并含随机性。相符：报告数字（计其取整误差，或其范围内任一值）"
        "与区间相交。CRPS（连续排序概率评分，越小越好，单位同指标）：抽样值与报告数字的平均距离，减去两次抽样"
        "平均距离之半；若为范围，取其中对预测最有利之值。无模型：在可能的最小与最大值之间均匀分布，"
        "或取无差异。技巧分：1减去两者之比。",
    ),
    "register_known": (
        "Frozen protects against fitting later, not against knowing before: every figure here was "
        "known to the authors when this edition of the model was written (those of Dechang 37, 38 "
        "and 46 were kept from those who wrote the first). What calibrate_leshan is fitted to is "
        "not here.",
        "封存可防事后拟合，不能排除事先已知：本版模型写成时，作者已知此处全部数字（德昌第37、38、46项在第一版"
        "写作时未予告知）。calibrate_leshan 据以校准的指标不在此列。",
    ),
    "register_other_code": (
        "The simulation's code has changed since: `hecun freeze FILE` draws the predictions anew.",
        "封存之后模拟代码已有改动：可用 `hecun freeze 文件` 重新生成预测。",
    ),
    "register_nothing": (
        "Register of predictions: nothing is frozen; `hecun freeze FILE` draws them.",
        "预测登记：尚无封存的预测；可用 `hecun freeze 文件` 生成。",
    ),
    "register_frozen": (
        "{path}: {n} predictions frozen; SHA-256 {digest}",
        "{path}：已封存{n}项预测；SHA-256 {digest}",
    ),
}
