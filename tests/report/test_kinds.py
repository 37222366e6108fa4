"""Figure kinds on made-up frames: what is drawn is what the frame says."""

import re

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from made_up_experiment import CODES, PARAMETERS, REPLICATES, MadeUp, X, Y, answer
from made_up_run import LANGUAGES, drawn

from sim.errors import InputError
from sim.model.outcomes.catalogue import HEADLINE, OUTCOMES
from sim.report import points
from sim.report.analysis import first_said, posterior, smoothed, sobol_bars, tornado
from sim.report.effects import dose_response, effect_forest, surface
from sim.report.experiment import averaged, village_effects
from sim.report.flows import flow_matrix, ledger_flows
from sim.report.frame import WIDTHS, wrapped
from sim.report.plot import Plots, write_figures
from sim.report.points import series_figure
from sim.report.registry import kinds
from sim.report.search import efficient, pareto, prim_boxes
from sim.report.winners import winners_losers
from sim.terminal.wide import width as width_of
from sim.words import word

COLUMNS = [1, 2]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return MadeUp(tmp_path_factory.mktemp("experiment"))


def words(figure):
    texts = [figure.get_suptitle(), *(text.get_text() for text in figure.texts)]
    for axes in figure.axes:
        texts += [axes.get_title(), axes.get_xlabel(), axes.get_ylabel()]
        texts += [label.get_text() for label in (*axes.get_xticklabels(), *axes.get_yticklabels())]
        texts += [text.get_text() for text in axes.texts]
    for legend in figure.legends:
        texts += [text.get_text() for text in legend.get_texts()]
    return re.sub(r"\s+", " ", " ".join(texts))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("columns", COLUMNS)
def test_effects_are_points_with_their_intervals(made, lang, columns):
    figure = drawn(effect_forest(made.effects(), lang, columns))
    assert figure.get_figwidth() == WIDTHS[columns]
    assert [axes.get_gid() for axes in figure.axes] == list(HEADLINE)
    effects = made.effects().set_index("outcome")
    for axes in figure.axes:
        points = next(line for line in axes.lines if line.get_marker() == "o")
        rows = effects.loc[axes.get_gid()]
        assert points.get_xdata() == pytest.approx(rows["effect"])
        segments = np.array(axes.collections[0].get_segments())
        assert segments[:, 0, 0] == pytest.approx(rows["low"])
        assert segments[:, 1, 0] == pytest.approx(rows["high"])
        zero = next(line for line in axes.lines if line.get_gid() == "zero")
        assert zero.get_xdata()[0] == 0
    said = words(figure)
    assert f"n = {REPLICATES}" in said
    assert {"en": "h/month", "zh": "小时/月"}[lang] in said


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("columns", COLUMNS)
def test_a_dose_response_has_a_line_a_level(made, lang, columns):
    frame = averaged(made, [X, Y])
    figure = drawn(dose_response(frame, X, lang, columns, by=Y))
    rows = frame[frame["outcome"] == HEADLINE[0]]
    lines = [line for line in figure.axes[0].lines if len(line.get_xdata()) == 2]
    lines = [line for line in lines if line.get_marker() in "os"]
    assert len(lines) == 2
    for line, (_, group) in zip(lines, rows.groupby(Y), strict=True):
        assert line.get_ydata() == pytest.approx(group["mean"])
    assert len(figure.legends[0].get_texts()) == 2


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("columns", COLUMNS)
def test_an_interaction_has_a_number_in_every_cell(made, lang, columns):
    frame = averaged(made, [X, Y], ["cadre_workload"])
    figure = drawn(surface(frame, X, Y, "cadre_workload", lang, columns))
    numbers = [float(t.get_text().split("\n")[0]) for t in figure.axes[0].texts]
    table = frame.pivot_table("mean", Y, X).sort_index(ascending=False).to_numpy().ravel()
    assert numbers == pytest.approx(table, abs=0.051)
    with pytest.raises(InputError, match="average them first"):
        surface(pd.concat([frame, frame]), X, Y, "cadre_workload")


def test_averages_are_over_the_other_factors_and_intervals_over_replicates(made):
    frame = averaged(made, [X], ["trust"])
    table = made.outcomes(["trust"])
    by_hand = table.groupby([X, "replicate"])["trust"].mean().groupby(X)
    assert frame["mean"].to_numpy() == pytest.approx(by_hand.mean().to_numpy())
    half = 2.776 * by_hand.std().to_numpy() / np.sqrt(REPLICATES)
    assert (frame["high"] - frame["mean"]).to_numpy() == pytest.approx(half, rel=1e-3)


