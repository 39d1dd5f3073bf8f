"""The page of a live stream: what it says, that the neck turns, and that strangers stay out."""

import base64
import os
import re
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
import numpy as np
import pytest
from nicegui.testing import User
from scipy.spatial.transform import Rotation

from nuchal.app.live_page import prepare_live_page
from nuchal.app.live_watch import Watch
from nuchal.findings import Found, Warned, finding
from nuchal.model.kinematics import body_poses, path_points
from nuchal.streaming.records import Board, Phase, Said, Shown

from .live_stream import ANATOMY, DELAY, moment
from .visitor import DOOR, simulate

PATIENCE_S = 120.0
DRIFT = {"total_deg": 9.0, "deg_per_min": 3.0, "low": 1.0, "high": 5.0, "moments": 7}


def running(**changes: object) -> Shown:
    told = {"phase": Phase.RUNNING, "frame": moment(1.0), "delay": DELAY, "rate_hz": 99.6}
    return Shown(**{**told, "frames": 1234, "lost": 7, **changes})


def unpacked(packed) -> np.ndarray:
    raw = base64.b64decode(packed["data"])
    return np.frombuffer(raw, f"<{packed['type']}").reshape(packed["shape"])


class Here(NamedTuple):
    """One visitor at the page of a stream."""

    user: User
    board: Board
    watch: Watch


def play(story: Callable[[Here], Coroutine[None, None, None]]) -> None:
    """Run a story of a visitor on a page of its own."""
    board = Board()
    watch = Watch(board, ANATOMY)
    simulate(
        lambda visits: prepare_live_page(DOOR, visits, watch, anatomy=ANATOMY, title="Camera 3"),
        lambda user, _visits: story(Here(user, board, watch)),
    )


def test_the_page_says_what_the_stream_does() -> None:
    words = {
        Phase.WAITING: "Waiting for frames",
        Phase.SETTLING: "Hold the head straight and still, looking straight ahead",
        Phase.RUNNING: "Running",
        Phase.GAP: "Gap: head or trunk is not seen",
        Phase.SILENT: "Nothing comes in any more",
    }

    async def story(here: Here) -> None:
        await here.user.should_see("Research use; not a medical device.")
        await here.user.should_see("Camera 3")
        for phase, said in words.items():
            seen = phase not in (Phase.WAITING, Phase.SETTLING)
            here.board.post(running(phase=phase) if seen else Shown(phase=phase))
            await here.user.should_see(said, retries=20)

    play(story)


def test_delay_rate_losses_and_forces_are_told() -> None:
    frame = moment(1.0)

    async def story(here: Here) -> None:
        here.board.post(running())
        for words in (
            "27 ms",
            "31 ms in the slowest of a hundred; 0.8 ms of it is arithmetic",
            "7 of 1,241 so far without forces",
            f"{frame.force.sum():.0f} N",
            f"{frame.force.max():.0f} N",
            "the networks were trained on people and movements like this",
        ):
            await here.user.should_see(words, retries=20)
        here.board.post(running(frame=moment(2.0, like_training=False)))
        await here.user.should_see("do not rely on these forces", retries=20)

    play(story)


def test_no_old_forces_are_told_in_a_gap() -> None:
    total = f"{moment(1.0).force.sum():.0f} N"

    async def story(here: Here) -> None:
        here.board.post(running())
        await here.user.should_see(total, retries=20)
        here.board.post(running(phase=Phase.GAP))
        await here.user.should_see("Gap:", retries=20)
        await here.user.should_not_see(total, retries=20)
        told = here.watch.moment()
        assert not unpacked(told["known"]).any()
        assert not unpacked(told["force_N"]).any()
        assert "last one known" in told["note"]

    play(story)


def test_what_is_said_is_told_once_the_latest_first() -> None:
    first = Said(time=1.0, what=finding(Found.FACES, up="+z", forward="+x", by="markers"))
    second = Said(time=2.0, what=finding(Warned.HEADING_DRIFTS, **DRIFT))
    board = Board()
    watch = Watch(board, ANATOMY)
    for said in ((first,), (first, second), (first, second), (second,)):
        board.post(running(said=said))
        watch.listen()
    assert [one.level for one in watch.heard] == ["warned", "found"]
    assert "+z is up" in watch.heard[1].text
    assert re.fullmatch(r"\d\d:\d\d:\d\d", watch.heard[0].clock)


def test_the_neck_that_is_pushed_is_the_neck_of_the_model() -> None:
    board, frame = Board(), moment(1.0)
    watch = Watch(board, ANATOMY)
    document = watch.document("")
    board.post(running(frame=frame))
    told = watch.moment()
    assert watch.moment() is told
    rotation = Rotation.from_quat(unpacked(told["quaternions"])).as_matrix()
    local, body = unpacked(document["points"]), document["point_body"]
    placed = np.einsum("pij,pj->pi", rotation[body], local) + unpacked(told["origins"])[body]
    model = path_points(ANATOMY, body_poses(ANATOMY, frame.q))
    np.testing.assert_allclose(placed, model, atol=1e-6)
    np.testing.assert_allclose(unpacked(told["force_N"]), frame.force, rtol=1e-6)
    np.testing.assert_allclose(unpacked(told["angles_deg"]), frame.angles_deg, rtol=1e-5)
    still = document["movements"][0]
    assert {*told} - {"note"} == {*still} - {"name", "time"}
    board.post(running(frame=moment(1.5)))
    assert watch.moment() is not told


