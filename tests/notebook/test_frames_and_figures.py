"""What a county shows of itself: frames of any library, figures, effects, a few lines."""

import gc
import weakref
from html.parser import HTMLParser
from pathlib import Path

import narwhals
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import hecun
from sim.errors import InputError
from sim.model.outcomes.summaries import last_year

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def pair(make_config):
    """A county with and without a policy, on the same luck."""
    policies = ({}, {"headcount": {"lines": 2.0}})
    return [hecun.simulate(make_config(given, scale=50), 3) for given in policies]


def test_frames_have_months_and_units(pair):
    county = pair[0]
    frame = county.to_frame(["trust", "service_reach"])
    assert list(frame.columns) == ["month", "trust", "service_reach"]  # as asked
    assert frame["month"].dt.strftime("%Y-%m").tolist()[:2] == ["2019-01", "2019-02"]
    assert frame.attrs["units"]["service_reach"] == "1" and len(frame) == 18
    assert np.array_equal(frame["trust"], county.recorder.county["trust"])
    assert county.to_frame("trust").shape == (18, 2)
    villages = county.to_frame("trust", table="villages")
    assert list(villages.columns) == ["month", "code", "unit", "absorbed", "trust"]
    assert len(villages) == 18 * 12


def test_frames_are_those_of_stored_results(pair):
    opened = pair[0].results()
    for table in ("county", "villages", "places", "cells", "flows", "stocks"):
        pd.testing.assert_frame_equal(
            opened.to_frame(table=table), pair[0].to_frame(table=table), check_like=False
        )
    pd.testing.assert_frame_equal(opened.county, pair[0].to_frame())
    assert "service_reach" in set(opened.to_frame(table="summary")["key"])


def test_frames_of_other_libraries(pair):
    polars = pytest.importorskip("polars")
    frame = pair[0].to_frame(["trust"], library="polars")
    assert isinstance(frame, polars.DataFrame) and frame.columns == ["month", "trust"]
    assert frame["trust"].to_list() == pair[0].to_frame(["trust"])["trust"].tolist()
    assert isinstance(pair[0].to_frame(library="pyarrow"), pa.Table)
    for library in ("pandas", "polars", "pyarrow"):
        frame = narwhals.from_native(pair[0].to_frame(["trust"], library=library))
        assert frame.columns == ["month", "trust"]


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ({"outcomes": ["trst"]}, "no column is called 'trst'; did you mean 'trust'"),
        ({"table": "county_"}, "no table is called 'county_'; did you mean 'county'"),
        ({"library": "polar"}, "did you mean 'polars'"),
    ],
)
def test_what_is_not_there_is_said(pair, named, said):
    with pytest.raises(InputError, match=said):
        pair[0].to_frame(**named)


def test_a_library_that_is_not_installed(pair, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "polars", None)
    with pytest.raises(InputError, match="pip install polars"):
        pair[0].to_frame(library="polars")


def test_effects_are_differences_of_the_last_year(pair):
    plain, fewer = pair
    found = fewer.effects(plain).set_index("outcome")
    key = "cadre_workload"
    values = [float(last_year(each.recorder.county[key], 6)) for each in (plain, fewer)]
    assert found.loc[key, ["reference", "value"]].tolist() == values
    assert found.loc[key, "effect"] == values[1] - values[0] != 0
    assert found.loc[key, "zh"] and (fewer.effects(fewer)["effect"].fillna(0) == 0).all()


@pytest.mark.parametrize(
    ("change", "said"),
    [({"seed": 4}, "seed"), ({"months": 12}, "last month"), ({"scale": 100}, "scale")],
)
def test_effects_of_other_luck_are_refused(pair, make_config, change, said):
    other = hecun.simulate(make_config(scale=50), **({"seed": 3} | change))
    with pytest.raises(InputError, match=f"differ in {said}"):
        pair[0].effects(other)
    with pytest.raises(InputError, match="expected another county"):
        pair[0].effects("configs/dechang_2020.yaml")


