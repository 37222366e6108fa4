"""Map of the atlas: counties of China, or of a province, by villages lost through mergers."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.collections import PathCollection
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke

from sim.about.fates import Fate, fates
from sim.about.placenames import region_name
from sim.errors import InputError
from sim.model.world.archive import elsewhere
from sim.model.world.mergers import MERGED, MERGED_OF
from sim.model.world.registry import YEARS, county_outline
from sim.report.conic import Conic, outline_of
from sim.report.fonts import themed
from sim.report.frame import WIDTHS, frame, sheet
from sim.report.ground import STRONG, WHITE
from sim.report.plotting import sns
from sim.report.saving import FORMATS, save
from sim.words import word

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.path import Path as Outline

#: lower ends of the classes, shares of the villages
CLASSES = (MERGED, 0.25, 0.35, 0.45, 0.6)
#: fill and hatch of counties without a merger
_PLAIN = {
    "unmerged": ("#eeeeee", ""),
    "relisted": ("#f8ecdf", "....."),
    "missing": ("#f0d9c0", "/////"),
}
_MARKS = "#bd8f5f"  # colour of the hatches
_LABELLED = 10  # a province with so many counties that merged has its name on the map of China
_DOTS = 1200  # an outline's points are told apart as if the map was so many dots wide
_MOST = 7.0  # inches: height of a map
Rings = list[list[npt.NDArray[np.float64]]]


class Drawn(NamedTuple):
    """A county on the map."""

    fate: Fate
    outline: "Outline"

    @property
    def look(self) -> int | str:
        """Its class, or which of the others it is."""
        if self.fate.known != "merged":
            return "unmerged" if self.fate.known == "few" else self.fate.known
        return int(np.searchsorted(CLASSES, self.fate.lost, side="right")) - 1


def atlas_map(province: str | None = None, lang: str = "en") -> "Figure":
    """Draw counties by the share of their villages that mergers ended, 2016 to 2023.

    Parameters
    ----------
    province : str or None
        Name, pinyin or two digits; None = China.
    lang : {"en", "zh"}
        Language.

    Returns
    -------
    Figure
        One panel with layers named by ``gid``: ``counties``, and ``elsewhere`` for China.
    """
    with themed(lang) as language:
        found = fates(province)
        borders = {
            fate.county.code: county_outline(fate.county.code)
            for fate in found
            if fate.county.area_km2 is not None
        }
        rest = [] if province else elsewhere()
        points = np.concatenate([ring for each in (*borders.values(), rest) for ring in _all(each)])
        conic = Conic.over(points)
        flat = conic(points)
        width, height = np.ptp(flat, axis=0)
        step = float(max(width, height)) / _DOTS
        drawn = [
            Drawn(fate, outline_of(borders[fate.county.code], conic, step))
            for fate in found
            if fate.county.code in borders
        ]
        tall = min(WIDTHS[2] * height / width, _MOST)
        figure, ((axes,),) = sheet(2, tall + 1.9)
        margin = 0.01 * width
        axes.set(
            xlim=(flat[:, 0].min() - margin, flat[:, 0].max() + margin),
            ylim=(flat[:, 1].min() - margin, flat[:, 1].max() + margin),
            aspect="equal",
        )
        axes.set_axis_off()
        if rest:
            _fill(axes, [outline_of(rest, conic, step)], "missing", "elsewhere")
        _counties(axes, drawn, "prefecture" if province else "province")
        _names(axes, drawn, conic, language, "prefecture" if province else "province")
        _scale_bar(axes)
        title = word(
            "atlas_title",
            language,
            where=region_name(found[0].county, "province", language)
            if province
            else word("atlas_all", language),
            first=YEARS[0],
            last=YEARS[-1],
            villages=sum(fate.villages_lost for fate in found),
        )
        frame(figure, title, _key(drawn, language), _notes(found, bool(rest), language))
        return figure


def _all(polygons: Rings) -> Iterable[npt.NDArray[np.float64]]:
    return (ring for rings in polygons for ring in rings)


def _colours() -> list[tuple[float, float, float]]:
    """Return the fills of the classes, light to dark."""
    return sns.color_palette("mako_r", len(CLASSES) + 1)[: len(CLASSES)]


def _fill(axes: "Axes", outlines: "Sequence[Outline]", look: int | str, gid: str) -> None:
    """Fill counties of one class or kind, thin white lines between them."""
    face, hatch = (_colours()[look], "") if isinstance(look, int) else _PLAIN[look]
    layer = PathCollection(
        outlines, facecolor=face, edgecolor=WHITE, linewidth=0.2, transform=axes.transData
    )
    layer.set_gid(gid)
    axes.add_collection(layer, autolim=False)
    if hatch:
        marks = PathCollection(
            outlines,
            facecolor="none",
            edgecolor=_MARKS,
            linewidth=0.0,
            hatch=hatch,
            transform=axes.transData,
        )
        axes.add_collection(marks, autolim=False)


def _counties(axes: "Axes", drawn: Sequence[Drawn], level: str) -> None:
    """Fill counties, region by region: what the fills leave of thick lines is the region's border.

    A county's line is covered inside its region by its own fill and its neighbours'.
    """
    for region in dict.fromkeys(getattr(each.fate.county, level) for each in drawn):
        own = [each for each in drawn if getattr(each.fate.county, level) == region]
        thick = PathCollection(
            [each.outline for each in own],
            facecolor=STRONG,
            edgecolor=STRONG,
            linewidth=1.1 if level == "province" else 2.0,
            joinstyle="round",
            transform=axes.transData,
        )
        axes.add_collection(thick, autolim=False)
        for look in dict.fromkeys(each.look for each in own):
            _fill(axes, [each.outline for each in own if each.look == look], look, "counties")


def _names(axes: "Axes", drawn: Sequence[Drawn], conic: Conic, lang: str, level: str) -> None:
    """Write names of prefectures, or of provinces in which many counties merged."""
    places: dict[str, list[Drawn]] = {}
    for each in drawn:
        places.setdefault(region_name(each.fate.county, level, lang), []).append(each)
    for name, own in places.items():
        if level == "province" and sum(e.fate.known == "merged" for e in own) < _LABELLED:
            continue
        middles = conic(np.array([(e.fate.county.lon, e.fate.county.lat) for e in own], float))
        areas = [float(e.fate.county.area_km2 or 0.0) for e in own]
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


def _key(drawn: Sequence[Drawn], lang: str) -> "list[Artist]":
    """Return the legend: classes and kinds that are on the map, with their counties."""
    counts = Counter(each.look for each in drawn)
    entries: list[Artist] = []
    ends = [*pairwise(CLASSES), (CLASSES[-1], 1.0)]
    for i, (colour, (low, high)) in enumerate(zip(_colours(), ends, strict=True)):
        if counts[i]:
            key = "atlas_class" if high < 1.0 else "atlas_most"
            label = word(key, lang, low=100 * low, high=100 * high, n=counts[i])
            entries.append(Patch(facecolor=colour, label=label))
    for look, (face, hatch) in _PLAIN.items():
        if counts[look]:
            label = word(f"atlas_{look}", lang, n=counts[look])
            style = {"facecolor": face, "edgecolor": _MARKS, "linewidth": 0.0, "hatch": hatch}
            entries.append(Patch(label=label, **style))
    return entries


def _notes(found: Sequence[Fate], china: bool, lang: str) -> list[str]:
    """Return the notes: what is shown, what is not, whose borders they are."""
    merged = [fate for fate in found if fate.known == "merged"]
    lost = [fate for fate in merged if fate.county.area_km2 is None]
    notes = [word("atlas_shown", lang, n=len(merged), least=MERGED, of=MERGED_OF)]
    if lost:
        names = word("atlas_comma", lang).join(fate.county.name for fate in lost)
        notes.append(word("atlas_undrawn", lang, n=len(lost), names=names))
    if china:
        notes.append(word("atlas_elsewhere", lang))
    return [*notes, word("atlas_borders", lang)]


def check_files(paths: Sequence[Path]) -> None:
    """Refuse files that a figure cannot be written to, all at once.

    Raises
    ------
    InputError
        If one ends in no format of `FORMATS`, is there already, or is in no folder.
    """
    wrong = []
    for path in paths:
        if path.suffix.lower().removeprefix(".") not in FORMATS:
            ends = ", ".join(f".{end}" for end in FORMATS)
            wrong.append(f"--figure {path}: expected a name that ends in {ends}")
        elif path.exists():
            wrong.append(f"{path}: is there already; delete it or give another name")
        elif not path.parent.is_dir():
            wrong.append(f"{path}: there is no folder {path.parent}; make it first")
    if wrong:
        raise InputError(wrong)


def write_maps(paths: Sequence[Path], province: str | None, lang: str) -> None:
    """Draw the map and write it.

    Parameters
    ----------
    paths : sequence of Path
        Files, ``a.png``, ``a.svg``, ``a.pdf``, checked by `check_files`.
    province : str or None
        As for `atlas_map`.
    lang : {"en", "zh"}
        Language.
    """
    with themed(lang):
        figure = atlas_map(province, lang)
        for path in paths:
            save(figure, path, end=path.suffix.lower().removeprefix("."))
