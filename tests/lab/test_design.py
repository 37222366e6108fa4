"""Designs are tables with ids: every method, every kind of factor, the same luck everywhere."""

import numpy as np
import pytest
from lab.conftest import COMPARE

from sim import load_results
from sim.errors import InputError
from sim.lab.design import drawing
from sim.lab.design import points as designs
from sim.lab.file.loading import load_experiment
from sim.lab.file.schema import Record
from sim.lab.store.identity import Contents, _canonical
from sim.model.parameters import lookup
from sim.results.kept import input_digest

MIX = """config: tiny.yaml
method: {method}
{more}
factors:
  policies.combined_role.share: [0, 0.5, 1]
  policies.merger.largest: {{from: 3, to: 5, steps: 3}}
  parameters.service.visit_sigma_km: {range}
  policies.headcount.posts:
    levels: {{as before: null, four: {{by: fixed, number: 4}}}}
"""


def build(path):
    experiment = load_experiment(path)
    return experiment, designs.build(experiment)


def test_factorial_is_every_combination(write):
    experiment, design = build(write(MIX.format(method="factorial", more="", range="[2.5, 3]")))
    assert designs.count(experiment) == len(design.points) == 3 * 3 * 2 * 2
    assert [point.number for point in design.points] == list(range(1, 37))
    assert len({str(point) for point in design.points}) == 36
    first = design.points[0]
    assert first.labels["policies.headcount.posts"] == "as before"
    assert {p.labels["policies.merger.largest"] for p in design.points} == {3, 4, 5}
    designs.check_points(experiment, design)


def test_priors_of_a_factorial_are_drawn_by_replicate(write, run):
    text = MIX.format(method="factorial", more="replicates: 3", range="prior")
    out = run(write(text))
    runs = load_results(out).runs
    key = "parameters.service.visit_sigma_km"
    drawn = runs.groupby("replicate")[key].agg(["nunique", "first"])
    known = lookup("service", "visit_sigma_km")
    assert len(runs) == 18 * 3 and (drawn["nunique"] == 1).all() and drawn["first"].is_unique
    assert drawn["first"].between(known.low, known.high).all()
    assert runs.attrs["units"][key] == known.unit


DRAWN = """config: tiny.yaml
method: compare
arms: {none: {policies: {merger: null, combined_role: null}}, both: {}}
"""


def test_forms_and_levers_are_drawn_by_replicate(write, run):
    factors = (
        "variants.decay: prior, variants.load: {draw: [queue]}, policies.merger.largest: "
        "{draw: [3, 5]}, policies.combined_role.share: {draw: {from: 0.2, to: 0.4}}"
    )
    runs = load_results(run(write(f"{DRAWN}replicates: 6\nfactors: {{{factors}}}\n"))).runs
    assert set(runs["status"]) == {"done"} and set(runs["variants.load"]) == {"queue"}
    assert set(runs["variants.decay"]) <= {"none", "exponential", "gaussian"}
    assert runs["variants.decay"].nunique() > 1  # the draws of a seed are those of every version
    assert set(runs["policies.merger.largest"].dropna()) == {3, 5}
    share = runs["policies.combined_role.share"].dropna()
    assert share.between(0.2, 0.4).all() and share.nunique() == 6
    assert (runs.groupby("replicate")["variants.decay"].nunique() == 1).all()  # at every point


def test_a_form_that_is_drawn_is_the_form_that_ran(write, run):
    text = f"{DRAWN}replicates: 2\n"
    drawn = run(write(f"{text}factors: {{variants.decay: {{draw: [none]}}}}\n"))
    given = run(write(f"{text}set: {{variants.decay: none}}\n", "given"), "given")
    other = run(write(text, "other"), "other")
    reach = [load_results(folder).runs["service_reach"] for folder in (drawn, given, other)]
    assert reach[0].equals(reach[1]) and not reach[0].equals(reach[2])


def test_what_is_drawn_of_several_is_tried_before_a_run(write):
    text = f"{DRAWN}factors: {{policies.merger.largest: {{draw: [3, -1]}}}}\n"
    experiment, design = build(write(text))
    with pytest.raises(InputError, match=r"policies\.merger\.largest"):
        designs.check_points(experiment, design)