def test_own_outcomes_are_those_of_the_county_itself(make_config):
    """Two counties of one process may call different things alike; each tells its own."""
    shape = {"of": "collectives", "en": "Mine", "better": "more"}
    counties = []
    for own in ({"mean": "money"}, {"share": "money > 0", "en": "Other"}):
        config = make_config(months=7, scale=50, outcomes={"mine": shape | own})
        counties.append(hecun.CountyModel(config))
        counties[-1].run_model()
    one, other = counties
    told = one.effects(one).set_index("outcome").loc["mine"]
    assert (told["en"], told["unit"], told["effect"]) == ("Mine", "yuan", 0)
    assert one.to_frame(["mine"]).attrs["units"]["mine"] == "yuan"
    assert other.to_frame(["mine"]).attrs["units"]["mine"] != "yuan"
    with pytest.raises(InputError, match=r"outcomes\.mine: mean money .* and share money > 0"):
        one.effects(other)
    plain = hecun.CountyModel(make_config(months=7, scale=50))
    plain.run_model()
    with pytest.raises(InputError, match="not measured in the other"):
        one.effects(plain)
    assert "mine" not in set(plain.effects(one)["outcome"])


def test_figures_of_a_run_and_of_half_a_run(make_config):
    county = hecun.CountyModel(make_config(scale=50))
    with pytest.raises(InputError, match="no month is simulated yet"):
        county.results()
    county.run_for(8)
    first = county.results()
    assert county.results() is first and {"series", "map"} <= set(dir(county.plot))
    county.run_model()
    assert county.results() is not first and len(county.results().county) == 18
    assert county.plot.series(["trust"]).axes
    folder = county.results().folder
    assert folder.is_dir() and len(first.county) == 8
    del first, county
    gc.collect()
    assert not folder.exists()


def test_a_comparison_is_kept_as_long_as_somebody_has_it(make_config, tmp_path):
    arms = {
        "none": make_config(scale=100),
        "few": make_config({"headcount": {"lines": 2.0}}, scale=100),
    }
    runs = hecun.compare(arms, replicates=2, keep=True)
    assert runs.to_frame(["trust"])["arm"].tolist() == ["none", "none", "few", "few"]
    folder = runs.folder
    pd.testing.assert_frame_equal(
        runs.effects(["trust"]), hecun.compare(arms, replicates=2, outcomes=["trust"])
    )
    assert runs.to_frame(["trust"], "effects", "pyarrow").num_rows == 1
    assert runs.plot.effects(["trust"]).axes and folder.is_dir()
    gone = weakref.ref(runs)
    del runs
    gc.collect()
    assert gone() is None and not folder.exists()
    kept = hecun.compare(arms, replicates=2, out=tmp_path / "kept", keep=True)
    assert kept.folder == tmp_path / "kept"
    del kept
    gc.collect()
    assert (tmp_path / "kept" / "runs.parquet").is_file()


class Tags(HTMLParser):
    """Refuses tags that are not closed in their order."""

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_everything_shows_itself(pair, make_config, merger):
    county = pair[1]
    odd = make_config({"merger": merger}, title={"en": "<b>A & B</b>", "zh": "甲<乙>"}, scale=50)
    shown = [county, county.config, county.results(), county.levers, county.ledger, odd]
    for one in shown:
        text, html = repr(one), one._repr_html_()
        assert text.startswith("<") and text.endswith(">") and len(text) < 700 and "\n" not in text
        tags = Tags()
        tags.feed(html)
        assert not tags.open and "<table>" in html
    assert "<b>" not in odd._repr_html_() and "&lt;b&gt;" in odd._repr_html_()
    assert "2020-06 (18 of 18 done)" in repr(county) and "seed 3" in repr(county)
    assert "headcount" in repr(county) and "headcount" in repr(county.config)
    assert str(county.config) == repr(county.config)
    assert "0 months" in repr(type(county.ledger)()) and type(county.ledger)()._repr_html_()


def test_a_configuration_is_one_value():
    """`mesa.batch_run` would go through its fields."""
    config = hecun.load(ROOT / "configs" / "dechang_2020.yaml")
    with pytest.raises(TypeError):
        iter(config)


def test_a_null_that_was_given_is_not_its_default_again(make_config, merger):
    """In the configuration that goes with results, and with a key changed."""
    rules = merger | {"principles": {"large_townships": None}}
    county = hecun.CountyModel(make_config({"merger": rules}, scale=100), months=8)
    county.run_for(1)
    again = hecun.load(county.results().folder / "config.yaml")
    for config in (county.config, again):
        assert config.policies.merger.principles.large_townships is None
