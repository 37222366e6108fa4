"""Catalogue of everything that is measured: ``sim/data/outcomes.csv``.

Person-based outcomes count the people of all places that were villages before the reform, so
that nobody drops out of the comparison when a village becomes a community. Unit-based outcomes
count administrative villages as they are in that month.
"""

from dataclasses import dataclass
from typing import Literal

from sim.model.tables import DATA, read_rows


@dataclass(frozen=True, slots=True)
class Outcome:
    """Something measured: a line of ``outcomes.csv``.

    Attributes
    ----------
    key : str
        Name in tables.
    unit : str
        Unit; ``"1"`` for shares and ratios.
    en, zh : str
        Labels for figures.
    better : {"more", "less", "neither"}
        Which direction is better, other things equal.
    village : bool
        Also recorded for every old village (see `levels`).
    definition : str
        How it is measured.
    """

    key: str
    unit: str
    en: str
    zh: str
    better: Literal["more", "less", "neither"]
    village: bool
    definition: str

    @property
    def levels(self) -> tuple[str, ...]:
        """Levels at which it is recorded; townships are means or sums of their old villages."""
        return ("village", "county") if self.village else ("county",)


HEADLINE = ("service_reach", "travel_burden", "collective_income", "cadre_workload")
#: outcomes of people told apart by the reference plan: where there is none (no merger, and no
#: registry list) those of absorbed and absorbing villages are missing
BY_PLAN = (
    "reach_remote",
    "reach_absorbed",
    "reach_absorbing",
    "travel_remote",
    "travel_absorbed",
    "trust_absorbed",
    "trust_absorbing",
)

#: everything that is measured, by key
OUTCOMES: dict[str, Outcome] = {
    outcome.key: outcome for outcome in read_rows(DATA / "outcomes.csv", Outcome, key=("key",))
}
