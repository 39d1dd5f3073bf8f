"""A day of the page: hundreds of visits to a real ``nuchal app``, ill-behaved ones among them.

python tests/day_of_the_page.py                       # 500 visits that begin within ten minutes
python tests/day_of_the_page.py --visits 30 --minutes 1

Most visitors open the page, bring a recording and look at it; some leave at once, some bring what
takes too long or too much memory, the readers of some are killed while they read, and a few have
an analysis done. Prints a line for each thing that is checked; the exit status is 1 if one fails.
"""

import argparse
import asyncio
import contextlib
import html
import json
import os
import re
import secrets
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import numpy as np
import psutil
import socketio

EXAMPLES: Final = Path(__file__).resolve().parents[1] / "examples"
LIMITS: Final = (
    "--visitors", "200", "--analyses-at-once", "1", "--looks-at-once", "2",
    "--look-minutes", "0.1", "--look-memory-gb", "0.5",
)  # fmt: skip
# Kinds of visitors, and how many of a hundred; the first ones come first.
KINDS: Final = {"analyses": 1, "hungry": 2, "slow": 2, "crashes": 5, "leaves": 30, "looks": 60}
PATIENCE_S: Final = 600.0
# The first visits load what the server keeps; what comes after leaves nothing that grows.
WARM: Final = 50
MOST_GROWTH_MB: Final = 30.0
MOST_P99_S: Final = 1.0
# Read for a while; the first one within the limits.
LONG_FRAMES: Final = 20_000
TOO_LONG_FRAMES: Final = 100_000
HUNGRY_CELLS: Final = 45_000_000
# A busy machine may take too long where an idle one would have taken too much memory.
ENDED: Final = r"(min|GB of memory), the limit of this page, and was ended"
TOKEN: Final = re.compile(r"day-[0-9a-f]{12}")


class WrongError(Exception):
    """Something that a visitor should not have seen, or should have."""


@dataclass
class Day:
    """What happened."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    answers_s: list[float] = field(default_factory=list)
    done: int = 0


class Visitor:
    """One visitor with a browser of their own."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.name = f"day-{secrets.token_hex(6)}"
        self.http = httpx.AsyncClient(base_url=url, timeout=60.0)
        self.socket = socketio.AsyncClient(reconnection=False)
        self.told: list[str] = []
        self.elements: dict[str, Any] = {}
        self.page = ""

    async def open(self) -> None:
        """Open the page and connect it."""
        answer = await self.http.get("/")
        if answer.status_code != 200:
            raise WrongError(f"the page answers {answer.status_code}: {answer.text[:200]}")
        self.hear(answer.text)
        (self.page,) = re.findall(r"'client_id': '([0-9a-f-]+)'", answer.text)
        (made,) = re.findall(r"parseElements\(String\.raw`(.*?)`\)", answer.text, re.DOTALL)
        self.elements = json.loads(html.unescape(made))
        self.socket.on("*", lambda _event, *said: self.hear(str(said)))
        asked = {
            "client_id": self.page, "tab_id": secrets.token_hex(8), "next_message_id": "0",
            "document_id": secrets.token_hex(8), "implicit_handshake": "true",
        }  # fmt: skip
        cookie = "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())
        await self.socket.connect(
            f"{self.url}/?{httpx.QueryParams(asked)}",
            headers={"Cookie": cookie, "Origin": self.url},
            socketio_path="/_nicegui_ws/socket.io",
            transports=["websocket"],
        )

    def hear(self, text: str) -> None:
        """Take in what the server says."""
        self.told.append(text)
        others = set(TOKEN.findall(text)) - {self.name}
        if others:
            raise WrongError(f"{self.name} was told of {sorted(others)}")

    async def wait_for(self, what: str) -> str:
        """Wait until the server says something."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            for text in self.told:
                found = re.search(what, text)
                if found:
                    return found[0]
            await asyncio.sleep(0.1)
        raise WrongError(f"{self.name} never read {what!r}")

    async def bring(self, content: bytes, suffix: str, *, box: int = -1) -> None:
        """Upload a file under a name that nobody else has."""
        boxes = [
            one["props"]["url"] for one in self.elements.values() if "url" in one.get("props", {})
        ]
        mine = [url for url in boxes if url.startswith("/mine/upload/")]
        answer = await self.http.post(mine[box], files={"file": (self.name + suffix, content)})
        if answer.status_code != 200:
            raise WrongError(f"an upload is answered {answer.status_code}: {answer.text[:200]}")

    async def press(self, label: str) -> None:
        """Press a button."""
        for number, one in self.elements.items():
            if one.get("props", {}).get("label") == label:
                said = {"id": int(number), "client_id": self.page, "args": []}
                said["listener_id"] = one["events"][0]["listener_id"]
                await self.socket.emit("event", said)
                return
        raise WrongError(f"there is no button {label!r}")

    async def gets(self, path: str) -> int:
        """The status of something that is fetched, in this visitor's name."""
        answer = await self.http.get(path)
        if answer.headers.get("content-type", "").startswith("text"):
            self.hear(answer.text)
        return answer.status_code

    async def leave(self) -> None:
        """Remove everything and close the browser."""
        with contextlib.suppress(socketio.exceptions.SocketIOError, TimeoutError):
            if self.socket.connected:
                await self.press("Remove my files now")
                await asyncio.sleep(0.2)
                await asyncio.wait_for(self.socket.disconnect(), 20.0)
        await self.http.aclose()


