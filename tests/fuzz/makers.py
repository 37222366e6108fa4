"""Cases: each writes the files of one attempt into a folder and says which the user names."""

import json
import os
from pathlib import Path
from random import Random
from typing import Any

from ruamel.yaml import YAML

from tests.fuzz import mutations

ROOT = Path(__file__).parents[2]
VILLAGES = "code,name,township,registered,area_km2\n" + "".join(
    f"51{i:02d},{name}村,{'东' if i < 4 else '西'}镇,{640 + 85 * i},{2.0 + 0.25 * (i % 4)}\n"
    for i, name in enumerate(["安乐", "永兴", "光明", "新民", "石桥", "龙泉", "大坪", "双河"])
)
FULL = "code,name,township,registered,area_km2,x_km,y_km,industry,kind,nationality\n" + "".join(
    f"{i},V{i},T{i % 2},{700 + i},3.5,{2 * (i % 3)},{2 * (i // 3)},{i},village,汉族\n"
    for i in range(9)
)
PLAN = "old_code,new_village,new_township,seat,outpost,kind\n" + "".join(
    f"51{i:02d},{'合'[0]}{i // 2}村,{'东' if i < 4 else '西'}镇,,{i % 2},village\n"
    for i in range(8)
).replace(",1,village", ",,village")
TINY = """title: {en: Tiny, zh: 小县}
county: {villages: villages.csv, groups_per_village: 2}
start: 2019-01
reform: 2019-04
months: 6
spin_up: 1
scale: 500
policies:
  merger: {source: generated, ratio: 0.5}
  combined_role: {share: 1.0}
  headcount: {lines: 4}
"""
EXPERIMENTS = [
    "method: compare\narms:\n  none: {policies: {merger: null}}\n  both:\nreplicates: 2\n"
    "factors:\n  policies.headcount.lines: [3, 6]\nrecord: {county: monthly, villages: yearly}\n",
    "method: factorial\nfactors:\n  policies.combined_role.share: [0, 0.5, 1]\n"
    "  parameters.service.visit_sigma_km: {from: 2, to: 4, steps: 3}\nreplicates: 2\n",
    "method: lhs\nsamples: 8\nfactors:\n  policies.combined_role.share: {from: 0, to: 1}\n"
    "  parameters.service.visit_sigma_km: prior\n",
    "method: sobol\nsamples: 4\nfactors:\n  policies.combined_role.share: {from: 0, to: 1}\n"
    "  parameters.trust: prior\nset: {scale: 400}\noutcomes: [trust]\n",
    "method: morris\ntrajectories: 3\nfactors: {parameters.service: prior}\nset: {months: 7}\n",
    "method: calibrate\nfactors:\n  parameters.service.visit_sigma_km: prior\nsamples: 20\nwaves: 1\n"
    "targets:\n  reach: {outcome: service_reach, value: 0.5, sd: 0.05, source: survey}\n",
    "method: search\nfactors:\n  policies.combined_role.share: {from: 0, to: 1}\n"
    "objectives: {service_reach: more}\nlimits: {trust: {at_least: 0.1}}\npopulation: 4\ngenerations: 2\n",
    "method: discover\narms:\n  none: {policies.merger: null}\n  both: {}\noutcome: service_reach\n"
    "factors: {parameters.service: prior}\nreplicates: 4\n",
]  # fmt: skip
CONFIGS = [
    (ROOT / "tests" / "config" / "valid.yaml").read_text("utf-8"),
    (ROOT / "configs" / "base.yaml").read_text("utf-8"),
    *(
        (ROOT / "configs" / f"{name}.yaml").read_text("utf-8").replace("extends: base.yaml", "")
        for name in ("dechang_2020", "leshan_shizhong_2020", "xichang_generated")
    ),
    TINY,
    TINY.replace("share: 1.0", "share: 0.5, when: backlog > 1 for 2, where: {townships: [东镇]}"),
    TINY.replace("{lines: 4}", "{posts: {by: residents, base: 4, per_1000: 1, max: 7}}")
    + "  pay: {secretary: 2500}\n  training: {who: all, share: 0.5}\n  asset_rules: {rule: pooled}\n",
]
PLAIN = YAML(typ="safe", pure=True)


