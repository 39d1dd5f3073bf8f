"""From the dropped file to the downloaded report, in a real browser."""

import zipfile

import pytest

webdriver = pytest.importorskip("selenium.webdriver", reason="needs selenium")

from .clicking import Page  # noqa: E402

LOWEST_RATE_HZ = 30.0


@pytest.mark.slow
def test_from_dropped_files_to_a_downloaded_report(
    server, browser, patiently, root, tmp_path
) -> None:
    page, examples = Page(browser, patiently), root / "examples"
    browser.get(server.url)
    patiently(lambda: page.shown(".drawing"))
    page.drop(".small-drop", examples / "person.toml")
    patiently(lambda: browser.execute_script(
        "return [...document.querySelectorAll('input')].some(one => one.value === '11.2')"
    ))  # fmt: skip

    page.click(".q-stepper__tab", "Recordings")
    page.drop(
        ".q-uploader.drop:not(.small-drop)",
        examples / "demo_recording.trc",
        examples / "demo_static.trc",
    )
    patiently(lambda: page.shown(".line", "820 frames at 100 Hz, 7 markers"))
    patiently(lambda: page.shown(".line", "100 frames at 100 Hz"))

    page.click(".q-stepper__tab", "Markers")
    patiently(lambda: page.shown(".good", "Axes of the laboratory: up"))
    patiently(lambda: page.shown(".markers-label.used", "TP"))
    assert {*page.texts(".markers-label.used")} >= {"TP", "LH", "RH", "C7"}

    page.click(".q-stepper__tab", "Result")
    page.click("button", "Analyse")
    patiently(lambda: page.shown(".q-linear-progress") or page.all("iframe.report"))
    patiently(lambda: page.shown("iframe.report"), patience_s=400.0)
    assert not page.shown(".problem")
    browser.switch_to.frame(page.all("iframe.report")[0])
    patiently(lambda: "demo_recording" in browser.page_source)
    browser.switch_to.default_content()
    page.click("button", "Download the report")
    report = tmp_path / "downloads" / "report.html"
    patiently(report.is_file)
    assert "demo_recording" in report.read_text("utf-8")

    page.click(".q-tab", "Neck in motion")
    patiently(lambda: browser.execute_script("return Boolean(window.nuchalNeck)"))
    the_neck_moves(browser, page, patiently)

    page.click(".q-tab", "All files")
    page.click("button", "Download everything")
    archive = tmp_path / "downloads" / "nuchal-results.zip"
    patiently(archive.is_file)
    with zipfile.ZipFile(archive) as results:
        names = {name.partition("/")[2] for name in results.namelist()}
    assert names >= {"report.html", "assessment.json", "person.toml"}

    assert page.hosts() == {server.url.split("/")[2]}
    severe = [one for one in browser.get_log("browser") if one["level"] == "SEVERE"]
    assert severe == []


def the_neck_moves(browser, page: Page, patiently, frames: int = 820) -> None:
    """Time passes, pictures differ, groups go off, and a picture is worked out in time."""

    def stats() -> dict:
        return browser.execute_script("return window.nuchalNeck.stats()")

    def picture() -> str:
        return page.shown(".neck-stage")[0].screenshot_as_base64

    assert stats()["muscles"] == 72
    first = picture()
    page.click(".neck-play")
    patiently(lambda: stats()["time"] > 1.5)
    page.click(".neck-play")
    told = stats()
    assert told["frames"] == frames
    assert told["cost_ms"] < 1000.0 / LOWEST_RATE_HZ
    assert picture() != first
    page.click(".neck-panel button", "Right")
    patiently(lambda: stats()["muscles"] == 36)
    page.click("input[aria-label='Show trapezius']")
    assert stats()["muscles"] in (34, 38)


