"""The experiment as one text that needs no other file, and what has changed since."""

import io
from collections.abc import Iterator
from typing import Any

from sim.compiled import simulation_digest, simulation_sources
from sim.config.loading import FILE_KEYS
from sim.config.places import dotted
from sim.lab.factors import Sample
from sim.lab.identity import digest, file_digest
from sim.lab.loading import Experiment


def plain(experiment: Experiment) -> dict[str, Any]:
    """Return an experiment as plain data, its configurations written out."""
    spec = experiment.spec
    data = spec.model_dump(mode="json", exclude={"set", "config", "arms"}, exclude_none=True)
    if not data.get("parts", True):
        del data["parts"]
    sample = {k: list(f.values) for k, f in experiment.factors.items() if isinstance(f, Sample)}
    if sample:
        data["factors"]["parameters"] = {"sample": sample}
    first = experiment.heads[0]
    found: dict[str, Any] = {"method": data.pop("method")}
    if "parts" in data:
        every = [head for head in experiment.heads if head.county == first.county]
        found["config"] = every[-1].tree.plain()
    elif hasattr(spec, "arms"):
        arms = [head for head in experiment.heads if head.county == first.county]
        found["config"] = arms[0].tree.plain()
        found["arms"] = {head.arm: {"config": head.tree.plain()} for head in arms}
    else:
        found["config"] = first.tree.plain()
    if first.county is not None:
        data["counties"] = list(dict.fromkeys(head.county for head in experiment.heads))
    return found | data | {"seed": experiment.seed}


def to_yaml(data: dict[str, Any]) -> str:
    """Return an experiment as YAML; loading it gives the same experiment."""
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.width = 10_000
    stream = io.StringIO()
    yaml.dump(data, stream)
    return stream.getvalue()


def files(experiment: Experiment) -> dict[str, str]:
    """Return the digests of the files that configurations and levels name."""
    named: set[str] = set()
    for keys in FILE_KEYS:
        for head in experiment.heads:
            node = head.tree.get(*keys)
            named |= {node.value} if node is not None and node.value else set()
        factor = experiment.factors.get(".".join(keys))
        named |= {value for value in getattr(factor, "values", ()) if value}
    found = {name: file_digest(name) for name in sorted(named)}
    for head in experiment.heads:
        for kind, own in head.config.policies.own_sources().items():
            found[kind] = own.digest
    return found


def key(data: dict[str, Any], named: dict[str, str]) -> str:
    """Return the name of an experiment: its text, the files it names, the simulation's code."""
    return digest(to_yaml(data), repr(sorted(named.items())), simulation_digest())


def differences(
    before: dict[str, Any], now: dict[str, Any], manifest: dict[str, Any], named: dict[str, str]
) -> list[str]:
    """Say what of an experiment, its files and the code is not what it was."""
    old, new = dict(_leaves(before)), dict(_leaves(now))
    found = []
    for name in dict.fromkeys([*old, *new]):
        if old.get(name) != new.get(name):
            found.append(f"{name}: {_shown(old.get(name))} -> {_shown(new.get(name))}")
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
