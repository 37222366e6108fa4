"""The registry's files: an index of counties, and one small block of lists a county.

``counties.tsv.gz`` is the index: one line a code, with what is known of it and where its blocks
lie in ``lists.bin`` and ``outlines.bin``. A county is read without the others. How a block is
packed is told in ``sim/data/README.md``; ``docs/make_registry.py`` packs them. ``letters.tsv.gz``
tells which letters sound alike; ``elsewhere.bin`` is one block of outlines of places without lists.
"""

import gzip
import lzma
import struct
from functools import cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.errors import InputError
from sim.files import digest

FOLDER = Path(__file__).parent.parent.parent / "data" / "registry"
#: ends of names, kept as numbers; 0 = none of them
ENDINGS = (
    "村民委员会", "村委会", "社区居民委员会", "社区居委会", "居民委员会", "居委会", "社区",
    "嘎查委员会", "嘎查村民委员会", "嘎查", "村", "生活区", "连",
)  # fmt: skip
#: how blocks are compressed: no headers, one filter
FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9, "dict_size": 1 << 18, "lc": 3, "lp": 0, "pb": 0}]
ENCODING = "gb18030"
#: first year of the lists: bit i of a row's years is the list of FIRST_YEAR + i
FIRST_YEAR = 2016
#: units of the coordinates of outlines, degrees
DEGREES = 1e-4
_SAME = "\t"  # the name of a row is that of the row before, its ending aside


class ArchiveError(InputError):
    """A damaged installation: a block of the registry is not what its index says."""


class ListRow(NamedTuple):
    """A unit as a list writes it, and the years in which it does (bit i: FIRST_YEAR + i)."""

    code: str
    name: str
    township: str
    years: int


@cache
def index() -> tuple[dict[str, str], ...]:
    """Return the lines of the index, one a code, ordered by code: column name to text."""
    text = gzip.decompress((FOLDER / "counties.tsv.gz").read_bytes()).decode()
    head, *lines = text.rstrip("\n").split("\n")
    columns = head.split("\t")
    return tuple(dict(zip(columns, line.split("\t"), strict=True)) for line in lines)


@cache
def syllables() -> dict[str, str]:
    """Return how a letter of the lists' names is read most often, without tone."""
    text = gzip.decompress((FOLDER / "letters.tsv.gz").read_bytes()).decode()
    pairs = (line.split("\t") for line in text.rstrip("\n").split("\n"))
    return {letter: said for said, letters in pairs for letter in letters}


def block(line: dict[str, str], kind: str) -> bytes:
    """Return a county's block of lists or of its outline ("list", "outline"), unpacked.

    Raises
    ------
    ArchiveError
        If the file is damaged.
    """
    path = FOLDER / f"{kind}s.bin"
    with path.open("rb") as file:
        file.seek(int(line[f"{kind}_at"]))
        packed = file.read(int(line[f"{kind}_size"]))
    if digest(packed)[:12] != line[f"{kind}_digest"]:
        raise ArchiveError(f"{path.name}: the block of {line['code']} is damaged; install anew")
    return lzma.decompress(packed, format=lzma.FORMAT_RAW, filters=FILTERS)


def _planes(values: npt.NDArray[np.int64], width: int) -> bytes:
    """Return differences of numbers, their bytes by place (as compresses best)."""
    steps = np.diff(values, prepend=0).astype(f"<i{width}")
    return steps.view(np.uint8).reshape(-1, width).T.tobytes()


def _numbers(raw: bytes, width: int) -> npt.NDArray[np.int64]:
    steps = np.frombuffer(raw, dtype=np.uint8).reshape(width, -1).T.copy().view(f"<i{width}")
    return np.cumsum(steps.ravel(), dtype=np.int64)


def pack_rows(rows: list[ListRow]) -> bytes:
    """Return a county's rows as a block: codes, townships, endings, years, names."""
    towns: dict[str, int] = {}
    place = [towns.setdefault(row.township, len(towns)) for row in rows]
    names, ends, before = [], bytearray(), ("", "")
    for row in rows:
        end = next((i for i, e in enumerate(ENDINGS, 1) if row.name.endswith(e)), 0)
        stem = row.name.removesuffix(ENDINGS[end - 1]) if end else row.name
        names.append(_SAME if before == (row.code, stem) else stem)
        before = (row.code, stem)
        ends.append(end)
    parts = (
        _planes(np.array([int(row.code[6:]) for row in rows]), 4),
        _planes(np.array(place), 2),
        bytes(ends),
        bytes(row.years for row in rows),
        "\n".join(towns).encode(ENCODING),
        "\n".join(names).encode(ENCODING),
    )
    raw = struct.pack("<3I", len(rows), len(parts[4]), len(parts[5])) + b"".join(parts)
    return lzma.compress(raw, format=lzma.FORMAT_RAW, filters=FILTERS)


def rows_of(code: str, raw: bytes) -> list[ListRow]:
    """Return the rows of a county's code from its unpacked block."""
    count, size_towns, size_names = struct.unpack_from("<3I", raw)
    ends = accumulate((12, 4 * count, 2 * count, count, count, size_towns, size_names))
    cut = [raw[a:b] for a, b in pairwise(ends)]
    towns = cut[4].decode(ENCODING).split("\n")
    rows, stem = [], ""
    endings = ("", *ENDINGS)
    for number, town, end, years, name in zip(
        _numbers(cut[0], 4).tolist(),
        _numbers(cut[1], 2).tolist(),
        cut[2],
        cut[3],
        cut[5].decode(ENCODING).split("\n"),
        strict=True,
    ):
        stem = stem if name == _SAME else name
        rows.append(ListRow(f"{code}{number:06d}", stem + endings[end], towns[town], years))
    return rows


def elsewhere() -> list[list[npt.NDArray[np.float64]]]:
    """Return the borders of what is in no list, as polygons: lists of rings (n, 2), degrees."""
    packed = (FOLDER / "elsewhere.bin").read_bytes()
    return rings_of(lzma.decompress(packed, format=lzma.FORMAT_RAW, filters=FILTERS))


def pack_rings(polygons: list[list[npt.NDArray[np.float64]]]) -> bytes:
    """Return polygons as a block; each is a list of rings (n, 2), the first the outer one."""
    heads: list[int] = [len(polygons)]
    points = []
    for rings in polygons:
        heads += [len(rings), *(len(ring) - 1 for ring in rings)]
        points += [ring[:-1] for ring in rings]  # the last point is the first again
    whole = np.rint(np.concatenate(points) / DEGREES).astype(np.int64)
    head = struct.pack(f"<I{len(heads)}I", len(heads), *heads)
    raw = head + _planes(whole[:, 0], 4) + _planes(whole[:, 1], 4)
    return lzma.compress(raw, format=lzma.FORMAT_RAW, filters=FILTERS)


def rings_of(raw: bytes) -> list[list[npt.NDArray[np.float64]]]:
    """Return the polygons of an unpacked block: rings (n, 2) of longitude and latitude, closed."""
    (length,) = struct.unpack_from("<I", raw)
    heads = list(struct.unpack_from(f"<{length}I", raw, 4))
    body = raw[4 + 4 * length :]
    half = len(body) // 2
    points = np.stack([_numbers(body[:half], 4), _numbers(body[half:], 4)], axis=1) * DEGREES
    polygons, at = [], 0
    heads.reverse()
    for _ in range(heads.pop()):
        rings = []
        for size in [heads.pop() for _ in range(heads.pop())]:
            ring = points[at : at + size]
            rings.append(np.concatenate([ring, ring[:1]]))
            at += size
        polygons.append(rings)
    return polygons
