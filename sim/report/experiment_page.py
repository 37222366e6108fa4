"""The report of an experiment."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from sim.lab.answers import read
from sim.lab.answers.acted import acted_text, unchanged_text
from sim.lab.answers.cautions import cautions_text
from sim.lab.answers.columns import cell, head, headings
from sim.lab.answers.text import (
    SILENT,
    as_set_text,
    cells,
    columns_shown,
    months_text,
    title_of,
)
from sim.lab.methods.intervals import for_all
from sim.lab.methods.statistics import decimals
from sim.model.outcomes.catalogue import HEADLINE
from sim.model.world.lists import list_before
from sim.model.world.registry import registry_units
from sim.report.effects import Frame, level, level_names
from sim.report.experiment import (
    arm_titles,
    factors_of,
    point_names,
    settings,
    titled,
    village_effects,
)
from sim.report.needs import MOST_POINTS
from sim.report.page import (
    Page,
    Picture,
    Rows,
    Section,
    figures,
    flat,
    manifest_rows,
    optional,
    parameter_section,
)
from sim.report.registry import kind_of
from sim.report.sentences import answers, compared, own_places
from sim.words import unit_label, word
from sim.words.labels import key_label, outcome_label
from sim.words.numbers import MISSING, number
from sim.words.villages import said_name

if TYPE_CHECKING:
    from sim.lab.store.reading import ExperimentResults

_LIMITS = ("limit_map", "limit_judgement", "limit_set", "limit_multiple")
_MOST_ROWS = 200


def experiment_page(results: "ExperimentResults", lang: str) -> Page:
    """Return the report of an experiment, done or as far as it is.

    Parameters
    ----------
    results : ExperimentResults
        Its results.
    lang : {"en", "zh"}
        Language.
    """
    manifest, given = results.manifest, settings(results)
    asked = (manifest.get("question") or {}).get(lang)
    title = asked or results.folder.resolve().name

    def section(head: str, make: Callable[[], Section]) -> Section:
        return optional(head, make, results.folder, lang)

    def with_head(head: str, **made: Callable[[], Any]) -> Section:
        def make() -> Section:
            return Section(word(head, lang), **{name: part() for name, part in made.items()})

        return section(head, make)

    sections = [
        with_head(
            "answers",
            answers=lambda: answers(results, lang),
            note=lambda: " ".join(
                [word("end_values", lang, months=results.end_months()), *months_text(results, lang)]
            ),
        ),
        with_head(
            "acted", points=lambda: acted_text(results, lang) + unchanged_text(results, lang)
        ),
        figures(results, "experiment", lang),
        section("winners", lambda: _winners(results, lang)),
        with_head("limits_head", points=lambda: _limits(results, lang)),
        with_head("tables", tables=lambda: _tables(results, lang)),
        with_head("design", tables=lambda: _design(results, given, lang)),
        section("drivers", lambda: parameter_section(_changed(results, given), lang)),
        Section(word("manifest", lang), tables=[manifest_rows(manifest, lang)]),
    ]
    for part in sections[-4:]:
        part.folded = True
    if not asked:
        sections[0].texts.append(word("no_question", lang))
    kind = f"{word('report_experiment', lang)} – {word('method', lang)} {manifest['experiment']}"
    when = manifest.get("finished") or manifest.get("started") or MISSING
    footer = word("made_with", lang, version=manifest.get("hecun", MISSING), when=when)
    return Page(title, kind, sections, footer)


def _limits(results: "ExperimentResults", lang: str) -> list[str]:
    """Return what the experiment does not show; of its intervals what they contain."""
    drawn = len(results.manifest.get("drawn") or {})
    interval = word("limit_interval_drawn" if drawn else "limit_interval", lang, count=drawn)
    replicates, rows = results.worlds.size, len(set(results.worlds.tolist()))
    told = {"replicates": replicates, "rows": rows}
    shared = [word("limit_sample", lang, **told)] if rows < replicates else []
    held = as_set_text(results, lang)
    limits = [interval, *held, *shared, *(word(key, lang) for key in _LIMITS)]
    return [*cautions_text(results, lang), *limits]


def _design(results: "ExperimentResults", given: dict[str, Any], lang: str) -> list[Rows]:
    """Return what was run: method, points, replicates, arms or factors."""
    runs: Frame = results.runs
    pairs = [
        ("method", results.manifest["experiment"]),
        ("points", f"{len(results.design):,}"),
        ("replicates", f"{int(runs['replicate'].max()) if len(runs) else 0:,}"),
        ("failed", f"{int((runs['status'] == 'failed').sum()):,}"),
        ("seeds", _seeds(results)),
    ]
    tables = [Rows(["", word("value", lang)], [[word(key, lang), said] for key, said in pairs])]
    arms, titles = given.get("arms"), arm_titles(results, lang)
    if isinstance(arms, dict):
        rows = []
        for name, arm in arms.items():
            config = (arm or {}).get("config", arm or {})
            policies = flat(config.get("policies") or {}) if isinstance(config, dict) else {}
            policies |= _levers(results, name)
            said = "; ".join(f"{key} = {value}" for key, value in policies.items())
            rows.append([level(titles.get(name, name)), said or word("none", lang)])
        tables.append(Rows([word("arm", lang), word("policies", lang)], rows, codes=(1,)))
    factors = given.get("factors")
    if isinstance(factors, dict) and factors:
        rows = []
        for key, said in factors.items():
            levels = ", ".join(f"{k} {v}" for k, v in flat(said).items())
            where = [level(titles.get(name, name)) for name in _taken_by(results, key)]
            rows.append([key_label(key, lang), key, levels, ", ".join(where)])
        heads = [word("factor", lang), "", word("levels", lang), word("arm", lang)]
        if not any(row[-1] for row in rows):
            heads, rows = heads[:-1], [row[:-1] for row in rows]
        tables.append(Rows(heads, rows, codes=(1,)))
    return tables


def _seeds(results: "ExperimentResults") -> str:
    """Return the first and the last seed that was run."""
    seeds = results.runs["seed"]
    if not len(seeds):
        return str(results.manifest.get("seed", MISSING))
    return f"{seeds.min()}–{seeds.max()}"


def _levers(results: "ExperimentResults", arm: str) -> dict[str, str]:
    """Return the levers that the design varies in an arm, with their levels there."""
    points: Frame = results.design[results.design["arm"] == arm]
    names = [name for name in factors_of(results) if name.startswith("policies.")]
    found = {name: points[name].dropna().unique() for name in names}
    return {
        name.removeprefix("policies."): ", ".join(map(level, levels))
        for name, levels in found.items()
        if len(levels)
    }


def _taken_by(results: "ExperimentResults", key: str) -> list[str]:
    """Return the arms that take a factor, if not all do."""
    design = results.design
    if "arm" not in design:
        return []
    without = design["point"].isin((results.manifest.get("unset") or {}).get(key, ()))
    if key in design:
        without |= design[key].isna()
    arms = dict.fromkeys(design["arm"])
    taking = dict.fromkeys(design["arm"][~without])
    return list(taking) if len(taking) < len(arms) else []


def _answer_tables(results: "ExperimentResults", lang: str) -> list[Rows]:
    """Return the tables that the method answers with, as they are stored."""
    out, titles = [], arm_titles(results, lang)
    for name, frame in read(results).items():
        if name in SILENT or not len(frame):
            continue
        kept = columns_shown(name, frame)
        rows = [
            [cell(key, text, titles, lang) for key, text in zip(kept, row, strict=True)]
            for row in cells(frame.head(_MOST_ROWS), lang, headings(lang), kept)
        ]
        title = title_of(name, frame, lang, headings(lang))
        out.append(Rows([head(key, lang) for key in kept], rows, title=title))
    return out


def _tables(results: "ExperimentResults", lang: str) -> list[Rows]:
    """Return the table of points where they are few, and what the method answers."""
    few = len(results.design) <= MOST_POINTS
    return [*([_table(results, lang)] if few else []), *_answer_tables(results, lang)]


def _table(results: "ExperimentResults", lang: str) -> Rows:
    """Return the effects of a comparison, the means of other designs."""
    arms = compared(results)
    frame = (results.effects() if arms else results.means()).head(_MOST_ROWS)
    names = level_names(titled(frame, results, lang), factors_of(results), lang)
    keys = ["arm", "outcome", "unit"]
    keys += ["reference", "effect", "interval"] if arms else ["mean", "interval"]
    rows = []
    for name, row in zip(names, frame.to_dict("records"), strict=True):
        value = row["effect" if arms else "mean"]
        places = decimals(value, (row["high"] - row["low"]) / 2)
        cells = [name, outcome_label(row["outcome"], lang)]
        cells.append(unit_label(row["unit"], lang))
        cells += [number(row["reference"], own_places(row["reference"], places))] if arms else []
        cells.append(number(value, places, sign=arms))
        low, high = (number(row[end], places, sign=arms) for end in ("low", "high"))
        rows.append([*cells, f"{low} … {high}", str(int(row["n"]))])
    heads = [word(key, lang) for key in keys] + ["n"]
    return Rows(heads, rows, numbers=tuple(range(3, len(heads))))


def _winners(results: "ExperimentResults", lang: str) -> Section:
    """Return who gains and who loses, where old villages were recorded and points compared."""
    section = Section(word("winners", lang))
    key = HEADLINE[0]
    if results.manifest.get("record", {}).get("villages") == "off":
        section.texts.append(word("no_villages", lang))
        return section
    frame, point, against = village_effects(results, key)
    names = point_names(results, lang)
    what = {"arm": names[point], "against": names[against]}
    kind = kind_of("winners", "experiment")
    caption = word(kind.caption, lang, outcome=outcome_label(key, lang), **what)
    draw = partial(kind.function, results, key, point, lang)
    section.figures.append(Picture(kind.name, caption, draw))
    table = _extremes(frame, key, _village_names(settings(results)), lang)
    if table.rows:
        section.tables.append(table)
    else:
        section.texts.append(word("gained_none", lang, count=len(frame)))
    return section


def _village_names(given: dict[str, Any]) -> dict[str, str]:
    """Return the names of old villages by code, as far as the registry has them."""
    config = given.get("config")
    county = config.get("county") if isinstance(config, dict) else None
    try:
        table = registry_units(*list_before(county or {}, str((config or {})["reform"])))
    except (ValueError, KeyError, TypeError):
        return {}
    return {
        code: f"{town} {said_name(name)} ({code})"
        for code, town, name in zip(table.code, table.township, table.name, strict=True)
    }


def _extremes(frame: Frame, key: str, names: dict[str, str], lang: str) -> Rows:
    """Return the old villages with the largest effects that are told apart from 0.

    A village that is picked for its effect is not one that was named beforehand: its own 95 %
    interval misses more often than once in twenty. These are Bonferroni's, for all at once.
    """
    half = (frame["high"] - frame["effect"]) * for_all(frame["n"], len(frame))
    frame = frame.assign(low=frame["effect"] - half, high=frame["effect"] + half)
    rows = frame[(frame["low"] > 0) | (frame["high"] < 0)].sort_values("effect", ascending=False)
    rows = rows if len(rows) <= 10 else rows.iloc[[*range(5), *range(-5, 0)]]
    cells = []
    for row in rows.to_dict("records"):
        places = decimals(row["effect"], (row["high"] - row["low"]) / 2)
        low, high, effect = (
            number(row[name], places, sign=True) for name in ("low", "high", "effect")
        )
        cells.append(
            [
                names.get(row["code"], row["code"]),
                word(row["kind"], lang),
                effect,
                f"{low} … {high}",
            ]
        )
    heads = [word(key_, lang) for key_ in ("village", "kind", "effect", "interval")]
    title = word("gained_most", lang, outcome=outcome_label(key, lang), count=len(frame))
    return Rows(heads, cells, numbers=(2, 3), title=title)


def _changed(results: "ExperimentResults", given: dict[str, Any]) -> dict[str, str]:
    """Return the parameters that a configuration changes or the design varies."""
    config = given.get("config")
    changed = flat(config.get("parameters") or {}) if isinstance(config, dict) else {}
    for name in factors_of(results):
        if name.startswith("parameters."):
            values = results.design[name]
            said = f"{values.min():g} – {values.max():g}" if values.dtype.kind in "iuf" else "–"
            changed[name.removeprefix("parameters.")] = said
    for name, how in (results.manifest.get("drawn") or {}).items():
        if isinstance(how, dict) and "draw" in how:
            said = ", ".join(map(str, how["draw"]))
        else:
            ends = how["sample"] if isinstance(how, dict) else how
            said = f"{min(ends):g} – {max(ends):g}"
        changed[str(name).removeprefix("parameters.")] = said
    for name, value, where in results.manifest.get("as_set", ()):
        key = name.removeprefix("parameters.")
        changed[key] = f"{changed[key]}; {value} ({', '.join(where)})" if where else str(value)
    return changed
