"""One run seen closely, by hand: decisions that differ and why, who is meant, what is said."""

from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sim.errors import InputError
from sim.lab.one_run import flips, replay, twins
from sim.lab.one_run.flips import Flip, state_of
from sim.lab.one_run.twins import row_of, twin_text
from sim.model.agents.villager import AWAY, ENTREPRENEUR, LOCAL
from sim.model.processes import livelihood, needs, service
from sim.model.processes.ways import OFFICE, ONLINE, VISIT

MONTH = 2020 * 12 + 4  # May


class People(dict):
    def __len__(self):
        return 3


def county(**columns):
    """Three villagers of two old villages; the last lives in the second."""
    usual = {"channel": [OFFICE] * 3, "labour": [LOCAL] * 3, "birth_month": [MONTH - 12 * 30] * 3}
    usual |= {"income": [900.0, 1234.4, 0.12345], "savings": [5_000, 123_456, 0]}
    usual |= {"trust": [0.5, 0.25, 1.0], "experience": [0.5, 0.5, 0.125]}
    return SimpleNamespace(
        villagers=People({key: np.array(value) for key, value in (usual | columns).items()}),
        month=MONTH,
        values=SimpleNamespace(service=SimpleNamespace(errands=service.GIVEN_UP)),
        world=SimpleNamespace(villages=SimpleNamespace(code=["101", "102"], name=["甲", "乙"])),
        borders=SimpleNamespace(distance_km=np.array([1.5, 22.25])),
        village_start=np.array([0, 2]),
        village_of=lambda row: int(row == 2),
        group_of=lambda row: int(row == 2),
        row_village=lambda: np.array([0, 0, 1]),
        row_identity=lambda rows: np.arange(rows.start, rows.stop),
    )


# --- decisions -----------------------------------------------------------------------------------


def decides(wage, near, record, labour):
    """A kernel: a villager leaves where wages are above 10, or near is far and the record open."""
    labour[:] = np.where((wage > 10) | ((near > 5) & (record["opening"] > 0)), AWAY, LOCAL)


def arguments(wage, near, opening):
    record = np.zeros(1, dtype=[("opening", "f8")])
    record["opening"] = opening
    return {
        "wage": np.full(2, wage),
        "near": np.full(2, near),
        "record": record,
        "labour": np.full(2, 9),
    }


TERMS = {"wage gap": ("wage",), "road": ("near",), "opening": ("record.opening",)}


@pytest.mark.parametrize(
    ("one", "other", "reasons"),
    [
        ((5.0, 1.0, 1.0), (20.0, 9.0, 1.0), ("wage gap", "road")),
        ((5.0, 9.0, 0.0), (5.0, 9.0, 1.0), ("opening",)),
        ((5.0, 1.0, 0.0), (5.0, 9.0, 1.0), ("several together",)),
        ((20.0, 9.0, 1.0), (5.0, 9.0, 0.0), ("several together",)),
    ],
)
def test_inputs_that_turn_a_decision_alone_are_its_reasons(one, other, reasons):
    own, others = arguments(*one), arguments(*other)
    before = {key: np.copy(value) for key, value in own.items()}
    assert flips._reasons(decides, own, others, TERMS, "labour", 1) == reasons
    assert all((own[key] == before[key]).all() for key in own)  # nothing given is changed


def test_a_decision_is_taken_again_on_plain_numbers():
    seen = []

    def kernel(key, keys, count, state):
        seen.append((type(key), type(keys), type(count)))
        state[0] = count + 1

    given = {"key": np.asarray(7), "keys": np.arange(2), "count": np.asarray(4)}
    assert flips._again(kernel, given | {"state": np.zeros(1)}, "state", 0) == 5
    assert seen == [(np.uint64, np.ndarray, int)]


def test_a_kernel_is_watched_and_then_as_before():
    def kernel(a, b):
        a += b
        return "done"

    def compiled(a, b):
        return kernel(a, b)

    compiled.py_func = kernel  # pyright: ignore
    module = SimpleNamespace(kernel=compiled)
    values = np.array([1.0])
    with pytest.raises(KeyError), flips._watched(module, "kernel") as calls:  # pyright: ignore
        assert module.kernel(values, 2.0) == "done"
        raise KeyError
    assert module.kernel is compiled and list(calls[0]) == ["a", "b"]
    assert calls[0]["a"].tolist() == [1.0] and values.tolist() == [3.0]  # as it was given


@pytest.fixture
def watching(monkeypatch):
    """Steps that do nothing; every decision is taken from what the county says of it."""

    @contextmanager
    def watched(module, name):
        yield ["one", "other"]

    monkeypatch.setattr(flips, "_watched", watched)
    monkeypatch.setattr(flips, "_exchanged", lambda own, other, names: own)
    monkeypatch.setattr(
        flips, "_reasons", lambda *how: (how[3] is flips.SERVICE_TERMS, *how[1:3], *how[4:])
    )
    for module in (service, livelihood):
        monkeypatch.setattr(module, "step", lambda county: county.stepped())


