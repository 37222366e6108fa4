"""Maps by county: borders of regions, names, scale; and effects of an experiment over counties."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.collections import PathCollection
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke

from sim.about.placenames import region_name
from sim.errors import InputError
from sim.model.outcomes.catalogue import HEADLINE
from sim.model.world.archive import elsewhere
from sim.model.world.registry import CountyEntry, counties, county_outline, find_county
from sim.report.conic import Conic, outline_of
from sim.report.effects import measured, numbers
from sim.report.experiment import arm_titles, factors_of, titled
from sim.report.fonts import themed
from sim.report.frame import PAGE, WIDTHS, frame, sheet
from sim.report.ground import STRONG, WHITE
from sim.report.plotting import sns
from sim.words import word

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.path import Path as Outline

    from sim.lab.store.reading import ExperimentResults

PLAIN, UNKNOWN, MARKS = "#eeeeee", "#f0d9c0", "#bd8f5f"  # no value; border known alone; hatches
_DOTS = 1200  # an outline's points are told apart as if the map was so many dots wide
_MOST = 7.0  # inches: height of a map
_CLASSES = 6  # at most
_BOTH = 0.05  # share of values on each side of 0 from which both have colours of their own
_LABELLED = 10  # a province with so many counties in it has its name on the map of China
Edges = npt.NDArray[np.float64]
Rings = list[list[Edges]]


class Placed(NamedTuple):
    """A county on a map: its outline, fill and hatch; and whether it counts for a name."""

    county: CountyEntry
    outline: "Outline"
    face: Any
    hatch: str = ""
    counts: bool = True


@dataclass(frozen=True)
class Plane:
    """Outlines on a plane.

    Attributes
    ----------
    conic : Conic
        Projection.
    outlines : dict
        Code of a county -> its outline, km.
    rest : Outline or None
        Land of China without counties in the registry.
    size : array (2, 2)
        Least and largest x and y, km.
    """

    conic: Conic
    outlines: "dict[str, Outline]"
    rest: "Outline | None"
    size: Edges

    @classmethod
    def of(cls, codes: Iterable[str], china: bool) -> "Plane":
        """Return the outlines of counties; with the rest of China, if that is what is drawn."""
        borders = {code: county_outline(code) for code in codes}
        rest = elsewhere() if china else []
        points = np.concatenate([ring for each in (*borders.values(), rest) for ring in _all(each)])
        conic = Conic.over(points)
        flat = conic(points)
        step = float(np.ptp(flat, axis=0).max()) / _DOTS
        outlines = {code: outline_of(each, conic, step) for code, each in borders.items()}
        other = outline_of(rest, conic, step) if rest else None
        return cls(conic, outlines, other, np.stack([flat.min(axis=0), flat.max(axis=0)]))

    def height(self, width: float) -> float:
        """Return how high a map of so many inches' width is."""
        across, up = np.ptp(self.size, axis=0)
        return min(width * up / across, _MOST)

    def frame(self, axes: "Axes") -> None:
        """Give a panel the plane's limits, the rest of China and a scale bar."""
        (west, south), (east, north) = self.size
        margin = 0.01 * (east - west)
        axes.set(
            xlim=(west - margin, east + margin),
            ylim=(south - margin, north + margin),
            aspect="equal",
        )
        axes.set_axis_off()
        if self.rest is not None:
            _fill(axes, [self.rest], UNKNOWN, "/////", "elsewhere")
        _scale_bar(axes)


def _all(polygons: Rings) -> Iterable[Edges]:
    return (ring for rings in polygons for ring in rings)


def _fill(axes: "Axes", outlines: "Sequence[Outline]", face: Any, hatch: str, gid: str) -> None:
    """Fill counties of one look, thin white lines between them."""
    layer = PathCollection(
        outlines, facecolor=face, edgecolor=WHITE, linewidth=0.2, transform=axes.transData
    )
    layer.set_gid(gid)
    axes.add_collection(layer, autolim=False)
    if hatch:
        marks = PathCollection(
            outlines,
            facecolor="none",
            edgecolor=MARKS,
            linewidth=0.0,
            hatch=hatch,
            transform=axes.transData,
        )
        axes.add_collection(marks, autolim=False)


