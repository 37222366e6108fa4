"""Tables for the terminal: what an experiment found."""

import math
from typing import TYPE_CHECKING, Any

from sim.console import table
from sim.lab.answers.text import answers_text
from sim.lab.methods.statistics import decimals, estimate
from sim.model.outcomes.catalogue import OUTCOMES
from sim.model.world.registry import find_county

if TYPE_CHECKING:
    import numpy as np

    from sim.lab.store.reading import ExperimentResults

#: rows printed of one table
MOST_ROWS = 60
_WORDS = {
    "compare": ("paired effects against the arm {against}", "与“{against}”方案的配对差异"),
    "factorial": ("means over the other factors; paired effects against the first level",
                  "各水平均值（其他因素平均）及相对首个水平的配对差异"),
    "spread": ("spread over design points", "设计点之间的分布"),
    "counts": ("{points} points x {replicates} replicates, {failed} runs failed; mean of the last "
               "12 months; 95 % intervals over replicates",
               "{points} 个设计点 × {replicates} 次重复，{failed} 次运行失败；末12个月均值；"
               "重复间95%置信区间"),
    "outcome": ("outcome", "指标"),
    "unit": ("unit", "单位"),
    "reference": ("reference", "对照"),
    "effect": ("effect", "差异"),
    "n": ("n", "n"),
    "vr": ("x independent", "相当于独立重复"),
    "factor": ("factor", "因素"),
    "level": ("level", "水平"),
    "mean": ("mean", "均值"),
    "sd": ("sd of points", "设计点标准差"),
    "noise": ("sd of seeds", "随机种子标准差"),
    "least": ("least", "最小"),
    "most": ("most", "最大"),
    "more": ("... {rest} more rows: sim.load_results({folder!r}).{method}()",
             "……另有 {rest} 行：sim.load_results({folder!r}).{method}()"),
    "vr_note": ("x independent: how many pairs of runs with luck of their own one paired "
                "replicate is worth",
                "相当于独立重复：一次配对重复所含信息相当于多少对独立随机的运行"),
    "precise": ("wanted ± {target:g} for {outcome}: {verdict}",
                "{outcome} 要求 ±{target:g}：{verdict}"),
    "reached": ("reached in every contrast (widest ± {widest:.2g})",
                "所有对比均已达到（最宽 ±{widest:.2g}）"),
    "missed": ("not reached in {count} of {all} contrasts after {n} replicates, the most allowed "
               "(widest ± {widest:.2g}); for narrower intervals raise at_most",
               "已达重复上限 {n} 次，{all} 个对比中仍有 {count} 个未达到（最宽 ±{widest:.2g}）；"
               "如需更窄的区间，请提高 at_most"),
}  # fmt: skip


def word(key: str, lang: str, **values: Any) -> str:
    """Return a text in a language."""
    return _WORDS[key][lang == "zh"].format(**values)


def label(key: str, lang: str) -> str:
    """Return an outcome's name."""
    return OUTCOMES[key].zh if lang == "zh" else OUTCOMES[key].en


def results_text(results: "ExperimentResults", lang: str = "en") -> str:
    """Return the table of an experiment's results.

    Parameters
    ----------
    results : ExperimentResults
        A folder.
    lang : {"en", "zh"}
        Language.

    Returns
    -------
    str
        Paired effects of a comparison; levels of a factorial; the spread of other designs.
    """
    told = results.manifest
    method = told["experiment"]
    runs: Any = results.runs
    failed, replicates = int((runs["status"] == "failed").sum()), int(runs["replicate"].max())
    lines = [told["question"][lang]] if told.get("question") else []
    counts = {"points": len(results.design), "replicates": replicates, "failed": failed}
    lines.append(word("counts", lang, **counts))
    if method == "compare":
        lines += ["", word("compare", lang, against=told["baseline"]), _effects(results, lang)]
        lines.append(word("vr_note", lang))
    elif method == "factorial":
        lines += ["", word("factorial", lang), _levels(results, lang)]
    else:
        lines += ["", word("spread", lang), _spread(results, lang)]
    lines += _precision(results, lang)
    if answers := answers_text(results, lang):
        lines += ["", answers]
    return "\n".join(lines)


