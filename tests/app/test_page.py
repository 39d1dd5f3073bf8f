"""The page without a browser: what visitors read when they bring this and choose that."""

import asyncio
from pathlib import Path

import httpx
import pytest
from nicegui import ui
from nicegui.testing import User

from nuchal.app.analysis import analyse
from nuchal.app.answers import Analysed, Refusal
from nuchal.app.choices import Choices

from .visitor import Here, drop, play

PRIVATE = ("/mine/report", "/mine/changes", "/mine/all", "/mine/scene/markers-0.json")


def test_a_first_visit_is_told_what_to_do() -> None:
    async def story(here: Here) -> None:
        user = here.user
        await user.should_see("Neck length [cm]")
        await user.should_see("Drop at least one recording of a movement in step 2.")
        await user.should_see("Research use; not a medical device.")

    play(story)


def damaged(tmp_path: Path, root: Path) -> list[Path]:
    """Recordings that cannot be used, each in its own way."""
    good = (root / "examples" / "demo_recording.trc").read_text("utf-8")
    files = {
        "not_a_c3d.c3d": "nothing of the kind",
        "cut.trc": "\n".join(good.splitlines()[:7]),
        "renamed.trc": good.replace("\tTP\t", "\tQQ\t").replace("\tLH\t", "\tRR\t"),
        "empty.csv": "",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    return [tmp_path / name for name in files]


def test_a_broken_file_gets_a_sentence_that_names_it(root, tmp_path) -> None:
    broken = damaged(tmp_path, root)

    async def story(here: Here) -> None:
        user = here.user
        for path in broken:
            await drop(user, path)
            await user.should_see(f"{path.name}: ")
            here.visit.remove(path.name)

    play(story)


def test_what_is_dropped_is_described_and_the_static_trial_recognised(root) -> None:
    async def story(here: Here) -> None:
        user = here.user
        await drop(user, *(root / "examples" / f"demo_{x}.trc" for x in ("recording", "static")))
        await user.should_see("8.2 s, 820 frames at 100 Hz, 7 markers")
        await user.should_see("Axes of the laboratory: up +")
        assert here.visit.choices.static == "demo_static.trc"
        assert [path.name for path in here.visit.trials] == ["demo_recording.trc"]

    play(story)


@pytest.mark.slow
def test_a_persons_file_fills_the_form_and_a_wrong_one_says_why(root, tmp_path) -> None:
    wrong = tmp_path / "person.toml"
    wrong.write_text("neck_length_m = 11\nshoulder_width_m = 0.4\nbody_mass_kg = 70\n", "utf-8")

    async def story(here: Here) -> None:
        user = here.user
        await drop(user, wrong, into="person-file")
        await user.should_see("person.toml: neck_length_m = 11 is impossible")
        await drop(user, root / "examples" / "person.toml", into="person-file")
        numbers = {one.props["label"]: one.value for one in user.find(ui.number).elements}
        assert numbers["Neck length [cm]"] == 11.2
        assert numbers["Body mass [kg]"] == 74.0
        await user.should_not_see("is impossible")

    play(story)


@pytest.mark.slow
def test_exchanged_sides_are_seen_at_once(root) -> None:
    async def story(here: Here) -> None:
        user = here.user
        await drop(user, root / "examples" / "demo_recording.trc")
        user.find(marker="swap-sides").click()
        await asyncio.sleep(0.3)
        await user.should_see("the sides look swapped, or the axes mirrored")
        assert here.visit.choices.swap_sides
        user.find("Back to what was found").click()
        await asyncio.sleep(0.3)
        await user.should_see("Axes of the laboratory: up +")

    play(story)


@pytest.mark.slow
def test_a_marker_can_be_named_by_hand(root, tmp_path) -> None:
    text = (root / "examples" / "demo_recording.trc").read_text("utf-8")
    path = tmp_path / "odd.trc"
    path.write_text(text.replace("\tTP\t", "\tQQ\t").replace("\tLH\t", "\tRR\t"), "utf-8")

    async def story(here: Here) -> None:
        user = here.user
        await drop(user, path)
        await user.should_see("three head markers are needed")
        for ours, theirs in (("TP", "QQ"), ("LH", "RR")):
            (choose,) = user.find(marker=f"marker-{ours}", kind=ui.select).elements
            with user:
                choose.value = theirs
            await asyncio.sleep(0.3)
        await user.should_see("Axes of the laboratory: up +")
        assert here.visit.choices.markers == {"TP": "QQ", "LH": "RR"}

    play(story)


@pytest.mark.slow
def test_a_file_without_a_rate_is_mended_on_the_page(root, tmp_path) -> None:
    lines = (root / "examples" / "demo_recording.trc").read_text("utf-8").splitlines()
    names = [name for name in lines[3].split("\t")[2:] if name]
    rows = [line.split("\t")[2:] for line in lines[6:200] if line.strip()]
    header = ",".join(f"{name}_{axis}" for name in names for axis in "XYZ")
    path = tmp_path / "bare.csv"
    path.write_text("\n".join([header, *(",".join(row) for row in rows)]), "utf-8")

    async def story(here: Here) -> None:
        user = here.user
        await drop(user, path)
        await user.should_see("Frames per second [Hz]")
        (rate,) = user.find(marker="rate_hz", kind=ui.number).elements
        (units,) = user.find(marker="units", kind=ui.select).elements
        with user:
            rate.value, units.value = 100.0, "mm"
        await asyncio.sleep(0.5)
        await user.should_see("frames at 100 Hz, 7 markers")
        assert here.visit.choices.reading.rate_hz == 100.0

    play(story)


@pytest.mark.slow
def test_a_mirrored_file_is_put_right(root, tmp_path) -> None:
    lines = (root / "examples" / "demo_recording.trc").read_text("utf-8").splitlines()

    def flipped(line: str) -> str:
        cells = line.split("\t")
        return "\t".join(
            str(-float(cell)) if k >= 2 and k % 3 == 2 and cell.strip() else cell
            for k, cell in enumerate(cells)
        )

    path = tmp_path / "mirrored.trc"
    path.write_text("\n".join([*lines[:6], *map(flipped, lines[6:])]) + "\n", "utf-8")

    async def story(here: Here) -> None:
        user = here.user
        await drop(user, path)
        await user.should_see("the axes mirrored")
        (axis,) = user.find(marker="mirror", kind=ui.select).elements
        with user:
            axis.value = "X"
        await asyncio.sleep(0.5)
        await user.should_see("Axes of the laboratory: up +")

    play(story)


async def ready_to_analyse(user: User, root: Path) -> None:
    await drop(user, root / "examples" / "person.toml", into="person-file")
    await drop(user, root / "examples" / "demo_recording.trc")


def test_a_refused_analysis_shows_its_sentence_and_can_be_run_again(root) -> None:
    async def story(here: Here) -> None:
        user = here.user
        workers = here.workers
        await ready_to_analyse(user, root)
        workers.answer = Refusal("demo_recording.trc: cannot be used for a reason.")
        user.find("Analyse").click()
        await user.should_see("demo_recording.trc: cannot be used for a reason.")
        assert not here.visit.busy
        workers.answer = Analysed(trials=("demo_recording.trc",), files=("report.html",))
        user.find("Analyse").click()
        await user.should_see("Neck in motion")
        await user.should_not_see("cannot be used for a reason")
        await user.should_see("Analyse again")

    play(story)


@pytest.mark.slow
def test_a_change_after_the_analysis_is_pointed_out(root) -> None:
    async def story(here: Here) -> None:
        user = here.user
        workers = here.workers
        await ready_to_analyse(user, root)
        workers.answer = Analysed(trials=("demo_recording.trc",), files=("report.html",))
        user.find("Analyse").click()
        await user.should_see("Neck in motion")
        await user.should_not_see("Something was changed")
        user.find(marker="swap-sides").click()
        await user.should_see("Something was changed since")

    play(story)


def test_a_second_visit_is_compared_with_the_first(root) -> None:
    async def story(here: Here) -> None:
        user, visit, workers = here.user, here.visit, here.workers
        await ready_to_analyse(user, root)
        workers.answer = Analysed(trials=("demo_recording.trc",), files=("report.html",))
        user.find("Analyse").click()
        await user.should_see("Neck in motion")
        assert workers.asked["first"] is None
        await user.should_not_see("Changes")
        visit.result.mkdir()
        (visit.result / "report.html").write_text("of the first", "utf-8")
        user.find(marker="second-visit").click()
        await user.should_see("A first visit is kept")
        await user.should_not_see("Neck in motion")
        assert not visit.uploads
        assert visit.choices.person
        await drop(user, root / "examples" / "demo_recording.trc")
        workers.answer = Analysed(trials=("demo_recording.trc",), files=(), compared=True)
        user.find("Analyse").click()
        await user.should_see("Changes")
        assert workers.asked["first"] == visit.first
        assert (visit.first / "report.html").read_text("utf-8") == "of the first"
        user.find(marker="forget-first").click()
        await user.should_not_see("A first visit is kept")
        assert not visit.first.exists()

    play(story)


@pytest.mark.slow
def test_the_analysis_of_a_second_visit_tells_changes(root, tmp_path) -> None:
    choices = Choices()
    for name, value in (
        ("neck_length_m", 0.112),
        ("shoulder_width_m", 0.4),
        ("body_mass_kg", 74.0),
    ):
        choices.measure(name, value)
    trials = [root / "examples" / "demo_recording.trc"]
    (tmp_path / "work").mkdir()
    places = [tmp_path / name for name in ("first", "second")]
    before = analyse(trials, None, choices, work=tmp_path / "work", out=places[0])
    assert not before.compared
    after = analyse(trials, None, choices, work=tmp_path / "work", out=places[1], first=places[0])
    assert after.compared
    assert "changes/comparison.html" in after.files
    page = (places[1] / "changes" / "comparison.html").read_text("utf-8")
    assert "<strong>first</strong>" in page
    assert "<strong>second</strong>" in page


def test_visitors_see_only_their_own(root) -> None:
    async def story(here: Here) -> None:
        user = here.user
        visits = here.visits
        await drop(user, root / "examples" / "demo_recording.trc")
        mine = here.visit
        mine.found = Analysed(trials=("demo_recording.trc",), files=())
        mine.result.mkdir()
        (mine.result / "report.html").write_text("mine alone", "utf-8")
        assert (await user.http_client.get("/mine/report")).text == "mine alone"
        assert (await user.http_client.get("/mine/all")).content[:2] == b"PK"
        theirs = httpx.AsyncClient(
            transport=user.http_client._transport, base_url="http://127.0.0.1"
        )
        for path in PRIVATE:
            assert (await theirs.get(path)).status_code == 401
        other = User(theirs)
        await other.open("/")
        await other.should_not_see("demo_recording.trc")
        assert len(visits) == 2
        for path in PRIVATE:
            assert (await theirs.get(path)).status_code == 404
        await user.open("/")
        await user.should_see("demo_recording.trc")
        await theirs.aclose()

    play(story)


@pytest.mark.parametrize(
    "path",
    [
        "/mine/scene/..%2f..%2fsecret.json",
        "/mine/scene/person.toml",
        "/mine/scene/neck-0.json%00",
        "/mine/report/../all",
    ],
)
def test_no_path_leads_elsewhere(path: str) -> None:
    async def story(here: Here) -> None:
        user = here.user
        visit = here.visit
        visit.choices.write_person(visit.work)
        (visit.folder / "secret.json").write_text("secret", "utf-8")
        answer = await user.http_client.get(path)
        assert answer.status_code in (404, 405)
        assert "secret" not in answer.text

    play(story)


def test_removing_everything_leaves_an_empty_page(root) -> None:
    async def story(here: Here) -> None:
        user = here.user
        await ready_to_analyse(user, root)
        visit = here.visit
        user.find("Remove my files now").click()
        await asyncio.sleep(0.3)
        assert visit.choices.person == {}
        assert not visit.recordings

    play(story)
