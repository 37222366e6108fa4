"""Fixed words of figures and tables in English and Chinese (outcomes: the catalogue's labels)."""

import math

from sim.errors import InputError, nearest
from sim.model.outcomes.catalogue import OUTCOMES
from sim.report.figure_words import FIGURES
from sim.report.page_words import PAGE
from sim.report.report_words import REPORT

LANGUAGES = ("en", "zh")
MISSING = "–"

UNITS: dict[str, tuple[str, str]] = {
    "1": ("ratio", "比值"),
    "0-1": ("0–1", "0–1"),
    "yuan": ("yuan", "元"),
    "yuan/year": ("yuan/year", "元/年"),
    "yuan/month": ("yuan/month", "元/月"),
    "h": ("h", "小时"),
    "h/month": ("h/month", "小时/月"),
    "years": ("years", "岁"),
    "km": ("km", "公里"),
    "km2": ("km²", "平方公里"),
    "persons": ("persons", "人"),
    "cadres": ("cadres", "人"),
    "jobs": ("jobs", "个岗位"),
    "ventures": ("ventures", "个项目"),
    "ventures/month": ("ventures/month", "个项目/月"),
    "persons/month": ("persons/month", "人/月"),
    "requests": ("requests", "件"),
    "1/year": ("per year", "每年"),
    "villages": ("villages", "个村"),
}

