"""The built site stands on its own, and its search works from a disk; `make docs` builds it."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site(root: Path) -> Path:
    folder = root / "build" / "site"
    if not (folder / "index.html").is_file():
        pytest.skip("the site is not built; make docs builds it")
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[webdriver.Chrome]:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    driver = shutil.which("chromedriver")
    if program is None or driver is None:
        pytest.skip("no Chromium with its driver")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1280,900"):
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    found = webdriver.Chrome(options, webdriver.ChromeService(driver))
    yield found
    found.quit()


def test_nothing_is_fetched_and_nothing_is_missing(site: Path, script) -> None:
    assert list(script("check").problems(site)) == []


def test_no_equation_is_left_as_it_is_typed(site: Path) -> None:
    page = (site / "mechanics.html").read_text("utf-8")
    assert page.count("<math") > 20
    assert "\\frac" not in page


def test_the_search_finds_something_on_a_disk(site: Path, browser: webdriver.Chrome) -> None:
    browser.get((site / "index.html").as_uri())
    field = browser.find_element(By.CSS_SELECTOR, "input.md-search__input")
    field.click()
    field.send_keys("moment arm")
    found = ".md-search-result__item"
    WebDriverWait(browser, 30).until(lambda page: page.find_elements(By.CSS_SELECTOR, found))
    first = browser.find_element(By.CSS_SELECTOR, f"{found} a")
    assert "mechanics.html" in (first.get_attribute("href") or "")
    assert [line for line in browser.get_log("browser") if line["level"] == "SEVERE"] == []


@pytest.mark.parametrize(
    "page",
    ["index", "recordings", "mechanics", "reference/neck", "notebooks/emg", "results/visits"],
)
def test_no_page_is_wider_than_a_phone(site: Path, browser: webdriver.Chrome, page: str) -> None:
    size = {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get((site / f"{page}.html").as_uri())
    time.sleep(0.3)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 390
