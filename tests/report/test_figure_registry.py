"""Every kind of figure has what `sim.report.registry` promises of it."""

import importlib.util
import inspect
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from made_up_experiment import PARAMETERS, MadeUp, answer
from made_up_run import LANGUAGES, drawn, write_run
from matplotlib.figure import Figure
from matplotlib.text import Text

from sim.report.needs import headlines
from sim.report.opened import load_results
from sim.report.plot import Plots, write_figures
from sim.report.registry import KINDS, kind_of, kinds, takers
from sim.words import WORDS, word

ROOT = Path(__file__).parent.parent.parent
NAMED = [f"{kind.of}: {kind.name}" for kind in KINDS]
EACH = pytest.mark.parametrize("kind", KINDS, ids=NAMED)


@pytest.fixture(scope="module")
def opened(made_up, compared, tmp_path_factory):
    """The figures of made-up results; of an experiment whose method answers everything."""
    made = MadeUp(tmp_path_factory.mktemp("experiment"))
    answer(made)
    made.manifest |= {"record": {"county": "monthly", "villages": "last"}}
    over = OverCounties(tmp_path_factory.mktemp("counties"))
    return {
        "run": Plots(made_up, "run"),
        "experiment": Plots(made, "experiment"),
        "counties": Plots(over, "experiment"),
        "maps": Plots(load_results(compared), "experiment"),
        "trajectory": Plots(Discovered(tmp_path_factory.mktemp("worlds")), "experiment"),
    }


@pytest.fixture(scope="module")
def short(tmp_path_factory):
    """Made-up runs of one month, of a few, and of two years and a half."""
    return [
        write_run(
            tmp_path_factory.mktemp("short"),
            months=months,
            reform=f"2018-{5 + min(months // 2, 7):02}",
        )
        for months in (1, 3, 7, 30)
    ]


class OverCounties(MadeUp):
    """A comparison in three counties of two provinces, one of them without a border."""

    def __init__(self, folder):
        super().__init__(folder)
        self.manifest |= {"experiment": "compare", "baseline": "none"}
        counties = ["513424", "370114", "320602"]
        self.design = pd.DataFrame(
            [(i, arm, code) for i, (code, arm) in
             enumerate((c, a) for c in counties for a in ("none", "merger", "more"))],
            columns=["point", "arm", "county"],
        )  # fmt: skip

    def effects(self, keys=None):
        rows = self.design[self.design["arm"] != "none"]
        values = np.linspace(-0.02, 0.01, len(rows))
        return rows.assign(outcome="service_reach", unit="1", reference=1.0, effect=values,
                           low=values - 0.01, high=values + 0.01, n=3)  # fmt: skip


class Discovered(MadeUp):
    """Two arms in twenty worlds: the merger fails where a parameter drawn is large."""

    def __init__(self, folder):
        super().__init__(folder)
        worlds = np.arange(20)
        drawn = {"sample": (worlds / 20).tolist()}, {"sample": (worlds * 7 % 20 / 20).tolist()}
        self.manifest |= {"experiment": "discover", "baseline": "none", "seed": 0}
        self.manifest |= {"drawn": dict(zip(PARAMETERS, drawn, strict=False))}
        self.design = pd.DataFrame({"point": [0, 1], "arm": ["none", "merger"]})
        self.worlds = worlds
        gain = np.where(worlds / 20 > 0.6, -1.0, 1.0)
        self.runs = pd.concat(
            pd.DataFrame({"point": p, "replicate": worlds + 1, "service_reach": p * gain})
            for p in (0, 1)
        ).assign(status="done")
        (folder / "tables").mkdir()
        told = {"arm": "merger", "against": "none", "outcome": "service_reach", "below": 0.0}
        told |= {"coverage": 1.0, "density": 1.0}
        pd.DataFrame([told]).to_parquet(folder / "tables" / "failure.parquet")


#: kinds that results of their own are made up for
OWN = ("counties", "maps", "trajectory")


def figure_of(opened, kind, **options):
    plots = opened[kind.name if kind.name in OWN else kind.of]
    return getattr(plots, kind.name)(**options)


@EACH
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("columns", [1, 2])
def test_every_kind_is_drawn_to_a_journals_measure(opened, kind, lang, columns):
    figure = drawn(figure_of(opened, kind, lang=lang, columns=columns))
    assert isinstance(figure, Figure) and figure.axes
    width, height = figure.get_size_inches() * 25.4
    assert width == pytest.approx({1: 88, 2: 180}[columns])
    assert height <= 230.001
    said = [text for text in figure.findobj(Text) if text.get_text() and text.get_visible()]
    assert min(text.get_fontsize() for text in said) >= 6.0
    titles = [title for title in (figure.get_suptitle(),) if title]
    names = {str(getattr(kind, lang)).casefold(), kind.name}
    assert all(title.casefold() not in names for title in titles)


@pytest.mark.parametrize("kind", kinds("run"))
def test_a_short_run_is_drawn_without_a_warning(short, kind, recwarn):
    """Axes of months have their ticks whatever the months, and nothing complains."""
    for results in short:
        assert drawn(getattr(Plots(results, "run"), kind)()).axes
    assert [str(one.message) for one in recwarn if "Locator" in str(one.message)] == []


