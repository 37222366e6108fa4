"""Experiment as one text that needs no other file, and what has changed since."""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sim.config.loading import FILE_KEYS
from sim.config.places import Place, dotted, undotted
from sim.files import digest
from sim.lab.design.points import changes
from sim.lab.file.factors import Levels, Sample
from sim.lab.file.loading import Experiment
from sim.lab.file.study import Study
from sim.lab.store.recording import VILLAGERS
from sim.model.compiled import simulation_digest, simulation_sources
from sim.model.policies import own
from sim.results import kept


def plain(experiment: Experiment) -> dict[str, Any]:
    """Return an experiment as plain data, its configurations written out.

    Files are named as results keep them, so that the text is the same wherever they lie.
    """
    names, spec = inputs(experiment), experiment.spec
    data = spec.model_dump(mode="json", exclude={"set", "config", "arms"}, exclude_none=True)
    for name in ("parts", "estimators"):
        if not data.get(name, True):
            del data[name]
    sample = {k: list(f.values) for k, f in experiment.factors.items() if isinstance(f, Sample)}
    if sample:
        data["factors"]["parameters"] = {"sample": sample}
    for name, factor in experiment.factors.items():
        if not isinstance(factor, Levels):
            continue
        levels = list(factor.values)
        if kept.renamed(levels, names) != levels:  # called as they were
            data["factors"][name] = {"levels": dict(zip(factor.labels, levels, strict=True))}
    first = experiment.heads[0]
    data["outcomes"] = list(spec.outcomes)  # what own ones are stands in the configurations
    found: dict[str, Any] = {"method": data.pop("method")}
    data.pop("seed", None)  # the last key, given or not
    if "parts" in data:
        every = [head for head in experiment.heads if head.county == first.county]
        found["config"] = every[-1].tree.plain()
    elif first.arm is not None:
        arms = [head for head in experiment.heads if head.county == first.county]
        found["config"] = arms[0].tree.plain()
        found["arms"] = {
            head.arm: _own_title(experiment, str(head.arm)) | {"config": head.tree.plain()}
            for head in arms
        }
    else:
        found["config"] = first.tree.plain()
    if first.county is not None:
        data["counties"] = list(dict.fromkeys(head.county for head in experiment.heads))
    return kept.renamed(found | data | {"seed": experiment.seed}, names)


def _own_title(experiment: Experiment, arm: str) -> dict[str, Any]:
    """Return the title that an arm gives itself, beside its configuration."""
    node = experiment.file.get("arms", arm)
    found: dict[str, Any] = {}
    for key, given in node.value.items() if node is not None and node.value else ():
        first, *rest = undotted(key)
        if first == "title":
            found |= {rest[0]: given.plain()} if rest else given.plain()
    return {"title": found} if found else {}


def to_yaml(data: dict[str, Any]) -> str:
    """Return an experiment as YAML; loading it gives the same experiment."""
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.width = 10_000
    stream = io.StringIO()
    yaml.dump(data, stream)
    return stream.getvalue()


def own_code(experiment: Experiment) -> dict[str, own.Own]:
    """Return where code of one's own comes from: that of configurations and of factors."""
    found: dict[str, own.Own] = {}
    for head in experiment.heads:
        found |= head.config.own_sources()
    for name in experiment.factors:
        kind = undotted(name)[1].partition("#")[0] if name.startswith("policies.") else ""
        if ":" in kind:
            found[kind] = own.find(kind, experiment.folders)
    if isinstance(experiment.spec, Study):
        for design in experiment.spec.designed.values():
            name = design.by.function
            if name is not None:
                found[name] = own.find(name, experiment.folders, what=own.FUNCTION)
    return found


def inputs(experiment: Experiment) -> dict[str, str]:
    """Return the files that configurations and factors name -> what results call them."""
    trees = [head.tree for head in experiment.heads]
    for name, factor in experiment.factors.items():
        levels = factor.values if isinstance(factor, Levels) else ()
        trees += (next(changes({name: value}, Place(""))) for value in levels)
    nodes = (tree.get(*keys) for tree in trees for keys in FILE_KEYS)
    named = sorted({node.value for node in nodes if node is not None and node.value})
    return {name: kept.kept_name(name) for name in named if Path(name).is_file()}


def files(experiment: Experiment) -> dict[str, str]:
    """Return the digests of the files, and policies of one's own, that an experiment names."""
    found = {name: kept.input_digest(path) for path, name in inputs(experiment).items()}
    return found | {kind: source.digest for kind, source in own_code(experiment).items()}


def kept_files(experiment: Experiment) -> dict[str, Path]:
    """Return the files that results of an experiment keep: name in the folder -> where it is."""
    return kept.kept_files(inputs(experiment), own_code(experiment).values())


def key(data: dict[str, Any], named: dict[str, str], held: Sequence[str] = ()) -> str:
    """Return the name of an experiment: its text, the files it names, the simulation's code.

    And what its blocks of factors leave out (`held`), which earlier editions drew.
    """
    form = [] if data["record"]["villagers"] == "off" else [VILLAGERS]
    form += [f"not drawn: {', '.join(held)}"] if held else []
    return digest(to_yaml(data), repr(sorted(named.items())), simulation_digest(), *form)


def differences(
    before: dict[str, Any], now: dict[str, Any], manifest: dict[str, Any], named: dict[str, str]
) -> list[str]:
    """Say what of an experiment, its files and the code is not what it was."""
    if "arms" in before and "arms" in now:  # the configuration is that of the first arm
        before, now = before | {"config": None}, now | {"config": None}
    old, new = dict(_leaves(before)), dict(_leaves(now))
    found = []
    for name in dict.fromkeys([*old, *new]):
        was, now_is = old.get(name), new.get(name)
        file = kept.called(str(was))
        if was != now_is and file is not None and file == kept.called(str(now_is)):
            found.append(f"{file}: its content")
        elif was != now_is:
            found.append(f"{name}: {_shown(was)} -> {_shown(now_is)}")
    for name, was in manifest.get("files", {}).items():
        if named.get(name, was) != was:
            found.append(f"{name}: its content")
    sources, ours = manifest.get("sources", {}), simulation_sources()
    changed = [
        name for name in dict.fromkeys([*sources, *ours]) if sources.get(name) != ours.get(name)
    ]
    if changed:
        more = f" and {len(changed) - 5} more" if len(changed) > 5 else ""
        found.append(f"code of the simulation: {', '.join(changed[:5])}{more}")
    return found


def _leaves(data: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    if isinstance(data, dict) and data:
        for name, value in data.items():
            yield from _leaves(value, (*path, str(name)))
    else:
        yield dotted(path), data


def _shown(value: Any) -> str:
    text = "nothing" if value is None else str(value)
    return text if len(text) <= 60 else text[:57] + "..."
