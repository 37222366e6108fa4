"""A block of factors stands for what configurations leave at its default."""

import pytest
from click.testing import CliRunner

from sim import load_results
from sim.cli import main
from sim.errors import InputError
from sim.lab.design import points as designs
from sim.lab.file.loading import load_experiment
from sim.lab.file.taking import as_set
from sim.lab.planning import as_set_lines
from sim.lab.printing import results_text
from sim.lab.store import resolved
from sim.model.parameters import parameters
from sim.model.parameters.variants import VARIANTS
from sim.report.experiment_page import experiment_page
from sim.terminal import language

RATE, DETOUR = "parameters.service.request_rate", "parameters.service.road_detour"
SPREAD = "parameters.service.visit_sigma_km"
FILE = f"""config: tiny.yaml
method: factorial
set: {{{RATE}: 0.05}}
factors: {{parameters.service: prior}}
replicates: 3
"""


def told(path, overrides=None):
    experiment = load_experiment(path, overrides)
    return experiment, {one.key: (one.value, one.where) for one in as_set(experiment.heads)}


@pytest.fixture
def case(place):
    """A configuration that extends the tiny county and sets two parameters and a form."""
    (place / "case.yaml").write_text(
        "extends: tiny.yaml\nparameters: {service: {road_detour: 1.3}, posts: {age_mean: 44}}\n"
        "variants: {decay: none}\n",
        "utf-8",
    )
    return place / "case.yaml"


def test_what_set_says_is_left_out_of_a_block(write):
    experiment, left = told(write(FILE))
    every = {f"parameters.service.{name}" for name in parameters()["service"]}
    assert left == {RATE: (0.05, ())}
    assert every - experiment.factors.keys() == {RATE}
    design = designs.build(experiment)
    (point,) = design.points
    assert RATE not in design.given(point, 1) and DETOUR in design.given(point, 1)


@pytest.mark.parametrize("block", ["parameters", "variants"])
def test_what_the_file_says_and_what_it_extends_is_left_out(write, case, block):
    text = FILE.replace("tiny.yaml", "case.yaml").replace("parameters.service: prior", "%s: prior")
    experiment, left = told(write(text % block))
    known = {
        "parameters": {DETOUR, "parameters.posts.age_mean", RATE},
        "variants": {"variants.decay"},
    }
    assert left.keys() == known[block] and not known[block] & experiment.factors.keys()
    (one,) = (one for one in as_set(experiment.heads) if one.key in (DETOUR, "variants.decay"))
    assert str(one.place).startswith(f"{case}:{2 if block == 'parameters' else 3}:")
    assert left.get("variants.decay", ("none", ())) == ("none", ())


@pytest.mark.parametrize(
    "own", ["prior", "[0.04, 0.06]", "{draw: [0.04]}", "{draw: {from: 0.04, to: 0.06}}"]
)
@pytest.mark.parametrize("first", [True, False])
def test_what_is_named_by_itself_is_a_factor_whatever_is_set(write, own, first):
    named, blocks = f"{RATE}: {own}", "parameters: prior, parameters.service: prior"
    given = f"{named}, {blocks}" if first else f"{blocks}, {named}"
    experiment, left = told(write(FILE.replace("parameters.service: prior", given)))
    alone = load_experiment(write(FILE.replace("parameters.service: prior", named), "alone"))
    assert left == {} and experiment.factors[RATE] == alone.factors[RATE]
    seed = designs.build(experiment)
    assert RATE in seed.given(seed.points[0], 1)


def test_a_sample_is_named_by_itself(write):
    sample = f"parameters: {{sample: {{{RATE}: [0.04, 0.06]}}}}"
    experiment, left = told(write(FILE.replace("parameters.service: prior", sample)))
    assert left == {} and list(experiment.factors) == [RATE]


def test_a_block_with_nothing_left_is_refused_at_its_line(write):
    every = {name: one.value for name, one in parameters()["service"].items()}
    text = FILE.replace(f"{RATE}: 0.05", f"parameters.service: {every}")
    path = write(text.replace("'", ""))
    with pytest.raises(InputError, match="they set all of it") as caught:
        load_experiment(path)
    assert str(caught.value).startswith(f"{path}:4:11: factors.parameters.service: stands for")
    whole, left = told(path, {"factors.parameters.service": None, "factors.parameters": "prior"})
    assert left.keys() == {f"parameters.service.{name}" for name in every}
    assert not any(key.startswith("parameters.service.") for key in whole.factors)
    assert "parameters.trust.merger_shock" in whole.factors
    own = text.replace("'", "").replace("factors: {", f"factors: {{{RATE}: prior, ")
    with pytest.raises(InputError, match="they set all of it"):  # the block draws nothing
        load_experiment(write(own, "own"))


def test_forms_that_are_set_are_not_drawn(write):
    every = {f"variants.{name}": one.default for name, one in VARIANTS.items()}
    *most, last = every.items()
    given = ", ".join(f"{key}: '{form}'" for key, form in most)
    text = FILE.replace(f"{RATE}: 0.05", given).replace("parameters.service", "variants")
    experiment, left = told(write(text))
    assert list(experiment.factors) == [last[0]] and left == {k: (v, ()) for k, v in most}
    with pytest.raises(InputError, match=r"factors\.variants: stands for"):
        load_experiment(write(text), {last[0]: last[1]})


