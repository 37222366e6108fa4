"""The merger: which villages become one, and when."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from sim.model.config.fields import NonNegative, Positive, Share, Strict, unit
from sim.model.policies.base import Policy
from sim.model.world.spread import LARGE_TOWNSHIPS, LISTED

if TYPE_CHECKING:
    from sim.model.county import CountyModel


class Bounds(Strict):
    """Lower and upper bound of a merged village."""

    min: NonNegative | None = None
    """At least."""
    max: Positive | None = None
    """At most."""

    @model_validator(mode="after")
    def _ordered(self) -> "Bounds":
        if self.min is not None and self.max is not None and self.max < self.min:
            raise ValueError("max must not be below min")
        return self


class Principles(Strict):
    """Weights of the stated principles (source `generated`)."""

    size: NonNegative = 1.0
    """Large villages absorb small ones."""
    distance: NonNegative = 1.0
    """Near villages absorb remote ones."""
    industry: NonNegative = 0.0
    """Strong industry absorbs weak (needs the industry column)."""
    listed: NonNegative = LISTED
    """Villages near each other in the list merge first, where no map is given; learned too."""
    large_townships: Annotated[float, Field(ge=-5, le=5)] | None = LARGE_TOWNSHIPS
    """Large townships merge more: fall of the log-odds that a village stays per doubling of its
    township's villages, learned from the counties with a list of 2020; 0: the same everywhere;
    null: the other principles decide."""
    nationality: Annotated[float, Field(ge=-10, le=10)] = 0.0
    """Above 0: keep villages of different nationality apart; below 0: bring them together."""


class Merger(Policy):
    """Merge villages in one month; the plan comes from the registry, a file or a planner."""

    levers: ClassVar[tuple[str, ...]] = ("borders", "funding_kept")

    source: Literal["registry", "file", "generated"]
    """`registry`: the official list of 2020; `file`: one's own table; `generated`: a planner."""
    file: str | None = None
    """Table old_code,new_village (source `file`), relative to the configuration."""
    villages: Annotated[int, Field(ge=1)] | None = None
    """Number of villages to reach (source `generated`)."""
    ratio: Annotated[float, Field(gt=0, le=1)] | None = None
    """Villages after per village before (source `generated`)."""
    by_township: dict[str, Annotated[int, Field(ge=1)]] | None = unit(
        "villages after, by township", default=None
    )
    """Villages to reach in each township named, the others stay (source `generated`)."""
    largest: Annotated[int, Field(ge=1, le=50)] = 4
    """Most old villages in a new one (source `generated`)."""
    population: Bounds = Bounds()
    """Registered persons of a merged village (source `generated`)."""
    area_km2: Bounds = Bounds()
    """Area of a merged village (source `generated`)."""
    respect_townships: bool = True
    """Merge only within townships (source `generated`)."""
    contiguous: bool = True
    """Merge only villages that touch (source `generated`)."""
    principles: Principles = Principles()
    """Weights of the principles (source `generated`)."""
    office: Literal["largest", "central", "namesake"] = "largest"
    """Which old office the new village keeps (source `generated`)."""
    outposts: Share = 0.0
    """Share of the absorbed villages' offices kept as outposts, the remotest first."""
    group_ratio: Annotated[float, Field(gt=0, le=1)] = unit(
        "groups after per group before", default=1.0
    )
    """Villager groups merged in every village, too: groups after per group before."""

    funding_kept: Share = 0.0
    """Share of the absorbed villages' fixed running money that is still paid (四不变: 1)."""

    @model_validator(mode="after")
    def _source_has_its_fields(self) -> "Merger":
        if self.source == "file" and self.file is None:
            raise ValueError("source 'file' needs file: the table old_code,new_village")
        targets = [x for x in (self.villages, self.ratio, self.by_township) if x is not None]
        if self.source == "generated" and len(targets) != 1:
            raise ValueError(
                "source 'generated' needs one of villages (a number), ratio and by_township"
            )
        if self.source != "generated" and targets:
            raise ValueError("villages, ratio and by_township belong to source 'generated'")
        if self.source != "generated" and not self.contiguous:
            raise ValueError(
                f"contiguous: false belongs to source 'generated', not {self.source!r}"
            )
        if self.by_township is not None and not self.respect_townships:
            raise ValueError(
                "by_township merges within townships: it needs respect_townships: true"
            )
        if self.source != "file" and self.file is not None:
            raise ValueError("file belongs to source 'file'")
        given = [self.end, self.until, self.where, self.merge]
        if self.ramp_months or any(value is not None for value in given):
            raise ValueError(
                "a merger happens in one month: it takes no end, until, ramp_months, where or merge"
            )
        return self

    def apply(self, county: "CountyModel", month: int) -> None:
        """Redraw the borders in the first month."""
        if not county.merged:
            county.merge(self)
        county.levers.funding_kept[:] = self.funding_kept