def _precision(results: "ExperimentResults", lang: str) -> list[str]:
    """Say whether the half-widths asked for were reached."""
    told = results.manifest
    if not told.get("until"):
        return []
    frame: Any = results.effects(list(told["until"]))
    lines = [""]
    for key, target in told["until"].items():
        half = ((frame["high"] - frame["low"]) / 2)[frame["outcome"] == key]
        wide = int((half > target).sum())
        values = {"count": wide, "all": len(half), "widest": float(half.max())}
        values["n"] = told["replicates"]
        verdict = word("missed" if wide else "reached", lang, **values)
        lines.append(
            word("precise", lang, target=target, outcome=label(key, lang), verdict=verdict)
        )
    return lines


def _effects(results: "ExperimentResults", lang: str) -> str:
    frame: Any = results.effects()
    levels = [name for name in results.design.columns if name != "point"]
    rows = []
    for row in frame.to_dict("records"):
        half = (row["high"] - row["low"]) / 2
        places = decimals(row["effect"], half)
        rows.append(
            [
                *(_level(row[name], name) for name in levels),
                label(row["outcome"], lang),
                row["unit"],
                number(row["reference"], places),
                f"{number(row['effect'], places, sign=True)} ± {number(half, places)}",
                str(row["n"]),
                number(row["vr_factor"], 1 if row["vr_factor"] < 10 else 0),
            ]
        )
    names = [word(key, lang) for key in ("outcome", "unit", "reference", "effect", "n", "vr")]
    return _cut([*map(_short, levels), *names], rows, results, "effects", lang)


def _levels(results: "ExperimentResults", lang: str) -> str:
    """Return the means of every level over the other factors, and their paired effects."""
    frame: Any = results.outcomes(results.shown())
    rows = []
    for name in (n for n in results.design.columns if n != "point"):
        order = list(dict.fromkeys(results.design[name]))
        if len(order) < 2:
            continue
        for key in results.shown():
            by = frame.pivot_table(key, "replicate", name, sort=False, dropna=False)
            first = by[order[0]].to_numpy()
            for level in order:
                rows.append(_level_row(name, level, key, by[level].to_numpy(), first, lang))
    names = [
        word(key, lang) for key in ("factor", "level", "outcome", "unit", "mean", "effect", "n")
    ]
    return _cut(names, rows, results, "effects", lang)


def _level_row(
    name: str, level: Any, key: str, values: "np.ndarray", first: "np.ndarray", lang: str
) -> list[str]:
    mean, effect = estimate(values), estimate(values - first)
    places = decimals(mean.mean, mean.half)
    shown = "-"
    if values is not first and not (values == first).all():
        signs = decimals(effect.mean, effect.half)
        shown = f"{number(effect.mean, signs, sign=True)} ± {number(effect.half, signs)}"
    return [
        _short(name),
        _level(level, name),
        label(key, lang),
        OUTCOMES[key].unit,
        f"{number(mean.mean, places)} ± {number(mean.half, places)}",
        shown,
        str(effect.n),
    ]


def _spread(results: "ExperimentResults", lang: str) -> str:
    frame: Any = results.outcomes(results.shown())
    rows = []
    for key in results.shown():
        by = frame.groupby("point")[key]
        means, within = by.mean(), by.var(ddof=1).mean()
        noise = math.sqrt(within) if math.isfinite(within) else math.nan
        places = decimals(float(means.mean()), float(means.std()))
        values = [means.mean(), means.std(), noise, means.min(), means.max()]
        cells = [number(float(value), places) for value in values]
        rows.append([label(key, lang), OUTCOMES[key].unit, *cells, str(means.notna().sum())])
    names = ("outcome", "unit", "mean", "sd", "noise", "least", "most", "n")
    return _cut([word(key, lang) for key in names], rows, results, "outcomes", lang)


def _cut(
    heads: list[str], rows: list[list[str]], results: "ExperimentResults", method: str, lang: str
) -> str:
    text = table(heads, rows[:MOST_ROWS])
    if len(rows) > MOST_ROWS:
        rest = {"rest": len(rows) - MOST_ROWS, "folder": str(results.folder), "method": method}
        text += "\n" + word("more", lang, **rest)
    return text


def _short(name: str) -> str:
    return name.removeprefix("policies.").removeprefix("parameters.")


def _level(value: Any, name: str) -> str:
    if name == "county":
        return f"{value} {find_county(value).name}"
    return f"{value:g}" if isinstance(value, float) else str(value)


def number(value: float, places: int, sign: bool = False) -> str:
    """Return a number with thousands marked; a dash where there is none."""
    if not math.isfinite(value):
        return "inf" if value == math.inf else "-"
    return f"{value:+,.{places}f}" if sign else f"{value:,.{places}f}"