def test_village_effects_are_paired_by_village(made):
    frame, point, against = village_effects(made, "trust")
    assert (point, against) == (3, 0)
    assert frame["code"].tolist() == CODES
    assert frame["effect"].to_numpy() == pytest.approx(
        np.arange(12) - 5.0 + 0.01 * made.luck.mean()
    )
    assert frame["kind"].tolist() == ["absorbing", "absorbed", *["unmerged"] * 10]
    assert (frame["n"] == REPLICATES).all()
    with pytest.raises(InputError, match="expected one of 1, 2, 3"):
        village_effects(made, "trust", point=9)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("columns", COLUMNS)
def test_winners_and_losers_are_told_apart_by_their_intervals(made, lang, columns):
    frame, *_ = village_effects(made, "trust")
    figure = drawn(winners_losers(frame, "trust", lang, columns))
    counts = {line.get_gid(): len(line.get_xdata()) for line in figure.axes[0].lines}
    assert counts["better"] == int((frame["low"] > 0).sum()) == 6
    assert counts["worse"] == 5
    assert counts["unclear"] == 1
    again = winners_losers(frame, "trust", lang, columns)  # no luck of the drawing's own
    dots = [[c.get_offsets() for c in f.axes[1].collections] for f in (figure, again)]
    assert all(np.array_equal(a, b) for a, b in zip(*dots, strict=True)) and len(dots[0]) >= 2
    less = winners_losers(frame, "cadre_workload", lang, columns)  # less work is better
    counts = {line.get_gid(): len(line.get_xdata()) for line in less.axes[0].lines}
    assert counts["better"] == 5


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("columns", COLUMNS)
@pytest.mark.parametrize("few", [5, 6])
def test_replicates_are_lines_many_a_band_and_the_reform_is_marked(
    made, lang, columns, few, monkeypatch
):
    monkeypatch.setattr(points, "FEW", few)  # there are five
    figure = drawn(series_figure(made, None, lang, columns))
    county = made.county
    for axes in figure.axes:
        key = axes.get_gid()
        values = county[county["point"] == 2].groupby("month")[key]
        line = next(line for line in axes.lines if line.get_gid() == "2")
        assert line.get_ydata() == pytest.approx(values.mean())
        filled = [c for c in axes.collections if c.get_gid() == "band"]
        thin = [line for line in axes.lines if line.get_gid() == "replicate"]
        assert (len(filled), len(thin)) == ((4, 0) if few == 5 else (0, 20))
        assert any(line.get_gid() == "reform" for line in axes.lines)
        if not filled:
            continue
        y = filled[2].get_paths()[0].vertices[:, 1]
        assert y.min() == pytest.approx(values.quantile(0.1).min())
        assert y.max() == pytest.approx(values.quantile(0.9).max())
    assert "2020-04" in words(figure)


def indices():
    """Made-up Sobol' indices."""
    rows = [
        {"parameter": p, "index": kind, "value": value, "low": value - 0.05, "high": value + 0.05}
        for i, p in enumerate(PARAMETERS)
        for kind, value in (("first", 0.1 * i), ("total", 0.12 * i + 0.05))
    ]
    return pd.DataFrame(rows).assign(n=512)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("columns", COLUMNS)
def test_sobol_bars_are_ordered_by_total_index(lang, columns):
    figure = drawn(sobol_bars(indices(), "service_reach", lang, columns))
    axes = figure.axes[0]
    lengths = [bar.get_width() for bar in axes.patches]
    assert lengths[:3] == pytest.approx([0.29, 0.17, 0.05])
    assert lengths[3:] == pytest.approx([0.2, 0.1, 0.0])
    assert "n = 512" in words(figure)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_title_names_the_first_parameter_only_where_its_interval_bears_it(lang):
    clear = {"en": "matters most", "zh": "影响最大"}[lang]
    apart = indices()
    assert clear in sobol_bars(apart, "service_reach", lang, 2).get_suptitle()
    wide = apart.assign(low=apart["value"] - 0.07, high=apart["value"] + 0.07)
    title = sobol_bars(wide, "service_reach", lang, 2).get_suptitle()
    assert clear not in title and word("first_open", lang, outcome="")[-6:] in title
    rows = pd.DataFrame({"low": [0.3, 0.0], "high": [0.5, 0.1]})
    for floor, said in ((0.2, True), (0.4, False)):
        name = first_said("morris_said", "x", PARAMETERS[:2], rows, lang, floor)
        assert (name != word("first_open", lang, outcome="x")) == said


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("columns", COLUMNS)
def test_a_tornado_is_widest_on_top(lang, columns):
    swings = pd.DataFrame(
        {
            "parameter": PARAMETERS,
            "at_low": [-1.0, -3.0, 0.5],
            "at_high": [1.0, 2.0, 0.7],
            "low": [1, 2, 3],
            "high": [4, 5, 6],
            "n": 8,
        }
    )
    figure = drawn(tornado(swings, "cadre_workload", lang, columns))
    assert [bar.get_width() for bar in figure.axes[0].patches] == [-3, -1, 0.5, 2, 1, 0.7]
    assert {"en": "h/month", "zh": "小时/月"}[lang] in words(figure)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("columns", COLUMNS)