def test_forms_are_levels_where_nothing_is_drawn_by_replicate(write):
    text = "config: tiny.yaml\nmethod: lhs\nsamples: 9\nfactors: {variants.decay: prior}\n"
    _, design = build(write(text))
    labels = [point.labels["variants.decay"] for point in design.points]
    assert sorted(labels) == sorted(["none", "exponential", "gaussian"] * 3)
    with pytest.raises(InputError, match="nothing is drawn by replicate in method lhs"):
        build(write(text.replace("prior", "{draw: [none, gaussian]}")))


@pytest.mark.parametrize(
    ("method", "more", "points"),
    [
        ("lhs", "samples: 20", 20),
        ("sobol", "samples: 4", 4 * 6),
        ("sobol", "{samples: 4, second_order: true}", 4 * 10),
        ("morris", "{trajectories: 3, levels: 6}", 3 * 5),
    ],
)
def test_samples_stay_in_their_ranges(write, method, more, points):
    more = more.strip("{}").replace(", ", "\n")
    text = MIX.format(method=method, more=more, range="prior")
    experiment, design = build(write(text))
    assert designs.count(experiment) == len(design.points) == points
    known = lookup("service", "visit_sigma_km")
    values = np.array([p.values["parameters.service.visit_sigma_km"] for p in design.points])
    assert ((values >= known.low) & (values <= known.high)).all() and np.unique(values).size > 3
    assert {p.labels["policies.combined_role.share"] for p in design.points} == {0, 0.5, 1}
    assert not design.drawn
    designs.check_points(experiment, design)
    again = build(write(text))[1]
    assert [str(p) for p in again.points] == [str(p) for p in design.points]


def test_a_latin_hypercube_has_one_point_in_each_stratum(write):
    text = MIX.format(method="lhs", more="samples: 10", range="{from: 2, to: 4}")
    values = [p.values["parameters.service.visit_sigma_km"] for p in build(write(text))[1].points]
    assert sorted(int((v - 2) / 0.2) for v in values) == list(range(10))


def test_parameters_of_a_whole_process(write):
    text = "config: tiny.yaml\nmethod: lhs\nsamples: 2\nfactors: {parameters.trust: prior}\n"
    experiment, _ = build(write(text))
    assert len(experiment.factors) > 3
    assert all(key.startswith("parameters.trust.") for key in experiment.factors)


def test_logarithmic_ranges(write):
    text = """config: tiny.yaml
method: factorial
factors: {scale: {from: 1, to: 1000, steps: 4, log: true}}
"""
    assert [p.values["scale"] for p in build(write(text))[1].points] == [1, 10, 100, 1000]


def test_replicate_r_has_one_seed_at_every_point(write, run):
    runs = load_results(run(write(COMPARE + "seed: 41\n"))).runs
    assert (runs["seed"] == 40 + runs["replicate"]).all()
    assert len(runs) == 24 and runs["run"].is_unique


def test_a_run_is_named_by_what_it_is(write, place):
    def names(text: str = COMPARE) -> list[str]:
        experiment, design = build(write(text))
        contents = Contents(design, experiment.spec.record)
        return [contents.run(point, 1) for point in design.points]

    first = names()
    assert len(set(first)) == 6
    assert names(COMPARE.replace("[3, 6]", "[3.0, 6]")) == first  # the same number
    assert names(COMPARE.replace("[3, 6]", "[6, 3]")) == [first[i] for i in (1, 0, 3, 2, 5, 4)]
    assert not set(names(COMPARE.replace("villagers: last", "villagers: off"))) & set(first)
    config = (place / "tiny.yaml").read_text("utf-8")
    (place / "tiny.yaml").write_text(config.replace("Tiny", "Renamed") + "seed: 9\n", "utf-8")
    assert names() == first  # a title and the configuration's seed are not what a run is
    villages = (place / "villages.csv").read_text("utf-8")
    (place / "moved.csv").write_text(villages, "utf-8")
    moved = config.replace("villages.csv", "moved.csv")
    (place / "tiny.yaml").write_text(moved, "utf-8")
    assert names() == first  # what a file says counts, not where it is
    (place / "moved.csv").write_text(villages.replace("640", "641"), "utf-8")
    assert not set(names()) & set(first)


def test_a_shapefile_says_what_the_files_beside_it_say(tmp_path):
    for suffix in (".shp", ".dbf", ".prj"):
        tmp_path.joinpath(f"map{suffix}").write_bytes(b"1")
    first = input_digest(str(tmp_path / "map.shp"))
    (tmp_path / "map.dbf").write_bytes(b"2")
    assert input_digest(str(tmp_path / "map.shp")) != first


