"""Catalogue of everything that is measured: ``sim/data/outcomes.csv``.

Person-based outcomes count the people of all places that were villages before the reform, so
that nobody drops out of the comparison when a village becomes a community. Unit-based outcomes
count administrative villages as they are in that month.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sim.errors import nearest
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


class Catalogue(dict[str, Outcome]):
    """What is measured, by key.

    Walked through it is what every run measures. Looked up it also knows the outcomes of one's own
    that a configuration, or results, opened in this process have declared: their names and units.
    """

    def __init__(self, outcomes: Iterable[Outcome]) -> None:
        super().__init__({outcome.key: outcome for outcome in outcomes})
        self.declared: dict[str, Outcome] = {}

    def __missing__(self, key: str) -> Outcome:
        return self.declared[key]

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key) or key in self.declared

    def get(self, key: str, default: Any = None) -> Any:
        """Return an outcome, or the default where nothing is called so."""
        return super().get(key, self.declared.get(key, default))

    def declare(self, outcomes: Iterable[Outcome]) -> None:
        """Make outcomes of one's own known; the last of a name counts."""
        self.declared |= {outcome.key: outcome for outcome in outcomes}

    def built_in(self, key: str) -> bool:
        """Tell whether every run measures an outcome."""
        return super().__contains__(key)


#: everything that is measured, by key
OUTCOMES = Catalogue(read_rows(DATA / "outcomes.csv", Outcome, key=("key",)))


def as_told(own: Mapping[str, Outcome]) -> dict[str, dict[str, str]]:
    """Return outcomes of one's own as a manifest tells them."""
    told = ("unit", "en", "zh", "better", "definition")
    return {key: {name: getattr(one, name) for name in told} for key, one in own.items()}


def of_manifest(manifest: Mapping[str, Any]) -> dict[str, Outcome]:
    """Return the outcomes of one's own that a manifest tells of, and make them known."""
    told = manifest.get("own_outcomes") or {}
    found = {key: Outcome(key=key, village=False, **one) for key, one in sorted(told.items())}
    OUTCOMES.declare(found.values())
    return found


def unknown(key: str, own: Iterable[str] = ()) -> str:
    """Say that no outcome is called so, with the nearest of the catalogue and of one's own."""
    return (
        f"no outcome is called {key!r}{nearest(key, {*OUTCOMES, *own})} "
        "(`hecun explain outcomes` lists them; own ones stand under outcomes:)"
    )