def test_a_posterior_lies_in_its_prior_with_its_interval(lang, columns):
    rng = np.random.default_rng(5)
    sample = pd.DataFrame({p: rng.uniform(1, 3, 400) for p in PARAMETERS})
    ranges = dict.fromkeys(PARAMETERS, (0.0, 4.0))
    figure = drawn(posterior(sample, ranges, lang, columns, truth={PARAMETERS[0]: 2.0}))
    for axes in figure.axes:
        interval = next(line for line in axes.lines if line.get_gid() == "interval")
        wanted = sample[axes.get_gid()].quantile([0.05, 0.95])
        assert interval.get_xdata() == pytest.approx(wanted.to_numpy(), abs=0.01)
    truths = [line for axes in figure.axes for line in axes.lines if line.get_gid() == "truth"]
    assert len(truths) == 1
    weighted = sample.assign(weight=(sample[PARAMETERS[0]] < 2.0).astype(float))
    figure = posterior(weighted, ranges)
    interval = next(line for line in figure.axes[0].lines if line.get_gid() == "interval")
    assert max(interval.get_xdata()) < 2.0


def test_a_density_is_flat_where_values_are_evenly_spread():
    values = np.linspace(2.0, 4.0, 400)
    x, density = smoothed(values, np.ones(400), 2.0, 4.0)
    assert density == pytest.approx(np.full(200, 0.5), rel=0.05)
    assert np.trapezoid(density, x) == pytest.approx(1.0, abs=0.01)
    assert (smoothed(np.full(9, 3.0), np.ones(9), 2.0, 4.0)[1] == 0.0).all()


def test_efficient_policies_are_those_nothing_beats():
    values = np.array([[1, 3], [2, 2], [3, 1], [1, 1], [2, 2]])
    assert efficient(values).tolist() == [True, True, True, False, True]
    allowed = np.array([True, True, False, True, True])
    assert efficient(values, allowed).tolist() == [True, True, False, False, True]
    assert efficient(values[1::2], np.array([False, True])).tolist() == [False, True]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("columns", COLUMNS)
def test_the_front_heeds_which_direction_is_better(lang, columns):
    policies = pd.DataFrame(
        {"service_reach": [0.5, 0.7, 0.6, 0.8], "cadre_workload": [80.0, 90.0, 120.0, 150.0]}
    )
    figure = drawn(pareto(policies, "service_reach", "cadre_workload", lang, columns))
    lines = {line.get_gid(): line for line in figure.axes[0].lines}
    assert lines["on_front"].get_xdata().tolist() == [0.5, 0.7, 0.8]
    assert lines["beaten"].get_xdata().tolist() == [0.6]
    assert {"en": "lower Cadre workload", "zh": "村干部工作负荷更低"}[lang] in words(figure)
    policies["allowed"] = [True, False, True, True]
    figure = drawn(pareto(policies, "service_reach", "cadre_workload", lang, columns))
    lines = {line.get_gid(): line for line in figure.axes[0].lines}
    assert lines["on_front"].get_xdata().tolist() == [0.5, 0.6, 0.8]
    assert lines["over"].get_xdata().tolist() == [0.7]
    assert {"en": "Beyond the limits", "zh": "超出限制"}[lang] in words(figure)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("columns", COLUMNS)
