"""Figures of what changes: maps and distributions of old villages, hours, ways to services."""

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.errors import InputError
from sim.model.outcomes.catalogue import HEADLINE, OUTCOMES
from sim.report.effects import colours, compared, few_ticks, measured
from sim.report.experiment import point_names, village_effects
from sim.report.fonts import themed
from sim.report.frame import frame, sheet, shortened, wrapped
from sim.report.ground import GREY, STRONG, borders, fill, ground, hatch, key_line, panels
from sim.report.periods import check_outcome, months_of, outcome_keys, periods, village_means
from sim.report.plotting import sns
from sim.report.years import mark_reform, year_axis
from sim.results.reading import Results
from sim.words import unit_label, word
from sim.words.labels import outcome_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from sim.lab.store.reading import ExperimentResults

#: outcomes of the maps of change, if none are named
CHANGED = (*HEADLINE, "trust", "distance_km")
#: hours of cadres, by task
TASKS = ("hours_administration", "hours_coordination", "hours_service", "hours_economy")
#: how needs end: shares of all
WAYS = (
    "group_leader_share",
    "office_share",
    "outpost_share",
    "online_share",
    "visit_share",
    "phone_share",
    "proxy_share",
    "gave_up_share",
)
_GOLDEN = (5**0.5 - 1) / 2  # multiples of it, less whole numbers, lie evenly


def change_map(
    results: Results,
    outcomes: "Sequence[str] | None" = None,
    lang: str = "en",
    columns: int = 2,
) -> "Figure":
    """Draw what changed in old villages since before the reform, a map an outcome.

    Parameters
    ----------
    results : Results
        A run's results.
    outcomes : sequence of str, optional
        Outcomes recorded by village; the headline ones, trust and distance if not given.
    lang : {"en", "zh"}
        Language.
    columns : {1, 2}
        Columns of a journal's page.

    Raises
    ------
    InputError
        If an outcome is not recorded by village.
    """
    stored = outcome_keys(results.villages)
    keys = [key for key in CHANGED if key in stored] if outcomes is None else list(outcomes)
    for key in keys:
        check_outcome(key, stored, "villages.parquet")
    with themed(lang) as language:
        land, span = ground(results), periods(results)
        figure, maps = panels(land, 0.5 * (columns + 1), columns, len(keys))
        before, after = (village_means(results, at, keys) for at in (span.before, span.after))
        for axes, key in zip(maps, keys, strict=True):
            values = np.full(land.village.size, np.nan)
            values[land.village] = (after[key] - before[key]).to_numpy()
            known = np.abs(values[np.isfinite(values)])
            most = float(np.percentile(known, 98)) if known.size else 1.0
            colour = sns.color_palette("vlag", as_cmap=True).with_extremes(bad=GREY)
            scale = ScalarMappable(Normalize(-(most or 1.0), most or 1.0), colour)
            fill(axes, land, land.each, scale.to_rgba(np.ma.masked_invalid(values)), 0.2)
            borders(axes, land, land.unit, "units", edgecolor=STRONG, linewidth=0.5)
            hatch(axes, land, land.left, "left")
            axes.set_title(wrapped(measured(key, language), 18 + 2 * columns), fontsize="medium")
            bar = figure.colorbar(scale, ax=axes, extend="both", shrink=0.7, pad=0.01, aspect=25)
            bar.ax.tick_params(labelsize="x-small")
            if most >= 1000:
                bar.ax.yaxis.set_major_formatter("{x:,.0f}")
        entries = [key_line(word("village_border", language), color=STRONG, linewidth=0.5)]
        spans = [f"{at[0]}–{at[-1]}" if len(at) else "–" for at in (span.before, span.after)]
        note = word(
            "change_note", language, before=spans[0], after=spans[1], n=int(land.village.sum()),
            seed=results.manifest["seed"],
        )  # fmt: skip
        frame(figure, "", entries, [note, *land.notes(language)])
        return figure


