"""Resumption: what an experiment keeps of a folder's earlier results, and says of the rest."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sim.config.reading import parse, read
from sim.errors import InputError
from sim.lab.file.schema import UntilPrecise
from sim.lab.file.taking import as_set
from sim.lab.store import resolved
from sim.lab.store.recording import VILLAGERS
from sim.model.compiled import simulation_digest
from sim.results.stored import MANIFEST

if TYPE_CHECKING:
    from sim.lab.experiment import Session

Ready = Callable[["Session", int], None]


def resume(
    session: "Session",
    manifest: dict[str, Any],
    text: str,
    fresh: bool,
    say: Callable[[str], None],
    ready: Ready,
) -> None:
    """Keep what is there and still valid, under the numbers of the design as it is now.

    Parameters
    ----------
    session : Session
        What is about to run; its ``kept`` is set.
    manifest, text : dict, str
        What the folder then says of itself, and its ``experiment.yaml``.
    fresh : bool
        Whether runs that are no longer of the experiment may be let go.
    say : callable
        Told what is kept.
    ready : callable
        Called with the session and the runs left, before anything is changed.

    Raises
    ------
    InputError
        If runs would be let go and `fresh` does not allow it.
    """
    store, record = session.store, session.experiment.spec.record
    before = store.manifest
    if not before and not store.has_shards():
        ready(session, session.replicates * len(session.design.points))
        store.begin(manifest, text, session.design)
        return
    old = before.get("record", manifest["record"])  # a lost manifest: runs have names
    store.load(type(record).model_validate(old), fresh)
    while session.grow():
        pass
    for damage in store.damaged:
        say(f"Damaged: {damage}")
    session.kept = _replicates_there(session, before.get("seed") == session.experiment.seed)
    replicates = max(session.replicates, session.kept)
    wanted = {run: (r, p.number) for run, p, r in session.runs(replicates)}
    valid = [run for run in store.status if run in wanted]
    stale = [how for run, how in store.status.items() if run not in wanted]
    lost = stale.count("done")
    if lost and not fresh:
        raise InputError(_changed(session, before, text, len(valid), lost))
    left = sum(store.status.get(run) != "done" for run in wanted)
    if left:
        ready(session, left)
    say(f"Kept: {len(valid):,} runs" + (f"; let go: {lost:,}" if lost else ""))
    same = before.get("points", manifest["points"]) == manifest["points"]
    same &= old == manifest["record"]
    if not valid:
        store.clear()
        store.begin(manifest, text, session.design)
    elif stale or not same:
        runs = [(run, point, r) for (r, point), run in sorted((wanted[run], run) for run in valid)]
        store.finish(runs, session.design, record, manifest, text)
        store.load(record)
        store.begin(manifest, text, session.design)
    else:
        store.begin(manifest | {"seconds": before.get("seconds", 0.0)}, text, session.design)


def _replicates_there(session: "Session", same_seed: bool) -> int:
    """Return the last replicate of which a run of this design is there.

    Runs are done side by side: those of one replicate may be missing where those of a later are
    there. Of another first seed such gaps count as far as replicates are asked for.
    """
    first, wanted = session.experiment.seed, session.experiment.spec.replicates
    asked = wanted.at_most if isinstance(wanted, UntilPrecise) else wanted
    numbers = {seed - first + 1 for seed in session.store.seeds if seed >= first}
    there = {number for number in numbers if _some_run(session, number)}
    found = max((n for n in there if same_seed or n <= asked), default=0)
    while found + 1 in there:
        found += 1
    return found


def _some_run(session: "Session", replicate: int) -> bool:
    names = (session.name(point, replicate) for point in session.design.points)
    return any(run in session.store.status for run in names)


def _changed(session: "Session", before: dict[str, Any], text: str, valid: int, lost: int) -> str:
    """Say what has changed since the results were written, and what is still valid."""
    folder = session.store.folder
    now = parse(text, str(folder / "experiment.yaml")).plain()
    unknown = []
    try:
        was = read(folder / "experiment.yaml").plain()
    except InputError:
        was, unknown = now, ["not known: experiment.yaml there is missing or damaged"]
    named = resolved.files(session.experiment)
    changes = resolved.differences(was, now, before, named)
    if session.experiment.spec.record.villagers != "off" and before.get("villagers") != VILLAGERS:
        changes.append("how villagers are called (column villager)")
    drawn = before.get("drawn", {})
    held = [one for one in as_set(session.experiment.heads) if one.key in drawn]
    changes += [f"{one.key}: drawn -> set to {one.value}" for one in held if not one.where]
    changes = changes or unknown or [_unseen(before)]
    listed = "".join(f"\n  {change}" for change in changes[:20])
    return (
        f"{folder}: {lost:,} runs there are not of this experiment any more; still valid are "
        f"{valid:,}. Changed since:{listed}\n"
        "give --out another folder to keep both, or --fresh to let the runs go that are no "
        "longer valid (the others are kept)"
    )


def _unseen(before: dict[str, Any]) -> str:
    """Say what may have changed where nothing that is compared did."""
    if not before:
        return f"not known: {MANIFEST} there is missing or damaged"
    if before.get("code") != simulation_digest():
        return "the simulation"
    return "nothing that is known: the file, what it names and the simulation are the same"
