"""Write the table of docs/policies.md from stored results.

From the checkout, once the results are there:

    hecun experiment experiments/each_policy.yaml
    python docs/make_policies.py
"""

import sys
from math import floor, log10
from pathlib import Path

import sim

PAGE = Path(__file__).parent / "policies.md"
COLUMNS = {
    "service_reach": "service reach",
    "travel_burden": "travel burden, h/year",
    "collective_income": "collective income, yuan/year",
    "cadre_workload": "cadre workload, h/month",
    "trust": "trust in cadres",
}
PLAIN = {
    "service_reach": ".3f",
    "travel_burden": ".2f",
    "collective_income": ",.0f",
    "cadre_workload": ".1f",
    "trust": ".3f",
}
MARKS = "<!-- table -->\n", "<!-- end -->"


def measured(effect: float, half: float) -> str:
    """Return an effect and its half-interval, the latter with two significant digits."""
    digits = min(4, max(0, 1 - floor(log10(half)))) if half > 0.0 else 4
    return f"{effect:+,.{digits}f} ± {half:,.{digits}f}"


def table(folder: Path | str) -> str:
    """Return the table of an experiment's paired effects, in Markdown."""
    effects = sim.load_results(folder).effects()
    effects["cell"] = [
        measured(row.effect, (row.high - row.low) / 2) for row in effects.itertuples()
    ]
    cells = effects.pivot(index="arm", columns="outcome", values="cell")
    reference = effects.groupby("outcome")["reference"].first()
    lines = ["| policy | " + " | ".join(COLUMNS.values()) + " |", "|---" * (len(COLUMNS) + 1) + "|"]
    lines.append(
        "| *a merger with fewer posts* | "
        + " | ".join(f"*{reference[key]:{PLAIN[key]}}*" for key in COLUMNS)
        + " |"
    )
    for arm in effects["arm"].drop_duplicates():
        row = " | ".join(cells.loc[arm, list(COLUMNS)])
        lines.append(f"| {arm.replace('_', ' ')} | {row} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Put the table between its marks."""
    folder = sys.argv[1] if len(sys.argv) > 1 else "results/each_policy"
    head, rest = PAGE.read_text("utf-8").split(MARKS[0])
    tail = rest.split(MARKS[1])[1]
    PAGE.write_text(head + MARKS[0] + table(folder) + MARKS[1] + tail, "utf-8")


if __name__ == "__main__":
    main()
