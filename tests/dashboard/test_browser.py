"""The page in a real browser: Debian's chromium and chromium-driver, and the group ``browser``.

Screenshots go to the folder HECUN_SCREENSHOTS, if that is set.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

CONFIGS = Path(__file__).parents[2] / "configs"
SIZE = (1500, 1300)
pytestmark = pytest.mark.slow

webdriver = pytest.importorskip("selenium.webdriver", reason="group browser")
pytest.importorskip("solara", reason="extra dashboard")
if not (shutil.which("chromium") and shutil.which("chromedriver")):
    pytest.skip("no chromium and chromedriver", allow_module_level=True)

from selenium.webdriver.chrome.options import Options  # noqa: E402
from selenium.webdriver.chrome.service import Service  # noqa: E402
from selenium.webdriver.common.action_chains import ActionChains  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402


@pytest.fixture(scope="module")
def address():
    """Serve the page of Leshan Shizhong on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = CONFIGS / "leshan_shizhong_2020.yaml"
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


class Visitor:
    """A browser on the page."""

    def __init__(self, address):
        options = Options()
        options.binary_location = shutil.which("chromium")
        flags = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage"
        for flag in (*flags.split(), "--disable-background-networking"):
            options.add_argument(flag)
        options.add_argument(f"--window-size={SIZE[0]},{SIZE[1]}")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.address = address
        service = Service(shutil.which("chromedriver"))
        self.driver = webdriver.Chrome(options=options, service=service)
        self.driver.get(address)
        self.until(lambda: len(self.all("path.village")) > 0, 120)

    def all(self, css):
        return self.driver.find_elements("css selector", css)

    def until(self, what, seconds=30):
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            if what():
                return
            time.sleep(0.1)
        self.shot("failed")
        raise AssertionError("waited in vain")

    def button(self, text):
        return next(b for b in self.all("button") if b.text.strip().upper() == text.upper())

    def press(self, text):
        self.driver.execute_script("arguments[0].click()", self.button(text))

    def month(self):
        maps = self.all(".hecun-map")
        return int(maps[0].get_attribute("data-month")) if maps else -1

    def fills(self, panel):
        maps = self.all(".hecun-map")
        paths = maps[panel].find_elements("css selector", "path.village") if maps else []
        return [path.get_attribute("fill") for path in paths]

    def choose(self, label, option):
        box = next(b for b in self.all(".v-select") if label in b.text)
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", box)
        box.find_element("css selector", ".v-select__slot").click()
        self.until(
            lambda: [i for i in self.all(".v-menu__content .v-list-item") if i.is_displayed()]
        )
        scroll = "for (const m of document.querySelectorAll('.v-menu__content')) m.scrollTop = 1e6"
        found = []
        while not found:
            items = [i for i in self.all(".v-menu__content .v-list-item") if i.is_displayed()]
            found = [item for item in items if option in item.text]
            self.driver.execute_script(scroll)  # long lists grow as they are scrolled
            time.sleep(0.1)
        found[0].click()
        time.sleep(0.6)

    def slide(self, label, presses):
        slider = next(s for s in self.all(".v-input__slider") if label in s.text)
        thumb = slider.find_element("css selector", "[role=slider]")
        was = thumb.get_attribute("aria-valuenow")
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", thumb)
        self.driver.execute_script("arguments[0].focus()", thumb)
        ActionChains(self.driver).send_keys(Keys.ARROW_RIGHT * presses).perform()
        self.until(lambda: thumb.get_attribute("aria-valuenow") != was)

    def text(self):
        return self.driver.find_element("css selector", "body").text

    def shot(self, name):
        folder = os.environ.get("HECUN_SCREENSHOTS")
        if folder:
            self.driver.save_screenshot(str(Path(folder) / f"dashboard_{name}.png"))

    def errors(self):
        log = self.driver.get_log("browser")
        return [line["message"] for line in log if line["level"] == "SEVERE"]

    def hosts(self):
        """Return the hosts that the browser asked for anything."""
        found = set()
        for line in self.driver.get_log("performance"):
            message = json.loads(line["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                url = message["params"]["request"]["url"]
                if url.startswith(("http", "ws")):
                    found.add(url.split("/")[2])
        return found


@pytest.fixture(scope="module")
def visitor(address):
    one = Visitor(address)
    yield one
    one.driver.quit()


def test_the_page_in_a_browser(visitor):
    v = visitor
    assert len(v.all(".hecun-map")) == 2
    assert len(v.fills(0)) == len(v.fills(1)) > 150
    for svg in v.all(".hecun-map svg"):
        assert svg.size["width"] > 200
        assert svg.size["height"] > 200
    v.shot("loaded")

    v.press("Step")
    v.until(lambda: v.month() == 1)
    v.until(lambda: [i for i in v.all("img") if i.size["width"] > 300 and i.size["height"] > 150])
    image = next(i for i in v.all("img") if i.size["width"] > 300)
    assert v.driver.execute_script("return arguments[0].naturalWidth", image) > 300
    assert len(set(v.fills(1))) > 5

    v.press("▶")
    v.until(lambda: v.month() >= 30, 120)
    v.press("❚❚")
    time.sleep(1.0)
    paused = v.month()
    time.sleep(1.0)
    assert v.month() == paused
    assert v.fills(0) != v.fills(1)

    village = v.all(".hecun-map")[1].find_elements("css selector", "path.village")[20]
    v.driver.execute_script(
        "arguments[0].dispatchEvent(new MouseEvent('click', {bubbles: true}))", village
    )
    v.until(lambda: "Accounts of its collective" in v.text())
    for part in ("Registered persons", "Operating assets", "Cadres in post", "secretary"):
        assert part in v.text()
    v.shot("village")

    v.press("中文")
    v.until(lambda: "村集体账目" in v.text())
    assert "有政策情形：服务可及率" in v.text()
    v.until(lambda: v.driver.execute_script("return document.fonts.status") == "loaded")
    time.sleep(1.0)
    v.shot("chinese")
    v.choose("着色指标", "村集体收入")
    v.until(lambda: "有政策情形：村集体收入" in v.text())
    v.press("English")
    v.until(lambda: "Accounts of its collective" in v.text())
    v.choose("Left map", "without policies")
    v.until(lambda: "Without policies: Collective income" in v.text())

    before = len(v.all(".hecun-map")[1].find_elements("css selector", "path")) - 1
    v.slide("Villages after per village before", 4)
    v.press("Reset")
    v.until(lambda: v.month() == 0, 60)
    v.press("▶")
    v.until(lambda: v.month() >= 26, 120)
    v.press("❚❚")
    after = len(v.all(".hecun-map")[1].find_elements("css selector", "path")) - 1
    assert after > before  # fewer villages were merged: more borders are drawn
    v.shot("lever")

    assert v.errors() == []
    assert v.hosts() == {v.address.split("/")[2]}


def test_every_visitor_has_a_model_of_its_own(address, visitor):
    other = Visitor(address)
    try:
        assert other.month() == 0
        other.press("Step")
        other.until(lambda: other.month() == 1)
        assert visitor.month() != 1
    finally:
        other.driver.quit()


def test_another_county_can_be_put_in_its_place(visitor):
    v = visitor
    v.choose("County", "513424")
    v.until(lambda: 0 < len(v.fills(0)) < 150, 60)
    assert len(v.fills(0)) > 100
    v.shot("county")
    assert v.errors() == []


def test_a_county_of_another_province_is_found_by_its_name(visitor):
    v = visitor
    box = next(b for b in v.all(".v-text-field") if "Find a county" in b.text)
    box.find_element("css selector", "input").send_keys("zhangqiu")
    time.sleep(1.0)
    v.choose("County", "370114")
    v.until(lambda: len(v.fills(0)) > 800, 90)
    assert v.errors() == []
