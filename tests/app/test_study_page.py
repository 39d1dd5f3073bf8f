"""The page for many people without a browser: folders that arrive, people that are found."""

import asyncio
import json
import shutil
from pathlib import Path

import pytest
from nicegui import ui

from nuchal import errors
from nuchal.app.answers import Refusal
from nuchal.app.study_records import Doing, Over, StudyDone, tell_study, told_of_study

from .visitor import Here, play

FILES = {
    "p1/person.toml": "examples/person.toml",
    "p1/before/a.trc": "src/nuchal/examples/patients/0/1_rotation.trc",
    "p1/after/a.trc": "src/nuchal/examples/patients/0/1_rotation.trc",
    "p2/person.toml": "examples/person.toml",
    "p2/before/a.trc": "src/nuchal/examples/patients/1/1_rotation.trc",
    "p2/after/a.trc": "src/nuchal/examples/patients/1/1_rotation.trc",
    "p3/a.trc": "src/nuchal/examples/patients/2/1_rotation.trc",
}
# The page looks that often how far the work is, and some.
POLL_S = 0.9
DONE = StudyDone(
    visits=(("p1", "1"), ("p2", "1")),
    reports=("people/p1/1/report.html", "people/p2/1/report.html"),
    left_out=("p4: There are no recordings.",),
    kept=1,
    tests=6,
)


@pytest.fixture
def study(root: Path, tmp_path: Path) -> Path:
    """A folder of two people, and one without measures."""
    folder = tmp_path / "study"
    for name, source in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / source, folder / name)
    return folder


async def post(here: Here, where: str, content: bytes):
    address = f"/mine/upload/{here.user.client.id}/study/{where}"
    return await here.user.http_client.post(address, content=content)


