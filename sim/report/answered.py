"""Figures of further answers: Morris' screening, Shapley shares, targets, PRIM's trajectory."""

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from sim.errors import InputError
from sim.lab.answers.common import cells_of
from sim.lab.answers.discover import parameters, worlds
from sim.lab.file.parts import WHOLE
from sim.lab.methods.prim import peeling
from sim.model.outcomes.catalogue import HEADLINE, OUTCOMES
from sim.report.analysis import first_said, name_lines, name_rows
from sim.report.answers import failure_said, of_arm, table
from sim.report.effects import colours, compared, few_ticks, numbers
from sim.report.experiment import arm_titles
from sim.report.fonts import themed
from sim.report.frame import frame, sheet, wrapped
from sim.report.periods import check_outcome
from sim.words import unit_label, word
from sim.words.labels import key_label, outcome_label

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.lab.store.reading import ExperimentResults


def morris_figure(
    results: "ExperimentResults",
    outcome: str = HEADLINE[0],
    arm: str | None = None,
    lang: str = "en",
    columns: int = 1,
) -> "Figure":
    """Draw Morris' measures: how far each parameter moves an outcome, and how unevenly.

    With arms: the effect of `arm` (the first that is not the baseline if not given), or the outcome
    itself if it is the baseline.

    Raises
    ------
    InputError
        If the method is another, or has no such outcome.
    """
    found = table(results, "effects", "morris")
    if "mu_star" not in found:
        raise InputError(f"{results.folder}: no mu_star; it is what method morris answers")
    found, arm = of_arm(results, found, "effects_of_arms", arm)
    check_outcome(outcome, list(dict.fromkeys(found["outcome"])), "tables/effects")
    rows = found[found["outcome"] == outcome].sort_values("mu_star", ascending=False)
    with themed(lang) as language:
        named = min(len(rows), 8)
        figure, grid = sheet(columns, 2.9 if columns == 1 else 3.6)
        axes = grid[0, 0]
        x, y = rows["mu_star"].to_numpy(float), rows["sigma"].to_numpy(float)
        most = float(np.nanmax([*x, *y, 0.0])) or 1.0
        axes.plot([0, most], [0, most], color="#777777", lw=0.8, ls=":", gid="even")
        axes.errorbar(
            x, y, xerr=rows["mu_star_conf"].to_numpy(float), fmt="o", ms=4, lw=1, capsize=2,
            color=colours(1)[0],
        )  # fmt: skip
        luck = float(rows["mu_star_luck_95"].max())
        entries: list[Any] = [
            Line2D([], [], color="#777777", ls=":", label=word("morris_even", language))
        ]
        if np.isfinite(luck):
            line = axes.axvline(luck, color="black", lw=0.9, ls="--", gid="luck")
            line.set_label(word("morris_luck", language))
            entries.append(line)
        for place, (key, at, up) in enumerate(
            zip(rows["parameter"][:named], x, y, strict=False), 1
        ):
            axes.annotate(
                str(place), (at, up), xytext=(3, 3), textcoords="offset points", fontsize="small"
            )
            entries.append(Line2D([], [], ls="", label=f"{place}  {key_label(key, language)}"))
        unit = unit_label(OUTCOMES[outcome].unit, language) if outcome in OUTCOMES else ""
        axes.set_xlabel(word("with_unit", language, what=word("morris_mu", language), unit=unit))
        axes.set_ylabel(word("with_unit", language, what=word("morris_sigma", language), unit=unit))
        axes.margins(x=0.2, y=0.15)
        axes.set_gid(outcome)
        few_ticks(axes, "x")
        few_ticks(axes, "y")
        what = outcome_label(outcome, language)
        if arm is not None:
            key = "arm_of" if arm == results.manifest["baseline"] else "effect_on"
            named = arm_titles(results, language).get(arm, arm)
            what = word(f"morris_{key}", language, arm=named, outcome=what)
        reach = rows["mu_star_conf"].to_numpy(float)
        told = rows.assign(low=x - reach, high=x + reach)
        name = first_said("morris_said", what, list(rows["parameter"]), told, language, luck)
        frame(figure, name, entries, [word("morris_note", language, n=len(rows))])
        return figure


def shapley_figure(
    results: "ExperimentResults", outcome: str = HEADLINE[0], lang: str = "en", columns: int = 1
) -> "Figure":
    """Draw each part's share of the whole reform's effect (Shapley), with intervals.

    Raises
    ------
    InputError
        If the experiment has no parts, or no such outcome.
    """
    found = table(results, "shapley", "compare with parts")
    check_outcome(outcome, list(dict.fromkeys(found["outcome"])), "tables/shapley")
    rows = found[found["outcome"] == outcome].drop_duplicates("part")
    with themed(lang) as language:
        names = [
            word("cell_whole reform", language) if part == WHOLE else key_label(part, language)
            for part in rows["part"]
        ]
        names = [wrapped(name, 20 if columns == 1 else 36) for name in names]
        figure, grid = sheet(columns, 0.34 * name_lines(names) + 1.2)
        axes = grid[0, 0]
        value = rows["shapley"].to_numpy(float)
        place = np.arange(len(rows))
        blue, orange = colours(2)
        shades = [orange if part == WHOLE else blue for part in rows["part"]]
        axes.barh(place, value, 0.6, color=shades)
        reach = np.abs(rows[["low", "high"]].to_numpy(float).T - value)
        axes.errorbar(value, place, xerr=reach, fmt="none", ecolor="#333333", lw=1, capsize=2)
        name_rows(axes, names)
        axes.axvline(0.0, color="black", lw=0.8)
        axes.set_xlabel(wrapped(compared("change_of", outcome, language), 34 * columns))
        axes.set_gid(outcome)
        few_ticks(axes, "x")
        frame(figure, "", [], [word("shapley_note", language, n=numbers(rows["n"]))])
        return figure