async def looks(visitor: Visitor, _root: Path) -> None:
    """Brings a recording and looks at its markers."""
    await visitor.bring((EXAMPLES / "demo_recording.trc").read_bytes(), ".trc")
    await visitor.wait_for("820 frames at 100 Hz")
    if await visitor.gets("/mine/scene/markers-0.json") != 200:
        raise WrongError("the markers of a recording are not there")
    if await visitor.gets("/mine/report") != 404:
        raise WrongError("there is a report of an analysis that was not done")


async def leaves(_visitor: Visitor, _root: Path) -> None:
    """Has a look at the page and goes."""
    await asyncio.sleep(0.5)


async def slow(visitor: Visitor, _root: Path) -> None:
    """Brings what takes too long."""
    await visitor.bring(long_recording(TOO_LONG_FRAMES), ".trc")
    await visitor.wait_for(ENDED)


async def hungry(visitor: Visitor, _root: Path) -> None:
    """Brings what takes too much memory."""
    await visitor.bring(b"1," * HUNGRY_CELLS, ".csv")
    await visitor.wait_for(ENDED)


async def crashes(visitor: Visitor, root: Path) -> None:
    """Brings something that takes a while, and the reader is killed meanwhile."""
    await visitor.bring(long_recording(LONG_FRAMES), ".trc")
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        found = list(root.glob(f".nuchal-*/*/files/{visitor.name}.trc"))
        reading = list(found[0].parents[1].glob("temporary-*")) if found else []
        if reading:
            psutil.Process(int(reading[0].name.rpartition("-")[2])).kill()
            await visitor.wait_for("made its reader crash")
            return
        await asyncio.sleep(0.02)
    raise WrongError("the recording was never read")


async def analyses(visitor: Visitor, _root: Path) -> None:
    """Has everything done."""
    person = (EXAMPLES / "person.toml").read_bytes()
    await visitor.bring(person, ".toml", box=0)
    await looks(visitor, _root)
    await visitor.wait_for("Axes of the laboratory")
    await asyncio.sleep(1.0)
    await visitor.press("Analyse")
    await visitor.wait_for("Analyse again")
    for path in ("/mine/report", "/mine/scene/neck-0.json", "/mine/all"):
        if await visitor.gets(path) != 200:
            raise WrongError(f"{path} of an analysis is not there")
    if visitor.name not in (await visitor.http.get("/mine/report")).text:
        raise WrongError("a report names another recording")


STORIES: Final[dict[str, Callable[..., Any]]] = {
    one.__name__: one for one in (looks, leaves, slow, hungry, crashes, analyses)
}


def long_recording(frames: int) -> bytes:
    """The example recording, again and again."""
    lines = (EXAMPLES / "demo_recording.trc").read_text("utf-8").splitlines()
    rows = [line.split("\t", 2)[2] for line in lines[6:] if line.strip()]
    body = [f"{k + 1}\t{k / 100:.2f}\t{rows[k % len(rows)]}" for k in range(frames)]
    head = [line.replace("820", str(frames)) for line in lines[:6]]
    return "\n".join([*head, *body, ""]).encode()


async def visit(day: Day, url: str, kind: str, root: Path) -> None:
    """One visit from beginning to end."""
    visitor = Visitor(url)
    try:
        await visitor.open()
        await STORIES[kind](visitor, root)
        day.counts[kind] += 1
    except Exception as wrong:  # noqa: BLE001
        day.wrong.append(f"{kind}: {type(wrong).__name__}: {wrong}")
    finally:
        await visitor.leave()
        day.done += 1


async def watch(day: Day, url: str) -> None:
    """Ask the server for something small, all along."""
    async with httpx.AsyncClient(base_url=url, timeout=60.0) as http:
        while True:
            began = time.monotonic()
            answer = await http.get("/mine/here")
            day.answers_s.append(time.monotonic() - began)
            if answer.status_code not in (204, 401):
                day.wrong.append(f"the server answers {answer.status_code}")
            await asyncio.sleep(0.2)


