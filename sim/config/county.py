"""The county block of a configuration: where the villages come from."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.config.fields import Positive, Strict, unit


class Spread(Strict):
    """A quantity of villages: log-normal with a known mean."""

    mean: Positive
    """Mean over villages."""
    log_sd: Annotated[float, Field(ge=0, le=2)] = 0.4
    """Standard deviation of the logarithm between villages."""


class PublishedAfter(Strict):
    """Means published for the villages after the reform (totals of those that stayed villages)."""

    villages: Annotated[int, Field(ge=1)]
    """Number of villages after the reform."""
    population_mean: Positive = unit("persons per village")
    """Mean registered population after the reform."""
    area_mean_km2: Positive = unit("km2 per village")
    """Mean area after the reform."""


class County(Strict):
    """The county and its villages before the reform."""

    registry: str | None = None
    """County in the official registry: 6-digit code or Chinese name (`hecun counties`)."""
    villages: str | None = None
    """A CSV of one's own instead (columns code, name, township, ...), relative to this file."""
    year: Literal[2018, 2019] = 2019
    """Registry list that describes the villages before the reform."""
    exclude_townships: tuple[str, ...] = ()
    """Townships of the registry left out, by name."""
    communities: bool = False
    """Also include the county's communities (居委会) as units of their own."""
    population: Spread = Spread(mean=1200.0)
    """Registered persons per village, where the villages' own numbers are not known."""
    area: Spread = Spread(mean=5.0)
    """Area of a village in km2, where not known."""
    groups_per_village: Annotated[float, Field(ge=1, le=40)] = 8.6
    """Villager groups (村民小组) per village."""
    cell_km: Annotated[float, Field(ge=0.05, le=5)] | None = unit("km", default=None)
    """Side of a grid cell; chosen so that a group has about six cells if not given."""
    leave_village_class: Annotated[int, Field(ge=0)] = 0
    """Villages known or believed to have become urban communities with the reform."""
    published_after: PublishedAfter | None = None
    """Published means after the reform: they fix the totals of the villages that left."""

    @model_validator(mode="after")
    def _one_source(self) -> "County":
        if (self.registry is None) == (self.villages is None):
            raise ValueError("give either registry (a county's code or name) or villages (a CSV)")
        if self.published_after is not None and self.leave_village_class == 0:
            raise ValueError(
                "published_after fixes the totals of villages that left: "
                "give leave_village_class, their number"
            )
        return self
