"""Opening a map: GDAL is given nothing but the three formats that are read.

GDAL takes a file for what its content says, whatever its name: a "map" may be a page of XML that
names other files or addresses, or a chain of commands. So a file must begin as its format does, and
of a GeoJSON only its features are passed on, and the name of its reference system.
"""

import json
import warnings
from pathlib import Path
from typing import Any

from sim.errors import InputError, nearest
from sim.files import fault
from sim.model.world.csvfile import VillageFileError

#: above the map of any county
MOST_BYTES = 100_000_000
_GEOJSON = (".geojson", ".json")
_MAGIC = {".gpkg": b"SQLite format 3\0", ".shp": b"\x00\x00\x27\x0a"}
_ENCODINGS = ("utf-8", "gb18030")
_MEND = "mend it in a GIS and save it again"


class MapWarning(UserWarning):
    """Something in a map that was mended because it hardly matters."""


def opened(path: Path, layer: str | None, crs: str | None) -> Any:
    """Return the features of a map's layer as a frame, texts decoded.

    Raises
    ------
    VillageFileError
        If the file is not such a map.
    """
    try:
        import pyogrio
        import shapely
    except ModuleNotFoundError as error:
        raise InputError(
            f"{path}: reading maps needs the extra 'geo': python -m pip install 'hecun[geo]'"
        ) from error
    source = _source(path)
    encoding = "ISO-8859-1" if path.suffix.lower() == ".shp" else None
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        try:
            chosen = _layer(path, source, layer)
            frame = pyogrio.read_dataframe(source, layer=chosen, encoding=encoding)
        except UnicodeDecodeError as error:
            raise VillageFileError(f"{path}: texts are not UTF-8; save it as UTF-8") from error
        except (
            RuntimeError,
            ValueError,
            OSError,
            TypeError,
            shapely.errors.GEOSException,
        ) as error:
            if isinstance(error, InputError):
                raise
            said = " ".join(str(error).split())
            raise VillageFileError(
                f"{path}: not a map that can be read ({said}); expected GeoPackage, GeoJSON or "
                f"Shapefile: {_MEND}"
            ) from error
    if not len(frame) or "geometry" not in frame:
        raise VillageFileError(f"{path}: no features; expected one polygon per village")
    if path.suffix.lower() == ".shp":
        _decode(path, frame)
    if crs is not None:
        frame = _with_crs(path, frame, crs)
    for text in dict.fromkeys(str(w.message) for w in told if w.category is RuntimeWarning):
        warnings.warn(f"{path}: {text}", MapWarning, stacklevel=2)
    return frame


def _source(path: Path) -> Any:
    """Return what pyogrio is to read: the file, or the features of a GeoJSON as UTF-8."""
    suffix = path.suffix.lower()
    wrong, raw = fault(path, "a map"), b""
    try:
        if wrong is None and path.stat().st_size > MOST_BYTES:
            wrong = f"larger than {MOST_BYTES // 1_000_000} MB; expected one county's villages"
        if wrong is None:
            with path.open("rb") as file:
                raw = file.read(-1 if suffix in _GEOJSON else 16)
    except OSError as error:
        wrong = f"cannot be read ({error.strerror}); give a map"
    if wrong is not None:
        raise VillageFileError(f"{path}: {wrong}")
    if suffix in _GEOJSON:
        return _features(path, raw)
    if not raw.startswith(_MAGIC[suffix]):
        kind = {".gpkg": "GeoPackage", ".shp": "Shapefile"}[suffix]
        raise VillageFileError(f"{path}: not a map of the kind its name says; expected a {kind}")
    return path


def _features(path: Path, raw: bytes) -> bytes:
    """Return a GeoJSON with its features and the name of its reference system alone."""
    data = _json(path, raw)
    if not isinstance(data, dict) or data.get("type") not in ("FeatureCollection", "Feature"):
        raise VillageFileError(
            f"{path}: not a map that can be read; expected GeoJSON with a FeatureCollection"
        )
    crs = data.get("crs")
    if crs is not None and (not isinstance(crs, dict) or crs.get("type") != "name"):
        raise VillageFileError(
            f"{path}: its crs is not a name; write a crs of type name, or none (WGS 84)"
        )
    kept = {key: data[key] for key in ("type", "crs", "features", "properties", "geometry")
            if key in data}  # fmt: skip
    return json.dumps(kept, ensure_ascii=False).encode("utf-8", "replace")


def _json(path: Path, raw: bytes) -> Any:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        try:
            return json.loads(text, parse_constant=_no_number)
        except json.JSONDecodeError as error:
            raise VillageFileError(
                f"{path}:{error.lineno}:{error.colno}: not a map that can be read ({error.msg}); "
                "expected GeoJSON"
            ) from error
        except (ValueError, RecursionError) as error:
            raise VillageFileError(
                f"{path}: not a map that can be read ({error}); expected GeoJSON"
            ) from error
    raise VillageFileError(f"{path}: neither UTF-8 nor GB18030 text; save it as UTF-8")


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is not a number")


def _layer(path: Path, source: Any, wanted: str | None) -> str | None:
    """Return the name of the layer to read; one must be named where there are several."""
    import pyogrio

    names = [str(name) for name in pyogrio.list_layers(source)[:, 0]]
    if path.suffix.lower() != ".gpkg":
        return None
    if wanted is None and len(names) > 1:
        raise VillageFileError(f"{path}: layers {', '.join(names)}; write county.map.layer")
    if wanted is not None and wanted not in names:
        raise VillageFileError(
            f"{path}: no layer {wanted!r}{nearest(wanted, names)}; it has {', '.join(names)}"
        )
    return wanted


def _decode(path: Path, frame: Any) -> None:
    """Decode the texts of a Shapefile, read byte by byte: as its .cpg says, UTF-8 or GB18030."""
    said = path.with_suffix(".cpg")
    encodings = []
    if fault(said, "a name of an encoding") is None:
        encodings.append(said.read_text("ascii", "replace").strip("\0\ufffd \r\n\t"))
    texts = [*frame.columns]
    for name in frame.columns:
        if frame[name].dtype == object or str(frame[name].dtype).startswith("str"):
            texts += [text for text in frame[name] if isinstance(text, str)]
    for encoding in (*encodings, *_ENCODINGS):
        try:
            plain = {text: text.encode("latin-1").decode(encoding) for text in texts}
        except (UnicodeError, LookupError, ValueError):
            continue
        frame.columns = [plain[name] for name in frame.columns]
        for name in frame.columns:
            if name != frame.geometry.name:
                frame[name] = [plain.get(v, v) if isinstance(v, str) else v for v in frame[name]]
        return
    raise VillageFileError(f"{path}: texts are neither UTF-8 nor GB18030; add a .cpg file")


def _with_crs(path: Path, frame: Any, crs: str) -> Any:
    """Return the frame in the reference system of the configuration, if the file names none."""
    from pyproj.exceptions import CRSError

    if frame.crs is not None:
        raise VillageFileError(f"{path}: names its CRS ({frame.crs.name}); remove county.map.crs")
    try:
        return frame.set_crs(crs)
    except CRSError as error:
        raise VillageFileError(
            f"{path}: county.map.crs {crs!r} is unknown; expected for example EPSG:4490"
        ) from error