async def warm(day: Day, visits: int, server: psutil.Process) -> float:
    """The server's resident memory when so many visits are over [MB]."""
    while day.done < visits:
        await asyncio.sleep(0.1)
    return server.memory_info().rss / 1e6


async def pass_the_day(
    day: Day, url: str, kinds: list[str], minutes: float, server: psutil.Process, root: Path
) -> tuple[float, float]:
    """All visits; the server's resident memory after the first ones and at the end [MB]."""
    watching = asyncio.create_task(watch(day, url))
    measuring = asyncio.create_task(warm(day, min(WARM, len(kinds) // 2), server))
    under_way = set()
    for kind in kinds:
        under_way.add(asyncio.create_task(visit(day, url, kind, root)))
        await asyncio.sleep(minutes * 60.0 / len(kinds))
    await asyncio.gather(*under_way)
    watching.cancel()
    # Pages are given up half a minute after their socket has gone.
    await asyncio.sleep(45.0)
    return await measuring, server.memory_info().rss / 1e6


@contextmanager
def serving(root: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """``nuchal app`` on a free port, and its address."""
    command = [sys.executable, "-m", "nuchal", "app", "--port", "0", "--no-open", *LIMITS]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=(root.parent / "log").open("w"),
        text=True,
        env={**os.environ, "TMPDIR": str(root), "PYTHONUNBUFFERED": "1"},
        cwd=root,
    )
    try:
        found = re.search(r"http://[^\s/]+", process.stdout.readline() if process.stdout else "")
        if found is None:
            raise SystemExit("nuchal app did not start")
        yield found[0], process
    finally:
        process.terminate()
        process.wait(60.0)


def check(what: str, holds: bool) -> bool:
    """Print one line."""
    print(f"{'ok   ' if holds else 'WRONG'} {what}", flush=True)
    return holds


def kinds_of(visits: int, generator: np.random.Generator) -> list[str]:
    """Who comes in which order: one of each kind first, then as they come."""
    names, shares = list(KINDS), np.array(list(KINDS.values())) / sum(KINDS.values())
    rest = generator.choice(names, size=max(0, visits - len(names)), p=shares)
    return [*names[:visits], *map(str, rest)]


def main() -> int:
    """Everything; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--visits", type=int, default=500)
    parser.add_argument("--minutes", type=float, default=10.0, help="within which visits begin")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    kinds, day = kinds_of(chosen.visits, np.random.default_rng(chosen.seed)), Day()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "temporary"
        root.mkdir()
        began = time.monotonic()
        with serving(root) as (url, process):
            server = psutil.Process(process.pid)
            warm_mb, end_mb = asyncio.run(
                pass_the_day(day, url, kinds, chosen.minutes, server, root)
            )
            working = server.children(recursive=True)
            visitors = [path for path in root.glob(".nuchal-*/*") if path.is_dir()]
        took, log = time.monotonic() - began, (Path(folder) / "log").read_text("utf-8")
        left = [path.name for path in root.iterdir()]
    answers = np.array(day.answers_s)
    p50, p99 = np.percentile(answers, [50, 99])
    for wrong in day.wrong:
        print(f"      {wrong}")
    fine = [
        check(
            f"{sum(day.counts.values())} of {chosen.visits} visits in {took / 60:.1f} min went as "
            f"they should, nothing of anyone's shown to another: {dict(day.counts)}",
            not day.wrong and sum(day.counts.values()) == chosen.visits,
        ),
        check(
            f"{len(answers)} answers all along: half within {p50 * 1e3:.0f} ms, 99 % within "
            f"{p99 * 1e3:.0f} ms, all within {answers.max():.2f} s (99 % in {MOST_P99_S:g} s)",
            bool(p99 < MOST_P99_S),
        ),
        check(
            f"the server has {warm_mb:.0f} MB after the first visits and {end_mb:.0f} MB at the "
            f"end (at most {MOST_GROWTH_MB:g} MB more)",
            end_mb - warm_mb < MOST_GROWTH_MB,
        ),
        check(f"{len(visitors)} folders of visitors who left are there", not visitors),
        check(f"{len(working)} processes are there, one spare", len(working) <= 2),
        check(f"the server ends with {process.returncode} and leaves {left}", not left),
        check(f"{log.count('fault on the page')} faults are in the log", "fault" not in log),
    ]
    return 0 if all(fine) else 1


if __name__ == "__main__":
    sys.exit(main())
