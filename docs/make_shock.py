"""Draw a shock in one absorbed village, month by month, along ties, for docs/ODD.md.

From the checkout; half a minute:

    python -m docs.make_shock

A year after Dechang's merger every resident of its middle absorbed village is aggrieved. Two runs
on the same luck, with and without that, with ties on: what differs is what the ties carried.
"""

from typing import Any

import numpy as np

import sim
from docs.make_gallery import FOLDER, ROOT, put
from sim.model.county import CountyModel as County
from sim.model.processes.trust import village_mean
from sim.report.fonts import themed
from sim.report.frame import frame, sheet

AFTER, MONTHS, SEED, SCALE = 36, 49, 1, 20
#: circles of the village, English and Chinese
CIRCLES = (
    ("other villages of its unit", "同一合并村的其他原建制村"),
    ("other villages of its township", "同乡镇的其他原建制村"),
    ("elsewhere in the county", "县内其他地方"),
)
WORDS = {
    "en": (
        "One absorbed village aggrieved: what ties carry on",
        "aggrieved (% points)",
        "trust (0–1)",
        "months since",
        "the village itself: trust on the right; its share aggrieved falls from 100 %",
        "Dechang, ties on, a year after the merger; paired runs of one seed: the mechanism alone.",
    ),
    "zh": (
        "一个被并村全体居民不满：沿人际联系的扩散",
        "不满居民比重（百分点）",
        "信任（0–1）",
        "此后月数",
        "该村自身：右图为信任；不满比重自100%起回落",
        "德昌，人际联系开启，合村一年后；同一种子配对运行，仅演示机制，不是估计。",
    ),
}


def measured(county: County, masks: list[np.ndarray]) -> list[tuple[float, float]]:
    """Return the share aggrieved and the mean trust of old villages in each mask."""
    persons, values = county.world.registered, (county.grievance, village_mean(county))
    return [
        (float(np.average(values[0][m], weights=persons[m])),
         float(np.average(values[1][m], weights=persons[m])))
        for m in masks
    ]  # fmt: skip


def shock() -> tuple[np.ndarray, list[np.ndarray]]:
    """Return differences (months, village and circles, grievance and trust), and the masks."""
    changes: dict[str, Any] = {"scale": SCALE, "variants.ties": "on"}
    county = sim.CountyModel(ROOT / "configs" / "dechang_2020.yaml", seed=SEED, **changes)
    county.run_for(AFTER)
    unit, town = county.borders.unit, county.world.township
    absorbed = np.flatnonzero(unit != np.arange(unit.size))
    village = absorbed[np.argsort(county.world.registered[absorbed])[absorbed.size // 2]]
    own, same = np.arange(unit.size) == village, unit == unit[village]
    near = (town == town[village]) & ~same
    masks = [own, same & ~own, near, ~same & ~near]
    other = county.branch()
    other.aggrieved[other.world.group_village == village] = 1.0
    found = []
    while county.running and len(found) < MONTHS:
        county.step()
        other.step()
        with_it, without = measured(other, masks), measured(county, masks)
        found.append(np.subtract(with_it, without))
    return np.array(found), masks


def main() -> None:
    """Draw it in both languages."""
    found, masks = shock()
    for lang, (title, left, right, below, own, note) in WORDS.items():
        with themed(lang):
            figure, axes = sheet(2, 3.5, ncols=2)
            lines = []
            for k, names in enumerate(CIRCLES, start=1):
                name = f"{names[lang == 'zh']} ({masks[k].sum()})"
                lines += axes[0, 0].plot(100.0 * found[:, k, 0], label=name)
                axes[0, 1].plot(found[:, k, 1])
            lines += axes[0, 1].plot(found[:, 0, 1], color="#777777", linestyle="--", label=own)
            for panel, label in zip(axes[0], (left, right), strict=True):
                panel.set_ylabel(label)
                panel.set_xlabel(below)
            frame(figure, title, lines, [note])
            put(figure, FOLDER / f"shock_{lang}.png", lang)
    months = [0, 5, 11, 23, 47]
    print(np.round(found[months][:, :, 0], 4), np.round(found[months][:, :, 1], 4), sep="\n")


if __name__ == "__main__":
    main()
