"""Points of a design by hand: which are tried, their months, what is drawn, what is refused."""

from types import SimpleNamespace

import pytest

from sim.config.places import Place
from sim.errors import InputError
from sim.lab.design import points as designs
from sim.lab.design.points import Design, Point, representative
from sim.lab.file.factors import Levels, Prior, Range, Sample
from sim.lab.file.loading import load_experiment
from sim.lab.file.schema import Compare, Discover, UntilPrecise

START = 2019 * 12


def head(arm=None, county=None, policies=(), off=()):
    config = SimpleNamespace(
        start=START, months=6, switched_off=off, active=lambda: dict.fromkeys(policies, 1)
    )
    return SimpleNamespace(arm=arm, county=county, config=config, kept=frozenset())


def point(number, **labels):
    return Point(number, head(), {}, labels)  # pyright: ignore[reportArgumentType]


def test_a_point_is_called_by_its_levels():
    assert str(point(3, arm="all", x=0.5)) == "arm = all, x = 0.5"


@pytest.mark.parametrize(
    ("values", "months"),
    [
        ({}, "2019-01 to 2019-06"),
        ({"months": 1}, "2019-01 to 2019-01"),
        ({"start": "2018-12", "months": 14}, "2018-12 to 2020-01"),
        ({"start": START + 1}, "2019-02 to 2019-07"),
    ],
)
def test_months_that_a_point_records(values, months):
    made = Point(1, head(), values, {})  # pyright: ignore[reportArgumentType]
    assert designs.months_of(made) == months
    first, last = (int(part[:4]) * 12 + int(part[5:]) for part in months.split(" to "))
    assert designs.months_between(months) == last - first + 1