@pytest.mark.slow
def test_from_sensors_to_a_report(server, browser, patiently, root) -> None:
    page, examples = Page(browser, patiently), root / "examples"
    browser.get(server.url)
    patiently(lambda: page.shown(".drawing"))
    page.drop(".small-drop", examples / "person.toml")
    page.click(".q-stepper__tab", "Recordings")
    page.drop(".q-uploader.drop:not(.small-drop)", examples / "demo_sensors.sto")
    patiently(lambda: page.shown(".line", "1024 frames at 50 Hz, orientations of 2 bodies"))

    page.click(".q-stepper__tab", "sensors")
    patiently(lambda: page.shown(".problem", "which of its axes points up"))
    assert page.all(".turns path.curve")
    page.click(".q-field", "Axis that points up")
    page.click(".q-menu .q-item", "+Z")
    patiently(lambda: page.shown(".problem", "where the person faces"))
    for label, seconds in (("Nod from [s]", "1"), ("Nod to [s]", "4")):
        page.fill(label, seconds)
    patiently(lambda: page.shown(".good", "faces nearest to -Y (by the nod)"))
    assert not page.shown(".problem")
    wide = browser.execute_script("return document.documentElement.scrollWidth")
    assert wide <= browser.execute_script("return window.innerWidth")

    page.click(".q-stepper__tab", "Result")
    page.click("button", "Analyse")
    patiently(lambda: page.shown("iframe.report"), patience_s=400.0)
    browser.switch_to.frame(page.all("iframe.report")[0])
    patiently(lambda: "demo_sensors" in browser.page_source)
    patiently(lambda: "inertial sensors" in browser.page_source)
    browser.switch_to.default_content()
    page.click(".q-tab", "Neck in motion")
    patiently(lambda: browser.execute_script("return Boolean(window.nuchalNeck)"))
    the_neck_moves(browser, page, patiently, frames=1024)
    assert [one for one in browser.get_log("browser") if one["level"] == "SEVERE"] == []


@pytest.mark.slow
def test_a_broken_file_and_a_second_visitor(server, browser, patiently, tmp_path) -> None:
    page = Page(browser, patiently)
    broken = tmp_path / "broken.c3d"
    broken.write_text("nothing of the kind", "utf-8")
    browser.get(server.url)
    page.click(".q-stepper__tab", "Recordings")
    page.drop(".q-uploader.drop:not(.small-drop)", broken)
    told = patiently(lambda: [one for one in page.texts(".problem") if "broken.c3d" in one])[0]
    assert told.startswith("broken.c3d: is named .c3d but does not start as C3D")
    assert "Traceback" not in browser.page_source
    browser.delete_all_cookies()
    browser.get(server.url)
    page.click(".q-stepper__tab", "Recordings")
    patiently(lambda: page.shown(".drop"))
    assert "broken.c3d" not in browser.page_source


@pytest.mark.slow
def test_beyond_this_machine_a_token_is_asked_for(serving, browser, patiently, tmp_path) -> None:
    with serving(tmp_path, "--host", "0.0.0.0") as server:
        address, _, token = server.url.partition("?token=")
        assert len(token) >= 43
        browser.get(address)
        assert "This page needs its token" in browser.page_source
        browser.get(server.url)
        patiently(lambda: Page(browser, patiently).shown(".drawing"))
        assert "token" not in browser.current_url


@pytest.mark.slow
def test_a_page_whose_server_was_started_anew_is_loaded_anew(
    serving, browser, patiently, tmp_path
) -> None:
    page = Page(browser, patiently)
    with serving(tmp_path) as server:
        browser.get(server.url)
        patiently(lambda: browser.execute_script("return window.did_handshake"))
        browser.execute_script("window.isOld = true")
    port = server.url.rstrip("/").rpartition(":")[2]
    with serving(tmp_path, "--port", port):
        patiently(lambda: not browser.execute_script("return window.isOld"))
        patiently(lambda: browser.execute_script("return window.did_handshake"))
        assert page.shown(".drawing")


@pytest.mark.slow
def test_another_site_shows_nothing_of_the_page(server, browser, patiently, tmp_path) -> None:
    browser.get(server.url)
    patiently(lambda: browser.execute_script("return window.did_handshake"))
    other = tmp_path / "other.html"
    other.write_text(
        f"""<img id="picture" src="{server.url}favicon.ico"><iframe src="{server.url}"></iframe>
        <script>fetch("{server.url}", {{mode: "no-cors", credentials: "include"}})
        .then(answer => window.answered = answer.type, () => window.answered = "refused")
        </script>""",
        "utf-8",
    )
    browser.get(other.as_uri())
    patiently(lambda: browser.execute_script("return window.answered"))
    browser.switch_to.frame(0)
    assert "nuchal" not in browser.title
    assert "Neck length" not in browser.page_source
    browser.switch_to.default_content()
    assert browser.execute_script("return document.getElementById('picture').naturalWidth") == 0
