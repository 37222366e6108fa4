"""What the results of an experiment look like: series with bands, effects by old village.

`Source` names what is asked of the results; `sim.lab` gives it.
"""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from sim.errors import InputError, nearest
from sim.lab.methods.statistics import quantile
from sim.model.outcomes.catalogue import HEADLINE
from sim.report.effects import Frame, colours, level_names, measured, numbers
from sim.report.fonts import themed
from sim.report.frame import frame, sheet, shortened, wrapped
from sim.report.periods import check_outcome
from sim.words import word

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Source(Protocol):
    """Results of an experiment (`sim.lab.store.reading.ExperimentResults`)."""

    @property
    def folder(self) -> "Path":
        """Where they are."""
        ...

    @property
    def manifest(self) -> Any:
        """What was run."""
        ...

    @property
    def design(self) -> Frame:
        """One row a design point."""
        ...

    @property
    def runs(self) -> Frame:
        """One row a run."""
        ...

    @property
    def county(self) -> Frame:
        """Outcomes of the county, one row a run and month."""
        ...

    @property
    def villages(self) -> Frame:
        """Outcomes of old villages, one row a run, month and village."""
        ...

    def outcomes(self, keys: Sequence[str] | None = None) -> Frame:
        """Return one row a run with its design levels and end values."""
        ...

    def effects(self, keys: Sequence[str] | None = None) -> Frame:
        """Return the paired effects of every contrast."""
        ...

    def means(self, keys: Sequence[str] | None = None) -> Frame:
        """Return the mean of every point and outcome."""
        ...


def settings(source: Source) -> dict[str, Any]:
    """Return the resolved experiment as plain data (``experiment.yaml``)."""
    path = source.folder / "experiment.yaml"
    return _settings(path, path.stat().st_mtime_ns if path.is_file() else 0)


@lru_cache(maxsize=4)
def _settings(path: Path, _stamp: int) -> dict[str, Any]:
    from sim.config.reading import read

    return read(path).plain()


def reform_month(source: Source) -> np.datetime64 | None:
    """Return the month of the reform, None where configurations differ in it."""
    found = set(_every(settings(source), "reform"))
    return np.datetime64(found.pop(), "M") if len(found) == 1 else None


def _every(data: Any, key: str) -> "list[str]":
    """Return all plain values of a key, however deep."""
    if isinstance(data, dict):
        own = [str(data[key])] if isinstance(data.get(key), str) else []
        return own + [value for part in data.values() for value in _every(part, key)]
    if isinstance(data, list):
        return [value for part in data for value in _every(part, key)]
    return []


def factors_of(source: Source) -> list[str]:
    """Return the columns that tell design points apart."""
    return [str(name) for name in source.design.columns if name != "point"]


def arm_titles(source: Source, lang: str) -> dict[str, str]:
    """Return the titles that arms give themselves in a language, by the arms' names.

    A title that two arms have, or that is another arm's name, tells nothing: the name stays.
    """
    arms = settings(source).get("arms") or {}
    given = {name: ((arm or {}).get("title") or {}).get(lang) or name for name, arm in arms.items()}
    often = Counter(given.values())
    return {k: title for k, title in given.items() if title != k and often[title] == 1}


def titled(frame: Frame, source: Source, lang: str) -> Frame:
    """Return a frame in which arms are called by their titles, in the order of their names."""
    import pandas as pd

    titles = arm_titles(source, lang) if "arm" in frame.columns else {}
    if not titles:
        return frame
    names = [titles.get(name, name) for name in sorted(set(frame["arm"]))]
    arms = pd.Categorical([titles.get(name, name) for name in frame["arm"]], names, ordered=True)
    return frame.assign(arm=arms)


def point_names(source: Source, lang: str) -> dict[int, str]:
    """Return design points in words."""
    names = level_names(titled(source.design, source, lang), factors_of(source), lang)
    return dict(zip(source.design["point"].astype(int), names, strict=True))


