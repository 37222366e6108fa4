import dataclasses

import numpy as np
import pandas as pd
import pytest
from made_up_run import CODES, IS_VILLAGE, SEAT, write_run
from rich.cells import cell_len
from scipy import stats

from sim.errors import InputError
from sim.lab.methods.intervals import clustered_interval
from sim.model.outcomes.catalogue import HEADLINE, OUTCOMES
from sim.notebook.storing import stored
from sim.report.summary import MAIN, MAP, summary_frame, summary_text, write_summary
from sim.run import simulate


def changes(results, key):
    """Changes of the 12 old villages, worked out from the table as an array."""
    values = results.villages[key].to_numpy(dtype=float).reshape(-1, len(CODES))[:, IS_VILLAGE]
    return values[36:48].mean(axis=0) - values[12:24].mean(axis=0)


def row(frame, key):
    return frame.set_index("key").loc[key]


def test_before_and_after_are_the_countys_means_of_twelve_months(made_up):
    frame = summary_frame(made_up)
    county = made_up.county
    assert set(frame["key"]) == set(OUTCOMES)
    for key in ("trust", "backlog", "villages"):
        found = row(frame, key)
        assert found["before"] == pytest.approx(county[key][12:24].mean())
        assert found["after"] == pytest.approx(county[key][36:48].mean())
        assert found["change"] == pytest.approx(found["after"] - found["before"])
        assert found["mean_since_reform"] == pytest.approx(county[key][24:48].mean())
        assert found["change_on_month"] == pytest.approx(found["after"] - county[key][23])
        assert found["unit"] == OUTCOMES[key].unit


def test_headlines_come_first_and_the_map_last(made_up):
    keys = summary_frame(made_up)["key"].tolist()
    assert tuple(keys[: len(HEADLINE) + len(MAIN)]) == (*HEADLINE, *MAIN)
    assert tuple(keys[-4:]) == MAP


def test_own_outcomes_are_among_the_main(make_config, tmp_path):
    """With the name that the run's manifest tells, whatever else is called so."""
    own = {"mine": {"of": "collectives", "mean": "money", "en": "My money", "better": "more"}}
    county = simulate(make_config(scale=50, outcomes=own))
    results = stored(county)
    OUTCOMES.declare([dataclasses.replace(OUTCOMES["mine"], en="Another", better="less")])
    found = row(summary_frame(results), "mine")
    assert (found["section"], found["unit"], found["better"]) == ("main", "yuan", "more")
    assert found["en"] == "My money" and np.isfinite(found["after"])
    text = summary_text(results)
    (line,) = [line for line in text.splitlines() if "My money" in line]
    assert "yuan" in line and text.index("My money") < text.index("Administrative villages")


def test_the_interval_takes_merged_villages_as_clusters(made_up):
    found = row(summary_frame(made_up), "trust")
    change = changes(made_up, "trust")
    unit = SEAT[IS_VILLAGE]
    right = clustered_interval(change, unit)
    assert (found["n"], found["units"]) == (12, np.unique(unit).size)
    assert found["village_change"] == pytest.approx(change.mean(), rel=1e-5)
    assert found["high"] == pytest.approx(right.high, rel=1e-4)
    assert found["low"] == pytest.approx(right.low, rel=1e-4)


def test_fewer_than_ten_units_are_said(made_up, monkeypatch):
    frame = summary_frame(made_up)
    few = frame[(frame["section"] != "other") & (frame["units"] < 10)]
    assert len(few) > 10 and set(few["units"]) == {6, 7}
    assert f"The ± of {len(few)} outcomes above rest on few villages of today (6–7): below 10" in (
        summary_text(made_up)
    )
    assert f"以上 {len(few)} 项指标的 ±" in summary_text(made_up, "zh")
    monkeypatch.setattr("sim.report.summary.FEW", 2)
    assert "rest on few villages" not in summary_text(made_up)


def test_without_a_merger_the_interval_is_the_plain_paired_one(tmp_path):
    results = write_run(tmp_path, merged=False)
    found = row(summary_frame(results), "trust")
    change = changes(results, "trust")
    plain = stats.t.ppf(0.975, change.size - 1) * stats.sem(change)
    assert found["high"] - found["low"] == pytest.approx(2 * plain, rel=1e-4)


