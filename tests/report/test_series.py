import numpy as np
import pytest
from made_up_run import CODES, IS_VILLAGE, LANGUAGES, words, write_run
from matplotlib.dates import date2num

from sim.errors import InputError
from sim.model.outcomes.catalogue import HEADLINE, OUTCOMES
from sim.report.series import KEYS, time_series


def panels(figure):
    return {axes.get_gid(): axes for axes in figure.axes}


def artist(axes, gid):
    return next(a for a in (*axes.lines, *axes.collections) if a.get_gid() == gid)


def test_lines_are_the_county_table(made_up):
    drawn = panels(time_series(made_up))
    assert tuple(drawn) == KEYS
    assert KEYS[: len(HEADLINE)] == HEADLINE
    county = made_up.county
    months = date2num(county["month"].to_numpy())
    for key, axes in drawn.items():
        x, y = artist(axes, "county").get_data(orig=False)
        has = county[key].notna().to_numpy()
        assert np.array_equal(y[np.isfinite(y)], county[key].to_numpy()[has])
        assert np.array_equal(x[np.isfinite(y)], months[has])


def test_the_band_is_the_spread_between_old_villages(made_up):
    axes = panels(time_series(made_up))["trust"]
    corners = artist(axes, "band").get_paths()[0].vertices
    table = made_up.villages
    villages = table[table["code"].isin(np.array(CODES)[IS_VILLAGE])]
    month = villages["month"].iloc[-1]
    values = villages.loc[villages["month"] == month, "trust"].astype(float)
    assert len(values) == 12
    at = corners[corners[:, 0] == date2num(month), 1]
    assert at.min() == pytest.approx(np.quantile(values, 0.1))
    assert at.max() == pytest.approx(np.quantile(values, 0.9))


def test_totals_have_no_band_of_villages(made_up):
    for key in ("ventures", "posts"):
        axes = panels(time_series(made_up, [key]))[key]
        assert not axes.collections
        assert "county total" in axes.get_ylabel()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_series_carry_unit_n_and_the_reform(made_up, lang):
    figure = time_series(made_up, ["service_reach", "cadre_workload"], lang)
    drawn = panels(figure)
    unit = {"en": ["ratio", "h/month"], "zh": ["比例", "小时/月"]}
    assert [axes.get_ylabel() for axes in drawn.values()] == unit[lang]
    assert drawn["cadre_workload"].get_title() == getattr(OUTCOMES["cadre_workload"], lang)
    said = words(figure)
    assert "n = 12" in said
    assert "2020-04" in said
    line = artist(drawn["service_reach"], "reform")
    assert line.get_xdata()[0] == date2num(np.datetime64("2020-04-01"))
    labels = [label.get_text() for label in drawn["cadre_workload"].get_xticklabels()]
    assert labels == ["2019", "2020", "2021", "2022"]


def test_outcomes_without_any_value_are_left_out_unless_asked_for(tmp_path):
    results = write_run(tmp_path, merged=False)
    assert "reach_absorbed" not in panels(time_series(results))
    axes = panels(time_series(results, ["reach_absorbed"]))["reach_absorbed"]
    assert [text.get_text() for text in axes.texts] == ["no values"]


def test_a_short_run_labels_months(tmp_path):
    figure = time_series(write_run(tmp_path, months=24, reform="2019-04"), ["trust"])
    labels = [label.get_text() for label in figure.axes[0].get_xticklabels()]
    assert labels == ["2018-07", "2019-01", "2019-07", "2020-01"]


def test_an_unknown_outcome_is_refused(made_up):
    with pytest.raises(InputError, match="did you mean 'trust'"):
        time_series(made_up, ["trsut"])