def targets_figure(results: "ExperimentResults", lang: str = "en", columns: int = 1) -> "Figure":
    """Draw a calibration's targets against what it expected before and predicts after.

    Raises
    ------
    InputError
        If the method is another.
    """
    rows = table(results, "targets", "calibrate").reset_index(drop=True)
    with themed(lang) as language:
        names = [
            outcome_label(key, language) if key in OUTCOMES else key_label(key, language)
            for key in rows["target"].astype(str)
        ]
        for i in np.flatnonzero(rows["use"] == "held out"):
            held = word("cell_held out", language)
            names[i] = word("with_unit", language, what=names[i], unit=held)
        names = [wrapped(name, 22) for name in names]
        figure, grid = sheet(columns, 0.36 * name_lines(names) + 1.3)
        axes = grid[0, 0]
        size = rows["sd"].to_numpy(float)[:, None]
        value = rows["value"].to_numpy(float)[:, None]

        def distance(*columns_: str) -> np.ndarray:
            return (rows[list(columns_)].to_numpy(float) - value) / size

        place = np.arange(len(rows))
        before, after = distance("prior_05", "prior_95"), distance("quantile_05", "quantile_95")
        blue = colours(1)[0]
        axes.axvspan(-2, 2, color="#eeeeee", lw=0, gid="target")
        axes.axvline(0.0, color="black", lw=0.8)
        old = axes.hlines(place + 0.15, *before.T, color="#8a8a8a", lw=3, gid="before")
        new = axes.hlines(place - 0.15, *after.T, color=blue, lw=3, gid="after")
        axes.plot(distance("predicted")[:, 0], place - 0.15, "o", ms=4, color=blue)
        name_rows(axes, names)
        far = 1.3 * max(float(np.nanmax(np.abs(after), initial=2.0)), 3.0)
        axes.set_xlim(-far, far)
        for side, mark in ((-1, "<"), (1, ">")):  # what goes on beyond the frame
            beyond = place[(side * before > far).any(axis=1)] + 0.15
            axes.plot(
                np.full(beyond.size, side * far), beyond, mark, color="#8a8a8a", clip_on=False
            )
        axes.set_xlabel(wrapped(word("targets_axis", language), 26 * columns))
        old.set_label(word("targets_before", language))
        new.set_label(word("targets_after", language))
        name = word("targets_said", language, agree=int(rows["agrees"].sum()), of=len(rows))
        frame(figure, name, [old, new], [word("targets_note", language)])
        return figure


def trajectory_figure(results: "ExperimentResults", lang: str = "en", columns: int = 1) -> "Figure":
    """Draw PRIM's boxes by density and coverage, from all worlds to the smallest box.

    Raises
    ------
    InputError
        If the method is another, or all worlds or none fail.
    """
    told = table(results, "failure", "discover").iloc[0]
    cell = cells_of(results)[0]
    arms, values = list(cell.points), worlds(results, str(told["outcome"]), cell)
    x = parameters(results)[1]
    there = np.isfinite(values).all(axis=1)
    one, other = (values[there][:, arms.index(told[name])] for name in ("arm", "against"))
    case = one - other < float(told["below"])
    if not case.any() or case.all():
        raise InputError(f"{results.folder}: all worlds fail or none does: there is no box")
    boxes = peeling(x[there], case)
    with themed(lang) as language:
        figure, grid = sheet(columns, 3.2 if columns == 1 else 3.8)
        axes = grid[0, 0]
        coverage = [box.coverage for box in boxes]
        density = [box.density for box in boxes]
        dots = axes.scatter(
            coverage, density, c=[int(box.restricted.sum()) for box in boxes], cmap="viridis", s=16
        )
        entries = []
        if "density" in told and np.isfinite(told["density"]):
            (mark,) = axes.plot(
                told["coverage"], told["density"], "o", ms=9, mfc="none", color=colours(2)[1],
                label=word("trajectory_chosen", language), ls="",
            )  # fmt: skip
            entries.append(mark)
        bar = figure.colorbar(dots, ax=axes, shrink=0.8)
        bar.set_label(word("trajectory_bounds", language))
        bar.ax.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set(xlabel=word("coverage", language), ylabel=word("density_of", language))
        axes.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.05))
        frame(figure, "", entries, [failure_said(told, results, language)])
        return figure
