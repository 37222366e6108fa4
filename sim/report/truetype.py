"""TrueType outlines of the Chinese letters that a PDF shows.

The packaged font has PostScript outlines, which Matplotlib cannot embed as TrueType: many journals'
checks refuse what it does instead. Of the letters that a figure shows a font with TrueType outlines
is made; their widths are the same, so that nothing moves.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matplotlib.font_manager import fontManager
from matplotlib.text import Text

from sim.files import digest
from sim.report.fonts import chinese_family, chinese_file

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_FAMILY = "Hecun Sans SC"
#: largest distance between the outlines, in units of which an em has a thousand
_APART = 0.5
#: what a font without instructions has none of
_NOUGHT = (
    *("maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs"),
    *("maxStackElements", "maxSizeOfInstructions", "maxComponentElements", "maxPoints"),
    *("maxContours", "maxCompositePoints", "maxCompositeContours", "maxComponentDepth"),
)


@contextmanager
def truetype(figure: "Figure") -> Iterator[None]:
    """Let a figure show its Chinese letters from a font with TrueType outlines."""
    file, family = chinese_file(), chinese_family()
    texts = figure.findobj(Text)
    letters = {letter for text in texts for letter in text.get_text() if ord(letter) > 0x7F}
    if file is None or family is None or not letters:
        yield
        return
    name = f"{_FAMILY} {digest(''.join(sorted(letters)))[:8]}"
    was = [(text, text.get_fontfamily()) for text in texts]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name.replace(' ', '')}.ttf"
        path.write_bytes(_font(file, "".join(sorted(letters)), name))
        known = len(fontManager.ttflist)
        fontManager.addfont(path)
        try:
            for text, families in was:
                text.set_fontfamily([name if one == family else one for one in families])
            yield
        finally:
            del fontManager.ttflist[known:]
            fontManager._findfont_cached.cache_clear()  # pyright: ignore[reportAttributeAccessIssue]
            for text, families in was:
                text.set_fontfamily(families)


@lru_cache(maxsize=8)
def _font(file: Path, letters: str, name: str) -> bytes:
    """Return a font of some letters with TrueType outlines."""
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont, newTable

    font: Any = TTFont(BytesIO(file.read_bytes()), lazy=True, recalcTimestamp=False)
    options = Options(layout_features=[], hinting=False, notdef_outline=True, name_IDs=[1, 2, 4, 6])
    subset = Subsetter(options)
    subset.populate(text=letters + "".join(map(chr, range(0x20, 0x7F))))
    subset.subset(font)
    outlines, glyphs = font.getGlyphSet(), {}
    for key in font.getGlyphOrder():
        pen = TTGlyphPen(outlines)
        outlines[key].draw(Cu2QuPen(pen, _APART, reverse_direction=True))
        glyphs[key] = pen.glyph()
    table: Any = newTable("glyf")
    font["loca"] = newTable("loca")
    table.glyphOrder, table.glyphs = font.getGlyphOrder(), glyphs
    font["glyf"] = table
    for gone in ("CFF ", "VORG"):
        if gone in font:
            del font[gone]
    profile = font["maxp"]
    profile.tableVersion = 0x00010000
    for key in _NOUGHT:
        setattr(profile, key, 0)
    profile.maxZones = 1
    font["post"].formatType = 3.0
    font["head"].glyphDataFormat = 0
    font.sfntVersion = "\x00\x01\x00\x00"
    for record in font["name"].names:
        plain = {1: name, 2: "Regular", 4: name, 6: name.replace(" ", "")}
        record.string = plain[record.nameID]
    out = BytesIO()
    font.save(out)
    return out.getvalue()
