"""The page in a real browser."""

import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.browser import DESK, PHONE, Visitor

pytest.importorskip("solara", reason="extra dashboard")
QUICK = "scale=200"
CONFIGS = Path(__file__).parents[2] / "configs"


@pytest.fixture(scope="module")
def address():
    """Serve the page of Dechang on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = CONFIGS / "dechang_2020.yaml"
    command = [sys.executable, "-c", "from sim.cli import main; main()", "dashboard", str(config)]
    server = subprocess.Popen([*command, "--port", str(port), "--no-open"])
    try:
        for _ in range(240):
            time.sleep(0.25)
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait(20)


class Reader(Visitor):
    """A visitor of the page: what it shows, and its controls."""

    def ready(self, seconds=90):
        """Wait until all months of all seeds that the link asks for are shown.

        That nothing is said to be at work any more may come before the last seed's numbers do.
        """
        whole = "const now = document.querySelector('.hc-view')?.dataset;"
        whole += "const seeds = new URLSearchParams(location.search).get('seeds') ?? '1';"
        whole += "return !document.querySelector('.hc-state progress') && "
        whole += "now?.last === '59' && now.seeds === seeds"
        self.until(lambda: self.js(whole), seconds)

    def month(self):
        return int(self.js("return document.querySelector('.hc-view').dataset.month"))

    def last(self):
        return int(self.js("return document.querySelector('.hc-view').dataset.last"))

    def fills(self, name):
        return self.js(
            "return [...document.querySelectorAll(arguments[0])].map(p => p.getAttribute('fill'))",
            f"[data-map={name}] path.village",
        )

    def put(self, css, value):
        self.js(
            "const e = document.querySelector(arguments[0]); e.value = arguments[1];"
            "for (const n of ['input', 'change']) e.dispatchEvent(new Event(n, {bubbles: true}))",
            css,
            value,
        )

    def text(self, css="#hc"):
        return self.js("return document.querySelector(arguments[0]).innerText", css)

    def press(self, css):
        self.js("document.querySelector(arguments[0]).click()", css)


@pytest.fixture(scope="module")
def reader(address):
    with Reader(f"{address}?{QUICK}") as one:
        one.ready()
        yield one


def test_before_and_after_at_first_sight_with_levers_and_play_above_the_fold(reader):
    r = reader
    assert r.month() == r.last() == 59
    assert len(r.fills("left")) == len(r.fills("right")) == len(r.fills("difference")) > 130
    assert len(set(r.fills("left"))) > 5 and r.fills("left") != r.fills("right")
    for css in ("[data-lever=ratio]", "[data-lever=posts]", ".hc-play", ".hc-map svg"):
        assert r.all(css)[0].rect["y"] + 30 < DESK[1], css
    said = [output.text for output in r.all(".hc-lever output")]
    assert (
        said[0].startswith("47.5 % ≈ 65/137") and "/137" in said[0]
    )  # 65 are left, on the lever's grid
    assert any(text.endswith("posts") for text in said)
    assert r.too_wide() <= 0
    r.shot("page_en_1366")


def test_play_begins_at_the_reform_and_pauses(reader):
    r = reader
    r.press(".hc-play")
    r.until(lambda: 2 <= r.month() < 40)
    r.press(".hc-play")
    held = r.month()
    time.sleep(0.6)
    assert r.month() == held
    before = r.fills("right")
    r.put("#hc-month", 40)
    assert r.month() == 40 and r.fills("right") != before


def test_a_moved_lever_waits_for_apply_then_link_yaml_and_command_say_it(reader):
    r = reader
    before = r.fills("right")
    r.put("[data-lever=ratio]", "0.7")
    assert "1 changed" in r.text(".hc-apply") and "70 %" in r.text(".hc-levers")
    assert r.fills("right") == before
    r.put("#hc-seeds", "3")
    r.press(".hc-apply [type=submit]")
    r.until(lambda: "ratio=0.7" in r.js("return location.search"), 60)
    r.ready()
    assert r.fills("right") != before
    assert "seeds=3" in r.js("return location.search")
    assert "ratio: 0.7" in r.text("[data-part=yaml]")
    assert "hecun run configs/dechang_2020.yaml" in r.text("[data-part=command]")
    assert "[" in r.text(".hc-effect") and r.all(".hc-line path.band")[0].get_attribute("d")
    link = r.js("return location.href")
    tiles = r.text(".hc-tiles")
    r.go(link)
    r.ready()
    assert r.text(".hc-tiles") == tiles  # the link gives the same numbers


def test_a_village_is_told_of_in_both_languages(reader):
    r = reader
    r.put("#hc-village", "20")
    name = r.js("return document.querySelector('#hc-village').selectedOptions[0].text")
    r.until(lambda: name in r.text(".hecun-table, .hc-wide b"))
    assert "Accounts of its collective" in r.text(".hc-village")
    r.press(".hc-choice [lang=zh]")
    r.until(lambda: "村集体账目" in r.text(".hc-village"))
    assert r.js("return document.documentElement.lang") == "zh-CN"
    left = r.js(
        "return [...document.querySelectorAll('#hc h1, #hc h2, #hc h3, #hc label, #hc button, "
        "#hc summary, #hc figcaption, #hc .hc-note, #hc option, #hc th, #hc td')]"
        ".map(e => e.innerText).filter(t => /[a-z]{4}/i.test(t) && !/_/.test(t))"
    )
    assert set(left) <= {"English", "与原配置的差异（YAML）"}
    r.press(".hc-choice [lang=en]")
    r.until(lambda: "Accounts of its collective" in r.text(".hc-village"))


@pytest.mark.slow
def test_another_county_is_found_and_shown(reader):
    r = reader
    r.put("#hc-search", "zhangqiu")
    r.until(lambda: r.js("return document.querySelector('#hc-county').options.length") < 20)
    r.put("#hc-county", "370114")
    r.until(lambda: len(r.fills("right")) > 800, 90)
    r.ready()
    assert "county=370114" in r.js("return location.search")


def test_what_cannot_be_is_said_and_nothing_else_shown(address, reader):
    reader.go(f"{address}?policies.merger.ratio=0.3&county=540102&x=1")
    reader.until(lambda: reader.all(".hc-problem"), 60)
    assert "x" in reader.text(".hc-problem")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_on_a_telephone_and_for_everybody(address, reader, lang):
    r = reader
    r.resize(*PHONE)
    r.go(f"{address}?{QUICK}&lang={lang}")
    r.ready()
    assert r.too_wide() <= 0
    assert r.all(".hc-play")[0].rect["y"] < PHONE[1]
    assert all(svg.rect["width"] > 300 for svg in r.all(".hc-map svg"))
    r.shot(f"page_{lang}_390")
    assert r.faults() == []
    r.resize(*DESK)
    r.until(lambda: r.too_wide() <= 0)
    r.shot(f"page_{lang}_1366")
    assert r.faults() == []


def test_no_errors_and_no_other_host(reader):
    assert reader.errors() == []
    hosts = {url.split("/")[2] for url in reader.asked() if url.startswith(("http", "ws"))}
    assert hosts == {reader.address.split("/")[2]}


def test_every_visitor_has_counties_of_their_own(address, reader):
    reader.go(f"{address}?{QUICK}")
    reader.ready()
    before = reader.text(".hc-tiles")
    with Reader(f"{address}?{QUICK}&policies.merger=off") as other:
        other.ready()
        assert other.text(".hc-tiles") != before
    assert reader.text(".hc-tiles") == before
