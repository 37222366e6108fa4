"""The site in a real browser, opened from the disk: both palettes, a telephone, search."""

import time

import pytest

from tests.browser import DESK, PHONE, Visitor

PAGES = (
    "index", "index.zh", "answers", "answers.zh", "experiments.zh", "howto/own_county.zh",
    "limits.zh", "seeing.zh", "reference/parameters", "reference/glossary",
)  # fmt: skip
#: pages of which axe-core is asked; of the large ones it takes minutes
LOOKED_AT = ("index.zh", "experiments.zh", "howto/own_county.zh")
_SCHEME = "return document.body.getAttribute('data-md-color-scheme')"


def prefer(v, scheme):
    """Have the system prefer a scheme."""
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    v.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def test_pages_fit_in_both_palettes_and_ask_nobody(site):
    with Visitor("about:blank") as v:
        for scheme, name in (("light", "default"), ("dark", "slate")):
            prefer(v, scheme)
            for page in PAGES:
                v.go((site / f"{page}.html").as_uri())
                v.until(lambda name=name: v.js(_SCHEME) == name)
                assert page not in LOOKED_AT or v.faults() == [], page
                for size in (DESK, PHONE):
                    v.resize(*size)
                    assert v.too_wide() <= 0, page
                    v.shot(f"site_{page.replace('/', '_')}_{size[0]}_{scheme}")
        asked = {url.split(":")[0] for url in v.asked()}
        assert asked <= {"file", "data", "about", "chrome"}
        assert v.errors() == []


def test_the_palette_can_be_chosen(site):
    with Visitor((site / "index.zh.html").as_uri()) as v:
        seen = [v.js(_SCHEME)]
        for _ in range(3):
            buttons = v.all("form[data-md-component=palette] label")
            next(b for b in buttons if b.is_displayed()).click()
            time.sleep(0.2)
            seen.append(v.js(_SCHEME))
        assert set(seen) == {"default", "slate"}


@pytest.mark.parametrize(("sought", "found"), [("workload", "Limits"), ("配对差异", "比较政策")])
def test_search_works_from_the_disk_in_both_languages(site, sought, found):
    from selenium.webdriver.common.action_chains import ActionChains

    with Visitor((site / "index.html").as_uri()) as v:
        v.until(lambda: v.all(".md-search__button"))
        v.all(".md-search__button")[0].click()
        time.sleep(0.5)
        ActionChains(v.driver).send_keys(sought).perform()
        shown = (
            "return [...document.querySelectorAll('*')].filter(e => e.shadowRoot)"
            ".map(e => e.shadowRoot.textContent).join()"
        )
        v.until(lambda: found in v.js(shown))


def test_formulas_are_drawn_and_a_wide_one_moves_in_its_box(site):
    with Visitor((site / "ODD.html").as_uri(), PHONE) as v:
        assert v.too_wide() <= 0
        boxes = v.js(
            "return [...document.querySelectorAll('.formula')].map(f => "
            "[f.clientWidth, f.scrollWidth, f.getBoundingClientRect().height])"
        )
        assert len(boxes) > 100
        assert all(shown <= PHONE[0] and height > 20 for shown, _, height in boxes)
        assert any(whole > shown for shown, whole, _ in boxes)
        fraction = "return [...document.querySelector('.formula mfrac').children]"
        above, below = v.js(fraction + ".map(c => c.getBoundingClientRect().top)")
        assert below > above + 5