def averaged(source: Source, factors: Sequence[str], keys: Sequence[str] | None = None) -> Frame:
    """Return means over replicates by the levels of some factors, the other factors averaged.

    Parameters
    ----------
    source : Source
        Results.
    factors : sequence of str
        Columns of the design.
    keys : sequence of str, optional
        Outcomes; the headline ones if not given.

    Returns
    -------
    DataFrame
        One row a combination of levels and outcome: the factors, ``outcome``, ``mean``, ``low``,
        ``high`` (95 % interval, Student's t over replicates), ``n``.

    Raises
    ------
    InputError
        If the design has no such factor.
    """
    import pandas as pd

    known = factors_of(source)
    for name in factors:
        if name not in known:
            hint = nearest(name, known) or f"; there are {', '.join(known)}"
            raise InputError(f"no factor is called {name!r}{hint}")
    if len(set(factors)) < len(factors):
        raise InputError(f"the factor {factors[0]!r} is named twice; name two")
    keys = list(HEADLINE) if keys is None else list(keys)
    table = source.outcomes(keys)
    by_replicate = table.groupby([*factors, "replicate"], sort=True)[keys].mean()
    groups = by_replicate.groupby(list(factors), sort=True)
    mean, sd, n = groups.mean(), groups.std(ddof=1), groups.count()
    half = sd / np.sqrt(n) * quantile(np.maximum(n - 1, 1))
    parts = []
    for key in keys:
        part = mean[[key]].rename(columns={key: "mean"}).reset_index()
        part["outcome"], part["n"] = key, n[key].to_numpy()
        part["low"] = part["mean"] - half[key].to_numpy()
        part["high"] = part["mean"] + half[key].to_numpy()
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def bands(
    source: Source,
    keys: Sequence[str] | None = None,
    lang: str = "en",
    columns: int = 2,
    most: int = 6,
    title: str | None = None,
) -> "Figure":
    """Draw outcomes over time: the mean of replicates and their 10-90 % band, a line a point.

    Parameters
    ----------
    source : Source
        Results with the county's outcomes recorded.
    keys : sequence of str, optional
        Outcomes; the headline ones if not given.
    lang : {"en", "zh"}
        Language.
    columns : {1, 2}
        Columns of a journal's page.
    most : int
        Design points drawn: the first ones.
    title : str, optional
        Title.

    Raises
    ------
    InputError
        If an outcome is not recorded.
    """
    county = source.county
    keys = list(HEADLINE) if keys is None else list(keys)
    for key in keys:
        check_outcome(key, [str(name) for name in county.columns], "county.parquet")
    reform = reform_month(source)
    with themed(lang) as language:
        from matplotlib.lines import Line2D

        names = dict(list(point_names(source, language).items())[:most])
        shades = dict(zip(names, colours(len(names)), strict=True))
        across = min(len(keys), 3 if columns == 2 else 1)
        down = -(-len(keys) // across)
        figure, grid = sheet(columns, 1.9 * down + 1.2, nrows=down, ncols=across, sharex=True)
        panels = list(grid.ravel())
        for axes, key in zip(panels, keys, strict=False):
            for point, shade in shades.items():
                months = county[county["point"] == point].groupby("month")[key]
                low, high = months.quantile(0.1), months.quantile(0.9)
                axes.fill_between(low.index, low, high, color=shade, alpha=0.22, lw=0, gid="band")
                axes.plot(months.mean(), color=shade, lw=1.3, gid=str(point))
            if reform is not None:
                day = reform.astype("datetime64[D]").astype(object)
                axes.axvline(day, color="black", lw=0.9, ls=(0, (4, 3)), gid="reform")
            axes.set_title("\n".join(wrapped(measured(key, language), 30)), fontsize="medium")
            axes.set_gid(key)
            _years(axes)
        for axes in panels[len(keys) :]:
            axes.remove()
        entries: list[Any] = [
            Line2D([], [], color=shades[point], lw=1.6, label=shortened(name, 34 * columns))
            for point, name in names.items()
        ]
        if reform is not None:
            label = word("reform", language, month=reform)
            entries.append(Line2D([], [], color="black", lw=0.9, ls=(0, (4, 3)), label=label))
        replicates = county.groupby("point")["replicate"].nunique()
        note = word("band_note", language, n=numbers(replicates))
        frame(figure, title or word("band_title", language), entries, [note])
        return figure


def _years(axes: Any) -> None:
    """Label few years along the axis, and plain numbers up it."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
    from matplotlib.ticker import MaxNLocator

    locator = AutoDateLocator(minticks=3, maxticks=6)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(
        ConciseDateFormatter(locator, formats=["%Y", "%Y-%m", "%d", "", "", ""], show_offset=False)
    )
    axes.tick_params(labelbottom=True)
    axes.yaxis.set_major_locator(MaxNLocator(5, min_n_ticks=3))
    if axes.get_ylim()[1] >= 1000:
        axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.margins(x=0.01)


def contrast_of(source: Source, point: int | None = None) -> tuple[int, int]:
    """Return a design point and the one it is compared with: the last contrast, or a point's.

    Raises
    ------
    InputError
        If the design has no contrasts, or not that one.
    """
    effects = source.effects(HEADLINE[:1])
    if not len(effects):
        raise InputError(f"{source.folder}: no design points are compared; use method compare")
    rows = effects if point is None else effects[effects["point"] == point]
    if not len(rows):
        shown = ", ".join(map(str, effects["point"]))
        raise InputError(f"point {point}: not compared with any other; expected one of {shown}")
    last = rows.iloc[-1]
    return int(last["point"]), int(last["against"])


def village_effects(
    source: Source, outcome: str, point: int | None = None
) -> tuple[Frame, int, int]:
    """Return the paired effect on every old village, over the last months recorded.

    Parameters
    ----------
    source : Source
        Results with villages recorded.
    outcome : str
        An outcome recorded by village.
    point : int, optional
        A design point; that of the last contrast if not given.

    Returns
    -------
    DataFrame
        One row an old village: ``code``, ``kind`` (absorbed, absorbing, unmerged under the
        point's plan), ``effect``, ``low``, ``high`` (95 % interval over replicates), ``n``.
    point, against : int
        What was compared with what.

    Raises
    ------
    InputError
        If villages or the outcome were not recorded, or no points are compared.
    """
    import pandas as pd

    table = source.villages
    check_outcome(outcome, [str(name) for name in table.columns], "villages.parquet")
    point, against = contrast_of(source, point)
    last = table["month"].max() - pd.DateOffset(months=11)
    rows = table[(table["month"] >= min(last, table["month"].max())) & table[outcome].notna()]
    wide = rows.pivot_table(outcome, "code", ["point", "replicate"], observed=True)
    difference = wide[point] - wide[against]
    n = difference.notna().sum(axis=1)
    mean, sd = difference.mean(axis=1), difference.std(axis=1, ddof=1)
    half = quantile(np.maximum(n - 1, 1)) * sd / np.sqrt(n)
    ends = table[(table["point"] == point) & (table["month"] == table["month"].max())]
    ends = ends.drop_duplicates("code").set_index("code")
    keeps = ends["unit"].astype(str).value_counts()
    kind = np.where(
        ends["absorbed"],
        "absorbed",
        np.where(keeps.reindex(ends.index.astype(str)).fillna(1) > 1, "absorbing", "unmerged"),
    )
    found = pd.DataFrame({"effect": mean, "low": mean - half, "high": mean + half, "n": n})
    found["kind"] = pd.Series(kind, index=ends.index).reindex(found.index)
    return found[found["n"] > 1].reset_index(), point, against