def hours_by_task(results: Results, lang: str = "en", columns: int = 2) -> "Figure":
    """Draw cadres' hours month by month, one task above the other.

    Raises
    ------
    InputError
        If the run did not record them.
    """
    county = results.county
    for key in TASKS:
        check_outcome(key, outcome_keys(county), "county.parquet")
    with themed(lang) as language:
        figure, grid = sheet(columns, 2.9)
        axes = grid[0, 0]
        values = [county[key].to_numpy(float) for key in TASKS]
        shades = colours(len(TASKS))
        layers = axes.stackplot(county["month"], values, colors=shades, lw=0)
        for layer, key in zip(layers, TASKS, strict=True):
            layer.set_gid(key)
        axes.set_ylim(0, 1.05 * float(np.nanmax(np.sum(values, axis=0))))
        axes.set_ylabel(unit_label(OUTCOMES[TASKS[0]].unit, language))
        year_axis(axes)
        entries: list[Any] = [
            Patch(facecolor=shade, label=outcome_label(key, language))
            for key, shade in zip(TASKS, shades, strict=True)
        ]
        entries += mark_reform(axes, periods(results).reform, language)
        frame(figure, "", entries, [word("one_run", language, seed=results.manifest["seed"])])
        return figure


def ways_to_services(results: Results, lang: str = "en", columns: int = 2) -> "Figure":
    """Draw how needs of villagers end, before and after the reform: shares of the ways.

    Raises
    ------
    InputError
        If the run did not record them.
    """
    county, span = results.county, periods(results)
    for key in WAYS:
        check_outcome(key, outcome_keys(county), "county.parquet")
    shown = {"before": span.before, "after": span.after}
    shown = {when: months for when, months in shown.items() if len(months)}
    means = {
        when: county.loc[np.isin(months_of(county), months), list(WAYS)].mean()
        for when, months in shown.items()
    }
    ways = [key for key in WAYS if any(float(mean[key]) > 0 for mean in means.values())]
    with themed(lang) as language:
        figure, grid = sheet(columns, 0.45 * len(means) + 1.35)
        axes = grid[0, 0]
        shades = colours(len(WAYS))
        entries: list[Any] = []
        for i, key in enumerate(ways):
            left = [float(mean[ways[:i]].sum()) for mean in means.values()]
            size = [float(mean[key]) for mean in means.values()]
            bars = axes.barh(range(len(means)), size, 0.6, left=left, color=shades[i])
            for row, (at, wide) in enumerate(zip(left, size, strict=True)):
                if wide >= 0.04:
                    axes.text(
                        at + wide / 2, row, f"{100 * wide:.0f}", ha="center", va="center",
                        fontsize="small", color=_readable(shades[i]),
                    )  # fmt: skip
            entries.append(
                Patch(facecolor=bars[0].get_facecolor(), label=outcome_label(key, language))
            )
        axes.set_yticks(range(len(means)), labels=[
            f"{word(when, language)}\n{months[0]}–{months[-1]}" for when, months in shown.items()
        ])  # fmt: skip
        axes.invert_yaxis()
        axes.tick_params(axis="y", length=0)
        axes.set_xlim(0, max(1.0, *(float(mean[ways].sum()) for mean in means.values())))
        axes.set_xticks([0, 0.5, 1], labels=["0 %", "50 %", "100 %"])
        frame(figure, "", entries, [word("ways_note", language, seed=results.manifest["seed"])])
        return figure


def _readable(colour: Any) -> str:
    """Return black or white, whichever is read better on a colour."""
    red, green, blue = colour[:3]
    return "black" if 0.299 * red + 0.587 * green + 0.114 * blue > 0.55 else "white"


def lorenz(
    results: Results, outcome: str = HEADLINE[2], lang: str = "en", columns: int = 1
) -> "Figure":
    """Draw how evenly an outcome is shared between old villages: Lorenz curves, Gini indices.

    Raises
    ------
    InputError
        If the outcome is not recorded by village, or below 0 somewhere.
    """
    check_outcome(outcome, outcome_keys(results.villages), "villages.parquet")
    span = periods(results)
    weight = results.places.set_index(results.places["code"].astype(str))["registered"]
    with themed(lang) as language:
        figure, grid = sheet(columns, 3.3 if columns == 1 else 4.2)
        axes = grid[0, 0]
        axes.plot([0, 1], [0, 1], color="#777777", lw=0.8, ls=":", gid="even")
        entries: list[Any] = []
        n = 0
        for (when, months), shade, dash in zip(
            (("before", span.before), ("after", span.after)), colours(2), ("--", "-"), strict=True
        ):
            if not len(months):
                continue
            values = village_means(results, months, [outcome])[outcome].dropna()
            if (values.to_numpy(float) < 0).any():
                raise InputError(f"{outcome}: is below 0 in some village: it has no Lorenz curve")
            people, n = weight.reindex(values.index).to_numpy(float), len(values)
            x, y = _lorenz(values.to_numpy(float), people)
            gini = 1.0 - float(np.sum((x[1:] - x[:-1]) * (y[1:] + y[:-1])))
            axes.plot(x, y, color=shade, ls=dash, lw=1.5, gid=when)
            label = word("lorenz_line", language, when=word(when, language), gini=f"{gini:.3f}")
            entries.append(Line2D([], [], color=shade, ls=dash, label=label))
        axes.set(xlim=(0, 1), ylim=(0, 1), aspect="equal")
        axes.set_xlabel(wrapped(word("lorenz_x", language), 34))
        what = outcome_label(outcome, language)
        axes.set_ylabel(wrapped(word("lorenz_y", language, outcome=what), 34))
        axes.set_gid(outcome)
        note = word("lorenz_note", language, n=n, seed=results.manifest["seed"])
        frame(figure, "", entries, [note])
        return figure