def listing(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


async def begin(here: Here, folder: Path) -> dict:
    """Send the list of a folder."""
    names = [
        [path.relative_to(folder.parent).as_posix(), path.stat().st_size]
        for path in listing(folder)
    ]
    return (await post(here, "list", json.dumps(names).encode())).json()


async def bring(here: Here, folder: Path) -> None:
    """Do what the page's script does."""
    await here.user.open("/study")
    said, files = await begin(here, folder), listing(folder)
    for number in said["wanted"]:
        answer = await post(here, f"{said['key']}/{number}", files[number].read_bytes())
        assert answer.status_code == 200
    here.user.find(marker="folder").trigger("sent")
    await asyncio.sleep(0.3)


def test_the_front_page_leads_there_and_back() -> None:
    async def story(here: Here) -> None:
        await here.user.should_see("Many people: drop a folder")
        await here.user.open("/study")
        await here.user.should_see("choose names that tell nobody who they are")
        await here.user.should_see("One person")

    play(story)


def test_who_is_there_and_who_is_not_is_said_before_any_work(study) -> None:
    async def story(here: Here) -> None:
        await bring(here, study)
        await here.user.should_see("Found in study")
        await here.user.should_see("2 people, 4 recordings. Everybody is in one group.")
        await here.user.should_see("p3: There are recordings, but no person.toml")
        await here.user.should_see("Everybody has the folders after, before.")
        folder = here.visit.study.folder
        kept = {path.relative_to(folder).as_posix(): path for path in folder.rglob("[!.]*.*")}
        assert set(kept) == set(FILES)
        assert {path.stat().st_mode & 0o777 for path in kept.values()} == {0o600}
        assert folder.is_relative_to(here.visit.folder)

    play(story)


def test_groups_and_sessions_can_be_chosen(study) -> None:
    async def story(here: Here) -> None:
        user = here.user
        await bring(here, study)
        for marker, value in (("sessions", "before, after"), ("group-p1", "free")):
            (field,) = user.find(marker=marker, kind=ui.input).elements
            with user:
                field.value = value
            await asyncio.sleep(0.3)
        await user.should_see("2 people, 4 sessions (before, after), 4 recordings. Groups: free.")
        await user.should_see("p2: No group names this person.")
        await user.should_see("before: 1 recording; after: 1 recording")
        (field,) = user.find(marker="group-p2", kind=ui.input).elements
        with user:
            field.value = "st/iff"
        await user.should_see("st/iff is no name of a group or a folder")
        (start,) = user.find(marker="start").elements
        assert not start.enabled
        with user:
            field.value = "stiff"
        await user.should_see("Groups: free, stiff.")
        await user.should_not_see("is no name of a group")
        assert here.visit.study.seen.sessions == ("before", "after")

    play(story)


def test_a_study_is_started_shown_and_fetched(study) -> None:
    async def story(here: Here) -> None:
        user, visit = here.user, here.visit
        await bring(here, study)
        here.workers.answer = Refusal("No memory is left for this.")
        user.find(marker="start").click()
        await asyncio.sleep(POLL_S)
        await user.should_see("No memory is left for this.")
        here.workers.answer = DONE
        user.find(marker="start").click()
        await asyncio.sleep(POLL_S)
        await user.should_see("2 people assessed, 1 of them kept from before. 6 comparisons")
        await user.should_see("p4: There are no recordings.")
        await user.should_not_see("No memory is left")
        assert here.workers.asked["memory_bytes"] == visit.limits.study_memory_bytes
        page = visit.study.result / "study.html"
        (visit.study.result / "people" / "p1" / "1").mkdir(parents=True)
        page.write_text('<td>see <a href="people/p1/1/report.html">report</a></td>', "utf-8")
        (visit.study.result / DONE.reports[0]).write_text("of p1", "utf-8")
        client = user.http_client
        shown = await client.get("/mine/study")
        assert shown.text == "<td>see </td>"
        assert "sandbox" in shown.headers["content-security-policy"]
        assert "<a href" in (await client.get("/mine/study?download=1")).text
        assert (await client.get("/mine/study/report/0")).text == "of p1"
        for path in ("/mine/study/report/1", "/mine/study/report/2", "/mine/study/report/-1"):
            assert (await client.get(path)).status_code == 404
        assert (await client.get("/mine/study/all")).content[:2] == b"PK"

    play(story)


def test_nothing_of_a_study_that_was_not_done_is_served() -> None:
    async def story(here: Here) -> None:
        await here.user.open("/study")
        for path in ("/mine/study", "/mine/study/report/0", "/mine/study/all"):
            assert (await here.user.http_client.get(path)).status_code == 404

    play(story)


def test_a_study_that_is_cancelled_can_go_on(study) -> None:
    async def story(here: Here) -> None:
        user = here.user
        await bring(here, study)
        here.workers.answer = asyncio.get_running_loop().create_future()
        user.find(marker="start").click()
        await asyncio.sleep(POLL_S)
        await user.should_see("Keep this page open")
        tell_study(
            here.visit.study.progress,
            Doing(doing="1 of 2 assessed", share=0.5, workers=1, over=[Over("p1", "1", "")]),
        )
        await asyncio.sleep(POLL_S)
        await user.should_see("being assessed")
        assert here.visit.is_at_work
        assert (await begin_again(here, study)).status_code == 413
        user.find(marker="stop").click()
        await asyncio.sleep(POLL_S)
        await user.should_see("The study was cancelled")
        assert not here.visit.is_at_work
        here.workers.answer = DONE
        user.find(marker="start").click()
        await asyncio.sleep(POLL_S)
        await user.should_see("2 people assessed")

    play(story)


async def begin_again(here: Here, folder: Path):
    names = [["s/p1/a.trc", 1]]
    assert folder.is_dir()
    return await post(here, "list", json.dumps(names).encode())


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "There is nothing in it that a study uses"),
        ({"p1/a.trc": "", "p2/b.trc": ""}, "No folder in it holds person.toml"),
        ({"person.toml": "", "x/a.trc": ""}, "This is the folder of one person"),
        (
            {"study.toml": 'folder = "/etc"', "p1/person.toml": ""},
            'study.toml: folder = "/etc" leads out of the folder',
        ),
        (
            {"study.toml": 'folder = "../.."', "p1/person.toml": ""},
            'study.toml: folder = "../.." leads out of the folder',
        ),
        ({"study.toml": "nonsense = 1", "p1/person.toml": ""}, "study.toml: nonsense is nothing"),
        ({"a.toml": "", "b.toml": "", "p1/person.toml": ""}, "Several files may be the study"),
        (
            {"study.toml": "[groups]\na = ['p9']\n", "p1/person.toml": ""},
            "study.toml: group a names p9",
        ),
        ({"p1/c:d.trc": ""}, 'p1/c:d.trc: "c:d.trc" is a name that not every system takes'),
    ],
)
def test_a_folder_that_is_no_study_gets_a_sentence(files, said, tmp_path) -> None:
    folder = tmp_path / "study"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")

    async def story(here: Here) -> None:
        await here.user.open("/study")
        await bring_what_is_taken(here, folder)
        await here.user.should_see(said)
        assert str(here.visit.folder) not in (here.visit.study.problem or "")
        await here.user.should_not_see("Start the study")

    play(story)


