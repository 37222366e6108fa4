"""The county block of a configuration: where the villages come from."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.model.config.fields import Positive, Strict, unit


class Spread(Strict):
    """A quantity of villages: log-normal with a known mean."""

    mean: Positive
    """Mean over villages."""
    log_sd: Annotated[float, Field(ge=0, le=2)] = 0.4
    """Standard deviation of the logarithm between villages."""


class Persons(Spread):
    """Persons of villages."""

    mean: Annotated[float, Field(gt=0, le=100_000)]
    """Mean over villages."""


class Land(Spread):
    """Land of villages, km2."""

    mean: Annotated[float, Field(ge=0.001, le=20_000)]
    """Mean over villages."""


class PublishedAfter(Strict):
    """Means published for the villages after the reform (totals of those that stayed villages)."""

    villages: Annotated[int, Field(ge=1)]
    """Number of villages after the reform."""
    population_mean: Annotated[float, Field(gt=0, le=100_000)] = unit("persons per village")
    """Mean registered population after the reform."""
    area_mean_km2: Annotated[float, Field(gt=0, le=20_000)] = unit("km2 per village")
    """Mean area after the reform."""


class Columns(Strict):
    """What a file of villages calls its columns, where it has names of its own for them."""

    code: str | None = None
    """Unique code of a village."""
    name: str | None = None
    """Name of a village."""
    township: str | None = None
    """Name of its township."""
    registered: str | None = None
    """Registered persons."""
    kind: str | None = None
    """Village or community."""
    industry: str | None = None
    """Strength of industry, any scale from 0."""
    nationality: str | None = None
    """Main nationality."""
    area_km2: str | None = None
    """Area in km2 (CSV only: of a map it is measured)."""
    x_km: str | None = None
    """Place of the office, km eastwards (CSV only)."""
    y_km: str | None = None
    """Place of the office, km northwards (CSV only)."""
    x: str | None = None
    """Place of the office in the map's coordinates (map only)."""
    y: str | None = None
    """Place of the office in the map's coordinates (map only)."""


class MapOptions(Strict):
    """How a map of villages is to be read."""

    layer: str | None = None
    """Layer of a GeoPackage, where it has several."""
    crs: str | None = None
    """Coordinate reference system, for example EPSG:4490, where the file names none."""
    gaps: Literal["refuse", "leave"] = "refuse"
    """Land inside the county that is in no village: a mistake, or meant (a lake, a town)."""


class County(Strict):
    """The county and its villages before the reform."""

    registry: str | None = None
    """County in the official registry: 6-digit code or Chinese name (`hecun counties`)."""
    villages: str | None = None
    """A CSV or map (.gpkg, .geojson, .shp) of one's own instead, relative to this file."""
    columns: Columns = Columns()
    """The file's own names of its columns (default: code, name, township, registered, ...)."""
    map: MapOptions = MapOptions()
    """How the map is to be read."""
    year: Literal[2018, 2019] = 2019
    """Registry list that describes the villages before the reform."""
    exclude_townships: tuple[str, ...] = ()
    """Townships of the registry left out, by name."""
    communities: bool = False
    """Also include the county's communities (居委会) as units of their own."""
    population: Persons = Persons(mean=1200.0)
    """Registered persons per village, where the villages' own numbers are not known."""
    area: Land = Land(mean=5.0)
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
            raise ValueError("give either registry (a county's code or name) or villages (a file)")
        for key in ("columns", "map"):
            if self.villages is None and getattr(self, key) != type(getattr(self, key))():
                raise ValueError(f"{key} tells how to read the file that villages names: give it")
        if self.published_after is not None and self.leave_village_class == 0:
            raise ValueError(
                "published_after fixes the totals of villages that left: "
                "give leave_village_class, their number"
            )
        return self
