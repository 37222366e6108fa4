"""Write the table of docs/scale.md: paired effects at several scales, and whether they are one.

From the checkout, once the results are there:

    hecun experiment experiments/scales.yaml
    hecun experiment experiments/scales_leshan.yaml
    python docs/make_scales.py
"""

import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from scipy.stats import t as student

import sim

PAGE = Path(__file__).parent / "scale.md"
MARKS = "<!-- table -->\n", "<!-- end -->"
#: how far an effect may be from that at the finest scale and be called the same
MARGINS = {
    "service_reach": 0.01,
    "travel_burden": 0.02,
    "collective_income": 300.0,
    "cadre_workload": 0.3,
}
COLUMNS = {
    "service_reach": ("service reach", ".4f"),
    "travel_burden": ("travel burden, h/year", ".3f"),
    "collective_income": ("collective income, yuan/year", ",.0f"),
    "cadre_workload": ("cadre workload, h/month", ".2f"),
}


class Row(NamedTuple):
    """An effect at a scale, and how far it is from that at the finest one.

    Attributes
    ----------
    arm, outcome : str
        What the effect is of, and on.
    scale : int
        Persons a row stands for.
    effect : float
        Mean paired effect.
    low, high : float
        90 % interval of its difference from the effect at the finest scale, pair by pair: wholly
        within the margins is equivalence at the 5 % level (two one-sided tests).
    """

    arm: str
    outcome: str
    scale: int
    effect: float
    low: float
    high: float

    @property
    def same(self) -> bool:
        """Tell whether the interval lies within the margins."""
        return max(-self.low, self.high) <= MARGINS[self.outcome]


def rows(results: Any) -> Iterator[Row]:
    """Yield every effect of an experiment with `scale` as its factor, at all but the finest."""
    runs = results.runs.merge(results.design, on="point")
    first = results.manifest["baseline"]
    for outcome in MARGINS:
        wide = runs.pivot_table(outcome, ["replicate", "scale"], "arm", sort=False)
        effects = wide.sub(wide[first], axis=0).drop(columns=first).unstack("scale")
        for arm in wide.columns.drop(first):
            at = effects[arm]
            finest, *others = sorted(at.columns)
            for scale in others:
                away = (at[scale] - at[finest]).dropna()
                half = student.ppf(0.95, away.size - 1) * away.std() / math.sqrt(away.size)
                low, high = away.mean() - half, away.mean() + half
                yield Row(str(arm), outcome, int(scale), float(at[scale].mean()), low, high)


def table(name: str, results: Any) -> str:
    """Return the table of one experiment, in Markdown."""
    found = list(rows(results))
    scales = sorted({row.scale for row in found})
    heads = [f"at {scale}, less that at {results.design['scale'].min()}" for scale in scales]
    lines = [f"| {name} | on | " + " | ".join(heads) + " | |", "|---" * (3 + len(scales)) + "|"]
    for arm, outcome in dict.fromkeys((row.arm, row.outcome) for row in found):
        own = [row for row in found if (row.arm, row.outcome) == (arm, outcome)]
        title, form = COLUMNS[outcome]
        cells = [f"{r.effect:+{form}}, [{r.low:+{form}}, {r.high:+{form}}]" for r in own]
        wrong = ", ".join(f"not shown at {row.scale}" for row in own if not row.same)
        told = f"| {arm.replace('_', ' ')} | {title} | " + " | ".join(cells)
        lines.append(f"{told} | {wrong or 'the same'} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Put the tables between their marks."""
    folders = sys.argv[1:] or ["results/scales", "results/scales_leshan"]
    made = [
        table(Path(folder).name.replace("_", " "), sim.load_results(folder)) for folder in folders
    ]
    head, rest = PAGE.read_text("utf-8").split(MARKS[0])
    tail = rest.split(MARKS[1])[1]
    text = head + MARKS[0] + "\n".join(made) + MARKS[1] + tail
    PAGE.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
