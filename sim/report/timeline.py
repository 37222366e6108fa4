"""Policies over the months as a Gantt chart: how they grow, when triggers start and end them."""

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.model.config.naming import SINGLE, kind_of
from sim.model.policies import dose_of
from sim.model.policies.dose import MOVED
from sim.model.policies.timeline import rows
from sim.report.fonts import themed
from sim.report.frame import blank, frame, wrapped
from sim.report.plotting import sns
from sim.report.years import month_ticks
from sim.results.reading import Results
from sim.words import word
from sim.words.labels import key_label, number, outcome_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.model.config.schema import Config

_MONTH = np.timedelta64(1, "M")
_HEIGHT = 0.62  # of a row, at full dose
_MARKS = {"event": "D", "starts": "^", "ends": "v"}


def policy_gantt(source: "Results | Config", lang: str = "en", columns: int = 2) -> Figure:
    """Draw the policies over the recorded months, one row a block, in order of application.

    Parameters
    ----------
    source : Results or Config
        A run's results, drawn as it went; or a configuration, drawn as it may go.
    lang : {"en", "zh"}
        Language.
    columns : {1, 2}
        Columns of a journal's page.

    Returns
    -------
    Figure
        One panel with a bar for every spell in force (its height grows with the dose), a pale
        one while a trigger is awaited, and marks where triggers fired; of a run with
        what each policy delivered.

    Raises
    ------
    InputError
        If there are no labels in the language.
    """
    if isinstance(source, Results):
        timeline, reform = source.manifest["timeline"], source.manifest["reform"]
        months = source.county["month"].to_numpy().astype("datetime64[M]")
        title, told = source.manifest["title"], _delivered(source, lang)
    else:
        timeline, reform = rows(source), source.model_dump(mode="json")["reform"]
        first = np.datetime64(source.model_dump(mode="json")["start"], "M")
        months = first + np.arange(source.months) * _MONTH
        title, told = source.title.model_dump(), {}
    with themed(lang) as language:
        tall = 0.34 if columns == 2 else 0.42  # in one column doses are below the bars
        figure = blank(columns, 1.2 + tall * max(len(timeline), 1))
        axes = figure.subplots()
        for place, row in enumerate(timeline):
            _row(axes, place, row, language)
            _dose(axes, place, row, told.get(row["policy"], ""), months, inside=columns == 2)
        wide = 18 if columns == 1 else 30
        labels = [wrapped(_label(row["policy"], language), wide) for row in timeline]
        axes.set_yticks(range(len(timeline)), labels=labels)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.set_ylim(max(len(timeline), 1) - 0.4, -0.6)
        axes.axvline(_day(reform), color="black", lw=0.9, ls=(0, (4, 3)), gid="reform")
        axes.set_xlim(float(date2num(months[0])), float(date2num(months[-1] + _MONTH)))
        month_ticks(axes, 4 * columns, 3 * columns)
        if not timeline:
            axes.text(
                0.5, 0.5, word("timeline_none", language), transform=axes.transAxes, ha="center"
            )
        _explain(figure, axes, source, reform, title[language], language)
        return figure


def _colours() -> dict[str, Any]:
    """Return the colour of everything drawn."""
    blue, _, green, red, *_ = sns.color_palette("colorblind")
    return {"in_force": blue, "may": "#dddddd", "event": blue, "starts": green, "ends": red}


def _day(month: str) -> float:
    """Return the first day of a month as Matplotlib counts days."""
    return float(date2num(np.datetime64(month, "M")))


def _label(name: str, lang: str) -> str:
    """Return a block's name: what the policy is called, or its own class; then the label."""
    kind, _, label = name.partition("#")
    own = kind.rpartition(":")[2]
    shown = key_label(f"policies.{kind}", lang) if own == kind else own.replace("_", " ")
    return word("timeline_labelled", lang, name=shown, label=label) if label else shown