def test_villages_without_a_value_are_not_counted(made_up):
    frame = summary_frame(made_up)
    assert row(frame, "reach_remote")["n"] == 9
    assert row(frame, "reach_elderly")["n"] == 12  # one month is missing, not the village
    assert row(frame, "backlog")["n"] == 0
    assert np.isnan(row(frame, "backlog")["village_change"])


def test_a_short_run_never_counts_a_month_on_both_sides(tmp_path):
    results = write_run(tmp_path, months=29, reform="2018-09")
    frame = row(summary_frame(results), "trust")
    assert frame["before"] == pytest.approx(results.county["trust"][:5].mean())
    text = summary_text(results)
    assert "2018-04 to 2018-08 (5 months)" in text
    assert "2019-09 to 2020-08 (12 months)" in text


def test_a_reform_in_the_first_month_has_no_before(tmp_path):
    results = write_run(tmp_path, reform="2018-04")
    assert np.isnan(row(summary_frame(results), "trust")["change"])
    assert "Before: –." in summary_text(results)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_printed_table_is_aligned_and_says_what_it_is_not(made_up, lang):
    printed = summary_text(made_up, lang)
    lines = printed.splitlines()
    start = lines.index("") + 1
    body = lines[start : lines.index("", start)]
    assert len({cell_len(line) for line in body}) == 1
    for key, line in zip(HEADLINE, body[2 : 2 + len(HEADLINE)], strict=True):
        assert line.startswith(f"* {getattr(OUTCOMES[key], lang)} ")
    assert body[-4].startswith("# ")
    assert {"en": "not the reform's effect", "zh": "不是改革的效应"}[lang] in printed
    assert "\x1b" not in printed


def test_a_narrow_terminal_gets_the_table_in_two_parts_that_fit(made_up):
    wide = summary_text(made_up, every=True).split("\n\n")
    narrow = summary_text(made_up, width=80, every=True).split("\n\n")
    assert (len(wide), len(narrow)) == (3, 4)
    county, villages = narrow[1].splitlines(), narrow[2].splitlines()
    assert max(map(cell_len, county + villages)) <= 80
    assert len(county) == len(wide[1].splitlines())
    assert len(villages) - 2 == sum(outcome.village for outcome in OUTCOMES.values())
    found = row(summary_frame(made_up), "trust")
    (trust,) = [line for line in villages if OUTCOMES["trust"].en in line]
    change, half = found["village_change"], found["high"] - found["village_change"]
    assert any(f"{change:+.{d}f} ± {half:.{d}f}" in trust for d in (1, 2, 3, 4))


def test_values_that_are_missing_on_both_sides_are_not_printed(tmp_path):
    text = summary_text(write_run(tmp_path, merged=False))
    assert OUTCOMES["reach_absorbed"].en not in text
    assert OUTCOMES["reach_elderly"].en in text


def test_the_main_outcomes_are_printed_and_where_the_others_are_is_said(made_up):
    short, full = summary_text(made_up), summary_text(made_up, every=True)
    rest = len(OUTCOMES) - len(HEADLINE) - len(MAIN) - len(MAP)
    assert f"{rest} more outcomes: summary.csv" in short and "more outcomes" not in full
    assert OUTCOMES["backlog"].en not in short and OUTCOMES["backlog"].en in full
    assert len(full.splitlines()) - len(short.splitlines()) == rest - 1


def test_the_plan_is_judged_in_one_line(tmp_path):
    results = write_run(tmp_path)
    assert "Plan:" not in summary_text(results)
    results.manifest["plan"] = {
        "villages_before": 12, "villages_after": 6, "cluster_sizes": {"1": 1, "2": 5},
        "registered": [900, 2000, 2100], "area_km2": [30, 60, 62.5],
        "mean_distance_km": [1.5, 2, 2.5], "split_townships": ["甲镇"],
    }  # fmt: skip
    (line,) = [x for x in summary_text(results).splitlines() if x.startswith("Plan:")]
    assert "12 → 6 villages" in line and "1 × 1, 5 × 2" in line and "townships split: 1" in line
    assert "户籍人口 900–2,100" in summary_text(results, "zh")


def test_the_summary_is_also_a_file(tmp_path):
    results = write_run(tmp_path)
    file = write_summary(results)
    assert file == tmp_path / "summary.csv"
    read = pd.read_csv(file)
    pd.testing.assert_frame_equal(read, summary_frame(results), check_dtype=False)


def test_an_unknown_language_is_refused(made_up):
    with pytest.raises(InputError, match="'fr': expected one of en, zh"):
        summary_text(made_up, "fr")