def _write(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(
        content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    )
    return path


def _small_county(folder: Path) -> None:
    _write(folder, "villages.csv", VILLAGES)
    _write(folder, "tiny.yaml", TINY)


def config(random: Random, folder: Path) -> Path:
    """A configuration of which something is wrong, or something it extends."""
    _small_county(folder)
    text = random.choice(CONFIGS)
    if random.random() < 0.55:
        data = PLAIN.load(text)
        for _ in range(random.choice([1, 1, 1, 2, 4])):
            data = mutations.tree(random, data)
        content = mutations.dumped(data)
        content = mutations.damaged(random, content, 1) if random.random() < 0.2 else content
    else:
        content = mutations.damaged(random, text)
    if random.random() < 0.1:
        _write(folder, "base.yaml", content)
        return _write(folder, "case.yaml", "extends: base.yaml\nseed: 7\n")
    return _write(folder, "case.yaml", content)


def experiment(random: Random, folder: Path) -> Path:
    """An experiment of which something is wrong."""
    _small_county(folder)
    text = "config: tiny.yaml\n" + random.choice(EXPERIMENTS)
    if random.random() < 0.65:
        data = PLAIN.load(text)
        for _ in range(random.choice([1, 1, 2])):
            data = mutations.tree(random, data)
        return _write(folder, "case.yaml", mutations.dumped(data))
    return _write(folder, "case.yaml", mutations.damaged(random, text))


def _cells(random: Random, text: str) -> str:
    """Return a CSV with a cell, row or column changed."""
    rows = [line.split(",") for line in text.rstrip("\n").split("\n")]
    for _ in range(random.choice([1, 1, 2, 3])):
        row = random.choice(rows)
        at, how = random.randrange(len(row)), random.randrange(8)
        if how < 4:
            value = random.choice([*mutations.TEXTS, *map(str, mutations.NUMBERS), "a" * 1_000_000])
            row[at] = f'"{value}"' if random.random() < 0.3 else value
        elif how == 4:
            rows.append(list(random.choice(rows)))
        elif how == 5:
            row.append(random.choice(["", "x"]))
        elif how == 6 and len(row) > 1:
            del row[at]
        else:
            rows[0][random.randrange(len(rows[0]))] = random.choice(
                ["code", "", "Code", "人口", "area"]
            )
    return "\n".join(map(",".join, rows)) + "\n"


def villages(random: Random, folder: Path) -> Path:
    """A table of villages of which something is wrong."""
    text = random.choice([VILLAGES, FULL])
    content: str | bytes = (
        _cells(random, text) if random.random() < 0.6 else mutations.damaged(random, text)
    )
    _write(folder, "case.csv", content)
    return _write(folder, "tiny.yaml", TINY.replace("villages.csv", "case.csv"))


def plan(random: Random, folder: Path) -> Path:
    """A merger plan of which something is wrong."""
    _small_county(folder)
    content: str | bytes = (
        _cells(random, PLAN) if random.random() < 0.6 else mutations.damaged(random, PLAN)
    )
    _write(folder, "case.csv", content)
    return _write(
        folder, "tiny.yaml", TINY.replace("generated, ratio: 0.5", "file, file: case.csv")
    )


MAPPED = TINY.replace("groups_per_village: 2", "groups_per_village: 2, map: {gaps: refuse}")


def squares() -> dict[str, Any]:
    """Eight villages of about 2 x 2 km in two rows, in degrees."""
    features = []
    for i in range(8):
        west, south = 102.0 + 0.02 * (i % 4), 27.0 + 0.02 * (i // 4)
        ring = [
            [west, south],
            [west + 0.02, south],
            [west + 0.02, south + 0.02],
            [west, south + 0.02],
        ]
        about = {"code": f"51{i:02d}", "name": f"村{i}", "township": "镇", "registered": 700 + i}
        shape = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
        features.append({"type": "Feature", "properties": about, "geometry": shape})
    return {"type": "FeatureCollection", "features": features}


def _bow_tie(ring: list[Any]) -> list[Any]:
    return [ring[0], ring[2], ring[1], ring[3], ring[0]]


def _geometry(random: Random, shape: dict[str, Any]) -> Any:
    """Return a geometry of another kind, broken, moved, or none."""
    rings = shape["coordinates"]
    ring, how = rings[0], random.randrange(18)
    west, south = ring[0]
    inner = [
        [west + x, south + y]
        for x, y in ((0.005, 0.005), (0.015, 0.005), (0.015, 0.015), (0.005, 0.015))
    ]
    far = random.choice(
        [(1e3, 0), (0, 95), (1e308, 0), (3, 0), (0.01, 0), (1e-9, 0), (-204, -54), (0, 0.3)]
    )
    kinds: list[Any] = [
        None,
        {"type": "Point", "coordinates": ring[0]},
        {"type": "LineString", "coordinates": ring},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[]]},
        {"type": "Polygon", "coordinates": [ring[:2]]},
        {"type": "Polygon", "coordinates": [ring[:4]]},
        {"type": "Polygon", "coordinates": [_bow_tie(ring)]},
        {"type": "Polygon", "coordinates": [ring, [*inner, inner[0]]]},
        {"type": "Polygon", "coordinates": [[[*at, 300.0] for at in ring]]},
        {"type": "Polygon", "coordinates": [[[x + far[0], y + far[1]] for x, y in ring]]},
        {"type": "Polygon", "coordinates": [[[y, x] for x, y in ring]]},
        {"type": "Polygon", "coordinates": [[[x * 1e5, y * 1e5] for x, y in ring]]},
        {"type": "MultiPolygon", "coordinates": [rings, [[[x + 0.1, y] for x, y in ring]]]},
        {"type": "MultiPolygon", "coordinates": [rings]},
        {"type": "GeometryCollection", "geometries": [shape]},
        {"type": "Polygon", "coordinates": [[[x + 0.004, y] for x, y in ring]]},
        {"type": "Polygon", "coordinates": [[[None, y] for _, y in ring]]},
    ]
    return kinds[how]


