"""Pictures of the page as plain numbers: maps of every month since the reform, series, effects."""

from typing import Any

import numpy as np

from sim.dashboard.comparison import Comparison, rolling
from sim.dashboard.work import Shown
from sim.model.calendar import format_month
from sim.model.outcomes.catalogue import HEADLINE, OUTCOMES
from sim.report.series import TOTALS
from sim.report.shapes import border_of, outlines_of
from sim.words import unit_label, word
from sim.words.labels import outcome_label
from sim.words.numbers import decimals
from sim.words.villages import said_name

_SHADES = 65


def palettes() -> dict[str, list[str]]:
    """Return the colours of values, and of differences (lower, none, higher)."""
    import seaborn as sns

    return {
        "value": list(sns.color_palette("viridis", _SHADES).as_hex()),
        "difference": list(sns.color_palette("vlag", _SHADES).as_hex()),
    }


def ground_of(county: Comparison) -> dict[str, Any]:
    """Return what maps of a county have in common: outlines, names, what is no village."""
    world = county.reform.world
    each = np.arange(len(world.villages))
    unit = county.reform.case.plan.seat
    rows, cols = world.cell_group.shape
    return {
        "paths": outlines_of(world, each),
        "units": outlines_of(world, np.unique(unit, return_inverse=True)[1]),
        "border": border_of(world),
        "view": f"-1 -1 {cols + 2} {rows + 2}",
        "line": max(rows, cols) / 600,
        "names": [said_name(name) for name in world.villages.name],
        "village": world.villages.is_village.tolist(),
    }


def picture_of(shown: Shown, key: str, lang: str) -> dict[str, Any]:
    """Return an outcome of old villages before the reform and in every month since.

    Returns
    -------
    dict
        ``before`` (V,), ``with`` and ``without`` (months, V), None where there is no value;
        ``low``, ``high`` (2 and 98 % of all), ``most`` (98 % of the differences' sizes).
    """
    county = shown.county
    before, with_ = county.before(key), county.since(key)[: shown.done - county.reform_at]
    without = county.since(key, twin=True)[: len(with_)]
    village = county.reform.world.villages.is_village
    for values in (before, *with_, *without):
        values[~village] = np.nan
    low, high = _between(np.concatenate([before, with_[-1], without[-1]]), 2, 98)
    apart = np.concatenate([with_[-1] - without[-1], with_[-1] - before])
    most = _between(np.abs(apart), 0, 98)[1]
    places = decimals(high) + 1 if np.isfinite(high) else 4
    return {
        "label": outcome_label(key, lang),
        "unit": _unit(key, lang),
        "months": [format_month(county.config.reform + i) for i in range(len(with_))],
        "before": _plain(before, places),
        "with": [_plain(row, places) for row in with_],
        "without": [_plain(row, places) for row in without],
        "low": low,
        "high": high if high > low else low + 1e-9,
        "most": most or 1e-9,
    }


def panels_of(shown: Shown, chosen: str, lang: str) -> list[dict[str, Any]]:
    """Return the headline outcomes, and the chosen one: series of every seed, and effects.

    Returns
    -------
    list of dict
        ``with``, ``without``: (seeds, months); ``before``: mean of the last months before the
        reform; for each month since the reform of the last twelve months ``now``, ``twin`` and the
        paired difference ``effect`` (means over seeds) with the seeds' ``least`` and ``most``.
    """
    return [_panel(shown, key, lang) for key in dict.fromkeys((*HEADLINE, chosen))]


def _panel(shown: Shown, key: str, lang: str) -> dict[str, Any]:
    county = shown.county
    pairs = [seed[key] for seed in shown.seeds] or [county.series(key)]
    with_, without = (np.array([pair[i][: shown.done] for pair in pairs], float) for i in (0, 1))
    at = county.reform_at
    now, twin = (np.array([rolling(row[at:]) for row in rows]) for rows in (with_, without))
    effect = now - twin
    before = np.array([rolling(row[:at])[-1] if at else np.nan for row in with_])
    places = decimals(float(np.nanmax(np.abs(with_), initial=0.0))) + 1
    return {
        "key": key,
        "label": outcome_label(key, lang),
        "unit": _unit(key, lang),
        "zero": OUTCOMES[key].unit in TOTALS,
        "with": [_plain(row, places) for row in with_],
        "without": [_plain(row, places) for row in without],
        "before": _plain(before.mean(keepdims=True), places)[0],
        "now": _plain(now.mean(axis=0), places),
        "twin": _plain(twin.mean(axis=0), places),
        "effect": _plain(effect.mean(axis=0), places + 1),
        "least": _plain(effect.min(axis=0), places + 1),
        "most": _plain(effect.max(axis=0), places + 1),
    }


def changed_most(shown: Shown, key: str) -> int:
    """Return the old village whose outcome the policies change most."""
    county = shown.county
    apart = np.abs(county.now(key) - county.now(key, twin=True))
    apart[~county.reform.world.villages.is_village] = np.nan
    return int(np.nanargmax(apart)) if np.isfinite(apart).any() else 0


def axis_of(shown: Shown, lang: str) -> dict[str, Any]:
    """Return the months of the series: the first, how many there will be, where the reform is."""
    config = shown.county.config
    return {
        "start": config.start,
        "months": config.months,
        "reform": shown.county.reform_at,
        "said": word("reform", lang, month=format_month(config.reform)),
    }


def _unit(key: str, lang: str) -> str:
    unit = OUTCOMES[key].unit
    return "" if unit in ("1", "0-1") else unit_label(unit, lang)


def _between(values: np.ndarray, low: float, high: float) -> tuple[float, float]:
    values = values[np.isfinite(values)]
    if not values.size:
        return 0.0, 0.0
    found = np.percentile(values, [low, high])
    return float(found[0]), float(found[1])


def _plain(values: np.ndarray, places: int) -> list[float | None]:
    """Return numbers as JSON has them."""
    return [float(v) if np.isfinite(v) else None for v in np.round(values.astype(float), places)]
