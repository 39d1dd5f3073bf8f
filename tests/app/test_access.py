"""The page without a mouse and without seeing it: rules of accessibility, keys, little motion."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("selenium.webdriver", reason="needs selenium")

from selenium.webdriver.common.keys import Keys

from .test_browser import Page
from .test_live_page import streaming

PATIENCE_S = 120.0
MOST_STOPS = 80
SEEN = """
const look = getComputedStyle(document.activeElement);
const outlined = look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 1;
const ringed = look.boxShadow.includes("rgb(0, 85, 140)");
return outlined || ringed || Boolean(document.activeElement.closest(".q-field--focused"));
"""


@pytest.fixture(scope="module")
def quick(tmp_path_factory) -> Iterator[str]:
    """Where the page is whose analysis takes a second."""
    folder = tmp_path_factory.mktemp("quick")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("quick_page.py"))],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**environment, "TMPDIR": str(folder), "PYTHONUNBUFFERED": "1"},
        cwd=folder,
    )
    try:
        yield re.search(r"http://\S+", process.stdout.readline())[0]
    finally:
        process.terminate()
        process.wait(PATIENCE_S)
        process.stdout.close()


def test_every_step_can_be_read_aloud(quick, browser, patiently, violations, root) -> None:
    page, examples = Page(browser, patiently), root / "examples"
    found = {}

    def look(what: str) -> None:
        found[what] = violations(browser)

    browser.get(quick)
    patiently(lambda: page.shown(".drawing"))
    look("person")
    page.drop(".small-drop", examples / "person.toml")
    page.click(".q-stepper__tab", "Recordings")
    page.drop(".q-uploader.drop:not(.small-drop)", examples / "demo_recording.trc")
    patiently(lambda: page.shown(".line", "820 frames at 100 Hz, 7 markers"))
    page.click(".q-expansion-item .q-item")
    patiently(lambda: page.shown(".q-field", "Unit of length"))
    look("recordings")
    page.click(".q-stepper__tab", "Markers")
    patiently(lambda: page.shown(".markers-label.used", "TP"))
    look("markers")
    page.click(".q-stepper__tab", "Result")
    page.click("button", "Analyse")
    patiently(lambda: page.shown(".q-linear-progress"))
    look("under way")
    patiently(lambda: page.shown("iframe.report"))
    look("report")
    page.click(".q-tab", "Neck in motion")
    patiently(lambda: browser.execute_script("return Boolean(window.nuchalNeck)"))
    browser.execute_script("document.querySelector('.neck-group').open = true")
    look("neck")
    assert not browser.execute_script("return window.nuchalNeck.stats().playing")
    page.click(".q-tab", "All files")
    look("files")
    page.click("button", "Keep this as the first visit")
    page.click(".q-stepper__tab", "Recordings")
    page.drop(".q-uploader.drop:not(.small-drop)", examples / "demo_recording.trc")
    patiently(lambda: page.shown(".line", "820 frames at 100 Hz, 7 markers"))
    page.click(".q-stepper__tab", "Result")
    page.click("button", "Analyse")
    patiently(lambda: page.shown(".q-tab", "Changes"))
    patiently(lambda: page.shown("iframe.report"))
    look("changes")
    assert found == {key: [] for key in found}
    assert [one for one in browser.get_log("browser") if one["level"] == "SEVERE"] == []


@pytest.mark.slow
def test_sensors_can_be_read_aloud(quick, browser, patiently, violations, root) -> None:
    page = Page(browser, patiently)
    browser.get(quick)
    page.click(".q-stepper__tab", "Recordings")
    page.drop(".q-uploader.drop:not(.small-drop)", root / "examples" / "demo_sensors.sto")
    patiently(lambda: page.shown(".line", "1024 frames at 50 Hz"))
    page.click(".q-stepper__tab", "sensors")
    (picture,) = patiently(lambda: page.shown(".turns-plot svg"))
    said = picture.get_attribute("aria-label")
    assert re.search(r"away from neutral, any way from \d+ to \d+ degrees", said)
    assert violations(browser) == []


class Keyboard:
    """A person who has no mouse."""

    def __init__(self, browser) -> None:
        self.browser = browser
        self.unseen: list[str] = []

    @property
    def at(self) -> str:
        """What the keyboard is on."""
        return self.browser.switch_to.active_element.accessible_name

    def press(self, *keys: str) -> None:
        for key in keys:
            self.browser.switch_to.active_element.send_keys(key)

    def tab_to(self, text: str) -> None:
        """Press Tab until something of that name is reached, and note what is reached unseen."""
        passed = []
        for _ in range(MOST_STOPS):
            self.press(Keys.TAB)
            reached = self.at
            if not self.browser.execute_script(SEEN):
                self.unseen.append(reached)
            if text in reached:
                return
            passed.append(reached)
        raise AssertionError(f"no {text!r} among {passed}")


@pytest.mark.slow
def test_the_main_job_needs_no_mouse(quick, browser, patiently, root) -> None:
    page, keyboard = Page(browser, patiently), Keyboard(browser)
    browser.get(quick)
    patiently(lambda: page.shown(".drawing"))
    for label, value in (("Neck length", "11.2"), ("Shoulder width", "40"), ("Body mass", "74")):
        keyboard.tab_to(label)
        keyboard.press(value)
    keyboard.tab_to("Next: recordings")
    keyboard.press(Keys.ENTER)
    patiently(lambda: keyboard.at == "Recordings")

    keyboard.tab_to("Choose recordings")
    # What the button opens is the system's own.
    field = browser.find_element("css selector", ".drop:not(.small-drop) input[type=file]")
    field.send_keys(str(root / "examples" / "demo_recording.trc"))
    patiently(lambda: page.shown(".line", "820 frames at 100 Hz, 7 markers"))
    keyboard.tab_to("Next: markers")
    keyboard.press(Keys.ENTER)
    patiently(lambda: keyboard.at == "Markers or sensors")

    places = "return [...document.querySelectorAll('.markers-label')].map(one => one.style.cssText)"
    patiently(lambda: page.shown(".markers-label.used", "TP"))
    keyboard.tab_to("The markers in three dimensions")
    before = browser.execute_script(places)
    keyboard.press(Keys.ARROW_LEFT, "+")
    patiently(lambda: browser.execute_script(places) != before)
    keyboard.tab_to("TP, top of the head")
    keyboard.press(Keys.ARROW_DOWN)
    patiently(lambda: page.shown(".q-menu"))
    keyboard.press(Keys.ESCAPE)
    patiently(lambda: not page.shown(".q-menu"))
    keyboard.tab_to("Next: result")
    keyboard.press(Keys.ENTER)
    patiently(lambda: keyboard.at == "Result")

    keyboard.tab_to("Analyse")
    keyboard.press(Keys.ENTER)
    patiently(lambda: page.shown("iframe.report"))
    keyboard.tab_to("Report")
    keyboard.press(Keys.ARROW_RIGHT)
    assert "Neck in motion" in keyboard.at
    keyboard.press(Keys.ENTER)
    the_neck_turns(browser, keyboard, patiently)
    assert keyboard.unseen == []


def the_neck_turns(browser, keyboard: Keyboard, patiently) -> None:
    """By arrow keys, and moves where the space bar says so."""
    patiently(lambda: browser.execute_script("return Boolean(window.nuchalNeck)"))
    compass = "return document.querySelector('.neck-compass').innerHTML"
    keyboard.tab_to("The neck in three dimensions")
    before = patiently(lambda: browser.execute_script(compass))
    keyboard.press(Keys.ARROW_UP)
    patiently(lambda: browser.execute_script(compass) != before)
    keyboard.tab_to("Play")
    keyboard.press(Keys.SPACE)
    patiently(lambda: browser.execute_script("return window.nuchalNeck.stats().time") > 0.1)
    assert keyboard.at == "Pause"


@pytest.mark.slow
def test_the_steps_are_buttons_that_space_presses(quick, browser, patiently) -> None:
    page, keyboard = Page(browser, patiently), Keyboard(browser)
    browser.get(quick)
    patiently(lambda: page.shown("[aria-current=step]", "1 Person"))
    keyboard.tab_to("2 Recordings")
    keyboard.press(Keys.SPACE)
    patiently(lambda: page.shown("[aria-current=step][role=button]", "2 Recordings"))


@pytest.mark.slow
def test_a_live_neck_is_held_for_those_who_want_no_motion(
    browser, patiently, violations, tmp_path
) -> None:
    def stats() -> dict:
        return browser.execute_script("return window.nuchalNeck.stats()")

    page = Page(browser, patiently)
    little = {"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", little)
    with streaming(tmp_path) as stream:
        browser.get(stream.url)
        patiently(lambda: browser.execute_script("return Boolean(window.nuchalNeck)"))
        stream.tell("running")
        patiently(lambda: page.shown(".state", "Running"))
        patiently(lambda: page.shown(".neck-note", "The picture is held"))
        assert stats()["pushed"] == 0
        assert violations(browser) == []
        page.click("button", "Follow the neck")
        patiently(lambda: stats()["pushed"] > 5)
        page.click("button", "Hold the picture")
        pushed = stats()["pushed"]
        patiently(lambda: page.shown(".neck-note", "The picture is held"))
        assert stats()["pushed"] == pushed
