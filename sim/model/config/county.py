"""The county block of a configuration: where the villages come from."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from sim.model.config.fields import Positive, Strict, unit

#: year of a list of the registry
Year = Literal[2016, 2017, 2018, 2019, 2020, 2021, 2022, 2023]


class Spread(Strict):
    """A quantity of villages: log-normal with a known mean."""

    mean: Positive
    """Mean over villages."""
    """…均值"""
    log_sd: Annotated[float, Field(ge=0, le=2)] = 0.4
    """Standard deviation of the logarithm between villages."""
    """…对数标准差"""


class Persons(Spread):
    """Persons of villages."""

    mean: Annotated[float, Field(gt=0, le=100_000)]
    """Mean over villages."""
    """村均户籍人口"""


class Land(Spread):
    """Land of villages, km2."""

    mean: Annotated[float, Field(ge=0.001, le=20_000)]
    """Mean over villages."""
    """村均面积（平方公里）"""


class PublishedAfter(Strict):
    """Means published for the villages after the reform (totals of those that stayed villages)."""

    villages: Annotated[int, Field(ge=1)]
    """Number of villages after the reform."""
    """公布的改革后村数"""
    population_mean: Annotated[float, Field(gt=0, le=100_000)] = unit("persons per village")
    """Mean registered population after the reform."""
    """公布的改革后村均户籍人口"""
    area_mean_km2: Annotated[float, Field(gt=0, le=20_000)] = unit("km2 per village")
    """Mean area after the reform."""
    """公布的改革后村均面积"""


class Columns(Strict):
    """What a file of villages calls its columns, where it has names of its own for them."""

    code: str | None = None
    """Unique code of a village."""
    """文件中村代码的列名"""
    name: str | None = None
    """Name of a village."""
    """文件中村名的列名"""
    township: str | None = None
    """Name of its township."""
    """文件中乡镇名的列名"""
    registered: str | None = None
    """Registered persons."""
    """文件中户籍人口的列名"""
    kind: str | None = None
    """Village or community."""
    """文件中类别（村或社区）的列名"""
    industry: str | None = None
    """Strength of industry, any scale from 0."""
    """文件中产业强度的列名"""
    nationality: str | None = None
    """Main nationality."""
    """文件中主要民族的列名"""
    area_km2: str | None = None
    """Area in km2 (CSV only: of a map it is measured)."""
    """文件中面积的列名（仅CSV；地图的面积由图形量算）"""
    x_km: str | None = None
    """Place of the office, km eastwards (CSV only)."""
    """文件中村委会东向坐标（公里）的列名（仅CSV）"""
    y_km: str | None = None
    """Place of the office, km northwards (CSV only)."""
    """文件中村委会北向坐标（公里）的列名（仅CSV）"""
    x: str | None = None
    """Place of the office in the map's coordinates (map only)."""
    """地图中村委会横坐标的列名（与地图同一坐标系）"""
    y: str | None = None
    """Place of the office in the map's coordinates (map only)."""
    """地图中村委会纵坐标的列名（与地图同一坐标系）"""


#: approval number of a map
Approval = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
#: datum of a map's coordinates
Datum = Literal["wgs84", "cgcs2000", "gcj02"]


class MapOptions(Strict):
    """How a map of villages is to be read, and what is to be said of it."""

    layer: str | None = None
    """Layer of a GeoPackage, where it has several."""
    """GeoPackage 的图层"""
    crs: str | None = None
    """Coordinate reference system, for example EPSG:4490, where the file names none."""
    """文件未注明时的坐标系，如 EPSG:4490"""
    gaps: Literal["refuse", "leave"] = "refuse"
    """Land inside the county that is in no village: a mistake, or meant (a lake, a town)."""
    """县内无归属的空白：refuse 视为错误，leave 视为本来如此（湖泊、城区等）"""
    datum: Datum | None = None
    """Datum of the coordinates; figures say it. GCJ-02 lies some hundred metres off the others,
    whatever the file's CRS says; shapes, areas and distances are the same."""
    """坐标的大地基准，仅在图中注明；GCJ-02与另外两种相差数百米，形状、面积和距离不受影响"""
    approval: Approval | None = None
    """Approval number (审图号) of the map, which figures print where they draw it; of a registry
    county that of the base map, with the words that the drawing itself is not approved."""
    """审图号，图中注明；名录中的县为底图审图号，并注明本图未经审核"""


class County(Strict):
    """The county and its villages before the reform."""

    registry: str | None = None
    """County in the official registry: 6-digit code, Chinese name or pinyin (`hecun counties`)."""
    """官方区划名录中的县：6位代码、中文名或拼音"""
    villages: str | None = None
    """A CSV or map (.gpkg, .geojson, .shp) of one's own instead, relative to this file."""
    """自备村庄表（CSV）或村界地图（gpkg、geojson、shp），与 registry 二选一"""
    columns: Columns = Columns()
    """The file's own names of its columns (default: code, name, township, registered, ...)."""
    """文件中各列的名称"""
    map: MapOptions = MapOptions()
    """How the map is to be read, and what figures say of it."""
    """地图的读法及图中须注明的内容"""
    year: Year | None = None
    """Registry list that describes the villages before the reform; found if not given."""
    """改革前村庄名录的年份；未写时按改革月份查找"""
    year_after: Year | None = None
    """Registry list that describes them after it; found if not given."""
    """改革后村庄名录的年份；未写时按改革月份查找"""
    exclude_townships: tuple[str, ...] = ()
    """Townships of the registry left out, by name."""
    """不纳入的乡镇"""
    communities: bool = False
    """Also include the county's communities (居委会) as units of their own."""
    """是否同时纳入居委会（社区）"""
    population: Persons = Persons(mean=1200.0)
    """Registered persons per village, where the villages' own numbers are not known."""
    """村户籍人口"""
    area: Land | None = None
    """Area of a village in km2, where not known; if not given, the county's own area, shared by its
    villages and communities (5 where the county has no outline)."""
    """村面积"""
    groups_per_village: Annotated[float, Field(ge=1, le=40)] = 8.6
    """Villager groups (村民小组) per village."""
    """每村村民小组数"""
    cell_km: Annotated[float, Field(ge=0.05, le=5)] | None = unit("km", default=None)
    """Side of a grid cell; chosen so that a group has about six cells if not given."""
    """空间格网边长"""
    leave_village_class: Annotated[int, Field(ge=0)] = 0
    """Villages known or believed to have become urban communities with the reform."""
    """随改革转为城镇社区的村数"""
    published_after: PublishedAfter | None = None
    """Published means after the reform: they fix the totals of the villages that left."""
    """公布的改革后数据"""

    @model_validator(mode="after")
    def _one_source(self) -> "County":
        if (self.registry is None) == (self.villages is None):
            raise ValueError("give either registry (a county's code or name) or villages (a file)")
        if self.villages is None and self.columns != Columns():
            raise ValueError("columns tells how to read the file that villages names: give it")
        if self.villages is None and self.map != MapOptions(approval=self.map.approval):
            raise ValueError(
                "map tells how to read the file that villages names: give it (approval alone goes "
                "with a registry county, too)"
            )
        if self.year is not None and self.year_after is not None and self.year_after <= self.year:
            raise ValueError(f"year_after {self.year_after} must be later than year {self.year}")
        if self.published_after is not None and self.leave_village_class == 0:
            raise ValueError(
                "published_after fixes the totals of villages that left: "
                "give leave_village_class, their number"
            )
        return self