def _row(axes: "Axes", place: int, row: dict[str, Any], lang: str) -> None:
    """Draw one block: the wait, its spells, its triggers, and what they are."""
    colours = _colours()
    base = place + _HEIGHT / 2
    start, end = map(_day, row["may"])
    if kind_of(row["policy"]) in SINGLE:
        for first, _ in row["spells"]:
            axes.plot(
                _day(first), place, _MARKS["event"], color=colours["event"], ms=5, gid="event"
            )
        return
    if row["when"]:
        axes.fill_between(
            [start, end], base, place - _HEIGHT / 2, color=colours["may"], lw=0, gid="may"
        )
    for first, last in row["spells"]:
        _spell(axes, base, first, last, row["ramp_months"], colours["in_force"])
    for i, edge in enumerate(edge for spell in row["spells"] for edge in spell):
        event, key = (("starts", "when"), ("ends", "until"))[i % 2]
        if row[key] and _day(edge) < end:
            axes.plot(_day(edge), base, _MARKS[event], color=colours[event], ms=5, gid=event)
    said = [
        word(f"timeline_{key}", lang, condition=_condition(row[key], lang))
        for key in ("when", "until")
        if row[key]
    ]
    if said:
        text = word("timeline_separator", lang).join(said)
        axes.annotate(
            text,
            (start, place - _HEIGHT / 2),
            xytext=(4, 2),
            textcoords="offset points",
            fontsize="small",
        )


def _delivered(results: Results, lang: str) -> dict[str, str]:
    """Return what each policy delivered, by its block's name: a dose of its own, if it has one."""
    found: dict[str, str] = {}
    doses = sorted(results.manifest.get("doses", ()), key=lambda dose: dose[1] == MOVED)
    for policy, what, _, _, delivered in doses:
        dose = dose_of(policy, what)
        text = word("timeline_dose", lang, what=getattr(dose, lang), number=number(delivered))
        found.setdefault(policy, text)
    return found


def _dose(
    axes: "Axes", place: int, row: dict[str, Any], text: str, months: Any, inside: bool
) -> None:
    """Write a dose into the bar or below it, at its end; beside what happens in one month."""
    if not text or not row["spells"]:
        return
    ended = min(_day(row["spells"][-1][1]), _day(str(months[-1]))) if row["spells"] else 0.0
    event = kind_of(row["policy"]) in SINGLE
    at = _day(row["spells"][0][0]) if event else ended
    style = {"color": "white", "ha": "right", "va": "center", "xytext": (-4, 0)}
    if event:
        style |= {"color": "black", "ha": "left", "xytext": (6, 0)}
    elif not inside:
        style |= {"color": "black", "va": "top", "xytext": (0, -0.5)}
    base = place if event or inside else place + _HEIGHT / 2
    axes.annotate(
        text, (at, base), textcoords="offset points", fontsize="x-small", gid="dose", **style
    )


def _condition(text: str, lang: str) -> str:
    """Return ``Service reach < 0.85, 3 months`` for ``service_reach < 0.85 for 3``."""
    outcome, _, rest = text.partition(" ")
    limit, _, months = rest.partition(" for ")
    times = word("timeline_times", lang, months=months) if months else ""
    return f"{outcome_label(outcome, lang)} {limit}{times}"


def _spell(
    axes: "Axes", base: float, first: str, last: str, ramp: int, colour: tuple[float, float, float]
) -> None:
    """Draw a spell in force, as high in every month as its dose."""
    months = np.arange(np.datetime64(first, "M"), np.datetime64(last, "M") + _MONTH)
    days = [_day(str(month)) for month in months]
    dose = np.minimum(1.0, (np.arange(len(months)) + 1) / (ramp + 1))
    axes.fill_between(
        days, base, base - _HEIGHT * dose, step="post", color=colour, lw=0, gid="in_force"
    )


def _explain(
    figure: Figure, axes: "Axes", source: "Results | Config", reform: str, title: str, lang: str
) -> None:
    """Add the title, the legend of what was drawn, and whether it is a run or a plan."""
    drawn = {str(artist.get_gid()) for artist in (*axes.lines, *axes.collections)}
    colours = _colours()
    entries: list[Any] = [
        Patch(facecolor=colours[key], label=word(f"timeline_{key}", lang))
        for key in ("in_force", "may")
        if key in drawn
    ]
    entries += [
        Line2D([], [], color=colours[key], marker=mark, ls="", label=word(f"timeline_{key}", lang))
        for key, mark in _MARKS.items()
        if key in drawn
    ]
    label = word("reform", lang, month=reform)
    entries.append(Line2D([], [], color="black", lw=0.9, ls=(0, (4, 3)), label=label))
    if isinstance(source, Results):
        count = len(source.manifest["triggers"])
        key = "timeline_run" if count else "timeline_quiet"
        note = word(key, lang, seed=source.manifest["seed"], count=count)
    else:
        note = word("timeline_plan", lang)
    shown = "" if isinstance(source, Results) else title
    frame(figure, shown, entries, [note])
