"""A real browser for tests: Debian's chromium and chromium-driver; skipped where there is none.

Screenshots go to the folder HECUN_SCREENSHOTS, if that is set.
"""

import json
import os
import shutil
import time
from pathlib import Path

import pytest

webdriver = pytest.importorskip("selenium.webdriver", reason="group browser")
if not (shutil.which("chromium") and shutil.which("chromedriver")):
    pytest.skip("no chromium and chromedriver", allow_module_level=True)

from axe_core_python.base import AXE_FILE_PATH  # noqa: E402
from selenium.webdriver.chrome.options import Options  # noqa: E402
from selenium.webdriver.chrome.service import Service  # noqa: E402

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
)
#: a desk's screen, and a telephone's
DESK, PHONE = (1366, 900), (390, 844)


class Visitor:
    """A browser on a page."""

    def __init__(self, address, size=DESK):
        options = Options()
        options.binary_location = str(shutil.which("chromium"))
        for flag in FLAGS:
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        service = Service(shutil.which("chromedriver"))
        self.driver = webdriver.Chrome(options=options, service=service)
        self.resize(*size)
        self.go(address)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.driver.quit()

    def go(self, address):
        self.address = address
        self.driver.get(address)

    def resize(self, width, height):
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500},
        )

    def all(self, css):
        return self.driver.find_elements("css selector", css)

    def js(self, code, *given):
        return self.driver.execute_script(code, *given)

    def until(self, what, seconds=30):
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            if what():
                return
            time.sleep(0.05)
        self.shot("failed")
        raise AssertionError("waited in vain")

    def shot(self, name):
        folder = os.environ.get("HECUN_SCREENSHOTS")
        if folder:
            self.driver.save_screenshot(str(Path(folder) / f"{name}.png"))

    def errors(self):
        """Return what the page's console calls an error."""
        log = self.driver.get_log("browser")
        return [line["message"] for line in log if line["level"] == "SEVERE"]

    def asked(self):
        """Return the addresses that the page has asked for."""
        messages = (json.loads(m["message"])["message"] for m in self.driver.get_log("performance"))
        return [
            message["params"]["request"]["url"]
            for message in messages
            if message["method"] == "Network.requestWillBeSent"
        ]

    def too_wide(self):
        """Return by how many pixels the page is wider than the screen."""
        return self.js("return document.documentElement.scrollWidth - window.innerWidth")

    def faults(self):
        """Return what axe-core calls a serious or critical fault of the page: rule and place."""
        self.js(AXE_FILE_PATH.read_text("utf-8"))
        self.driver.set_script_timeout(60)
        found = self.driver.execute_async_script(
            "const done = arguments[arguments.length - 1];"
            "axe.run({resultTypes: ['violations']}).then(r => done(r.violations))"
        )
        return [
            (fault["id"], node["target"], node["html"][:120])
            for fault in found
            if fault["impact"] in ("serious", "critical")
            for node in fault["nodes"]
        ]
