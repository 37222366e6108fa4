"""Words of one run in the terminal: how it gets on, and its summary."""

WORDS: dict[str, tuple[str, str]] = {
    "run_already": (
        "Already done, nothing run again: {what}",
        "已有同一运行的结果，未重新运行：{what}",
    ),
    "run_written": ("Tables, figures and manifest: {what}", "数据表、图件和运行清单：{what}"),
    "run_again": ("The same once more: {what}", "重复本次结果：{what}"),
    "run_setting_up": ("laying out the county and spinning up", "布置县域并预运行"),
    "run_drawing": ("writing tables and figures", "写入数据表并绘图"),
    "run_drawn": (
        "Nothing run again, only the figures drawn: {what}",
        "未重新运行，仅补绘图件：{what}",
    ),
    "change": ("Change", "变化"),
    "outcome": ("Outcome", "指标"),
    "unit": ("Unit", "单位"),
    "village_change": ("Village mean ± 95 %", "各村平均变化 ± 95%"),
    "old_villages": ("n", "村数"),
    "run_line": ("{title} (one run, seed {seed})", "{title}（单次运行，随机种子 {seed}）"),
    "plan": (
        "Plan: {villages_before} → {villages_after} villages (count × old villages in one: "
        "{sizes}); persons {registered}, km² {area_km2}, km to the office {mean_distance_km} "
        "(straight line); townships split: {split}.",
        "方案：{villages_before} → {villages_after} 个建制村（个数 × 所含原建制村数：{sizes}）；"
        "户籍人口 {registered}，面积 {area_km2} 平方公里，"
        "到村委会直线距离 {mean_distance_km} 公里；拆分的乡镇：{split} 个。",
    ),
    "plan_certainty": (
        "New unit of the old villages: {certain} certain (name kept), {likely} likely (the new "
        "name is made of theirs), {unknown} unknown (neighbours and distance decide).",
        "原建制村去向：确定 {certain} 个（村名保留），可能 {likely} 个（由新村名推知），"
        "未知 {unknown} 个（按相邻和距离推定）。",
    ),
    "more": (
        "{count} more outcomes: summary.csv, or `hecun run ... --all`.",
        "另有 {count} 项指标：见 summary.csv，或用 hecun run ... --all。",
    ),
    "windows": (
        "Before: {before}. After: {after}.",
        "调整前：{before}。调整后：{after}。",
    ),
    "window": (
        "mean of {first} to {last} ({count} months)",
        "{first} 至 {last} 共 {count} 个月平均",
    ),
    "few_units": (
        "The ± of {count} outcomes above rest on few villages of today ({units}): below {few} they "
        "are rough.",
        "以上 {count} 项指标的 ± 所依据的现建制村过少（{units} 个）：少于 {few} 个时较为粗略。",
    ),
    "caveat": (
        "* headline outcome; # fact of the map.\n"
        "A before/after difference of one run, not the reform's effect: for that, compare with "
        "the same\nconfiguration without the reform. Before, After and Change are the county's "
        "values (totals where\nthe unit is a count). Village mean: mean of the n old villages' "
        "paired changes and its 95 %\ninterval (Student's t, those of one merged village as one "
        "cluster); it is about differences between villages, not\nbetween runs. An old village's "
        "cadres and workload are those of the village it is now part of.",
        "* 核心指标；# 由合村方案和地图决定的数。\n"
        "以上是单次运行的前后差异，不是改革的效应：效应须与同一配置的不改革情形相比较。\n"
        "各村平均变化为各原建制村配对变化的平均值及其95%置信区间（t 分布，同一合并村为一组），"
        "反映村与村之间的差异，不反映多次运行之间的差异。\n"
        "“调整前、调整后、变化”三列为全县数值（单位为个数的指标为全县合计）。\n"
        "原建制村的在任村干部和工作负荷，以其所在的现建制村计。",
    ),
}
