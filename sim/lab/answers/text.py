"""An experiment's answers for the terminal."""

import math
from typing import TYPE_CHECKING, Any

from sim.console import table
from sim.lab.answers import read
from sim.outcomes.catalogue import OUTCOMES

if TYPE_CHECKING:
    import pandas as pd

    from sim.lab.reading import ExperimentResults

#: rows printed of one table
MOST_ROWS = 40
#: tables that are too long to print
SILENT = ("posterior",)
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
        title = TITLES.get(name, (name, name))[lang == "zh"]
        parts.append(f"{title} (tables/{name}.csv)\n{frame_text(frame, lang)}")
    return "\n\n".join(parts)


def frame_text(frame: "pd.DataFrame", lang: str = "en", most: int = MOST_ROWS) -> str:
    """Return a frame as a table of text; long ones are cut."""
    kept = [name for name in frame.columns if name not in ("point", "against", "unit")]
    rows = [
        [cell_text(name, row[name], lang) for name in kept]
        for row in frame.head(most).to_dict("records")
    ]
    text = table([_short(name) for name in kept], rows)
    left = len(frame) - most
    return text + (f"\n... {left}" if left > 0 else "")


def _short(name: str) -> str:
    return name.removeprefix("policies.").removeprefix("parameters.")


def cell_text(name: str, value: Any, lang: str = "en") -> str:
    """Return a value of a column as text."""
    if isinstance(value, str):
        if value in OUTCOMES and name == "outcome":
            return OUTCOMES[value].zh if lang == "zh" else OUTCOMES[value].en
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