def draw_counties(axes: "Axes", placed: Sequence[Placed], level: str) -> None:
    """Fill counties, region by region: what the fills leave of thick lines is the region's border.

    A county's line is covered inside its region by its own fill and its neighbours'.
    """
    for region in dict.fromkeys(getattr(each.county, level) for each in placed):
        own = [each for each in placed if getattr(each.county, level) == region]
        thick = PathCollection(
            [each.outline for each in own],
            facecolor=STRONG,
            edgecolor=STRONG,
            linewidth=1.1 if level == "province" else 2.0,
            joinstyle="round",
            transform=axes.transData,
        )
        axes.add_collection(thick, autolim=False)
        for face, hatch in dict.fromkeys((each.face, each.hatch) for each in own):
            same = [each.outline for each in own if (each.face, each.hatch) == (face, hatch)]
            _fill(axes, same, face, hatch, "counties")


def name_regions(
    axes: "Axes", placed: Sequence[Placed], conic: Conic, lang: str, level: str, least: int
) -> None:
    """Write names of the provinces or prefectures in which so many counties count, at least."""
    places: dict[str, list[Placed]] = {}
    for each in placed:
        places.setdefault(region_name(each.county, level, lang), []).append(each)
    for name, own in places.items():
        if sum(each.counts for each in own) < least:
            continue
        middles = conic(np.array([(e.county.lon, e.county.lat) for e in own], float))
        areas = [float(e.county.area_km2 or 0.0) for e in own]
        x, y = np.average(middles, axis=0, weights=areas)
        text = axes.text(x, y, name, ha="center", va="center", fontsize="small", color=STRONG)
        text.set_path_effects([withStroke(linewidth=2.2, foreground=WHITE)])


def _scale_bar(axes: "Axes") -> None:
    """Draw a bar of a round number of km in the lower left corner."""
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    wanted = (east - west) / 6
    power = 10.0 ** np.floor(np.log10(wanted))
    length = max(step * power for step in (1, 2, 5) if step * power <= wanted)
    x, y = west + 0.02 * (east - west), south + 0.02 * (north - south)
    axes.plot([x, x + length], [y, y], color=STRONG, lw=2, solid_capstyle="butt")
    up = y + 0.01 * (north - south)
    axes.text(x + length / 2, up, f"{length:g} km", ha="center", va="bottom", fontsize="small")


# --- effects of an experiment ---------------------------------------------------------------------


def effects_map(
    results: "ExperimentResults", outcome: str = HEADLINE[0], lang: str = "en", columns: int = 2
) -> "Figure":
    """Draw the paired effects on an outcome by county, on the counties' true borders.

    Parameters
    ----------
    results : ExperimentResults
        Results of an experiment with ``counties``.
    outcome : str
        Outcome.
    lang : {"en", "zh"}
        Language.
    columns : {1, 2}
        Columns of a journal's page.

    Returns
    -------
    Figure
        A panel an arm (or another level of what differs), with layers ``counties``.

    Raises
    ------
    InputError
        If the experiment is not over counties with borders, or nothing is compared.
    """
    with themed(lang) as language:
        table = titled(results.effects([outcome]), results, language)
        if "county" not in table or not len(table):
            raise InputError(f"{results.folder}: no effects by county; it needs counties")
        base = results.manifest.get("baseline")
        against = arm_titles(results, language).get(str(base), base)
        against = against or word("first_point", language)
        return draw_effects(table, outcome, language, against, factors_of(results), columns)


def draw_effects(
    table: Any,
    outcome: str,
    lang: str,
    against: str,
    factors: Sequence[str] = ("arm",),
    columns: int = 2,
) -> "Figure":
    """Draw effects by county.

    Parameters
    ----------
    table : DataFrame
        Columns county (code), effect, low, high, n, and what tells the panels apart.
    outcome : str
        The outcome they are on.
    lang : {"en", "zh"}
        Language.
    against : str
        What effects are against.
    factors : sequence of str
        Columns that tell points apart.
    columns : {1, 2}
        Columns of a journal's page.
    """
    with themed(lang):
        return _drawn(table, outcome, lang, against, factors, columns)


