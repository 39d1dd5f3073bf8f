"""A folder of people in a real browser: chosen, assessed, shown and taken away; and broken ones."""

import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest

import nuchal

pytest.importorskip("selenium.webdriver", reason="needs selenium")

from .clicking import Page

STUDY = """
folder = "people"
recordings = "1_rotation.trc"
[groups]
stiff = ["0"]
free = ["1"]
[assess]
necks = 2000
method = "optimisation"
"""
FETCH = """
const [page, path, done] = arguments;
fetch(`/mine/upload/${page}/study/list`, {method: "POST", body: JSON.stringify([[path, 1]])})
  .then(async (answer) => done([answer.status, await answer.text()]));
"""


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """Two people of the examples, one without measures, and what no study uses."""
    folder = tmp_path / "my study"
    for name in ("0", "1"):
        shutil.copytree(nuchal.example_patient(name), folder / "people" / name)
    (folder / "people" / "2").mkdir()
    shutil.copy(nuchal.example_patient("2") / "1_rotation.trc", folder / "people" / "2")
    (folder / "people" / "0" / ".hidden.trc").write_text("nothing", "utf-8")
    (folder / "notes.docx").write_text("nothing", "utf-8")
    (folder / "study.toml").write_text(STUDY, "utf-8")
    return folder


def choose(browser, folder: Path) -> None:
    """Choose a folder as the dialogue of the browser does."""
    browser.find_element("css selector", ".folder-choose input").send_keys(str(folder))


def test_a_folder_can_be_read_aloud(server, browser, patiently, violations, study) -> None:
    page = Page(browser, patiently)
    browser.get(server.url)
    page.click("a.beside", "Many people")
    patiently(lambda: page.shown(".folder-drop"))
    found = {"first": violations(browser)}
    choose(browser, study)
    patiently(lambda: page.shown(".lead", "2 people, 2 recordings, as study.toml says."))
    found["seen"] = violations(browser)
    assert found == {"first": [], "seen": []}


@pytest.mark.slow
def test_from_a_chosen_folder_to_a_study(server, browser, patiently, study, tmp_path) -> None:
    page = Page(browser, patiently)
    browser.get(server.url)
    page.click("a.beside", "Many people")
    patiently(lambda: page.shown(".folder-drop"))
    choose(browser, study)
    patiently(lambda: page.shown(".lead", "2 people, 2 recordings, as study.toml says."))
    assert page.shown(".lead", "Groups: stiff, free.")
    assert page.shown(".advice", "2: There are recordings, but no person.toml")
    assert not page.shown(".problem")

    page.click("button", "Start the study")
    patiently(lambda: page.shown(".line.person", "being assessed"))
    assert not page.shown(".folder-drop")
    browser.refresh()
    patiently(lambda: page.shown(".line.person", "being assessed"))
    patiently(lambda: page.shown("iframe.report"), patience_s=500.0)
    assert not page.shown(".problem")
    assert len(page.shown(".line.person", "assessed")) == 2
    browser.switch_to.frame(page.all("iframe.report")[0])
    patiently(lambda: "A study of necks" in browser.page_source)
    browser.switch_to.default_content()
    page.click(".q-field", "The study")
    page.click(".q-menu .q-item", "1")
    patiently(lambda: page.all("iframe.report[src='/mine/study/report/1']"))
    browser.switch_to.frame(page.all("iframe.report")[0])
    patiently(lambda: "1_rotation" in browser.page_source)
    browser.switch_to.default_content()

    page.click("button", "Download everything")
    archive = tmp_path / "downloads" / "nuchal-study.zip"
    patiently(archive.is_file)
    with zipfile.ZipFile(archive) as results:
        names = {name.partition("/")[2] for name in results.namelist()}
    assert names >= {"study.html", "study.json", "study.toml", "tables/directions.csv"}
    assert names >= {f"people/{name}/1/report.html" for name in ("0", "1")}
    wide = browser.execute_script("return document.documentElement.scrollWidth")
    assert wide <= browser.execute_script("return window.innerWidth")
    assert page.hosts() == {server.url.split("/")[2]}
    assert [one for one in browser.get_log("browser") if one["level"] == "SEVERE"] == []


@pytest.mark.slow
def test_folders_that_are_no_study(server, browser, patiently, root, tmp_path) -> None:
    page = Page(browser, patiently)
    empty, nobody, large = (tmp_path / name for name in ("empty", "nobody", "large"))
    for folder in (empty, nobody / "p1", nobody / "p2", large / "p1"):
        folder.mkdir(parents=True)
    for name in ("p1", "p2"):
        shutil.copy(root / "examples" / "demo_recording.trc", nobody / name)
    shutil.copy(root / "examples" / "person.toml", large / "p1")
    with (large / "p1" / "huge.c3d").open("wb") as file:
        file.truncate(100_000_001)
    browser.get(f"{server.url}study")
    patiently(lambda: page.shown(".folder-drop"))

    page.drop(".folder-drop", empty)
    patiently(lambda: page.shown(".problem", "There is nothing in it that a study uses"))
    choose(browser, large)
    patiently(lambda: page.shown(".problem", "p1/huge.c3d: has 100 MB"))
    page.drop(".folder-drop", nobody)
    patiently(lambda: page.shown(".problem", "No folder in it holds person.toml"))
    (own,) = set(re.findall(r"'client_id': '([0-9a-f-]+)'", browser.page_source))
    status, text = browser.execute_async_script(FETCH, own, "s/../../../climbs.trc")
    assert status == 413
    assert "leads out of the folder" in json.loads(text)["detail"]
    assert not list(server.temporary.rglob("climbs.trc"))
    assert not page.shown("button", "Start the study")
    assert "Traceback" not in browser.page_source