def test_a_pdf_has_truetype_letters_and_the_same_bytes_whatever_the_user_set(opened, tmp_path):
    files = []
    for i, setting in enumerate(({}, {"font.size": 30, "pdf.fonttype": 3, "text.color": "red"})):
        with mpl.rc_context(setting):
            files += write_figures(opened["run"], "map", tmp_path / f"{i}.pdf", lang="zh")
    one, other = (file.read_bytes() for file in files)
    assert one == other
    assert b"/Subtype /Type3" not in one and b"/FontFile2" in one
    assert b"/FontFile3" not in one and b"HecunSansSC" in one


@EACH
def test_every_kind_takes_what_is_said(kind):
    parameters = inspect.signature(kind.function).parameters
    _results, *options = parameters
    assert {*kind.takes, "lang"} <= set(options)
    missing = [name for name in options if parameters[name].default is inspect.Parameter.empty]
    assert not missing, f"{kind.where}: {missing} have no default"
    said = {"outcome", "outcomes", "factor", "by", "x", "y", "point", "arm", "columns"} & set(
        options
    )
    assert set(kind.takes) == said, f"{kind.where} takes {said}"
    assert set(options) <= {*said, "lang", "title", "most", "means"}, (
        "an option that no list here knows"
    )
    assert kind.section in {"figures", "winners"}, "a section that no report has"


@EACH
def test_every_kind_has_its_words(kind):
    for lang, line in (("en", kind.en), ("zh", kind.zh)):
        assert line and not line.endswith((".", "。")), lang
    assert any(ord(letter) > 0x2E7F for letter in kind.zh)
    assert kind.caption in WORDS, f"{kind.name} has no words below it in a report"
    told = dict.fromkeys(("outcome", "factor", "arm", "against"), "x")
    captions = [word(kind.caption, lang, **told) for lang in LANGUAGES]
    assert all(captions) and captions[0] != captions[1]
    assert inspect.getdoc(kind.function)


@pytest.fixture(scope="module")
def gallery():
    spec = importlib.util.spec_from_file_location("gallery", ROOT / "docs" / "make_gallery.py")
    module = sys.modules["gallery"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    del sys.modules["gallery"]


@EACH
def test_every_kind_is_in_the_gallery(kind, gallery):
    mine = [one for one in gallery.EXAMPLES if (one.of, one.kind) == (kind.of, kind.name)]
    assert mine, f"docs/make_gallery.py has no example of {kind.name}"
    page = (ROOT / "docs" / "gallery.md").read_text("utf-8")
    for one in mine:
        assert set(one.options) <= {*kind.takes, "lang"}
        assert f"## {one.title}\n\n{one.said}\n\n`{one.call}`\n" in page, "make the gallery again"


def test_a_name_is_given_once():
    assert len(set(NAMED)) == len(NAMED)
    files = [kind.file for kind in KINDS if kind.file]
    assert len(set(files)) == len(files)
    assert set(kinds("run")) | set(kinds("experiment")) == {kind.name for kind in KINDS}
    assert takers("point") == "winners"
    assert takers("outcomes") == "series, change, effects, paired, dose, pairs, parallel"


def test_plots_complete_and_explain_themselves(opened):
    plots = opened["experiment"]
    assert set(kinds("experiment")) <= set(dir(plots))
    assert "merger" not in dir(plots) and not hasattr(plots, "merger")
    shown = inspect.signature(plots.dose)
    assert list(shown.parameters) == ["factor", "outcomes", "by", "lang", "columns", "means"]
    assert inspect.getdoc(plots.dose).startswith(
        "Draw paired differences from a factor's first level"
    )
    with pytest.raises(
        AttributeError, match=r"did you mean 'effects'.*there are effects, counties,"
    ):
        plots.efects  # noqa: B018


def test_figures_are_those_that_results_have_the_numbers_for(opened, tmp_path):
    made, bare = opened["experiment"]._results, MadeUp(tmp_path)
    over = opened["counties"]._results
    assert kind_of("counties", "experiment").cases(over) == headlines(over)
    assert kind_of("counties", "experiment").cases(made) == []
    of_others = {"counties", "tornado", "features", "pairs", "parallel", "morris"}
    others = [kind for kind in kinds("experiment").values() if kind.name not in of_others]
    assert all(kind.cases(made) for kind in others)
    answers = [k for k in kinds("experiment").values() if k.needs.startswith("method ")]
    assert [k.name for k in answers] == [
        *("shapley", "morris", "sobol", "tornado", "posterior", "targets", "pareto", "prim"),
        *("trajectory", "power", "sources"),
    ]
    assert not any(kind.cases(bare) for kind in answers)
    bare.manifest["experiment"] = "lhs"
    for name in ("dose", "surface", "interaction", "series"):
        assert kind_of(name, "experiment").cases(bare) == []
    assert kind_of("sobol", "experiment").cases(made) == headlines(made)
    assert kind_of("dose", "experiment").named("dose", {"factor": "a.b"}) == "dose_a_b"
