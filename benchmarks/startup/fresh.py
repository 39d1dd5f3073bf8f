"""Whole commands as fresh processes, beside another commit and beside OpenSim's engine.

    python benchmarks/startup/fresh.py                       # writes results/fresh.md
    python benchmarks/startup/fresh.py --beside COMMIT       # beside another than the one before
    python benchmarks/startup/fresh.py --runs 1 --print      # a quick look, prints only

Each command runs in turn for this commit and the other, so that a busy machine is busy for both.
"First ever" begins with an empty folder of compiled code, "fresh" with what the first run left.
OpenSim's engine gives forces for the same recording as ``estimate``, frame by frame, once. Then
come frames in a process that has compiled already (``frames.py``), in turn as well.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final, NamedTuple

MANY: Final = 50_000
ROOT: Final = Path(__file__).parents[2]
RESULTS: Final = ROOT / "benchmarks" / "results" / "fresh.md"
PATIENT: Final = ROOT / "src" / "nuchal" / "examples" / "patients" / "0"
DEMO: Final = ROOT / "examples"
ASSESS: Final = [
    "assess",
    *map(str, sorted(PATIENT.glob("[1-5]_*.trc"))),
    "--subject",
    str(PATIENT / "person.toml"),
]
ESTIMATE: Final = [
    "estimate",
    str(DEMO / "demo_recording.trc"),
    "--subject",
    str(DEMO / "person.toml"),
]
COMMANDS: Final = {
    "assess, five recordings": ASSESS,
    "estimate, one recording": ESTIMATE,
    "generate, 8.64 million forces": ["generate", "--subjects", "200", "--preset", "paper"],
    "--help": ["--help"],
}
PEER: Final = [*ESTIMATE, "--engine", "opensim", "--preset", "classical"]


class Took(NamedTuple):
    """What one process took."""

    wall_s: float
    cpu_s: float
    memory_mb: float


def environment(tree: Path, cache: Path) -> dict[str, str]:
    """As users have it: Python keeps what it has compiled, too."""
    own = {"PYTHONPATH": str(tree / "src"), "XDG_CACHE_HOME": str(cache)}
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return kept | own


def _folder(words: list[str]) -> str:
    return "out.zarr" if words[0] == "generate" else "out"


def run(tree: Path, words: list[str], cache: Path) -> Took:
    """Run a command of a tree in a process of its own."""
    with tempfile.TemporaryDirectory() as place:
        out = [] if words == ["--help"] else ["--out", str(Path(place) / _folder(words))]
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "nuchal", *words, *out],
            cwd=tree,
            stdout=subprocess.DEVNULL,
            env=environment(tree, cache),
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
    if status != 0:
        raise SystemExit(f"nuchal {' '.join(words)} in {tree} failed")
    return Took(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def measured(trees: list[Path], words: list[str], runs: int) -> list[tuple[float, Took]]:
    """Of each tree, seconds of the first run ever and the median of those that follow."""
    with tempfile.TemporaryDirectory() as place:
        caches = [Path(place) / str(k) for k in range(len(trees))]
        first = [run(tree, words, cache) for tree, cache in zip(trees, caches, strict=True)]
        # What a command needed is known to the one after the next.
        turns = [
            [run(tree, words, cache) for tree, cache in zip(trees, caches, strict=True)]
            for _ in range(1 + runs)
        ][1:]
    return [
        (one.wall_s, Took(*map(statistics.median, zip(*of_tree, strict=True))))
        for one, of_tree in zip(first, zip(*turns, strict=True), strict=True)
    ]


def frames(trees: list[Path], runs: int) -> list[dict[str, float]]:
    """What ``frames.py`` measures of each tree: the median of its runs."""
    script = ROOT / "benchmarks" / "startup" / "frames.py"
    turns: list[list[dict[str, float]]] = [[] for _ in trees]
    with tempfile.TemporaryDirectory() as place:
        for _ in range(runs):
            for tree, found in zip(trees, turns, strict=True):
                done = subprocess.run(
                    [sys.executable, str(script)],
                    check=True,
                    capture_output=True,
                    env=environment(tree, Path(place)),
                )
                found.append(json.loads(done.stdout))
    return [
        {name: statistics.median(one[name] for one in found) for name in found[0]}
        for found in turns
    ]


def row(name: str, found: list[tuple[float, Took]]) -> str:
    """A line of the table: this commit, and in brackets the other."""
    (first, now), (first_then, then) = found
    cells = [
        f"{now.wall_s:.2f} ({then.wall_s:.2f})",
        f"{now.wall_s / then.wall_s:.2f}",
        f"{first:.1f} ({first_then:.1f})",
        f"{now.cpu_s:.1f} ({then.cpu_s:.1f})",
        f"{now.memory_mb:.0f} ({then.memory_mb:.0f})",
    ]
    return f"| {name} | {' | '.join(cells)} |"


def page(beside: str, other: Path, runs: int) -> str:
    """The page of results."""
    load = os.getloadavg()[0]
    rows = [row(name, measured([ROOT, other], words, runs)) for name, words in COMMANDS.items()]
    now, then = frames([ROOT, other], runs)
    with tempfile.TemporaryDirectory() as cache:
        peer = run(ROOT, PEER, Path(cache))
    return f"""# Whole commands as fresh processes

`benchmarks/startup/fresh.py` on {len(os.sched_getaffinity(0))} cores ({platform.machine()}), Python
{platform.python_version()}, load average {load:.1f} before the start; median of {runs} runs,
in turn with commit {beside} (in brackets).

| command | seconds | ratio | first ever [s] | processor [s] | memory [MB] |
| --- | ---: | ---: | ---: | ---: | ---: |
{chr(10).join(rows)}

| frames, compiled before | this commit | {beside} | ratio |
| --- | ---: | ---: | ---: |
| static optimisation, {MANY} frames [microseconds a frame] | {now["frame_us"]:.1f} \
| {then["frame_us"]:.1f} | {now["frame_us"] / then["frame_us"]:.2f} |
| live frame with intervals, networks [ms] | {now["live_ms"]:.2f} | {then["live_ms"]:.2f} \
| {now["live_ms"] / then["live_ms"]:.2f} |

The largest product of matrices in a frame of static optimisation alone would take
{now["bound_us"]:.1f} microseconds at the speed that numpy multiplies large matrices with on this
machine's cores: {100 * now["bound_us"] / now["frame_us"]:.0f} % of the time. The rest is small
work: angles, muscle curves, Newton steps.

OpenSim's engine, frame by frame, takes {peer.wall_s:.0f} s for the forces of that recording, and
{peer.memory_mb:.0f} MB (once, this commit).
"""


def main() -> None:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--beside", default="HEAD~1", help="the commit to lay beside this one")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--print", action="store_true", help="write nothing")
    asked = parser.parse_args()
    git = ["git", "-C", str(ROOT)]
    beside = subprocess.run(
        [*git, "rev-parse", "--short", asked.beside], check=True, capture_output=True, text=True
    ).stdout.strip()
    place = tempfile.mkdtemp()
    other = Path(place) / "other"
    try:
        subprocess.run([*git, "worktree", "add", "-q", "--detach", str(other), beside], check=True)
        for tree in (ROOT, other):  # as pip does
            subprocess.run([sys.executable, "-m", "compileall", "-q", tree / "src"], check=True)
        text = page(beside, other, asked.runs)
    finally:
        subprocess.run([*git, "worktree", "remove", "--force", str(other)], check=False)
        shutil.rmtree(place, ignore_errors=True)
    if asked.print:
        print(text)
    else:
        RESULTS.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