def _drawn(
    table: Any, outcome: str, lang: str, against: str, factors: Sequence[str], page: int
) -> "Figure":
    others = [name for name in factors if name != "county" and name in table]
    panels = dict(list(table.groupby(others, observed=True, sort=False))) if others else {(): table}
    entries = {str(code): find_county(str(code)) for code in table["county"].unique()}
    known = {code for code, entry in entries.items() if entry.area_km2 is not None}
    if not known:
        raise InputError("no county of these results has a border: there is no map of them")
    inside = {code[:2] for code in known}
    china = len(inside) > 1
    land = [e for e in counties() if e.area_km2 and (china or e.code[:2] in inside)]
    plane = Plane.of([entry.code for entry in land], china)
    edges, colours = _classes(table["effect"].to_numpy(dtype=float))
    columns = 1 if len(panels) == 1 else page
    rows = -(-len(panels) // columns)
    height = rows * plane.height(WIDTHS.get(page, 1.0) / columns) + 0.9
    figure, grid = sheet(page, min(height, PAGE), nrows=rows, ncols=columns)
    level, named = (
        ("province", _LABELLED if page == 2 else _LABELLED // 2) if china else ("prefecture", 0)
    )
    for axes, (labels, part) in zip(grid.ravel(), panels.items(), strict=False):
        plane.frame(axes)
        effects = dict(zip(part["county"].astype(str), part["effect"], strict=True))
        placed = []
        for entry in land:
            face, there = _look(effects.get(entry.code), edges, colours)
            placed.append(Placed(entry, plane.outlines[entry.code], face, counts=there))
        draw_counties(axes, placed, level)
        name_regions(axes, placed, plane.conic, lang, level, named)
        if len(panels) > 1:
            axes.set_title(", ".join(map(str, labels)))
    for axes in grid.ravel()[len(panels) :]:
        axes.set_axis_off()
    title = word("by_county_title", lang, outcome=measured(outcome, lang), against=against)
    key, notes = _key(table, known, edges, colours, lang), _notes(table, entries, china, lang)
    frame(figure, title, key, notes)
    return figure


def _look(value: float | None, edges: Edges, colours: list[Any]) -> tuple[Any, bool]:
    """Return the fill of a county with an effect, and whether there is one."""
    if value is None or np.isnan(value):
        return PLAIN, False
    return colours[_class(value, edges)], True


def _classes(values: Edges) -> tuple[Edges, list[Any]]:
    """Return edges between classes of about as many counties each, and a colour a class.

    Edges are round (two digits), and one is 0 where a twentieth of the values or more lie on each
    side of it: then white is 0. Else the palest are the least, or the largest below 0.
    """
    values = values[np.isfinite(values)]
    values = values if values.size else np.zeros(1)
    wanted = np.quantile(values, np.arange(1, _CLASSES) / _CLASSES)
    if min((values < 0).mean(), (values > 0).mean()) >= _BOTH:
        wanted = np.where(np.arange(wanted.size) == np.abs(wanted).argmin(), 0.0, wanted)
    edges = np.unique([float(f"{edge:.2g}") for edge in wanted])
    if 0.0 in edges:
        side = np.arange(edges.size + 1) - int((edges <= 0).sum())  # -1 and 0 lie beside 0
        side = np.where(side < 0, side, side + 1.0)
        scale = sns.color_palette("vlag", as_cmap=True)
        return edges, [scale(0.5 + 0.5 * each / np.abs(side).max()) for each in side]
    shades = sns.color_palette("mako_r", edges.size + 2)[: edges.size + 1]
    return edges, shades if np.median(values) >= 0 else shades[::-1]


def _class(value: float, edges: Edges) -> int:
    return int(np.searchsorted(edges, value, side="right"))


def _key(table: Any, known: set[str], edges: Edges, colours: list[Any], lang: str) -> list[Any]:
    """Return the legend: a patch a class, with the counties drawn in it."""
    drawn = table[table["county"].astype(str).isin(known) & table["effect"].notna()]
    counts = Counter(_class(float(value), edges) for value in drawn["effect"])
    texts = [_short(float(edge)) for edge in edges]
    said = [word("by_county_below", lang, high=texts[0], n=counts[0])]
    for i, (low, high) in enumerate(pairwise(texts), start=1):
        said.append(word("by_county_class", lang, low=low, high=high, n=counts[i]))
    said.append(word("by_county_above", lang, low=texts[-1], n=counts[len(edges)]))
    entries = [Patch(facecolor=c, label=text) for c, text in zip(colours, said, strict=True)]
    return [*entries, Patch(facecolor=PLAIN, label=word("by_county_none", lang))]


def _short(edge: float) -> str:
    """Return a number of two digits, ``−0.012``."""
    return (f"{edge:,.0f}" if abs(edge) >= 10 else f"{edge:g}").replace("-", "−")


def _notes(table: Any, entries: dict[str, CountyEntry], china: bool, lang: str) -> list[str]:
    """Return what the colours are, how many are told from nought, and whose borders they are."""
    clear = int(((table["low"] > 0) | (table["high"] < 0)).sum())
    notes = [word("by_county_note", lang, n=numbers(table["n"]), clear=clear, of=len(table))]
    lost = [entry.name for entry in entries.values() if entry.area_km2 is None]
    if lost:
        names = word("atlas_comma", lang).join(lost)
        notes.append(word("by_county_undrawn", lang, n=len(lost), names=names))
    notes += [word("atlas_elsewhere", lang)] if china else []
    return [*notes, word("atlas_borders", lang)]
