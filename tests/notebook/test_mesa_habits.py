"""The county as any Mesa model: batches, data collectors, an end, copies."""

import copy
import datetime
import pickle
import warnings

import mesa
import numpy as np
import pandas as pd
import pytest

import hecun
from sim.errors import InputError
from sim.model.county import CountyModel as Plain
from sim.model.outcomes.catalogue import OUTCOMES
from sim.notebook.luck import seed_of


@pytest.fixture
def file(tmp_path, village_csv):
    """A configuration on the disk."""
    path = tmp_path / "small.yaml"
    path.write_text(
        "title: {en: Small, zh: 小县}\n"
        f"county: {{villages: {village_csv.as_posix()}, groups_per_village: 4}}\n"
        "start: 2019-01\nreform: 2019-07\nmonths: 9\nspin_up: 2\nscale: 20\nseed: 4\n"
        "policies: {headcount: {lines: 6.0}}\n",
        "utf-8",
    )
    return str(path)


def batch(*given, **named):
    """Mesa's batch, its word that iterations are old aside."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The `iterations` keyword")
        return pd.DataFrame(mesa.batch_run(*given, display_progress=False, **named))


GRID = {"policies.headcount.lines": [3.0, 6.0], "parameters.service.remote_km": 2.0, "scale": 50}


def test_a_path_a_configuration_and_their_changes_give_one_county(file):
    config = hecun.load(file, {"scale": 50})
    numbers = []
    for county in (
        hecun.CountyModel(file, scale=50),
        hecun.CountyModel(config),
        hecun.CountyModel(hecun.load(file), scale=50),
        hecun.CountyModel(config, 4),
        hecun.CountyModel(config, rng=4),
        Plain(config),
    ):
        county.run_for(9)
        numbers.append(county.recorder.county.arrays.tobytes())
    assert len(set(numbers)) == 1
    assert hecun.CountyModel(file, seed=5).config.seed == 5


def test_a_batch_over_policies_and_parameters_with_iterations(file):
    found = batch(hecun.CountyModel, {"config": file} | GRID, iterations=3)
    assert len(found) == 6 and found["seed"].tolist() == [4, 4, 5, 5, 6, 6]
    assert (found["Step"] == 9).all() and (found["month"] == pd.Timestamp("2019-09-01")).all()
    reach = found.pivot_table("service_reach", "iteration", "policies.headcount.lines")
    assert reach[3.0].nunique() == 3  # iterations are other luck
    alone = hecun.simulate(file, 6, **{k: v for k, v in GRID.items() if k != next(iter(GRID))})
    last = alone.to_frame(["service_reach"])["service_reach"].iloc[-1]
    assert reach.loc[2, 6.0] == last  # lines 6 is the file's
    assert (reach[3.0] != reach[6.0]).all()


@pytest.mark.parametrize("processes", [1, 2])
def test_a_batch_with_seeds_every_step_in_processes(file, processes):
    config = hecun.load(file, {"scale": 50})
    found = batch(
        hecun.CountyModel,
        {"config": config},
        rng=[7, 8],
        number_processes=processes,
        data_collection_period=1,
    ).sort_values(["RunId", "Step"])
    assert found["Step"].tolist() == [*range(1, 10)] * 2
    for seed, rows in found.groupby("seed"):
        alone = hecun.simulate(config, seed)
        assert np.array_equal(rows["trust"], alone.recorder.county["trust"])


def test_iterations_are_the_same_in_one_process_and_in_two(file):
    one, two = (
        batch(hecun.CountyModel, {"config": file} | GRID, iterations=2, number_processes=n)
        for n in (1, 2)
    )
    two = two.sort_values("RunId").reset_index(drop=True)
    pd.testing.assert_frame_equal(one, two)


def test_the_collector_has_every_outcome_of_every_month(file):
    county = hecun.CountyModel(file)
    county.run_model()
    found = county.datacollector.get_model_vars_dataframe()
    assert list(found.columns) == ["month", "seed", *OUTCOMES]
    frame = county.to_frame()
    for key in OUTCOMES:
        assert np.array_equal(found[key], frame[key], equal_nan=True), key
    assert found["month"].tolist() == frame["month"].tolist()


def elderly(county):
    """The number of villagers of 60 and over."""
    return int((county.agents_by_type[hecun.Villager].array("age") >= 60).sum())


class WithElders(hecun.CountyModel):
    """A county with a collector of its own, as Mesa's tutorial makes one."""

    def __init__(self, *given, **named):
        super().__init__(*given, **named)
        self.datacollector = mesa.DataCollector(
            model_reporters={"elderly": [elderly, [self]], "seed": "seed"},
            agenttype_reporters={hecun.VillageCollective: {"income": "total_income"}},
        )