def test_a_box_is_drawn_at_its_place_in_the_range(lang, columns):
    boxes = pd.DataFrame(
        {
            "parameter": PARAMETERS[:2],
            "low": [1.0, 2.0],
            "high": [2.0, 6.0],
            "range_low": [0.0, 2.0],
            "range_high": [4.0, 10.0],
        }
    )
    figure = drawn(prim_boxes(boxes, 0.8, 0.55, 900, lang, columns, unseen=0.61, fails=0.3))
    found = [bar for bar in figure.axes[0].patches if bar.get_gid() == "box"]
    assert [(b.get_x(), b.get_width()) for b in found] == [(0.25, 0.25), (0.0, 0.5)]
    said = words(figure)
    percent = {"en": " %", "zh": "%"}[lang]
    assert all(f"{share}{percent}" in said for share in (80, 55, 61, 30))
    assert "900" in said
    assert figure.get_suptitle().replace("\n", " ").count("61") == 1  # of worlds it is not made of


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("columns", COLUMNS)
def test_flows_are_those_of_the_ledger(made_up, lang, columns):
    figure = drawn(ledger_flows(made_up, lang, columns))
    assert [axes.get_gid() for axes in figure.axes] == ["before", "after"]
    months = made_up.county["month"].to_numpy().astype("datetime64[M]")[-12:]
    table = flow_matrix(made_up, months)
    fen = made_up.flows["fen"].to_numpy()[-12:].sum()
    assert table.loc["collectives", "county"] == pytest.approx(fen / 1e8)
    assert table.to_numpy().sum() == pytest.approx(fen / 1e8)


def test_every_kind_has_a_figure_that_can_be_written_once(made, tmp_path):
    plots = Plots(made, "experiment")
    assert list(kinds("experiment")) == [
        *("effects", "counties", "paired", "dose", "surface", "interaction", "winners", "maps"),
        *("distribution", "series", "shapley", "morris", "sobol", "tornado", "features"),
        *("pairs", "parallel", "posterior", "targets", "pareto", "prim", "trajectory", "power"),
        "sources",
    ]
    done = write_figures(plots, "effects", tmp_path, formats=("png", "svg", "pdf"))
    assert [path.name for path in done] == ["effects_en.png", "effects_en.svg", "effects_en.pdf"]
    before = [path.read_bytes() for path in done]
    with pytest.raises(InputError, match="is there already"):
        write_figures(plots, "effects", tmp_path)
    write_figures(plots, "effects", tmp_path, formats=("png", "svg", "pdf"), fresh=True)
    assert [path.read_bytes() for path in done] == before
    done = write_figures(plots, "interaction", tmp_path, ["trust", "posts"], ["png"], "zh")
    assert [path.name for path in done] == ["interaction_trust_zh.png", "interaction_posts_zh.png"]


def test_what_is_asked_of_a_figure_is_in_its_name(made, tmp_path):
    plots, factor = Plots(made, "experiment"), "policies.merger.outposts"
    first = write_figures(plots, "dose", tmp_path, formats=["png"])
    second = write_figures(plots, "dose", tmp_path, ["trust"], ["png"], factor=factor, columns=1)
    assert [path.name for path in (*first, *second)] == [
        "dose_en.png",
        "dose_policies_merger_outposts_trust_columns1_en.png",
    ]
    many = write_figures(plots, "effects", tmp_path, list(OUTCOMES)[:30], ["png"])
    assert len(many[0].name) < 100 and many[0].name.startswith("effects_")
    with pytest.raises(InputError, match="no factor is called"):  # not that the file is there
        write_figures(plots, "dose", tmp_path, formats=["png"], factor="nothing")


def test_a_figure_can_go_into_a_file(made, tmp_path):
    plots = Plots(made, "experiment")
    assert write_figures(plots, "effects", tmp_path / "new" / "a.png") == [tmp_path / "new/a.png"]
    assert (tmp_path / "new" / "a.png").read_bytes().startswith(b"\x89PNG")
    for out, outcomes, formats in (
        ("b.png", ["trust", "posts"], ()),
        ("b.svg", ["trust"], ["png"]),
    ):
        with pytest.raises(InputError, match="is the name of one file"):
            write_figures(plots, "interaction", tmp_path / out, outcomes, formats)
    (tmp_path / "c.png").symlink_to(tmp_path / "nothing")
    with pytest.raises(InputError, match="is there already"):
        write_figures(plots, "effects", tmp_path / "c.png")


@pytest.mark.parametrize(("many", "few"), [("x", "y"), ("y", "x")])
def test_a_factor_of_many_levels_is_labelled_as_far_as_there_is_room(many, few):
    rows = [{many: float(a), few: float(b)} for a in range(30) for b in range(2)]
    table = pd.DataFrame(rows).assign(outcome="trust", mean=0.5, low=0.4, high=0.6, n=4)
    figure = surface(table, "x", "y", "trust")
    axis = figure.axes[0].xaxis if many == "x" else figure.axes[0].yaxis
    labels = [label.get_text() for label in axis.get_ticklabels()]
    assert labels == (
        [str(x) for x in range(0, 30, 4)] if many == "x" else [str(y) for y in range(29, -1, -1)]
    )


