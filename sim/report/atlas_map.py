"""Map of the atlas: counties of China, or of a province, by villages lost through mergers."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from matplotlib.patches import Patch

from sim.about.fates import Fate, fates
from sim.about.placenames import region_name
from sim.errors import InputError
from sim.model.world.mergers import MERGED, MERGED_OF
from sim.model.world.registry import YEARS
from sim.report.county_map import (
    MARKS,
    PLAIN,
    UNKNOWN,
    Placed,
    Plane,
    draw_counties,
    name_regions,
)
from sim.report.fonts import themed
from sim.report.frame import WIDTHS, frame, sheet
from sim.report.plotting import sns
from sim.report.saving import FORMATS, save
from sim.words import word

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure
    from matplotlib.path import Path as Outline

#: lower ends of the classes, shares of the villages
CLASSES = (MERGED, 0.25, 0.35, 0.45, 0.6)
#: fill and hatch of counties without a merger
_PLAIN = {
    "unmerged": (PLAIN, ""),
    "relisted": ("#f8ecdf", "....."),
    "missing": (UNKNOWN, "/////"),
}
_LABELLED = 10  # a province with so many counties that merged has its name on the map of China


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

    def placed(self) -> Placed:
        """Return it as it is drawn; a name is for regions with counties that merged."""
        look = self.look
        face, hatch = (_colours()[look], "") if isinstance(look, int) else _PLAIN[look]
        return Placed(
            self.fate.county, self.outline, face, hatch, counts=self.fate.known == "merged"
        )


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
        known = [fate.county.code for fate in found if fate.county.area_km2 is not None]
        plane = Plane.of(known, not province)
        drawn = [
            Drawn(fate, plane.outlines[fate.county.code])
            for fate in found
            if fate.county.code in plane.outlines
        ]
        figure, ((axes,),) = sheet(2, plane.height(WIDTHS[2]) + 0.9)
        plane.frame(axes)
        level = "prefecture" if province else "province"
        placed = [each.placed() for each in drawn]
        draw_counties(axes, placed, level)
        name_regions(axes, placed, plane.conic, language, level, 0 if province else _LABELLED)
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
        frame(figure, title, _key(drawn, language), _notes(found, not province, language))
        return figure


def _colours() -> list[tuple[float, float, float]]:
    """Return the fills of the classes, light to dark."""
    return sns.color_palette("mako_r", len(CLASSES) + 1)[: len(CLASSES)]


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
            style = {"facecolor": face, "edgecolor": MARKS, "linewidth": 0.0, "hatch": hatch}
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