def _lorenz(values: np.ndarray, people: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return cumulated shares of people, and of what they have, from the poorest village on."""
    order = np.argsort(values, kind="stable")
    x, y = people[order], (values * people)[order]
    return (
        np.r_[0.0, np.cumsum(x) / x.sum()],
        np.r_[0.0, np.cumsum(y) / (y.sum() or 1.0)],
    )


def distribution(
    results: "ExperimentResults",
    outcome: str = HEADLINE[0],
    lang: str = "en",
    columns: int = 2,
    most: int = 6,
) -> "Figure":
    """Draw how paired effects are spread over old villages: density, box and every village.

    Parameters
    ----------
    results : ExperimentResults
        Results with villages recorded, and design points that are compared.
    outcome : str
        An outcome recorded by village.
    lang : {"en", "zh"}
        Language.
    columns : {1, 2}
        Columns of a journal's page.
    most : int
        Contrasts drawn: the first ones.

    Raises
    ------
    InputError
        If villages or the outcome were not recorded, or no points are compared.
    """
    points = list(dict.fromkeys(int(p) for p in results.effects([HEADLINE[0]])["point"]))[:most]
    found = {point: village_effects(results, outcome, point) for point in points}
    with themed(lang) as language:
        names = point_names(results, language)
        figure, grid = sheet(columns, 0.85 * len(found) + 1.0)
        axes = grid[0, 0]
        for row, ((point, (table, _, _)), shade) in enumerate(
            zip(found.items(), colours(len(found)), strict=True)
        ):
            _cloud(axes, row, table["effect"].to_numpy(float), shade, str(point))
        labels = [wrapped(shortened(names[p]), 16 * columns) for p in found]
        axes.set_yticks(range(len(found)), labels=labels)
        axes.set_ylim(len(found) - 0.4, -0.6)
        axes.tick_params(axis="y", length=0)
        axes.axvline(0.0, color="black", lw=0.8, gid="zero")
        axes.set_xlabel(wrapped(compared("difference_of", outcome, language), 34 * columns))
        few_ticks(axes, "x")
        first = next(iter(found.values()))
        note = word(
            "distribution_note", language, n=len(first[0]), against=shortened(names[first[2]], 40)
        )
        frame(figure, "", [], [note])
        return figure


def _cloud(axes: Any, row: int, values: np.ndarray, shade: Any, gid: str) -> None:
    """Draw one distribution: its density above, a box, and the values below as dots."""
    from scipy.stats import gaussian_kde

    if np.ptp(values) > 0 and len(values) > 2:
        x = np.linspace(values.min(), values.max(), 200)
        density = gaussian_kde(values)(x)
        top = row - 0.08 - 0.38 * density / density.max()
        axes.fill_between(x, row - 0.08, top, color=shade, alpha=0.5, lw=0, gid=gid)
    low, middle, high = np.percentile(values, [25, 50, 75])
    axes.plot([low, high], [row, row], color="black", lw=3, solid_capstyle="butt")
    axes.plot(middle, row, "o", ms=4, mfc="white", color="black")
    aside = row + 0.12 + 0.22 * (np.arange(len(values)) * _GOLDEN % 1.0)
    axes.plot(values, aside, "o", ms=1.6, color=shade, mew=0, gid="villages")
