"""Survey: a study's data as researchers get them, a household survey and a village panel."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim import __version__
from sim.errors import InputError, nearest
from sim.export.columns import Column, both, described
from sim.export.content import told
from sim.export.formats import write_csv, write_stata
from sim.export.writing import CODEBOOK, codebook, content, placed, record, target_of
from sim.lab.file.loading import Experiment, load_experiment
from sim.lab.file.study import Study
from sim.lab.file.study_blocks import Design
from sim.lab.one_run.replay import designed
from sim.lab.store.recording import VILLAGER_COLUMNS
from sim.lab.study.assigning import assigned
from sim.lab.study.drawing import Drawn, study
from sim.lab.study.worlds import Worlds
from sim.model.outcomes.catalogue import OUTCOMES
from sim.report.opened_experiment import OpenedExperiment

#: background questions: columns of villager rows as they stand
BACKGROUND = ("age", "labour", "returned", "distance_km")
#: codes of what people live on
_LABOUR = ("labour_0", "labour_1", "labour_2", "labour_3")


def survey(
    folder: str | Path,
    design: str | Path | None = None,
    name: str | None = None,
    size: int | None = None,
    number: int = 1,
    out: str | Path | None = None,
    fresh: bool = False,
) -> Path:
    """Write the data of one study of a design.

    Parameters
    ----------
    folder : path
        Results of an experiment with the design's arms, old villages recorded yearly.
    design : path, optional
        An experiment file of method study; the results' own if not given.
    name : str, optional
        One of its designs; the first if not given.
    size : int, optional
        Old villages surveyed; the largest of the design's if not given.
    number : int
        Which study, from 1: another has another world, assignment and sample.
    out : path, optional
        A folder; beside the results, with ``_survey`` after their name, if not given.
    fresh : bool
        Replace an export that is there.

    Returns
    -------
    Path
        The folder: ``survey`` (a row an answer; where respondents are asked) and ``villages`` (a
        row an old village and year; where its own figures are the data, a wave, as measured) as
        Parquet, CSV and Stata files, ``codebook.csv``, and ``export.json``, where the truth is.

    Raises
    ------
    InputError
        If results, file or design do not fit.
    """
    results = OpenedExperiment(Path(folder))
    experiment = _experiment(results, design)
    chosen_name, chosen = _design(experiment.spec, name)
    target = target_of(results.folder, out, "survey")
    worlds = Worlds(results, experiment)
    if number < 1:
        raise InputError(f"study {number}: they are counted from 1")
    world = worlds.replicates[(number - 1) % len(worlds.replicates)]
    surveyed = chosen.sizes[-1] if size is None else size
    drawn = study(worlds, chosen, world, number - 1, surveyed)
    tables = _tables(worlds, chosen, world, number - 1, drawn)
    about = told(results) | {"written_by": __version__, "design": chosen_name, "study": number}
    about |= {"world": world, "size": surveyed, "outcome": chosen.measures.outcome}
    about |= {"truth": None if np.isnan(drawn.truth) else drawn.truth}
    with placed(target, fresh) as work:
        columns: list[Column] = []
        sums = {}
        for table, frame in tables.items():
            plain, own = described(table, frame)
            own = [replace(c, note=_codes_said()) if c.column == "labour" else c for c in own]
            columns += own
            sums[table] = {"rows": len(plain), "digest": content(plain)}
            title = f"hecun {chosen_name}, study {number}: {table}"
            codes = {"labour": _codes()} if "labour" in plain else {}
            _write(work, table, plain, own, title, codes)
        codebook(work / CODEBOOK, columns)
        record(work, about | {"tables": sums})
    return target


def _experiment(results: OpenedExperiment, design: str | Path | None) -> Experiment:
    """Return what was run, with the study that a file says, or its own."""
    stored, _ = designed(results)
    if design is not None:
        given = load_experiment(design)
        if not isinstance(given.spec, Study):
            raise InputError(f"{design}: method {given.spec.method}; expected method: study")
        stored = replace(stored, spec=given.spec, folders=[*given.folders, *stored.folders])
    spec = stored.spec
    if not isinstance(spec, Study):
        raise InputError(
            f"{results.folder}: results of method {spec.method} have no design; give --design FILE"
        )
    arms = set(results.design["arm"]) if "arm" in results.design else set()
    for one in spec.designed.values():
        untreated, treated, wanted = spec.arms_of(one)
        for arm in (untreated, *treated, wanted):
            if arm not in arms:
                raise InputError(
                    f"{results.folder}: it has no arm {arm!r}{nearest(arm, arms)}; its arms are "
                    f"{', '.join(sorted(arms))}"
                )
    for arm in spec.parts():
        if arm not in arms:
            raise InputError(
                f"{results.folder}: spillovers were not simulated there: no arm {arm!r}"
            )
    return stored


def _design(spec: Any, name: str | None) -> tuple[str, Design]:
    """Return a design by name, the first if none is given."""
    known: dict[str, Design] = spec.designed
    name = next(iter(known)) if name is None else name
    if name not in known:
        raise InputError(
            f"no design is called {name!r}{nearest(name, known)}; there are {', '.join(known)}"
        )
    if known[name].of_counties:
        raise InputError(f"design {name}: its data are counties' own figures; nobody is surveyed")
    return name, known[name]


def _tables(
    worlds: Worlds, design: Design, world: int, number: int, drawn: Drawn
) -> dict[str, pd.DataFrame]:
    """Return the household survey, where respondents are asked, and the panel of villages."""
    ground = worlds.ground(design, world)
    cohort, _ = assigned(worlds, design, world, [worlds.experiment.seed, number])
    arms = _arms(worlds, design)
    found = {}
    if design.sample.villagers is not None:
        found["survey"] = _households(worlds, design, world, drawn, cohort, arms)
        found["villages"] = _villages(worlds, world, drawn, cohort, ground, arms)
    else:
        found["villages"] = _measured(worlds, design, world, drawn, cohort, arms)
    return found


def _arms(worlds: Worlds, design: Design) -> list[str]:
    """Return the arms in which the untreated and each cohort are observed."""
    from sim.lab.file.study import part_name

    spec: Any = worlds.experiment.spec
    untreated, treated, _ = spec.arms_of(design)
    part = part_name(spec, design)
    if part is not None:
        return [part, part]
    return [treated[0] if design.population.spillovers else untreated, *treated]


def _observed(worlds: Worlds, table: str, arms: list[str], of: Any, world: int, time: int) -> Any:
    """Return a table's rows of a time, each from the arm in which it is observed.

    `of` is the cohort of each row, -1 untreated.
    """
    frames = [worlds.of(table, arm, world, time) for arm in arms]
    parts = [frame[of == at - 1] for at, frame in enumerate(frames)]
    return pd.concat(parts).sort_index()


def _households(
    worlds: Worlds, design: Design, world: int, drawn: Drawn, cohort: Any, arms: list[str]
) -> pd.DataFrame:
    """Return a row an answer: who, where, when, what was said, and background."""
    frame, outcome = drawn.frame, design.measures.outcome
    ground = worlds.ground(design, world)
    spec: Any = worlds.experiment.spec
    untreated, treated, _ = spec.arms_of(design)
    people = worlds.people(design, world, (untreated, *treated))
    own = cohort[people.village]
    waves = {time: at for at, time in enumerate(design.measures.waves, start=1)}
    parts = []
    for time, rows in frame.groupby("time"):
        there = _observed(worlds, "villagers", arms, own, world, int(time))  # pyright: ignore
        asked = there.iloc[drawn.row[rows.index]].reset_index(drop=True)
        background = {name: asked[name] for name in BACKGROUND}
        months = asked["month"]
        others = "" if design.sample.panel else f"_{waves[int(time)]}"  # pyright: ignore
        told_ = {
            "respondent": asked["villager"] + others,
            "village": asked["code"],
            "cluster": _cluster_codes(ground)[rows["village"].to_numpy()],
            "wave": np.full(len(rows), waves[int(time)]),  # pyright: ignore
            "time": rows["time"].to_numpy(),
            "month": months,
            "treated": rows["treated"].to_numpy(),
            "first": rows["first"].to_numpy(),
            "treated_by_then": rows["d"].to_numpy() > 0,
            outcome: rows["y"].to_numpy(),
        } | _before(rows)
        parts.append(pd.DataFrame(told_ | background))
    found = pd.concat(parts).sort_values(["village", "respondent", "time"], kind="stable")
    if (
        worlds.of("villages", untreated, world, design.measures.waves[0])["county"].iloc[0]
        != "None"
    ):
        found.insert(0, "county", found["village"].str[:6])
    units = {name: unit for name, (_, unit) in VILLAGER_COLUMNS.items()}
    found.attrs["units"] = units | _BEFORE_UNITS | {outcome: units[outcome]}
    return found


#: what is known of a respondent's village before the reform: column of a study's data -> its name
_BEFORE = {
    "registered": "registered_before",
    "distance_km": "distance_km_before",
    "income": "income_before",
    "size": "unit_size_before",
}
_BEFORE_UNITS = dict(zip(_BEFORE.values(), ("persons", "km", "yuan/month", "persons"), strict=True))


def _before(rows: Any) -> dict[str, Any]:
    """Return what villages were like before the reform, an answer each."""
    return {name: rows[key].to_numpy() for key, name in _BEFORE.items()}


def _cluster_codes(ground: Any) -> Any:
    """Return what a cluster is called, by old village: the first of its codes."""
    first = np.full(int(ground.cluster.max()) + 1, None, dtype=object)
    for code, cluster in zip(ground.code[::-1], ground.cluster[::-1], strict=True):
        first[cluster] = code
    return first[ground.cluster]


def _measured(
    worlds: Worlds, design: Design, world: int, drawn: Drawn, cohort: Any, arms: list[str]
) -> pd.DataFrame:
    """Return a row a village and wave whose books were found, with the outcome as measured."""
    frame, outcome = drawn.frame, design.measures.outcome
    names = _cluster_codes(worlds.ground(design, world))
    parts = []
    for time, rows in frame.groupby("time"):
        there = _observed(worlds, "villages", arms, cohort, world, int(time))  # pyright: ignore
        own = there.iloc[drawn.row[rows.index]]
        told_ = {
            "village": own["code"].to_numpy(),
            "cluster": names[rows["village"].to_numpy()],
            "time": rows["time"].to_numpy(),
            "month": own["month"].to_numpy(),
            "treated": rows["treated"].to_numpy(),
            "first": rows["first"].to_numpy(),
            "treated_by_then": rows["d"].to_numpy() > 0,
            "unit": own["unit"].to_numpy(),
        }
        parts.append(pd.DataFrame(told_ | _before(rows) | {outcome: rows["y"].to_numpy()}))
    found = pd.concat(parts).sort_values(["village", "time"], kind="stable")
    found.attrs["units"] = _BEFORE_UNITS | {outcome: OUTCOMES[outcome].unit}
    return found


def _villages(
    worlds: Worlds, world: int, drawn: Drawn, cohort: Any, ground: Any, arms: list[str]
) -> pd.DataFrame:
    """Return a row a surveyed old village and recorded year, with the outcomes of villages.

    Without error: what villages' books say beside what respondents do.
    """
    asked = np.unique(drawn.frame["village"])
    names = _cluster_codes(ground)
    keys = [key for key, outcome in OUTCOMES.items() if outcome.village]
    first = drawn.frame.drop_duplicates("village").set_index("village").loc[asked, "first"]
    parts = []
    for time in worlds.times("villages"):
        there = _observed(worlds, "villages", arms, cohort, world, time).iloc[asked]
        begins = first.to_numpy()
        told_ = {
            "village": there["code"].to_numpy(),
            "cluster": names[asked],
            "time": np.full(asked.size, time),
            "month": there["month"].to_numpy(),
            "treated": cohort[asked] >= 0,
            "first": begins,
            "treated_by_then": time >= np.where(np.isnan(begins), np.inf, begins),
            "unit": there["unit"].to_numpy(),
            "registered_before": ground.registered[asked],
            "distance_km_before": ground.distance_km[asked],
            "income_before": ground.income[asked],
            "unit_size_before": ground.mean_size[asked],
        }
        parts.append(pd.DataFrame(told_ | {key: there[key].to_numpy() for key in keys}))
    found = pd.concat(parts).sort_values(["village", "time"], kind="stable")
    units = {key: OUTCOMES[key].unit for key in keys}
    found.attrs["units"] = units | _BEFORE_UNITS
    return found


def _codes() -> dict[float, str]:
    """Return the labels of what people live on, in both languages."""
    return {float(code): both(key) for code, key in enumerate(_LABOUR)}


def _codes_said() -> str:
    return "; ".join(f"{code:g} = {text}" for code, text in _codes().items())


def _write(
    work: Path,
    table: str,
    plain: pd.DataFrame,
    columns: list[Column],
    title: str,
    codes: Mapping[str, Mapping[float, str]],
) -> None:
    """Write a table in the three formats; Parquet has labels and units with each column."""
    write_csv(work / f"{table}.csv", plain, columns, bom=True)
    write_stata(work / f"{table}.dta", plain, columns, title, codes)
    arrow = pa.Table.from_pandas(plain, preserve_index=False)
    about = {c.column: asdict(c) for c in columns}
    fields = [
        field.with_metadata({key: about[field.name][key] for key in ("en", "zh", "unit")})
        for field in arrow.schema
    ]
    pq.write_table(arrow.cast(pa.schema(fields)), work / f"{table}.parquet")