def _features(random: Random) -> dict[str, Any]:
    """Return a map of which something is wrong, as GeoJSON."""
    found = squares()
    for _ in range(random.choice([1, 1, 2])):
        feature, how = random.choice(found["features"]), random.randrange(8)
        if how < 4 and feature["geometry"] and feature["geometry"]["type"] == "Polygon":
            try:
                feature["geometry"] = _geometry(random, feature["geometry"])
            except (IndexError, TypeError, ValueError):
                feature["geometry"] = None
        elif how < 6:
            feature["properties"][random.choice(["code", "name", "registered"])] = (
                mutations.hostile(random)
            )
        elif how == 6:
            found["features"].append(json.loads(json.dumps(feature)))
        else:
            names = [
                "EPSG:4490",
                "EPSG:32648",
                "EPSG:3857",
                "EPSG:999999",
                "",
                "urn:ogc:def:crs:OGC:1.3:CRS84",
            ]
            found["crs"] = {"type": "name", "properties": {"name": random.choice(names)}}
    return found


def geojson(random: Random, folder: Path) -> Path:
    """A GeoJSON map of which something is wrong."""
    data: Any = _features(random)
    how = random.random()
    if how < 0.15:
        data = mutations.tree(random, data)
    try:
        content = json.dumps(data, ensure_ascii=False).encode("utf-8", "surrogatepass")
    except (TypeError, ValueError):
        content = b"{}"
    if how > 0.8:
        content = mutations.raw(random, content)
    _write(folder, "case.geojson", content)
    text = MAPPED.replace("villages.csv", "case.geojson")
    if random.random() < 0.15:
        crs = json.dumps(random.choice(["EPSG:4490", "EPSG:1", "nonsense", *mutations.TEXTS]))
        text = text.replace("gaps: refuse", f"gaps: leave, crs: {crs}")
    return _write(folder, "tiny.yaml", text)


