"""What does not fit between a study's designs, its arms and what is there to estimate with."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from sim.config.places import Node, Place
from sim.errors import InputError, nearest
from sim.lab.file.study import Study, Wrong, design_of, said
from sim.lab.file.study_blocks import BLOCKS, TITLE, Design
from sim.lab.file.study_estimators import tried_out
from sim.model.calendar import format_month

if TYPE_CHECKING:
    from sim.config import Config
    from sim.lab.file.loading import Head

Say = Callable[[Place, str], None]
#: estimators that take several cohorts for what they are
OF_COHORTS = ("staggered", "regression", "own")
#: estimators that compare with a time before
OF_CHANGES = ("did", "event_study", "staggered", "matching")


def starts(config: "Config", untreated: "Config") -> list[tuple[str, int]]:
    """Return the policies by which an arm is treated, and the months from the reform they begin at.

    Those it differs in from the untreated arm; the merger alone where that is one of them, whose
    other measures may come when they came.
    """
    own, other = config.policies.active(), untreated.policies.active()
    found = set()
    for name in own | other:
        blocks = [block for block in (own.get(name), other.get(name)) if block is not None]
        if own.get(name) != other.get(name):
            found |= {(name, block.span(config)[0] - config.reform) for block in blocks}
    merger = {one for one in found if one[0] == "merger"}
    return sorted(merger or found)


def begins(config: "Config", untreated: "Config") -> int:
    """Return the months from the reform at which an arm is first treated; 0 without a policy."""
    return min((months for _, months in starts(config, untreated)), default=0)


def designs_fit(spec: Study, root: Node, say: Say) -> dict[str, Design]:
    """Note all that is wrong with a study's designs in themselves; return those that are right."""
    right = {}
    for name, change in spec.changes.items():
        wrong = wrong_keys(change) or list(_wrong_design(spec, change))
        for keys, text in wrong:
            say(_place(root, name, keys), _told(name, text))
        if not wrong:
            right[name] = design_of(spec.blocks, change)
    return right


def wrong_keys(change: dict[str, Any]) -> list[Wrong]:
    """Return keys of a design that are none, each with where it is."""
    keys = (TITLE, *BLOCKS)
    found: list[Wrong] = [
        ((key,), f"unknown key {key!r}{nearest(key, keys)}; expected some of {', '.join(keys)}")
        for key in change
        if key not in keys
    ]
    titles = change.get(TITLE, {})
    if not isinstance(titles, dict) or not set(titles) <= {"en", "zh"}:
        found.append(((TITLE,), "title: expected {en: ..., zh: ...}"))
    return found


def _wrong_design(spec: Study, change: dict[str, Any]) -> Iterator[Wrong]:
    try:
        design = design_of(spec.blocks, change)
    except ValidationError as error:
        yield from said(error)
        return
    yield from spec.wrong(design)


def arms_fit(
    spec: Study,
    right: Mapping[str, Design],
    root: Node,
    heads: Sequence["Head"],
    folders: Sequence[str],
    say: Say,
    tools: bool,
) -> None:
    """Note all that is wrong with designs in view of their arms' configurations.

    Parameters
    ----------
    spec : Study
        The experiment.
    right : mapping
        Its designs that are right in themselves, by name.
    root : Node
        Its file.
    heads : sequence of Head
        The arms' configurations.
    folders : sequence of str
        Where functions of one's own are looked for.
    say : callable
        Told of every problem and its place.
    tools : bool
        Look for what estimators need, too (not of stored results).
    """
    if not set(spec.arms) <= {head.arm for head in heads}:
        return  # what is wrong with them is said
    for name, design in right.items():
        found = list(_wrong_arms(spec, design, heads))
        found += _wrong_tools(design, folders) if tools else ()
        for keys, text in found:
            say(_place(root, name, keys), _told(name, text))


def _told(name: str, text: str) -> str:
    return f"designs.{name}: {text}" if name else text


def _place(root: Node, name: str, keys: Sequence[Any]) -> Place:
    """Return where a design says something; the block that all designs share if it does not."""
    for base in (root.get("designs", name) if name else None, root):
        for length in range(len(keys), 0, -1):
            node = None if base is None else base.get(*keys[:length])
            if node is not None:
                return node.key or node.place
    node = (root.get("designs", name) if name else None) or root
    return node.key or node.place


def _wrong_arms(spec: Study, design: Design, heads: Sequence["Head"]) -> Iterator[Wrong]:
    """Yield what is wrong with a design's months, waves and mergers."""
    untreated, treated, _ = spec.arms_of(design)
    configs = {(head.arm, head.county): head.config for head in heads}
    counties = list(dict.fromkeys(head.county for head in heads))
    firsts: set[int] = set()
    for arm in treated:
        pairs = [(configs[arm, c], configs[untreated, c]) for c in counties]
        yield from _wrong_months(arm, pairs)
        of_arm = {begins(*pair) for pair in pairs}
        if len(of_arm) > 1:
            yield _TREATED, f"arm {arm!r} begins at other times from the reform in some counties"
        firsts |= of_arm
        if design.population.who == "plan" and all(one.policies.merger is None for one, _ in pairs):
            yield (
                ("population", "who"),
                f"population.who: plan needs a merger, and arm {arm!r} has none; write who: random",
            )
    name, waves = design.by.name, design.measures.waves
    if len(firsts) > 1 and name not in OF_COHORTS:
        yield (
            ("estimator",),
            f"estimator {name} takes cohorts for one; expected one of {', '.join(OF_COHORTS)}",
        )
    years = sorted({first // 12 for first in firsts})
    if waves[-1] < years[-1]:
        yield _WAVES, f"measures.waves: none is in year {years[-1]} from the reform or later"
    if name in OF_CHANGES and waves[0] >= years[0]:
        yield _WAVES, f"measures.waves: estimator {name} needs one before year {years[0]}"
    yield from _wrong_waves(waves, list(configs.values()))


_TREATED, _WAVES = ("population", "treated"), ("measures", "waves")


def _wrong_months(arm: str, pairs: Sequence[tuple["Config", "Config"]]) -> Iterator[Wrong]:
    """Yield policies of an arm that begin within a year counted from the reform."""
    for config, untreated in pairs:
        for name, months in starts(config, untreated):
            if months % 12:
                near = config.reform + 12 * round(months / 12)
                yield (
                    _TREATED,
                    f"population.treated: {name} of arm {arm!r} begins in "
                    f"{format_month(config.reform + months)}, within a year counted from the "
                    f"reform ({format_month(config.reform)}), half of which would be untreated; "
                    f"the nearest month that fits: policies.{name}.start: {format_month(near)}",
                )


def _wrong_waves(waves: Sequence[int], configs: Sequence["Config"]) -> Iterator[Wrong]:
    first = max((config.start - config.reform) // 12 for config in configs)
    last = min((config.start + config.months - 1 - config.reform) // 12 for config in configs)
    beyond = [wave for wave in waves if not first <= wave <= last]
    if beyond:
        yield (
            _WAVES,
            f"measures.waves: year {beyond[0]} from the reform is in no run, whose years are "
            f"{first} to {last}; change waves, or start and months",
        )


def _wrong_tools(design: Design, folders: Sequence[str]) -> Iterator[Wrong]:
    """Yield what an estimator needs and is not there, found by trying it."""
    try:
        tried_out(design, folders)
    except InputError as error:
        for problem in error.problems:
            yield ("estimator",), problem