def test_a_lever_of_a_policy_that_is_not_there_is_left_out(write):
    experiment, _ = build(write())
    plain, _, both = experiment.heads
    given = {"policies.combined_role.share": 0.5, "scale": 3, "parameters.x.policies": 1}
    assert designs.applying(plain, given) == {"scale": 3, "parameters.x.policies": 1}
    assert designs.applying(both, given) == given


def test_samples_are_tried_row_by_row_in_every_arm(write):
    sample = "  parameters: {{sample: {{policies.combined_role.share: [0.5, {}]}}}}\n"
    levers = COMPARE.replace("  policies.headcount.lines: [3, 6]\n", sample.format(0.75))
    designs.check_points(*build(write(levers)))
    levers = COMPARE.replace("  policies.headcount.lines: [3, 6]\n", sample.format(7.5))
    with pytest.raises(InputError, match=r"share: 7.5 is out of range"):  # `none` has no such lever
        designs.check_points(*build(write(levers)))
    shares = "growth: [0.9, 0.1], policies.pay.trust: [0.1, 0.9]"
    pay = f"  parameters: {{sample: {{policies.pay.{shares}}}}}\n"
    pay = COMPARE.replace("  policies.headcount.lines: [3, 6]\n", pay)
    pay = pay.replace("  both:\n", "  both: {policies: {pay: {secretary: 3000}}}\n")
    designs.check_points(*build(write(pay)))  # together at most 1, as in every row


def test_numbers_too_large_for_a_real_one_stay_whole():
    assert [type(_canonical(2**53 + k)) for k in (-1, 0, 1)] == [float, int, int]
    assert type(_canonical(-(2**60))) is int
    assert _canonical({"a": [1, True]}) == {"a": [1.0, True]}


def test_what_is_drawn_by_replicate_stays_what_it_is():
    """A promise: these numbers are those of every version, or results drawn with priors move."""
    assert designs.draws({"parameters.x.y": (0.0, 1.0)}, 1) == {
        "parameters.x.y": 0.7601567142066525
    }
    assert designs.draws({"parameters.x.y": (2.0, 4.0)}, 2) == {"parameters.x.y": 2.590171400358872}
    rows = {"a": {"sample": [1.0, 2.0, 3.0]}, "b": {"sample": [4.0, 5.0, 6.0]}}
    assert designs.draws(rows, 7) == {"a": 2.0, "b": 5.0}


def test_record_is_part_of_a_name(write):
    experiment, design = build(write())
    one = Contents(design, Record()).run(design.points[0], 1)
    assert one != Contents(design, Record(villages="last")).run(design.points[0], 1)
    del experiment


def test_a_large_design_is_tried_at_every_level(write):
    text = """config: tiny.yaml
method: factorial
factors:
  scale: {from: 1, to: 1000, steps: 1000}
  months: [4, 5, 6, 7, 0]
"""
    experiment, design = build(write(text))
    from sim.errors import InputError

    with pytest.raises(InputError, match=r"e.yaml:5:3: months: 0 is out of range"):
        designs.check_points(experiment, design)
    chosen = designs.representative(design, 2_000)
    assert {p.labels["scale"] for p in chosen} == set(range(1, 1001))


def test_a_hash_of_ones_alone_gives_a_share_below_1(monkeypatch):
    monkeypatch.setattr(drawing, "stable_hash", lambda _: 2**64 - 1)
    assert drawing.draws({"a": (0.0, 1.0)}, 1)["a"] == 1.0 - 2**-53


@pytest.mark.parametrize("method", ["lhs", "search"])
def test_a_range_of_whole_numbers_is_told_its_steps(write, method):
    more = "samples: 3" if method == "lhs" else "objectives: {trust: more}"
    text = f"config: tiny.yaml\nmethod: {method}\n{more}\nfactors:\n  months: {{from: 5, to: 8}}\n"
    with pytest.raises(InputError) as caught:
        designs.check_points(*build(write(text)))
    (said,) = caught.value.problems
    assert ":5:3: factors.months: takes whole numbers" in said
    assert said.endswith("give it steps: {from: 5, to: 8, steps: 4}")
    designs.check_points(*build(write(text.replace("to: 8", "to: 8, steps: 4"))))