def binary_map(random: Random, folder: Path) -> Path:
    """A GeoPackage or Shapefile of which something is wrong."""
    import warnings

    import geopandas as gpd
    import numpy as np
    import shapely

    suffix = random.choice(["gpkg", "shp"])
    frame = gpd.GeoDataFrame.from_features(
        squares()["features"], crs=random.choice([4326, 4490, None])
    )
    how = random.randrange(8)
    if how == 0:
        frame.loc[2, "geometry"] = shapely.Polygon()
    elif how == 1:
        frame.loc[2, "geometry"] = shapely.transform(
            frame.geometry[2], lambda at: at + np.array([0.005, 0.0])
        )
    elif how == 2:
        frame["geometry"] = (
            frame.geometry.centroid if frame.crs is None else frame.geometry.force_3d(5.0)
        )
    elif how == 3:
        frame["name"] = [None, *frame["name"][1:]]
    elif how == 4:
        frame["code"] = frame["code"].iloc[0]
    path = folder / f"case.{suffix}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame.to_file(
            path, **({"encoding": random.choice(["UTF-8", "GBK"])} if suffix == "shp" else {})
        )
    if random.random() < 0.75:
        hit = random.choice(
            [file for file in sorted(folder.iterdir()) if file.name.startswith("case.")]
        )
        hit.write_bytes(mutations.raw(random, hit.read_bytes()))
    if random.random() < 0.1:
        random.choice(sorted(folder.glob("case.*"))).unlink()
    return _write(folder, "tiny.yaml", MAPPED.replace("villages.csv", path.name))


def odd_file(random: Random, folder: Path) -> Path:
    """What is no file of the right kind at all, where a file is named."""
    _small_county(folder)
    where = random.choice(["config", "extends", "villages", "file", "map", "experiment", "gpkg"])
    name = {"villages": "odd.csv", "file": "odd.csv", "map": "odd.geojson", "gpkg": "odd.gpkg"}.get(
        where, "odd.yaml"
    )
    odd = folder / name
    how = random.randrange(13)
    named = name
    if how == 0:
        odd.mkdir()
    elif how == 1:
        odd.symlink_to(odd.name)
    elif how == 2:
        os.mkfifo(odd)
    elif how == 3:
        named = random.choice(
            ["/dev/zero", "/dev/null", "/dev/stdin", "/dev/tty", "/proc/self/mem"]
        )
    elif how == 4:
        named = random.choice(["x" * 5000, "../" * 3000 + "x.yaml", "a/" * 1500 + "b", "é" * 200])
    elif how == 5:
        odd.write_bytes(b"")
    elif how == 6:
        odd.write_bytes(random.randbytes(random.choice([1, 100, 100_000])))
    elif how == 7:
        odd.write_bytes(b"\x00" * 30_000_000)
    elif how == 8:
        odd.write_text(
            "code,name,township\n" + "a,b,c\n" * 2_000_000
            if name.endswith("csv")
            else "a: 1\n" * 200_000
        )
    elif how == 9:
        odd.write_text("[" * 100_000)
    elif how == 10:
        odd.write_text(
            "a: &a [x,x,x,x,x,x,x,x,x]\n"
            + "".join(
                f"{c}: &{c} [{','.join([f'*{p}'] * 9)}]\n"
                for p, c in zip("abcdefgh", "bcdefghi", strict=True)
            )
        )
    elif how == 11:
        odd.write_text(TINY)
        odd.chmod(0)
    else:
        odd.write_text(
            "extends: odd.yaml\n---\nextends: [odd.yaml]\n" if random.random() < 0.5 else "&a [*a]"
        )
    said = json.dumps(named)
    if where in ("config", "experiment"):
        return Path(named) if named.startswith("/") else folder / named
    if where == "extends":
        return _write(folder, "case.yaml", f"extends: {said}\n")
    if where == "file":
        return _write(
            folder, "case.yaml", TINY.replace("generated, ratio: 0.5", f"file, file: {said}")
        )
    return _write(folder, "case.yaml", TINY.replace("villages.csv", said))


#: kind -> how a case is made, and how many there are of it
KINDS = {
    "config": (config, 2400),
    "experiment": (experiment, 1000),
    "villages": (villages, 700),
    "plan": (plan, 400),
    "geojson": (geojson, 500),
    "binary_map": (binary_map, 200),
    "odd_file": (odd_file, 200),
}
