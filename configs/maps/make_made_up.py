"""Draw the made-up map of `made_up.geojson`: 21 villages in 3 townships that do not exist.

Run it to write the file anew: python -m uv run --extra geo python configs/maps/make_made_up.py
"""

import json
from pathlib import Path

import numpy as np
import shapely

WEST, SOUTH = 103.0, 29.0  # where it is put; nothing there is meant
KM_EAST, KM_NORTH = 0.01027, 0.00902  # degrees a km there
TOWNS = {"云顶镇": 8, "石桥镇": 7, "竹溪乡": 6}
NAMES = (
    "大坪 双河 龙井 青岗 柏树 沙湾 古堰 红岩 新桥 水磨 松林 "
    "石板 花园 麻柳 三溪 高坎 桐子 马鞍 白果 茶园 观音"
)


def villages() -> list[tuple[str, str, shapely.Geometry]]:
    """Return township, name and polygon (km) of every village, from the north-west."""
    rng = np.random.default_rng(20200401)
    angle = np.linspace(0, 2 * np.pi, 73)[:-1]
    radius = 9.0 + 1.1 * np.cos(2 * angle + 0.6) + 0.7 * np.cos(3 * angle) + 0.3 * np.sin(7 * angle)
    outline = shapely.Polygon(
        np.c_[12 + 1.25 * radius * np.cos(angle), 10 + radius * np.sin(angle)]
    )
    sites = [outline.representative_point()]
    while len(sites) < sum(TOWNS.values()):
        spot = shapely.Point(rng.uniform(0, 24), rng.uniform(0, 20))
        if outline.contains(spot) and min(spot.distance(site) for site in sites) > 2.7:
            sites.append(spot)
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.MultiPoint(sites), extend_to=outline)
    )
    parts = [shapely.transform(shapely.segmentize(cell & outline, 0.4), _winding) for cell in cells]
    middles = np.array([(part.centroid.x, part.centroid.y) for part in parts])
    order = np.argsort(np.arctan2(middles[:, 1] - 10, middles[:, 0] - 12))
    towns = [town for town, count in TOWNS.items() for _ in range(count)]
    return [(towns[i], NAMES.split()[i], parts[at]) for i, at in enumerate(order)]


def _winding(at: np.ndarray) -> np.ndarray:
    """Move points so that straight borders wind as ridges and brooks do."""
    x, y = at.T
    return np.c_[
        x + 0.16 * np.sin(1.9 * y + 0.7 * x) + 0.07 * np.sin(5.3 * y),
        y + 0.16 * np.sin(1.7 * x - 0.5 * y) + 0.07 * np.sin(4.9 * x),
    ]


def collection() -> dict:
    """Return the map as GeoJSON, with the columns a county's file might have."""
    rng = np.random.default_rng(7)
    features = []
    for i, (town, name, shape) in enumerate(villages()):
        ring = shape.exterior.coords[:-1]
        ring = [[round(WEST + KM_EAST * x, 5), round(SOUTH + KM_NORTH * y, 5)] for x, y in ring]
        ring = [at for at, last in zip(ring, ring[-1:] + ring[:-1], strict=True) if at != last]
        persons = round(float(np.exp(rng.normal(np.log(95 * shape.area), 0.3))))
        properties = {
            "CUNBM": f"9999990{1 + list(TOWNS).index(town)}{i + 1:03d}",
            "CUNMC": f"{name}村",
            "XZMC": town,
            "RENKOU": persons,
        }
        features.append(
            {
                "type": "Feature",
                "properties": properties,
                "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
            }
        )
    note = "Made up: no such county, villages or people. By make_made_up.py."
    return {"type": "FeatureCollection", "description": note, "features": features}


def text() -> str:
    """Return the file's text, one village a line."""
    made = collection()
    lines = ",\n".join(json.dumps(one, ensure_ascii=False) for one in made.pop("features"))
    head = json.dumps(made, ensure_ascii=False)[:-1]
    return f'{head}, "features": [\n{lines}\n]}}\n'


if __name__ == "__main__":
    Path(__file__).with_name("made_up.geojson").write_text(text(), encoding="utf-8")
