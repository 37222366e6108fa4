"""Every kind of figure has what `sim.report.registry` promises of it."""

import importlib.util
import inspect
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_up_experiment import MadeUp, answer
from made_up_run import LANGUAGES
from matplotlib.figure import Figure

from sim.report.needs import headlines
from sim.report.plot import Plots
from sim.report.registry import KINDS, kind_of, kinds, takers
from sim.words import WORDS, word

ROOT = Path(__file__).parent.parent.parent
NAMED = [f"{kind.of}: {kind.name}" for kind in KINDS]
EACH = pytest.mark.parametrize("kind", KINDS, ids=NAMED)


@pytest.fixture(scope="module")
def opened(made_up, tmp_path_factory):
    """The figures of made-up results; of an experiment whose method answers everything."""
    made = MadeUp(tmp_path_factory.mktemp("experiment"))
    answer(made)
    made.manifest |= {"record": {"county": "monthly"}}
    over = OverCounties(tmp_path_factory.mktemp("counties"))
    return {
        "run": Plots(made_up, "run"),
        "experiment": Plots(made, "experiment"),
        "counties": Plots(over, "experiment"),
    }


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


@EACH
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_kind_is_drawn(opened, kind, lang):
    figure = getattr(opened["counties" if kind.name == "counties" else kind.of], kind.name)(
        lang=lang
    )
    assert isinstance(figure, Figure) and figure.axes


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
    assert set(options) <= {*said, "lang", "title", "most"}, "an option that no list here knows"
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
    assert takers("outcomes") == "series, effects, dose, pairs, parallel"


def test_plots_complete_and_explain_themselves(opened):
    plots = opened["experiment"]
    assert set(kinds("experiment")) <= set(dir(plots))
    assert "merger" not in dir(plots) and not hasattr(plots, "merger")
    shown = inspect.signature(plots.dose)
    assert list(shown.parameters) == ["factor", "outcomes", "by", "lang", "columns"]
    assert inspect.getdoc(plots.dose).startswith("Draw outcomes over the levels of a factor")
    with pytest.raises(
        AttributeError, match=r"did you mean 'effects'.*there are effects, counties,"
    ):
        plots.efects  # noqa: B018


def test_figures_are_those_that_results_have_the_numbers_for(opened, tmp_path):
    made, bare = opened["experiment"]._results, MadeUp(tmp_path)
    over = opened["counties"]._results
    assert kind_of("counties", "experiment").cases(over) == headlines(over)
    assert kind_of("counties", "experiment").cases(made) == []
    of_others = {"counties", "tornado", "features", "pairs", "parallel"}
    others = [kind for kind in kinds("experiment").values() if kind.name not in of_others]
    assert all(kind.cases(made) for kind in others)
    answers = [k for k in kinds("experiment").values() if k.needs.startswith("method ")]
    assert [k.name for k in answers] == ["sobol", "tornado", "posterior", "pareto", "prim"]
    assert not any(kind.cases(bare) for kind in answers)
    bare.manifest["experiment"] = "lhs"
    for name in ("dose", "interaction", "series"):
        assert kind_of(name, "experiment").cases(bare) == []
    assert kind_of("sobol", "experiment").cases(made) == headlines(made)
    assert kind_of("dose", "experiment").named("dose", {"factor": "a.b"}) == "dose_a_b"