def test_keys_of_lists_and_maps_in_set(write):
    """A list is no parameter; a whole map of parameters sets each of them; null sets none."""
    given = "switched_off: [peers], parameters.service: {request_rate: 0.05}"
    text = FILE.replace(f"{RATE}: 0.05", given).replace(
        "parameters.service: prior", "parameters: prior"
    )
    experiment, left = told(write(text))
    assert left == {RATE: (0.05, ())} and "parameters.trust.peer_weight" not in experiment.factors
    assert told(write(text), {RATE: None})[1] == {}
    assert told(write(text), {"parameters.service": None})[1] == {}


def test_set_on_the_command_line_takes_out_of_a_block_and_not_what_is_named(write):
    _, left = told(write(FILE), {SPREAD: 2.0})
    assert left == {RATE: (0.05, ()), SPREAD: (2.0, ())}
    named = write(FILE.replace("parameters.service", SPREAD))
    with pytest.raises(InputError, match="is a factor, which every design point sets"):
        load_experiment(named, {SPREAD: 2.0})


CASES = """config: tiny.yaml
method: %s
arms: {here: {config: case.yaml}, there: {title: {en: There, zh: 彼处}}}
factors: {parameters: prior, variants: prior}
"""


def test_what_one_case_reports_is_drawn_in_the_other(write, run, case):
    path = write(CASES % "compare" + "replicates: 2\n")
    experiment, left = told(path)
    where = ("here",)
    reported = {"parameters.posts.age_mean": (44, where), DETOUR: (1.3, where)}
    assert left == reported | {"variants.decay": ("none", where)}
    design = designs.build(experiment)
    here, there = design.points
    assert design.given(there, 1).keys() - design.given(here, 1).keys() == left.keys()
    assert design.unset() == {key: [1] for key in sorted(left)}
    results = load_results(run(path))
    assert results.manifest["as_set"] == [[k, v, ["here"]] for k, (v, _) in sorted(left.items())]
    counts = results.runs.groupby("point")[DETOUR].count()
    assert results.runs["status"].eq("done").all() and counts.tolist() == [0, 2]
    assert "posts.age_mean = 44 (here)" in results_text(results)


def test_the_same_in_every_county_and_arm_is_said_once(write, case):
    text = CASES % "compare" + "counties: ['513424', '511102']\n"
    experiment, left = told(write(text.replace("there: {", "there: {config: case.yaml, ")))
    assert len(experiment.heads) == 4 and left[DETOUR] == (1.3, ())
    _, left = told(write(text))
    assert left[DETOUR] == (1.3, ("here, 513424", "here, 511102"))


@pytest.mark.parametrize(
    ("method", "more"), [("one_at_a_time", ""), ("morris", "trajectories: 2\n")]
)
def test_designs_set_it_where_it_is_not_set(write, case, method, more):
    given = "parameters.service: prior"
    path = write(CASES.replace("parameters: prior, variants: prior", given) % method + more)
    design = designs.build(load_experiment(path))
    arms = {point.head.arm: set() for point in design.points}
    for point in design.points:
        arms[point.head.arm] |= point.values.keys()
    assert arms["there"] - arms["here"] == {DETOUR} and SPREAD in arms["here"]


def test_a_plan_a_check_and_results_say_it_in_both_languages(write, run, place):
    path = write(FILE)
    experiment = load_experiment(path)
    (line,) = as_set_lines(experiment)
    assert line == f"not drawn     {RATE}: set to 0.05 in {path}:3:{len('set: {' + RATE) + 3}"
    done = CliRunner().invoke(main, ["check", str(path), "--lang", "en"])
    assert line in done.output and "right - factorial" in done.output
    language.speak("zh")
    try:
        assert language.said(line).startswith(f"不抽取        {RATE}：已设为 0.05")
    finally:
        language.speak("en")
    results = load_results(run(path))
    assert results.manifest["as_set"] == [[RATE, 0.05, []]]
    said = {"en": "not drawn, since the configuration sets it: ", "zh": "配置已设定，不再抽取："}
    for lang, text in said.items():
        assert f"{text}service.request_rate = 0.05\n" in results_text(results, lang)
        assert f"{text}service.request_rate = 0.05" in str(experiment_page(results, lang))


def test_a_long_list_is_cut(write):
    some = {name: one.value for name, one in list(parameters()["service"].items())[:20]}
    text = FILE.replace(f"{RATE}: 0.05", f"parameters.service: {some}").replace("'", "")
    lines = as_set_lines(load_experiment(write(text)))
    assert len(lines) == 13 and lines[-1] == "not drawn     and 8 more that are set"


def test_results_that_drew_what_is_set_are_no_longer_the_same(write, run, place):
    """Results in which a block drew everything: their owner is told, and no run is taken."""
    path = write(FILE)
    experiment = load_experiment(path)
    data, named = resolved.plain(experiment), resolved.files(experiment)
    assert resolved.key(data, named, [RATE]) != resolved.key(data, named)
    drawing = FILE.replace("parameters.service: prior", f"{RATE}: prior, parameters.service: prior")
    folder = run(write(drawing, "before"))
    with pytest.raises(InputError, match=f"{RATE}: drawn -> set to 0.05"):
        run(path)
    run(path, fresh=True)
    assert RATE not in load_results(folder).manifest["drawn"]


def test_what_is_written_out_is_the_same_experiment(write, run, case, place):
    results = load_results(run(write(CASES % "compare" + "replicates: 2\n")))
    again = load_experiment(results.folder / "experiment.yaml")
    assert [one.key for one in as_set(again.heads)] == [k for k, *_ in results.manifest["as_set"]]
    said = []
    run(results.folder / "experiment.yaml", "out", say=said.append)
    assert any("Already done" in text for text in said)
