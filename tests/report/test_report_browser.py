"""The report in a real browser: everything drawn, nothing asked of another host."""

import json
import os
import shutil
from pathlib import Path

import pytest

from sim.report.report import write_report

pytestmark = pytest.mark.slow
webdriver = pytest.importorskip("selenium.webdriver", reason="group browser")
if not (shutil.which("chromium") and shutil.which("chromedriver")):
    pytest.skip("no chromium and chromedriver", allow_module_level=True)

from selenium.webdriver.chrome.options import Options  # noqa: E402
from selenium.webdriver.chrome.service import Service  # noqa: E402


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_report_in_a_browser(made_up, tmp_path, lang):
    page = write_report(made_up.folder, lang, tmp_path / "report.html")
    options = Options()
    options.binary_location = shutil.which("chromium")
    flags = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"
    for flag in (*flags.split(), "--disable-dev-shm-usage", "--window-size=1200,1400"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    try:
        driver.get(page.as_uri())
        measure = "i => [i.naturalWidth, i.getBoundingClientRect().width]"
        sizes = driver.execute_script(f"return [...document.images].map({measure})")
        assert len(sizes) >= 5
        assert all(natural > 100 and shown > 200 for natural, shown in sizes)
        body = driver.execute_script("return document.body.getBoundingClientRect().width")
        assert max(shown for _, shown in sizes) <= body
        if lang == "zh":
            check = "return document.fonts.check('16px hecun-chinese', '村')"
            assert driver.execute_script(check)
        asked = [
            message["params"]["request"]["url"]
            for message in (
                json.loads(m["message"])["message"] for m in driver.get_log("performance")
            )
            if message["method"] == "Network.requestWillBeSent"
        ]
        assert {url.split(":")[0] for url in asked} <= {"file", "data"}
        assert [line for line in driver.get_log("browser") if line["level"] == "SEVERE"] == []
        folder = os.environ.get("HECUN_SCREENSHOTS")
        if folder:
            driver.save_screenshot(str(Path(folder) / f"report_{lang}.png"))
    finally:
        driver.quit()