def test_settings_of_ones_own_change_no_figure(made, tmp_path):
    plots = Plots(made, "experiment")
    plain = write_figures(plots, "effects", tmp_path / "plain", formats=["png", "svg"])
    settings = {
        "font.size": 30,
        "axes.grid": True,
        "savefig.facecolor": "red",
        "svg.fonttype": "none",
    }
    settings |= {"lines.linewidth": 9, "savefig.bbox": "tight", "text.usetex": True}
    with mpl.rc_context(settings):
        again = write_figures(plots, "effects", tmp_path / "again", formats=["png", "svg"])
    assert [path.read_bytes() for path in plain] == [path.read_bytes() for path in again]


def test_what_does_not_go_together_is_refused(made, made_up, tmp_path):
    for plots, kind, options, said in (
        (Plots(made, "experiment"), "efects", {}, "did you mean 'effects'"),
        (Plots(made_up, "run"), "effects", {}, "there are merger, series, map, timeline, flows"),
        (Plots(made_up, "run"), "map", {"factor": "x"}, "--factor: does not go with"),
        (Plots(made_up, "run"), "flows", {"outcomes": ["trust"]}, "--outcome: does not go with"),
        (Plots(made, "experiment"), "dose", {"factor": "policies.merger.outpost"}, "did you mean"),
    ):
        with pytest.raises(InputError, match=said):
            write_figures(plots, kind, tmp_path, **options)
    with pytest.raises(InputError, match="no column effect; expected outcome, effect"):
        effect_forest(made.effects().drop(columns="effect"))
    with pytest.raises(InputError, match="expected 1 or 2"):
        effect_forest(made.effects(), columns=3)


def test_lines_are_broken_at_spaces_and_between_chinese_characters():
    assert wrapped("one two three", 7) == "one two\nthree"
    lines = wrapped("服务可及率（n = 12 个原建制村）", 16).split("\n")
    assert all(width_of(line) <= 16 for line in lines) and any("n = 12" in line for line in lines)
    assert wrapped("a\nb", 9) == "a\nb"


def test_lines_are_of_about_one_length_and_no_more_than_it_takes():
    assert wrapped("村级集体收入", 8) == "村级集\n体收入"
    assert wrapped("means of the 12 months to 2025-03", 30) == "means of the 12\nmonths to 2025-03"
    assert wrapped("Collective in", 10) == "Collective\nin"  # no word is broken for it
    assert wrapped("（一）；二三四", 10) == "（一）；\n二三四"  # nor a mark put first


def test_every_outcome_and_unit_has_a_label_in_both_languages():
    from sim.words import WORDS
    from sim.words.labels import outcome_label

    for key, outcome in OUTCOMES.items():
        assert outcome_label(key, "zh") != key
        assert f"unit_{outcome.unit}" in WORDS, outcome.unit


def test_what_a_method_answers_is_drawn_from_its_tables(tmp_path):
    made = MadeUp(tmp_path)
    plots = Plots(made, "experiment")
    with pytest.raises(InputError, match="no indices; it is what method sobol answers"):
        plots.sobol()
    answer(made)
    bars = drawn(plots.sobol("cadre_workload")).axes[0].patches
    assert [bar.get_width() for bar in bars] == [0.5] * 6
    with pytest.raises(InputError, match="not in tables/indices"):
        plots.sobol("posts")
    assert len(drawn(plots.posterior()).axes) == 3
    axes = drawn(plots.pareto()).axes[0]
    assert "reach" in axes.get_xlabel()
    lines = {line.get_gid(): line for line in axes.lines}
    assert len(lines["on_front"].get_xdata()) + len(lines["beaten"].get_xdata()) == 4
    most = float(made.means(["cadre_workload"])["mean"].median())
    with (tmp_path / "experiment.yaml").open("a") as file:
        file.write(f"limits: {{cadre_workload: {{at_most: {most}}}}}\n")
    lines = {line.get_gid(): line for line in drawn(plots.pareto()).axes[0].lines}
    assert 0 < len(lines["over"].get_xdata()) < 4
    found = [bar for bar in drawn(plots.prim()).axes[0].patches if bar.get_gid() == "box"]
    assert [(b.get_x(), b.get_width()) for b in found] == [(0.0, pytest.approx(2 / 3)), (0.0, 0.5)]