def pair(**after):
    """Two counties whose villagers are `after` a step, each its own."""
    made = [county(), county()]
    for i, own in enumerate(made):
        own.stepped = lambda own=own, i=i: own.villagers.update(
            {key: np.array(values[i]) for key, values in after.items()}
        )
    return made


def test_a_service_that_is_met_elsewhere_is_a_flip(watching):
    one, other = pair(channel=([OFFICE, ONLINE, VISIT], [OFFICE, OFFICE, VISIT]))
    assert list(flips._service(one, other, 0)) == [] == list(flips._service(one, other, 2))
    (flip,) = flips._service(one, other, 1)
    assert flip == Flip(MONTH, "service", ONLINE, OFFICE, (True, "one", "other", "channel", 1))


def test_a_livelihood_that_differs_is_a_flip_in_the_month_in_which_it_turns(watching, monkeypatch):
    chosen = {"one": LOCAL, "other": AWAY}
    monkeypatch.setattr(flips, "_again", lambda kernel, given, result, row: chosen[given])
    turned = ([LOCAL, AWAY, LOCAL], [LOCAL, LOCAL, ENTREPRENEUR])
    one, other = pair(labour=turned)
    (flip,) = flips._livelihood(one, other, 2)
    assert flip == Flip(
        MONTH, "livelihood", LOCAL, ENTREPRENEUR, (False, "one", "other", "labour", 2)
    )
    assert list(flips._livelihood(one, other, 2)) == []  # it lasts
    assert list(flips._livelihood(one, other, 0)) == []  # the same in both
    chosen["other"] = LOCAL  # both choose the same, and only one is drawn
    one, other = pair(labour=turned)
    (flip,) = flips._livelihood(one, other, 1)
    assert flip.terms == ("lots for support",)


def test_what_a_villager_has_come_to():
    assert state_of(county(), 1) == {  # pyright: ignore[reportArgumentType]
        "income": 1234.4,
        "savings": 1234.56,  # yuan, of fen
        "trust": 0.25,
        "experience": 0.5,
        "distance_km": 1.5,
    }
    assert state_of(county(), 2)["distance_km"] == 22.25  # pyright: ignore[reportArgumentType]


# --- who is meant, and what is said --------------------------------------------------------------


@pytest.mark.parametrize(("name", "row"), [("0", 0), ("2", 2), ("101_2", 1), ("102_1", 2)])
def test_a_villager_by_row_or_identity(name, row):
    assert row_of(county(), name) == row  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("name", ["3", "-1", "101_3", "x"])
def test_no_such_villager(name):
    with pytest.raises(InputError, match=r"as 101_1\), and rows are 0 to 2"):
        row_of(county(), name)  # pyright: ignore[reportArgumentType]


def test_the_same_people_are_of_the_same_county():
    other = county()
    assert twins._same_people(county(), other)  # pyright: ignore[reportArgumentType]
    other.row_identity = lambda rows: np.arange(rows.start, rows.stop) + (np.arange(3) == 2)
    assert not twins._same_people(county(), other)  # pyright: ignore[reportArgumentType]


def test_twins_as_text():
    found = [
        Flip(MONTH, "service", OFFICE, ONLINE, ("road", "queue")),
        Flip(MONTH + 8, "livelihood", LOCAL, AWAY, ("wage gap",)),
    ]
    one, other = county(), county(income=[900.0, 999.4, 2.0])
    text = twin_text(one, other, 1, found, ("a", "b"), "en")  # pyright: ignore
    lines = [line.split() for line in text.splitlines()]
    assert "villager row 1" in text and "甲" in text and "30" in lines[0]
    assert ["2020-05", "service", "office", "online", "road,", "queue"] in lines
    assert ["2021-01", "livelihood", "local", "away", "wage", "gap"] in lines
    assert lines[1] == ["month", "decision", "in", "a", "in", "b", "turned", "by"]
    assert ["income", "(yuan/month)", "1,234", "999"] in lines
    assert ["savings", "(yuan)", "1,235", "1,235"] in lines
    assert ["trust", "0.25", "0.25"] in lines and lines[-6] == ["at", "the", "end", "a", "b"]
    none = twin_text(one, other, 1, [], ("a", "b"), "en")  # pyright: ignore
    assert none.splitlines()[1] == "no decision differs"


def results(**more):
    """Runs 1/1, 1/2, 2/1 of two arms; the second lacks a replicate."""
    runs = {"run": ["abc1", "abd2", "xyz3"], "point": [1, 1, 2], "replicate": [1, 2, 1]}
    runs |= {"seed": [5, 6, 5], "status": ["done", "done", "failed"], "digest": ["d1", "d2", "d3"]}
    design = pd.DataFrame({"point": [1, 2], "arm": ["none", "all"]})
    told = {"code": "c"}
    found = {
        "runs": pd.DataFrame(runs),
        "design": design,
        "manifest": told,
        "folder": Path("there"),
    }
    return SimpleNamespace(**(found | more))


