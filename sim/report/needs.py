"""Needs of figures: which figures of a kind results have the numbers for.

Each function here takes results and returns the options of every such figure: none, one without
options, or one a headline outcome or factor. What `hecun run` and reports draw follows from them.
Help of the command line reads this module: it imports nothing.
"""

from collections.abc import Callable
from typing import Any

#: options of the figures that results have the numbers for
Cases = Callable[[Any], list[dict[str, str]]]
#: design points above which a design is shown by what its method answers, not point by point
MOST_POINTS = 25


def once(results: Any) -> list[dict[str, str]]:
    """Return one figure without options."""
    del results
    return [{}]


def headlines(results: Any) -> list[dict[str, str]]:
    """Return a figure a headline outcome."""
    from sim.model.outcomes.catalogue import HEADLINE

    del results
    return [{"outcome": key} for key in HEADLINE]


def village_headlines(results: Any) -> list[dict[str, str]]:
    """Return a figure a headline outcome that is recorded by old village."""
    from sim.model.outcomes.catalogue import HEADLINE

    return [{"outcome": key} for key in HEADLINE if key in results.villages.columns]


def by_village(results: Any) -> list[dict[str, str]]:
    """Return one figure if outcomes are recorded by old village."""
    return [{}] if village_headlines(results) else []


def by_village_income(results: Any) -> list[dict[str, str]]:
    """Return the figure of collective income, if it is recorded by old village."""
    key = "collective_income"
    return [{"outcome": key}] if key in results.villages.columns else []


def policies(results: Any) -> list[dict[str, str]]:
    """Return one figure if the run had policies."""
    return [{}] if results.manifest["timeline"] else []


def payments(results: Any) -> list[dict[str, str]]:
    """Return one figure if anything was paid."""
    return [{}] if len(results.flows) else []


def few_contrasts(results: Any) -> list[dict[str, str]]:
    """Return one figure if design points are compared, and not too many."""
    from sim.model.outcomes.catalogue import HEADLINE

    compared = len(results.effects(list(HEADLINE[:1])))
    return [{}] if compared and len(results.design) <= MOST_POINTS else []


def by_county(results: Any) -> list[dict[str, str]]:
    """Return a figure a headline outcome if design points are compared in several counties."""
    design = results.design
    several = "county" in design.columns and design["county"].nunique() > 1
    return headlines(results) if several and len(results.effects()) else []


def few_recorded(results: Any) -> list[dict[str, str]]:
    """Return one figure if the county was recorded over time, at not too many design points."""
    recorded = results.manifest.get("record", {}).get("county", "off") != "off"
    return [{}] if recorded and len(results.design) <= MOST_POINTS else []


def few_paired(results: Any) -> list[dict[str, str]]:
    """Return one figure if points are compared and the county was recorded over time."""
    return few_contrasts(results) and few_recorded(results)


def few_villages(results: Any) -> list[dict[str, str]]:
    """Return a figure a headline outcome if points are compared and villages were recorded."""
    recorded = results.manifest.get("record", {}).get("villages", "off") != "off"
    if not (recorded and few_contrasts(results)):
        return []
    return [case for case in headlines(results) if case["outcome"] in results.villages.columns]


def one_countys_villages(results: Any) -> list[dict[str, str]]:
    """Return a figure of the first headline outcome by village, if one county is compared."""
    return [] if "county" in results.design else few_villages(results)[:1]


def screened(results: Any) -> list[dict[str, str]]:
    """Return a figure a headline outcome, of method morris."""
    return headlines(results) if results.manifest["experiment"] == "morris" else []


def numeric_factors(results: Any) -> list[str]:
    """Return the factors whose levels are numbers, several of them."""
    design = results.design
    return [
        str(name)
        for name in design.columns
        if name != "point" and design[name].dtype.kind in "iuf" and design[name].nunique() > 1
    ]


def sampled(results: Any) -> list[dict[str, str]]:
    """Return one figure of a Latin hypercube with more than two design points."""
    return [{}] if results.manifest["experiment"] == "lhs" and len(results.design) > 2 else []


def crossed_factors(results: Any) -> list[dict[str, str]]:
    """Return a figure a factor of numbers, of method factorial."""
    if results.manifest["experiment"] != "factorial":
        return []
    return [{"factor": name} for name in numeric_factors(results)]


def crossed_pairs(results: Any) -> list[dict[str, str]]:
    """Return a figure a headline outcome, of method factorial with two factors of numbers."""
    return headlines(results) if len(crossed_factors(results)) >= 2 else []


def answered(table: str, cases: Cases = once) -> Cases:
    """Return the need of a table that a method answers with (``tables/TABLE.parquet``)."""

    def found(results: Any) -> list[dict[str, str]]:
        there = (results.folder / "tables" / f"{table}.parquet").is_file()
        return cases(results) if there else []

    return found
