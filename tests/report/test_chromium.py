"""Pages in a real browser: nothing runs, nothing is asked for, nothing sticks out, in light and dark, on paper too."""

from __future__ import annotations

import base64
import json
import shutil
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from jobs.cli import exit_code_of
from tests.report import pages

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="Chromium and ChromeDriver are not installed")

WIDTHS = [360, 1200]
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
]  # fmt: skip


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in [*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"]:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options, Service(DRIVER))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """The report and an explanation of a crawl of hostile strings, served, and the paths that were asked for."""
    folder = tmp_path_factory.mktemp("pages")
    crawl = pages.write_hostile(folder / "crawl.jsonl")
    assert exit_code_of(["run", str(crawl), "--out", str(folder / "out"), "--quiet", "--json"]) == 0
    assert exit_code_of(["report", str(folder / "out"), "--to", str(folder / "report.html")]) == 0
    said = ["explain", str(folder / "out"), "0-0", "7-1", "--html", str(folder / "explain.html")]
    assert exit_code_of(said) == 0
    asked = []

    class Handler(SimpleHTTPRequestHandler):
        def end_headers(self):
            self.send_header("Cache-Control", "no-store")  # or a page is taken from the cache and never asked for
            super().end_headers()

        def log_message(self, *args):
            asked.append(self.path)

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=folder))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


def requests(browser):
    """Return the addresses the browser asked for since last time."""
    told = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    return [one["params"]["request"]["url"] for one in told if one["method"] == "Network.requestWillBeSent"]


def open_page(browser, url, width, scheme="light"):
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    )
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )
    requests(browser)
    browser.get_log("browser")
    browser.get(url)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page", ["report.html", "explain.html"])
def test_hostile_strings_are_inert_and_nothing_sticks_out(page, scheme, width, browser, hostile):
    address, asked = hostile
    asked.clear()
    url = f"{address}/{page}"
    open_page(browser, url, width, scheme)
    browser.execute_script("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert browser.execute_script("return window.hit") is None
    assert browser.get_log("browser") == []
    assert requests(browser) == [url]
    assert asked == [f"/{page}"]
    strange = "script, img, iframe, object, embed, form, base, link, video, input, meta[http-equiv=refresh]"
    assert browser.execute_script("return document.querySelectorAll(arguments[0]).length", strange) == 0
    attributes = (
        "return [...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames()).filter(n => /^on/.test(n))"
    )
    assert browser.execute_script(attributes) == []
    hrefs = browser.execute_script("return [...document.querySelectorAll('[href]')].map(e => e.protocol)")
    assert set(hrefs) <= {"http:", "https:"}
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width


def test_hostile_strings_are_shown_as_they_are(browser, hostile):
    open_page(browser, f"{hostile[0]}/report.html", 1200)
    text = browser.execute_script("return document.body.textContent")
    shown = [one for one in pages.HOSTILE if f"{one} " in text]
    assert len(shown) >= 20  # as many stories as the page has, but those cut at characters that steer
    assert "49" not in {word.strip() for word in text.split() if word.strip() == "{{49}}"}


def test_it_goes_dark(browser, hostile):
    grounds = []
    for scheme in ("light", "dark"):
        open_page(browser, f"{hostile[0]}/report.html", 1200, scheme)
        grounds.append(browser.execute_script("return getComputedStyle(document.body).backgroundColor"))
    light, dark = (sum(map(int, ground.strip("rgb()").split(","))) for ground in grounds)
    assert light > 600
    assert dark < 200


def test_a_story_folds_open(browser, hostile):
    open_page(browser, f"{hostile[0]}/report.html", 1200)
    first = "document.querySelector('.story details')"
    hidden = browser.execute_script(f"return {first}.querySelector('td').getClientRects().length")
    browser.execute_script(f"{first}.querySelector('summary').click()")
    assert browser.execute_script(f"return {first}.querySelector('td').checkVisibility()")
    assert hidden == 0 or browser.execute_script(f"return {first}.open")


def test_it_prints(browser, hostile):
    open_page(browser, f"{hostile[0]}/report.html", 1200)
    paper = base64.b64decode(browser.execute_cdp_cmd("Page.printToPDF", {})["data"])
    assert paper.startswith(b"%PDF")
    assert 2 <= paper.count(b"/Type /Page\n") + paper.count(b"/Type /Page/") <= 30