def test_the_neck_at_rest_is_there_for_visitors() -> None:
    async def story(here: Here) -> None:
        answer = await here.user.http_client.get("/mine/scene/live.json")
        assert answer.status_code == 200
        assert len(answer.json()["muscles"]) == 72
        assert (await here.user.http_client.get("/mine/report")).status_code == 404
        here.user.http_client.cookies.clear()
        assert (await here.user.http_client.get("/mine/scene/live.json")).status_code == 401

    play(story)


class Stream(NamedTuple):
    """A running stream with its page, in a process of its own."""

    url: str
    process: subprocess.Popen[str]

    def tell(self, word: str) -> None:
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()


@contextmanager
def streaming(folder: Path, *arguments: str) -> Iterator[Stream]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("live_stream.py")), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**environment, "TMPDIR": str(folder), "PYTHONUNBUFFERED": "1"},
        cwd=folder,
    )
    try:
        said = process.stdout.readline()
        yield Stream(re.search(r"http://\S+", said)[0], process)
    finally:
        process.terminate()
        process.wait(PATIENCE_S)
        process.stdin.close()
        process.stdout.close()


@pytest.mark.slow
def test_strangers_stay_out_and_the_page_ends_with_the_stream(tmp_path) -> None:
    with streaming(tmp_path, "0.0.0.0") as stream:
        address, _, token = stream.url.partition("?token=")
        assert len(token) >= 43
        assert httpx.get(address).status_code == 401
        assert httpx.get(f"{address}mine/scene/live.json").status_code == 401
        assert httpx.get(f"{address}?token={token[:-1]}").status_code == 401
        with httpx.Client(follow_redirects=True) as visitor:
            page = visitor.get(stream.url)
            assert page.status_code == 200
            assert "Camera 3 &lt;b&gt;" in page.text
            assert visitor.get(f"{address}mine/scene/live.json").status_code == 200
        stream.tell("ended")
        rest = stream.process.stdout.read()
        assert stream.process.wait(60) == 0
        assert rest.splitlines()[1:] == ["stopped", "returned"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_stream_that_is_asked_to_stop_does_so_in_order(tmp_path) -> None:
    with streaming(tmp_path) as stream:
        assert list(tmp_path.glob(".nuchal-*"))
        stream.process.terminate()
        assert stream.process.stdout.read() == "stopped\n"
        assert stream.process.wait(60) == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_the_neck_turns_in_a_browser(browser, patiently, tmp_path) -> None:
    def text(selector: str) -> str:
        return browser.execute_script(
            "return [...document.querySelectorAll(arguments[0])].map(one => one.textContent)"
            ".join('|')",
            selector,
        )

    def stats() -> dict:
        return browser.execute_script("return window.nuchalNeck.stats()")

    with streaming(tmp_path) as stream:
        browser.get(stream.url)
        patiently(lambda: browser.execute_script("return Boolean(window.nuchalNeck)"))
        assert "Waiting for frames" in text(".state")
        assert not browser.find_elements("css selector", ".neck-play, .neck-time input")
        picture = browser.get_screenshot_as_base64()
        stream.tell("running")
        patiently(lambda: "Running" in text(".state"))
        assert "27 ms" in patiently(
            lambda: text(".figure .value") if stats()["pushed"] > 30 else ""
        )
        for side in ("right", "left", "right"):
            patiently(lambda side=side: turned(text(".neck-angles"), side) > 10.0)
        assert browser.get_screenshot_as_base64() != picture
        assert stats()["cost_ms"] < 1000.0 / 30.0
        browser.execute_script("document.querySelector('.neck-group').open = true")
        patiently(lambda: " N" in text(".neck-group td.n"))
        assert text(".neck-ticks span:last-child") == f"{stats()['top']:g}"
        stream.tell("gap")
        patiently(lambda: "Gap" in text(".state"))
        patiently(lambda: "last one known" in text(".neck-note"))
        assert browser.find_element("css selector", ".neck-note").is_displayed()
        pushed = stats()["pushed"]
        stream.tell("ended")
        patiently(lambda: "The stream has ended" in text(".state"))
        assert stream.process.wait(60) == 0
        assert stats()["pushed"] - pushed < 5
        assert not browser.find_element("css selector", "#popup").is_displayed()
        assert "Head on trunk" in text(".neck-angles")


def turned(told: str, side: str) -> float:
    """By how much the head is turned to a side [degrees]; 0 if to the other."""
    found = re.search(rf"(\d+)° {side} rotation", told)
    return float(found[1]) if found else 0.0