async def bring_what_is_taken(here: Here, folder: Path) -> None:
    names = [
        [path.relative_to(folder.parent).as_posix(), path.stat().st_size]
        for path in listing(folder)
    ]
    answer = await post(here, "list", json.dumps(names).encode())
    here.user.find(marker="folder").trigger("listed")
    if answer.status_code == 200:
        await bring(here, folder)


def test_uploads_that_nobody_waits_for_are_refused(study) -> None:
    async def story(here: Here) -> None:
        await here.user.open("/study")
        said, files = await begin(here, study), listing(study)
        content = files[0].read_bytes()
        key = said["key"]
        for where, sent, status in (
            (f"{key}/0", content + b"x", 400),
            (f"{key}/0", b"", 400),
            (f"{key}/99", content, 404),
            (f"{key}/-1", content, 404),
            (f"{key}/x", content, 422),
            ("another/0", content, 404),
            ("..%2f..%2fx/0", content, 404),
            (f"{key}/0", content, 200),
            (f"{key}/0", content, 404),
        ):
            answer = await post(here, where, sent)
            assert answer.status_code == status, where
        await begin(here, study)
        assert (await post(here, f"{key}/1", files[1].read_bytes())).status_code == 404
        assert list((here.visit.folder / "arriving").iterdir()) == []
        climbing = json.dumps([["s/../../x.trc", 1]]).encode()
        answer = await post(here, "list", climbing)
        assert answer.status_code == 413
        assert "leads out of the folder" in answer.json()["detail"]
        assert (await post(here, "list", b"[" * 1_000_001)).status_code == 413

    play(story)


def test_removing_everything_removes_the_study(study) -> None:
    async def story(here: Here) -> None:
        await bring(here, study)
        assert here.visit.study.folder.is_dir()
        here.user.find("Remove my files now").click()
        await asyncio.sleep(0.3)
        assert not here.visit.study.folder.exists()
        assert here.visit.study.seen is None

    play(story)


def test_progress_of_a_study_reaches_the_other_process(tmp_path) -> None:
    path = tmp_path / "study.json"
    assert told_of_study(path) == Doing(doing="starting")
    doing = Doing(doing="1 of 2 assessed", share=0.4, workers=2, over=[Over("p1", "1", "why")])
    tell_study(path, doing)
    assert told_of_study(path) == doing


def test_without_the_extra_the_page_says_how_to_install_it(monkeypatch) -> None:
    monkeypatch.setitem(errors.EXTRAS, "study", ("no_such_package",))

    async def story(here: Here) -> None:
        await here.user.open("/study")
        await here.user.should_see("pip install 'nuchal[study]'")
        await here.user.should_not_see(marker="folder")

    play(story)
