"""The report in a real browser: everything drawn, readable on a telephone, nobody else asked."""

import pytest

from sim.report.report import write_report
from tests.browser import DESK, PHONE, Visitor


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_report_in_a_browser(made_up, tmp_path, lang):
    page = write_report(made_up.folder, lang, tmp_path / "report.html")
    with Visitor(page.as_uri(), DESK) as v:
        measure = "i => [i.naturalWidth, i.getBoundingClientRect().width]"
        sizes = v.js(f"return [...document.images].map({measure})")
        assert len(sizes) >= 5
        assert all(natural > 100 and shown > 200 for natural, shown in sizes)
        body = v.js("return document.body.getBoundingClientRect().width")
        assert max(shown for _, shown in sizes) <= body
        if lang == "zh":
            assert v.js("return document.fonts.check('16px hecun-chinese', '村')")
        v.shot(f"report_{lang}_1366")
        v.js("for (const d of document.querySelectorAll('details')) d.open = true")
        assert v.faults() == []
        v.resize(*PHONE)
        v.until(lambda: v.too_wide() <= 0)
        # a cell of Chinese is not one letter a line
        lines = (
            "c => { const r = document.createRange(); r.selectNodeContents(c);"
            "return new Set([...r.getClientRects()].map(b => Math.round(b.top))).size }"
        )
        cells = v.js(
            "return [...document.querySelectorAll('td:not(.code)')]"
            f".filter(c => c.innerText.length > 1).map(c => [c.innerText.length, ({lines})(c)])"
        )
        assert [cell for cell in cells if cell[1] > max(3.5, 0.8 * cell[0])] == []
        assert v.faults() == []
        v.shot(f"report_{lang}_390")
        assert {url.split(":")[0] for url in v.asked()} <= {"file", "data"}
        assert v.errors() == []