def test_a_large_design_is_tried_where_a_level_is_met_first_and_evenly():
    """Of 2,000 points those with a level of their own, and every fourth."""
    points = [point(i + 1, a=i // 1000, b=i % 3) for i in range(2_000)]
    design = Design(points, ["a", "b"])
    assert representative(design, 2_000) is points
    numbers = [one.number for one in representative(design, 1_999)]
    assert numbers == sorted({1, 2, 3, 1001} | set(range(1, 2_001, 4)))
    few = [one.number for one in representative(design, 2)]
    assert set(few) == {1, 2} | set(range(1, 2_001, 4))
    small = Design(points[:10], ["a"])
    assert [one.number for one in representative(small, 3)] == list(range(1, 11))


def test_rows_with_the_least_and_largest_of_a_sample_are_tried():
    made = Point(1, head(policies=("pay",)), {"scale": 5}, {"x": 1})  # pyright: ignore
    drawn = {"parameters.a.b": {"sample": [3.0, 1.0, 2.0, 9.0]}}
    drawn |= {"policies.pay.growth": {"sample": [0.1, 0.2]}, "parameters.c.d": (0.0, 1.0)}
    drawn |= {"policies.merger.ratio": {"sample": [0.5]}}
    found = list(designs._sampled(Design([made], [], drawn), [made]))  # pyright: ignore
    rows = [
        {"scale": 5, "parameters.a.b": b, "policies.pay.growth": growth}
        for b, growth in ((3.0, 0.1), (1.0, 0.2), (9.0, 0.2))
    ]
    assert [one.values for one in found] == rows
    assert all(one.labels == {} and one.number == 1 for one in found)


def test_what_is_drawn_by_replicate_is_set_where_a_point_takes_it():
    drawn = {"policies.pay.growth": (2.0, 2.0), "parameters.service.visit_sigma_km": (3.0, 3.0)}
    plain, pays = head("none"), head("all", policies=("pay",))
    points = [Point(1, plain, {}, {}), Point(2, pays, {"scale": 9}, {})]  # pyright: ignore
    design = Design(points, [], drawn)  # pyright: ignore[reportArgumentType]
    assert design.drawn_at(points[0], 1) == {"parameters.service.visit_sigma_km": 3.0}
    assert design.given(points[1], 1) == {"scale": 9} | {
        key: low for key, (low, _) in drawn.items()
    }
    assert design.unset() == {"policies.pay.growth": [1]}
    assert Design(points, []).unset() == {}


def experiment(spec=None, heads=(), **factors):
    place = lambda key: Place("e.yaml", 4, 3)  # noqa: E731
    known = SimpleNamespace(low=1.0, high=5.0)
    made = {key.replace("__", "."): factor for key, factor in factors.items()}
    return SimpleNamespace(
        spec=spec,
        heads=list(heads) or [head()],
        factors=made,
        place=place,
        range_of=lambda key: known,
        names=lambda: ["arm", *made],
        file=SimpleNamespace(get=lambda *_: None, place="e.yaml:1:1"),
    )


def test_a_share_of_a_factor_is_a_level_a_number_or_a_parameters_own():
    made = experiment(a=Levels(("x", "y"), ("first", "second")), b=Range(2.0, 4.0), c=Prior())
    values, labels = designs._cell(made, SimpleNamespace(tolist=lambda: [0.6, 0.25, 0.5]))  # pyright: ignore
    assert values == {"a": "y", "b": 2.5, "c": 3.0}
    assert labels == {"a": "second", "b": 2.5, "c": 3.0}
    ends = [designs.value_at(made, "c", share) for share in (0.0, 1.0)]  # pyright: ignore
    assert ends == [1.0, 5.0]


def test_points_are_numbered_arm_by_arm():
    import numpy as np

    made = experiment(heads=[head("none"), head("all", policies=("pay",))], scale=Range(0.0, 10.0),
                      policies__pay__growth=Range(0.0, 1.0))  # fmt: skip
    found = designs.points_at(made, np.array([[0.1, 0.5], [0.2, 0.25]]), 5)  # pyright: ignore
    told = [(one.number, one.labels) for one in found]
    assert told == [
        (5, {"arm": "none", "scale": 1.0}),
        (6, {"arm": "none", "scale": 2.0}),
        (7, {"arm": "all", "scale": 1.0, "policies.pay.growth": 0.5}),
        (8, {"arm": "all", "scale": 2.0, "policies.pay.growth": 0.25}),
    ]


def test_a_grid_holds_each_combination_once_and_draws_the_rest(write):
    text = """config: tiny.yaml
method: compare
arms: {none: {policies.combined_role: null}, all: {}}
factors:
  policies.combined_role.share: [0.5, 1]
  scale: [500, 600]
  parameters.service.visit_sigma_km: prior
"""
    made = load_experiment(write(text))
    design = designs.build(made)
    assert designs.count(made) == len(design.points) == 2 + 4
    assert [one.number for one in design.points] == [1, 2, 3, 4, 5, 6]
    assert design.columns == ["arm", "policies.combined_role.share", "scale"]
    known = made.range_of("parameters.service.visit_sigma_km")
    assert design.drawn == {"parameters.service.visit_sigma_km": (known.low, known.high)}


CONFIG = {"config": "c.yaml", "arms": {"a": {}, "b": {}}}


@pytest.mark.parametrize(
    ("method", "replicates", "rows", "refused"),
    [
        ("compare", 9, 4, None),  # rows come round again, which only repeats worlds
        ("discover", 4, 4, None),
        ("discover", 5, 4, "replicates: 5 replicates of a sample of 4 rows"),
        ("compare", {"at_least": 3, "at_most": 4, "until": {"trust": 1}}, 4, None),
        ("compare", {"at_least": 3, "at_most": 5, "until": {"trust": 1}}, 4,
         r"replicates\.at_most: 5 replicates of a sample of 4 rows"),
        ("discover", 9, None, None),
    ],
)  # fmt: skip
def test_a_sample_that_is_too_short_to_make_new_worlds(method, replicates, rows, refused):
    given = CONFIG | {"method": method, "replicates": replicates}
    if isinstance(replicates, dict):
        given["replicates"] = UntilPrecise.model_validate(replicates)
    spec = Compare.model_validate(given) if method == "compare" else None
    spec = spec or Discover.model_validate(given | {"outcome": "trust"})
    drawn = {"parameters.a.b": (0.0, 1.0)}
    if rows:
        drawn |= {"parameters.c.d": {"sample": [1.0] * rows}, "e": {"sample": [1.0] * (rows + 9)}}
    design = Design([], [], drawn)  # pyright: ignore[reportArgumentType]
    if refused is None:
        designs._refuse_short_sample(experiment(spec), design)  # pyright: ignore
    else:
        with pytest.raises(InputError, match=refused):
            designs._refuse_short_sample(experiment(spec), design)  # pyright: ignore


def test_a_range_of_real_numbers_is_told_the_steps_between_its_ends():
    made = experiment(months=Range(4.5, 8.5), scale=Levels((1,), (1,)))
    said = "e.yaml:4:3: months: expected a whole number, got 4.7"
    told = designs._with_steps(said, made)  # pyright: ignore[reportArgumentType]
    assert told.endswith("give it steps: {from: 5, to: 8, steps: 4}")
    for other in ("e.yaml:4:3: months: is out of range", said.replace("4:3", "5:3")):
        assert designs._with_steps(other, made) == other  # pyright: ignore[reportArgumentType]


def test_a_problem_says_where_it_is_unless_it_is_everywhere(monkeypatch):
    wrong = {2, 3}

    def settle(tree, folders):
        if tree in wrong:
            raise InputError(["worse", "bad"])

    monkeypatch.setattr(designs, "settle", settle)
    monkeypatch.setattr(designs, "tree_of", lambda one, made: one.number)
    made = experiment(Compare.model_validate(CONFIG | {"method": "compare"}))
    made.folders = []
    design = Design([point(i, x=i) for i in (1, 2, 3)], ["x"])
    with pytest.raises(InputError) as caught:
        designs.check_points(made, design)  # pyright: ignore[reportArgumentType]
    assert caught.value.problems == ("worse (where x = 2)", "bad (where x = 2)")
    wrong.add(1)
    with pytest.raises(InputError) as caught:
        designs.check_points(made, design)  # pyright: ignore[reportArgumentType]
    assert caught.value.problems == ("worse", "bad")
    wrong.clear()
    designs.check_points(made, design)  # pyright: ignore[reportArgumentType]


def test_a_sample_is_kept_as_a_list_of_its_values():
    made = experiment(parameters__a__b=Sample((1.0, 2.0)), scale=Levels((5, 6), ("s", "t")))
    made.heads = [head("none")]
    design = designs._grid(made)  # pyright: ignore[reportArgumentType]
    assert design.drawn == {"parameters.a.b": {"sample": [1.0, 2.0]}}
    assert [one.labels for one in design.points] == [
        {"arm": "none", "scale": "s"},
        {"arm": "none", "scale": "t"},
    ]
    assert design.columns == ["arm", "scale"]