def test_a_collector_of_ones_own_is_called_every_month_and_in_a_batch(file):
    county = WithElders(file, seed=3)
    county.run_for(5)
    assert len(county.datacollector.get_model_vars_dataframe()) == 5
    incomes = county.datacollector.get_agenttype_vars_dataframe(hecun.VillageCollective)
    assert incomes.index.get_level_values("Step").nunique() == 5
    found = batch(WithElders, {"config": file, "scale": [50]}, rng=[1, 2])
    assert set(found["seed"]) == {1, 2} and (found["elderly"] > 0).all()


def test_the_end_is_said_and_what_leads_beyond_it_refused_before_anything_is_done(file):
    county = hecun.CountyModel(file, scale=50)
    assert county.date == datetime.date(2018, 12, 1)
    with pytest.raises(InputError, match=r"10 months more .* 9 are left: the last is 2019-09"):
        county.run_for(10)
    assert county.steps == 0 and county.time == 0
    county.run_model()
    assert not county.running and county.date == datetime.date(2019, 9, 1)
    for beyond in (county.step, lambda: county.run_until(county.time + 1)):
        for _ in range(2):  # said every time, not once
            with pytest.raises(InputError, match="0 are left"):
                beyond()
    assert county.steps == 9
    county.run_model()  # nothing left to do


def test_copies_go_on_alike(file):
    county = hecun.CountyModel(file, scale=50)
    county.run_for(4)
    _ = county.results()  # in a temporary folder, which no copy shares
    twins = [pickle.loads(pickle.dumps(county)), copy.deepcopy(county)]
    for each in (county, *twins):
        each.run_model()
        assert len(each.datacollector.model_vars["trust"]) == 9
    arrays = [each.recorder.county.arrays.tobytes() for each in (county, *twins)]
    assert len(set(arrays)) == 1


@pytest.mark.parametrize(
    "wrong",
    [-1, 2**63, 1.5, "7", True, [], [-1], np.random.default_rng(1)],
    ids=["negative", "huge", "float", "text", "yes", "none", "list", "generator"],
)
def test_what_is_no_seed(wrong):
    if wrong == []:
        assert seed_of(wrong, None, 1) == seed_of(np.random.SeedSequence([]), None, 1)
        return
    with pytest.raises(InputError, match="whole number from 0"):
        seed_of(wrong, None, 1)


def test_seeds_in_all_their_forms():
    children = np.random.SeedSequence(3).spawn(2)
    found = [seed_of(one, None, 1) for one in (*children, [1, 2])]
    assert len(set(found)) == 3 and all(0 <= one < 2**63 for one in found)
    assert seed_of(np.int64(5), None, 1) == seed_of(None, 5, 1) == 5 == seed_of(None, None, 5)
    assert seed_of(0, None, 1) == 0 and seed_of(2**63 - 1, None, 1) == 2**63 - 1
    with pytest.raises(InputError, match="two names of one thing"):
        seed_of(1, 1, 1)


@pytest.mark.parametrize("wrong", [None, 3, {"scale": 5}])
def test_what_is_no_configuration(wrong):
    with pytest.raises(InputError, match="expected a configuration"):
        hecun.CountyModel(wrong)


def test_a_wrong_change_is_said_with_the_nearest_name(file):
    with pytest.raises(InputError, match="did you mean 'scale'"):
        hecun.CountyModel(file, scal=5)
    with pytest.raises(InputError, match="did you mean"):
        hecun.CountyModel(hecun.load(file), **{"policies.headcount.line": 3})