WORDS: dict[str, tuple[str, str]] = {
    "before": ("Before", "调整前"),
    "after": ("After", "调整后"),
    "change": ("Change", "变化"),
    "outcome": ("Outcome", "指标"),
    "unit": ("Unit", "单位"),
    "village_change": ("Village mean ± 95 %", "各村平均变化 ± 95%"),
    "old_villages": ("n", "村数"),
    "counts": ("{before} → {after} villages", "{before} → {after} 个建制村"),
    "no_merger": ("{before} villages, no merger", "{before} 个建制村，未合并"),
    "panel_counts": (
        "{when}: {villages} villages in {townships} townships",
        "{when}：{townships} 个乡镇、{villages} 个建制村",
    ),
    "office": ("Village office", "村委会驻地"),
    "outpost": ("Outpost kept (n = {count})", "保留便民服务点（n = {count}）"),
    "left": (
        "Left the village class (old villages: {count})",
        "转为或并入社区（原建制村 {count} 个）",
    ),
    "community": ("Community, not a village (n = {count})", "社区，非建制村（n = {count}）"),
    "township_border": ("Township border", "乡镇界"),
    "village_border": ("Village border", "村界"),
    "schematic": (
        "Schematic map: areas and neighbourhoods are drawn by the model, not surveyed.",
        "示意图：村域与相邻关系由模型生成，并非实测。",
    ),
    "mapped": (
        "Borders of the map given; groups, hamlets and unknown offices are placed by the model.",
        "村界依据所给地图；村民小组、居民点及未知的村委会驻地由模型布设。",
    ),
    "colours": (
        "Colours: townships before, villages after (neighbours differ; colours recur).",
        "颜色：调整前按乡镇，调整后按村（相邻者不同色，颜色可重复）。",
    ),
    "mean_of": (
        "{when}: mean {first} to {last}\ncounty {value}, n = {count} old villages",
        "{when}：{first} 至 {last} 平均\n全县 {value}，n = {count} 个原建制村",
    ),
    "no_months": ("{when}: no months recorded", "{when}：无记录月份"),
    "no_value": ("No value", "无数据"),
    "limits": (
        "Colour limits: 2–98 % of the villages' values.",
        "色标范围：各村数值的 2–98%。",
    ),
    "county_line": ("County, monthly", "全县（逐月）"),
    "band": (
        "10–90 % of old villages (n = {count}; where recorded by village)",
        "原建制村 10–90% 区间（n = {count}；有分村记录的指标）",
    ),
    "total": ("county total", "全县合计"),
    "reform": ("Reform, {month}", "村建制调整，{month}"),
    "one_run": ("One run, seed {seed}; not smoothed.", "单次运行，随机种子 {seed}；未平滑。"),
    "empty": ("no values", "无数据"),
    "titled": ("{title}: {what}", "{title}：{what}"),
    "with_unit": ("{what} ({unit})", "{what}（{unit}）"),
    "run_line": ("{title} (one run, seed {seed})", "{title}（单次运行，随机种子 {seed}）"),
    "plan": (
        "Plan: {villages_before} → {villages_after} villages (count × old villages in one: "
        "{sizes}); persons {registered}, km² {area_km2}, km to the office {mean_distance_km} "
        "(straight line); townships split: {split}.",
        "方案：{villages_before} → {villages_after} 个建制村（个数 × 所含原村数：{sizes}）；"
        "户籍人口 {registered}，面积 {area_km2} 平方公里，"
        "到村委会直线距离 {mean_distance_km} 公里；拆分的乡镇：{split} 个。",
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
    "caveat": (
        "* headline outcome; # fact of the map.\n"
        "A before/after difference of one run, not the reform's effect: for that, compare with "
        "the same\nconfiguration without the reform. Before, After and Change are the county's "
        "values (totals where\nthe unit is a count). Village mean: mean of the n old villages' "
        "paired changes ± 1.96 standard\nerrors (those of one merged village as one cluster); "
        "it is about differences between villages, not\nbetween runs. An old village's cadres "
        "and workload are those of the village it is now part of.",
        "* 核心指标；# 村建制。\n"
        "以上是单次运行的前后差异，不是改革的效应：效应须与同一配置的不改革情形相比较。\n"
        "各村平均变化为各原建制村配对变化的平均值 ± 1.96 个标准误（同一合并村为一组），"
        "反映村与村之间的差异，不反映多次运行之间的差异。\n"
        "“调整前、调整后、变化”三列为全县数值（单位为个数的指标为全县合计）。\n"
        "原建制村的在任村干部和工作负荷，以其所在的现建制村计。",
    ),
    "county": ("County", "县"),
}
WORDS |= PAGE | FIGURES | REPORT


def check_language(lang: str) -> str:
    """Return a language, or raise `InputError` if there are no labels in it."""
    if lang not in LANGUAGES:
        raise InputError(f"language {lang!r}: expected one of {', '.join(LANGUAGES)}")
    return lang


def word(key: str, lang: str, **fields: object) -> str:
    """Return a fixed word or sentence in a language, its fields filled in."""
    return WORDS[key][LANGUAGES.index(lang)].format(**fields)


def unit_label(unit: str, lang: str) -> str:
    """Return a stored unit as it is written in a language (as it stands if not known)."""
    return UNITS.get(unit, (unit, unit))[LANGUAGES.index(lang)]


def outcome_label(key: str, lang: str) -> str:
    """Return an outcome's name; its key if the catalogue no longer has it."""
    outcome = OUTCOMES.get(key)
    return key if outcome is None else (outcome.en, outcome.zh)[LANGUAGES.index(lang)]


def key_label(key: str, lang: str) -> str:
    """Return the name of any key of a configuration: a parameter's, a policy's field, or an arm."""
    from sim.config.chinese import LABELS
    from sim.model.parameters import parameters

    short = key.removeprefix("policies.").removeprefix("parameters.")
    process, _, name = short.partition(".")
    found = parameters().get(process, {}).get(name)
    if found is not None and key != f"policies.{short}":
        return found.zh if lang == "zh" else name.replace("_", " ")
    if lang == "zh" and f"policies.{short}" in LABELS:
        return LABELS[f"policies.{short}"]
    return short.replace(".", ": ").replace("_", " ")


def check_outcome(key: str, stored: list[str], where: str) -> str:
    """Return an outcome's key, or raise `InputError` if a table has no such column."""
    if key not in stored:
        raise InputError(
            f"outcome {key!r}: not in {where}{nearest(key, stored)} "
            f"(outcomes there: {', '.join(stored)})"
        )
    return key


def decimals(*values: float) -> int:
    """Return the decimals that give the largest value about four digits; none for whole values."""
    known = [value for value in values if not math.isnan(value)]
    if all(float(value).is_integer() for value in known):
        return 0
    size = max(map(abs, known))
    return next((d for d, least in enumerate((1000, 100, 10, 0.1)) if size >= least), 4)


def number(value: float, places: int | None = None, sign: bool = False) -> str:
    """Return a number with so many decimals (by default as many as `decimals` gives)."""
    if math.isnan(value):
        return MISSING
    places = decimals(value) if places is None else places
    return f"{round(value, places) + 0.0:{'+' if sign else ''},.{places}f}"


def quantity(value: float, unit: str, lang: str) -> str:
    """Return a number with its unit; without one for ratios."""
    return number(value) if unit in ("1", "0-1") else f"{number(value)} {unit_label(unit, lang)}"
