"""A small made-up run: 13 places (12 villages, 1 community), 2 townships, 48 months."""

import json

import numpy as np

from sim import load_results
from sim.model.outcomes.catalogue import OUTCOMES
from sim.results.writing import write_table

MONTHS = 48
REFORM = 24
HIGH, WIDE = 6, 5  # cells of a place
# seat of each place: five pairs, one alone, one that becomes a community, one community
SEAT = np.array([0, 0, 2, 2, 4, 4, 6, 6, 8, 8, 10, 11, 12])
COUNT = SEAT.size
CODES = [f"51{i:04d}" for i in range(COUNT)]
IS_VILLAGE = np.arange(COUNT) < 12
LEFT = np.arange(COUNT) == 11
OUTPOST = np.isin(np.arange(COUNT), [1, 7])
UNITS = {key: outcome.unit for key, outcome in OUTCOMES.items()}


def grid_of_places():
    """Return places on 4 rows of 3 blocks, the community cut out of the middle of one."""
    grid = np.kron(np.arange(12).reshape(4, 3), np.ones((HIGH, WIDE), dtype=int))
    grid[1:4, 1:4] = 12
    grid[HIGH, 0] = 0  # a tongue, so that outlines are not rectangles only
    return grid


def _village_values(size, merged):
    """Return a value by month and place: a level, a wave, and 5 % more after the reform."""
    month, place = np.arange(MONTHS)[:, None], np.arange(COUNT)[None, :]
    wave = 0.01 * size * np.sin(month * (1 + place % 3))
    effect = np.where(month >= REFORM, (0.05 + 0.001 * place) * size * merged, 0.0)
    return size * (0.8 + 0.02 * place) + wave + effect


def write_run(folder, merged=True, months=MONTHS, seat=SEAT, reform="2020-04"):
    """Write a folder of results; without a merger every place keeps its office."""
    folder.mkdir(exist_ok=True)
    seat = seat if merged else np.arange(COUNT)
    left = LEFT & merged
    grid = grid_of_places()
    dates = np.datetime64("2018-04", "M") + np.arange(months)
    dates = dates.astype("datetime64[s]")
    county, village = {"month": dates}, {}
    for i, (key, outcome) in enumerate(OUTCOMES.items()):
        values = _village_values(10.0 ** (i % 5), merged)[:months].astype(np.float32)
        if outcome.village:
            village[key] = values.ravel()
        county[key] = values[:, IS_VILLAGE].mean(axis=1, dtype=float)
    village["reach_elderly"][:COUNT] = np.nan  # nobody elderly had a need in the first month
    village["reach_remote"].reshape(months, COUNT)[:, :3] = np.nan  # nobody lives far away there
    if not merged:
        county["reach_absorbed"][:] = np.nan
    after = np.arange(months) >= REFORM
    number = np.where(after & merged, 6.0, 12.0)
    county["villages"] = number
    county["population_mean"] = 12000.0 / number
    county["area_mean"] = 360.0 / number
    county["reach_absorbed"][~after] = np.nan
    own = np.tile(np.arange(COUNT), months)
    unit = np.where(np.repeat(after, COUNT), np.tile(seat, months), own)
    tables = {
        "county": county,
        "villages": {
            "month": np.repeat(dates, COUNT),
            "code": [CODES[i] for i in own],
            "unit": [CODES[i] for i in unit],
            "absorbed": unit != own,
        }
        | village,
        "places": {
            "code": CODES,
            "name": [f"村{i}" for i in range(COUNT)],
            "township": ["甲镇" if i < 6 or i == 12 else "乙乡" for i in range(COUNT)],
            "is_village": IS_VILLAGE,
            "registered": np.full(COUNT, 1000),
            "area_km2": np.bincount(grid.ravel()) * 1.0,
            "office_row": [int(np.nonzero(grid == i)[0].mean()) for i in range(COUNT)],
            "office_col": [int(np.nonzero(grid == i)[1].mean()) for i in range(COUNT)],
            "seat": [CODES[s] for s in seat],
            "new_name": [f"新村{s}" for s in seat],
            "new_township": ["甲镇" if s < 6 or s == 12 else "乙镇" for s in seat],
            "leaves_village_class": left,
            "outpost": OUTPOST & merged,
        },
        "cells": {
            "row": np.indices(grid.shape)[0].ravel().astype(np.int32),
            "col": np.indices(grid.shape)[1].ravel().astype(np.int32),
            "code": [CODES[i] for i in grid.ravel()],
            "group": grid.ravel(),
        },
        "flows": {
            "month": dates,
            "purpose": ["levy"] * months,
            "payer": ["collectives"] * months,
            "payee": ["county"] * months,
            "fen": np.arange(months),
        },
        "stocks": {
            "month": dates,
            "sector": ["collectives"] * months,
            "stock": ["money"] * months,
            "fen": np.arange(months),
        },
    }
    for name, columns in tables.items():
        write_table(folder / f"{name}.parquet", columns, UNITS)
    manifest = {
        "timeline": [],
        "triggers": [],
        "seed": 7,
        "reform": reform,
        "title": {"en": "Made-up county", "zh": "虚构县村建制调整"},
        "cell_km": 1.0,
        "figures": ["en"],
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return load_results(folder)


LANGUAGES = ["en", "zh"]


def area(path):
    """Signed area of all rings of a path (holes run the other way), square cells."""
    total = 0.0
    for ring in path.to_polygons(closed_only=True):
        x, y = ring[:, 0], ring[:, 1]
        total += 0.5 * float(x[:-1] @ y[1:] - x[1:] @ y[:-1])
    return total


def layer(axes, gid):
    found = [artist for artist in axes.collections if artist.get_gid() == gid]
    assert len(found) == 1, f"{gid}: {len(found)} layers"
    return found[0]


def words(figure):
    texts = [figure.get_suptitle(), *(text.get_text() for text in figure.texts)]
    texts += [axes.get_title() for axes in figure.axes]
    return "\n".join(texts + [text.get_text() for text in figure.legends[0].get_texts()])


def drawn(figure):
    """Draw the figure and check that no text is cut off by the figure's edge, or is missing."""
    figure.draw_without_rendering()
    width, height = figure.bbox.size
    texts = [t for t in (*figure.texts, figure._suptitle) if t is not None]
    for axes in figure.axes:
        texts += [axes.title, axes.xaxis.label, axes.yaxis.label]
        for axis in (axes.xaxis, axes.yaxis) if axes.axison else ():
            low, high = sorted(axis.get_view_interval())
            texts += [
                tick.label1 for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high
            ]
    for legend in figure.legends:
        texts += legend.get_texts()
    for text in texts:
        if text.get_text() and text.get_visible():
            box = text.get_window_extent()
            where = f"{text.get_text()!r} at {box.extents}, figure {width} x {height}"
            assert box.x0 >= -2 and box.x1 <= width + 2, where
            assert box.y0 >= -2 and box.y1 <= height + 2, where
    return figure
