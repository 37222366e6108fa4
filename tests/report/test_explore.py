"""The page to explore results."""

import re

import pytest
from made_up_experiment import MadeUp
from made_up_run import LANGUAGES

from sim.errors import InputError
from sim.report import explore
from sim.report.explore import page_of, write_explore
from sim.report.explored import of_experiment, of_run
from sim.report.opened import load_results

pytest.importorskip("bokeh", reason="extra explore")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_of_a_run_every_old_village_is_before_and_after(made_up, lang):
    found = of_run(made_up, lang)
    villages = int(made_up.places["is_village"].sum())
    assert len(found.names) == len(found.outlines) == villages
    (arm,) = found.arms
    for key in found.outcomes:
        first, second, change = (
            getattr(found, name)[key][arm] for name in ("first", "second", "change")
        )
        assert len(first) == villages
        for a, b, c in zip(first, second, change, strict=True):
            assert (c is None) == (a is None or b is None)
            assert c is None or c == pytest.approx(b - a, abs=2e-6)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_is_whole_and_asks_nobody(made_up, tmp_path, lang):
    page = write_explore(made_up.folder, lang, tmp_path / "x.html")
    text = page.read_text("utf-8")
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=.?https?:", text)
    assert f'lang="{"zh-CN" if lang == "zh" else "en"}"' in text
    with pytest.raises(InputError, match="there already"):
        write_explore(made_up.folder, lang, page)
    write_explore(made_up.folder, lang, page, fresh=True)


def test_what_cannot_be_explored_is_said(made_up, tmp_path, monkeypatch):
    made = MadeUp(tmp_path)
    with pytest.raises(InputError, match=r"record: \{villages: last\}"):
        of_experiment(made, "en")
    with pytest.raises(InputError, match="expected the name of a page"):
        write_explore(made_up.folder, "en", "/")
    monkeypatch.setattr(explore, "find_spec", lambda _: None)
    with pytest.raises(InputError, match=r"hecun\[explore\]"):
        write_explore(made_up.folder)


def test_of_an_experiment_effects_are_those_of_its_tables(compared):
    results = load_results(compared)
    found = of_experiment(results, "en")
    assert set(found.arms) == {"half", "few"}
    assert len(found.names) == 12 == len(found.outlines)
    for row in results.effects(["service_reach"]).to_dict("records"):
        value, low, high = found.whole["service_reach"][row["arm"]]
        assert (value, low, high) == pytest.approx(
            (row["effect"], row["low"], row["high"]), abs=2e-6
        )
    assert len(page_of(found, "zh")) > 500_000


@pytest.mark.parametrize("lang", LANGUAGES)
def test_in_a_browser_a_choice_in_one_part_is_one_in_the_others(compared, tmp_path, lang):
    from tests.browser import DESK, PHONE, Visitor

    page = write_explore(compared, lang, tmp_path / "x.html")
    with Visitor(page.as_uri(), DESK) as v:
        v.until(lambda: v.js("return window.Bokeh && Bokeh.documents.length === 1"))
        source = "const d = Bokeh.documents[0], s = d.get_model_by_name('villages');"
        shown = source + "return [...s.get_column('change')].map(x => String(x))"
        v.until(lambda: v.js(source + "return !!s"))
        before = v.js(shown)
        other = (
            "const a = d.get_model_by_name('arms'); a.value = a.value === 'few' ? 'half' : 'few'"
        )
        v.js(source + other)
        v.until(lambda: v.js(shown) != before)
        users = "return [...d._all_models.values()].filter(m => m.data_source === s).length"
        assert v.js(source + users) == 2  # the map and the dots have one selection
        v.shot(f"explore_{lang}_1366")
        assert v.errors() == []
        assert {url.split(":")[0] for url in v.asked()} <= {"file", "data"}
        assert v.faults() == []
        v.resize(*PHONE)
        v.until(lambda: v.too_wide() <= 0)
        v.shot(f"explore_{lang}_390")
        assert v.faults() == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_chinese_letter_of_the_page_comes_with_it(made_up, compared, lang, monkeypatch):
    given: list[str] = []
    monkeypatch.setattr(explore, "embedded_font", lambda text: given.append(text) or "")
    for found in (of_run(made_up, lang), of_experiment(load_results(compared), lang)):
        page = page_of(found, lang)
        escaped = re.sub(r"\\u([0-9a-f]{4})", lambda one: chr(int(one[1], 16)), page)
        shown = set(re.findall("[\u2e80-\u2fff\u3001-\u9fff]", escaped))
        assert shown <= set(given[-1]), shown - set(given[-1])
