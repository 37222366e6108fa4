"""An experiment's answers for the terminal."""

import math
from typing import TYPE_CHECKING, Any

from sim.console import table
from sim.lab.answers import read
from sim.model.outcomes.catalogue import OUTCOMES

if TYPE_CHECKING:
    import pandas as pd

    from sim.lab.store.reading import ExperimentResults

#: rows printed of one table, and of the interactions of a factorial
MOST_ROWS, FEW_ROWS = 40, 12
#: tables that are too long to print
SILENT = ("posterior",)
#: tables of one row, printed a line a column
LINES = ("calibration", "failure")
#: words of tables, as they are told
WORDS = {
    "stands": (
        "stands: surely more failures than in all worlds, also where it was not made",
        "成立：在未用于构造的情景中，失效比例也确实更高",
    ),
    "no bound": (
        "none: no bound that luck alone would not make; raise replicates or move below",
        "无：没有任何界限胜过随机；可增加重复次数或调整 below",
    ),
    "no better": (
        "none: where it was not made it holds no surely larger share of failures than all "
        "worlds (unseen against fails); raise replicates or move below",
        "无：在未用于构造的情景中，失效比例并不确定更高（对比 unseen 与 fails）；"
        "可增加重复次数或调整 below",
    ),
    "no effect": ("no effect", "无效应"),
}
TITLES = {
    "effects": ("effects, and the share of worlds in which the sign holds",
                "效应：区间，以及符号成立的情景比例"),
    "ranking": ("the arms from the best, and the share of worlds that rank them so",
                "方案排序（由优到劣），以及排序成立的情景比例"),
    "shapley": ("what each part of the reform does: Shapley shares, alone, and last of all",
                "改革各部分的作用：Shapley 份额、单独实施、最后加入"),
    "interactions": ("what two parts do together beyond each alone", "两部分的交互作用"),
    "winners": ("who wins and who loses: mean effects on the same people",
                "谁受益、谁受损：同一批人的平均效应"),
    "inequality": ("inequality of income (Theil) within and between old villages",
                   "收入不平等（泰尔指数）：原村内与原村间"),
    "pairs": ("the largest interactions: two factors together beyond each alone, against the "
              "first levels;\nof {all} intervals {sure} exclude 0 (by luck about 1 in 20 would)",
              "最大的交互作用：两个因素共同作用超出各自单独作用的部分（相对各自首个水平）；\n"
              "{all} 个区间中有 {sure} 个不含 0（仅凭随机约为二十分之一）"),
    "screened": ("Morris' elementary effects over the whole range; mu_star_luck: by luck alone",
                 "Morris 基本效应（全取值范围）；mu_star_luck：仅凭随机的大小"),
    "indices": ("Sobol indices; expected: corrected for luck",
                "Sobol 指数（expected：扣除随机性）"),
    "seeds": ("share of the variance of one run: parameters, luck, both",
              "单次运行方差的构成：参数、随机性、交互"),
    "parameters": ("parameters before and after", "参数：先验与后验"),
    "targets": ("targets: reported, before, predicted", "目标：报告值、先验、预测"),
    "recovery": ("known truths: how often the 90 % interval contains them",
                 "已知真值检验：90% 区间的覆盖率"),
    "calibration": ("calibration", "校准"),
    "front": ("the front: no other point is better in every objective", "帕累托前沿"),
    "searched": ("searched", "搜索"),
    "failure": ("where the arm fails", "方案失效的比例"),
    "regret": ("regret against the best arm of each world", "各情景下相对最优方案的后悔值"),
    "box": ("the box of parameters in which it fails most", "最易失效的参数范围"),
    "tree": ("its regret, as a tree", "后悔值的决策树"),
}  # fmt: skip


def answers_text(results: "ExperimentResults", lang: str = "en") -> str:
    """Return the tables of an experiment's answers as text."""
    parts = []
    for name, frame in read(results).items():
        if name in SILENT or not len(frame):
            continue
        title = title_of(name, frame, lang)
        if "its_level" in frame:  # of a factorial
            title, text = _pairs(frame, lang)
        else:
            text = lines_text(frame, lang) if name in LINES else frame_text(frame, lang)
        parts.append(f"{title} (tables/{name}.csv)\n{text}")
    return "\n\n".join(parts)


def title_of(name: str, frame: Any, lang: str = "en") -> str:
    """Return what a table is, in words."""
    key = "screened" if "mu_star" in frame else name
    return TITLES.get(key, (name, name))[lang == "zh"]


def _pairs(frame: Any, lang: str) -> tuple[str, str]:
    """Return title and text of the interactions whose interval excludes 0, a few of them."""
    sure = frame[(frame["low"] > 0) | (frame["high"] < 0)]
    title = TITLES["pairs"][lang == "zh"].format(sure=len(sure), all=len(frame))
    return title, frame_text(sure, lang, FEW_ROWS)


def frame_text(frame: "pd.DataFrame", lang: str = "en", most: int = MOST_ROWS) -> str:
    """Return a frame as a table of text; long ones are cut."""
    kept = [name for name in frame.columns if name not in ("point", "against", "unit")]
    text = table([_short(name) for name in kept], cells(frame.head(most)[kept], lang))
    left = len(frame) - most
    return text + (f"\n... {left}" if left > 0 else "")


def cells(frame: Any, lang: str = "en") -> list[list[str]]:
    """Return the rows of a frame as text; where every effect is exactly 0, that there is none."""
    rows = []
    for row in frame.to_dict("records"):
        rows.append([cell_text(name, value, lang) for name, value in row.items()])
        if math.isnan(row.get("sign_share", 0.0)) and row.get("n", 0):
            rows[-1][list(row).index("sign_share")] = WORDS["no effect"][lang == "zh"]
    return rows


def lines_text(frame: "pd.DataFrame", lang: str = "en") -> str:
    """Return a frame of one row as text, a line a column."""
    first, *rest = zip(map(_short, frame.columns), cells(frame, lang)[0], strict=True)
    return table(first, rest)


def _short(name: str) -> str:
    return name.removeprefix("policies.").removeprefix("parameters.")


def cell_text(name: str, value: Any, lang: str = "en") -> str:
    """Return a value of a column as text."""
    if isinstance(value, str):
        if value in OUTCOMES and name == "outcome":
            return OUTCOMES[value].zh if lang == "zh" else OUTCOMES[value].en
        if value in WORDS:
            return WORDS[value][lang == "zh"]
        return _short(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "" if value is None else str(value)
    return str(value) if isinstance(value, int) else figures(value)


def figures(value: float) -> str:
    """Return a number in three figures after rounding; a dash where there is none."""
    if not math.isfinite(value):
        return "-"
    if value == 0 or 1e-4 <= abs(value) < 1e5:
        digits = max(0, 2 - math.floor(math.log10(abs(value)))) if value else 0
        return f"{value:,.{min(digits, 6)}f}"
    return f"{value:.3g}"