@pytest.mark.parametrize(("name", "number"), [("none", 1), ("all", 2), ("1", 1), ("2", 2)])
def test_an_arm_or_a_point(name, number):
    assert twins._point(results(), name) == number  # pyright: ignore[reportArgumentType]
    if name.isdigit():
        plain = results(design=pd.DataFrame({"point": [1, 2]}))
        assert twins._point(plain, name) == number  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("name", "said"),
    [("alll", "did you mean 'all'"), ("3", "there are none, all"), ("zzz", "there are none, all")],
)
def test_no_such_arm(name, said):
    with pytest.raises(InputError, match=rf"no arm or point is called '{name}'.*{said}"):
        twins._point(results(), name)  # pyright: ignore[reportArgumentType]


@pytest.fixture
def stored(monkeypatch):
    """A folder whose counties are their rows of `runs`."""
    made = results()
    design = SimpleNamespace(points=[SimpleNamespace(number=1), SimpleNamespace(number=2)])
    for module in (twins, replay):
        monkeypatch.setattr(module, "ExperimentResults", lambda folder: made)
        monkeypatch.setattr(module, "designed", lambda _: (None, design))
    monkeypatch.setattr(twins, "county_at_start", lambda experiment, design, row: row["run"])
    return made


def test_counties_of_one_replicate(stored):
    assert twins.counties(Path("there"), "none", "all", 1) == ("abc1", "xyz3")
    with pytest.raises(InputError, match=r"no run of all with replicate 2; .* replicates 1 to 2"):
        twins.counties(Path("there"), "none", "all", 2)


def test_twins_are_of_the_same_people_and_as_long_as_both_last(stored, monkeypatch):
    pairs, asked = [], []
    for months, start in ((6, 0), (9, 0)):
        made = county()
        made.config = SimpleNamespace(months=months, start=start)
        pairs.append(made)
    monkeypatch.setattr(twins, "counties", lambda *_: tuple(pairs))
    monkeypatch.setattr(twins, "flips", lambda *how: asked.append(how[2:]) or [])
    assert "no decision differs" in twins.twin(Path("there"), "102_1", "none", "all")
    assert asked == [(2, 6)]
    pairs[1].config.start = 1
    with pytest.raises(InputError, match="none and all differ in more than policies"):
        twins.twin(Path("there"), 1, "none", "all")
    pairs[1].config.start, pairs[1].row_identity = 0, lambda rows: np.arange(4)
    with pytest.raises(InputError, match="differ in more than policies"):
        twins.twin(Path("there"), 1, "none", "all")


@pytest.mark.parametrize(
    ("name", "run"), [("1/2", "abd2"), ("2/1", "xyz3"), ("x", "xyz3"), ("abc1", "abc1")]
)
def test_a_run_by_name_or_place(name, run):
    assert replay._find(results(), name)["run"] == run  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ab", r"2 runs begin with 'ab'; runs there are called abc1, abd2, \.\.\."),
        ("q", r"no run is called 'q'; runs there are called abc1, abd2, xyz3, \.\.\."),
        ("3/1", "no run is called '3/1'"),
        ("1/x", "no run is called '1/x'"),
        ("x/1", "no run is called 'x/1'"),
    ],
)
def test_no_such_run_or_several(name, said):
    with pytest.raises(InputError, match=said):
        replay._find(results(), name)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("name", "now", "said"),
    [
        ("1/1", "d1", "the same numbers as recorded, bit for bit"),
        ("1/1", "d9", "other numbers than recorded: now d9, then d1"),
        ("2/1", "d9", "other numbers than recorded: now d9, it failed then"),
    ],
)
def test_whether_a_run_gave_the_same(stored, monkeypatch, capsys, name, now, said):
    monkeypatch.setattr(replay, "_again", lambda *_: now)
    monkeypatch.setattr(replay, "simulation_digest", lambda: "c")
    assert replay.replay(Path("there"), name) == said
    point, replicate = name.split("/")
    head = capsys.readouterr().err
    assert f": point {point} (" in head and head.endswith(f"replicate {replicate}, seed 5\n")
    monkeypatch.setattr(replay, "simulation_digest", lambda: "another")
    replay.replay(Path("there"), name)
    assert "the code of the simulation has changed since" in capsys.readouterr().err


def test_service_and_livelihood_are_watched_where_their_turn_comes(monkeypatch):
    order, processes = [], []
    for module, name in ((service, "_service"), (livelihood, "_livelihood")):
        monkeypatch.setattr(module, "step", object())
        monkeypatch.setattr(
            flips, name, lambda one, other, row, name=name: order.append(name) or iter([row])
        )
    other_step = lambda county: processes.append(county.name)  # noqa: E731
    monkeypatch.setattr(flips, "MONTH", (other_step, service.step, other_step, livelihood.step))
    made = [county(), county()]
    for name, own in zip(("one", "other"), made, strict=True):
        own.name = name
        own.recorder = SimpleNamespace(record=lambda name=name: processes.append(f"{name} kept"))
    assert list(flips.flips(*made, 7, 2)) == [7] * 4  # pyright: ignore[reportArgumentType]
    assert [own.month for own in made] == [MONTH + 2] * 2
    assert order == ["_service", "_livelihood"] * 2
    assert processes == ["one", "other", "one", "other", "one kept", "other kept"] * 2
    assert needs.needs_pass is service.needs_pass
