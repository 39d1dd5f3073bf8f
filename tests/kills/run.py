"""Kills every command that writes at random moments, and looks at what is there afterwards.

    python tests/kills/run.py                          # 100 kills of each; hours
    python tests/kills/run.py --kills 10 estimate train

Half of the moments are spread over the whole run, half over its last third, where it writes. A
command that writes its results at the end starts from an earlier result of other settings, or from
nothing: after each kill what is there must be that, or the new one, whole. A command that goes on
where it was is killed and started again, and must give in the end what it gives undisturbed. At
the end one run is left to finish: nothing may be left by then but results, here and where the
system keeps temporary files, and nothing may have been open to others.

Ends with 1 if any of this does not hold.
"""

import argparse
import hashlib
import os
import random
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
EXAMPLES: Final = ROOT / "examples"
PATIENTS: Final = ROOT / "src" / "nuchal" / "examples" / "patients"
PATIENT: Final = PATIENTS / "0"
_HIDDEN: Final = ".nuchal-"

_SMALL_DEEP_EMG: Final = """
import sys
from pathlib import Path
import nuchal
from nuchal.emg.hidden.records import MseSettings, NmmSettings
home = Path(sys.argv[1])
nuchal.run_deep_emg(
    [home / "demo_recording.trc"], subject=home / "person.toml", out=Path(sys.argv[2]),
    options=nuchal.DeepEmgOptions(
        mvc=(home / "demo_mvc.csv",), emg=(home / "demo_emg.csv",), load_kg=(float(sys.argv[3]),),
        nmm=NmmSettings(width=8, heads=2, layers=1, steps=10, reading_steps=10),
        mse=MseSettings(rounds=5), fitted_s=4.0, intervals=False))
"""
_SMALL_LEARNING: Final = """
import sys
from pathlib import Path
import nuchal
from nuchal.networks.training.records import FitSettings
nuchal.run_learn(out=Path(sys.argv[1]), options=nuchal.LearnOptions(
    preset="recommended", subjects=10, frames=60, calibration_subjects=40, test_subjects=1,
    recorded_subjects=1, seed=int(sys.argv[2]), fit=FitSettings(proposal_steps=3, spread_steps=3)))
"""
_SMALL_REPRODUCTION: Final = """
import sys
from pathlib import Path
from nuchal.reproduction.run import run_reproduce
from nuchal.reproduction.settings import ReproduceOptions, Sizes
run_reproduce(Path(sys.argv[1]), options=ReproduceOptions(
    seed=7, others=Sizes(necks=2000, subjects=3, epochs=1, judged=1)))
"""


@dataclass(frozen=True)
class Case:
    """A command to be killed.

    Attributes:
        words: What Python is given; ``OUT`` stands for the place of the results.
        out: Its name.
        now: More words of the run that is killed.
        before: More words of the earlier run; None if the command goes on where it was.
    """

    words: Sequence[object]
    out: str
    now: Sequence[object] = ()
    before: Sequence[object] | None = None

    def command(self, out: Path, more: Sequence[object]) -> list[str]:
        given = [out if word == "OUT" else word for word in (*self.words, *more)]
        return [sys.executable, *map(str, given)]


def _nuchal(*words: object) -> tuple[object, ...]:
    return ("-m", "nuchal", *words, "--out", "OUT")


_DEMO: Final = (EXAMPLES / "demo_recording.trc", "--subject", EXAMPLES / "person.toml")
_EMG: Final = ("--emg", EXAMPLES / "demo_emg.csv", "--mvc", EXAMPLES / "demo_mvc.csv")
CASES: Final = {
    "population": Case(
        _nuchal("population", "--count", 50_000), "people.csv", before=("--seed", 3)
    ),
    "personalise": Case(
        _nuchal("personalise", "--subject", EXAMPLES / "person.toml"),
        "neck.osim",
        before=("--preset", "classical"),
    ),
    "estimate": Case(_nuchal("estimate", *_DEMO), "result", before=("--preset", "classical")),
    "emg": Case(_nuchal("emg", *_DEMO, *_EMG), "result", before=("--preset", "classical")),
    "average": Case(
        _nuchal("average", PATIENT, PATIENTS / "1"),
        "movement.mot",
        before=("--cutoff-hz", 3),
    ),
    "generate": Case(
        _nuchal("generate", "--subjects", 24, "--motion", "free", "--seconds", 2), "free.zarr"
    ),
    "train": Case(
        _nuchal("train", "--subjects", 2, "--epochs", 2), "networks", before=("--seed", 3)
    ),
    "export": Case(_nuchal("export"), "neck.onnx", before=("--batch", 2)),
    "assess": Case(
        _nuchal("assess", PATIENT / "1_rotation.trc", "--subject", PATIENT / "person.toml"),
        "result",
        before=("--load-kg", 1),
    ),
    "compare": Case(
        _nuchal("compare", PATIENT, PATIENTS / "1", "--pattern", "1_*.trc"),
        "result",
        before=("--load-kg", 1),
    ),
    "study": Case(_nuchal("study", EXAMPLES / "study.toml", "--workers", 2), "result"),
    "deep-emg": Case(("-c", _SMALL_DEEP_EMG, EXAMPLES, "OUT"), "result", now=(0.0,), before=(0.5,)),
    "learn": Case(("-c", _SMALL_LEARNING, "OUT"), "networks", now=(1,), before=(2,)),
    "reproduce": Case(("-c", _SMALL_REPRODUCTION, "OUT"), "run"),
}


class Bench:
    """A folder in which one command is run and killed."""

    def __init__(self, case: Case, home: Path, chance: random.Random) -> None:
        self.case, self.home, self.chance = case, home, chance
        self.out = home / "place" / case.out
        self.temporary = home / "tmp"
        self.problems: list[str] = []
        self.hidden = 0
        for folder in (self.out.parent, self.temporary):
            folder.mkdir()

    def run(self, more: Sequence[object]) -> float:
        """Run the command to its end; how long that took [s]."""
        started = time.monotonic()
        self.killed(more, after_s=None)
        return time.monotonic() - started

    def killed(self, more: Sequence[object], after_s: float | None) -> bool:
        """Start the command and kill it; whether it had not come to its end before."""
        process = subprocess.Popen(
            self.case.command(self.out, more),
            env={**os.environ, "TMPDIR": str(self.temporary)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        try:
            _, told = process.communicate(timeout=after_s)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return True
        if process.returncode:
            raise SystemExit(f"{self.case.command(self.out, more)}: {told.decode()}")
        return False

    def seen(self) -> dict[str, str]:
        """What lies at the place of the results, file by file; nothing that is hidden."""
        files = [self.out] if self.out.is_file() else sorted(self.out.rglob("*"))
        return {
            str(path.relative_to(self.out)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in files
            if path.is_file() and not any(part.startswith(_HIDDEN) for part in path.parts)
        }

    def clear(self) -> None:
        if self.out.is_dir():
            shutil.rmtree(self.out)
        self.out.unlink(missing_ok=True)

    def moment(self, whole_s: float) -> float:
        return self.chance.uniform(self.chance.choice((0.0, 0.67)) * whole_s, whole_s)

    def look_for_what_is_open(self) -> None:
        """What is hidden is private, and so is every file of a result."""
        for place in (self.out.parent, self.temporary):
            for path in place.rglob(f"{_HIDDEN}*"):
                self.hidden += 1
                if stat.S_IMODE(path.stat().st_mode) != 0o700:
                    self.problems.append(f"open to others: {path}")

    def look_for_what_is_left(self) -> None:
        left = [p for p in self.home.rglob("*") if p.name.startswith(_HIDDEN)]
        left += [p for p in self.temporary.iterdir() if p not in left]
        self.problems += [f"left behind: {path}" for path in left]
        # In a folder that is closed, what lies in it is closed.
        top = stat.S_IMODE(self.out.stat().st_mode)
        if top & 0o077:
            self.problems.append(f"open to others: {self.out}")


def replaced(bench: Bench, kills: int) -> str:
    """A command that writes at its end."""
    case, states = bench.case, {"nothing": 0, "as before": 0, "new": 0}
    bench.run(case.before or ())
    before, kept = bench.seen(), bench.home / "kept"
    (shutil.copytree if bench.out.is_dir() else shutil.copy2)(bench.out, kept)
    bench.run(case.now)
    one = bench.seen()
    bench.clear()
    whole_s = bench.run(case.now)
    other = bench.seen()
    steady = {name for name in other if one.get(name) == other[name]}
    if not any(before.get(name) != other[name] for name in steady):
        raise SystemExit(f"{case.words}: the earlier run and the new one give the same files")
    k = 0
    while k < kills:
        bench.clear()
        if k % 2:
            (shutil.copytree if kept.is_dir() else shutil.copy2)(kept, bench.out)
        took_s, started = bench.moment(whole_s), time.monotonic()
        if not bench.killed(case.now, took_s):
            # The machine was busier when the whole run was timed.
            whole_s = min(whole_s, time.monotonic() - started)
            continue
        seen = bench.seen()
        bench.look_for_what_is_open()
        if not seen and not bench.out.exists() and not k % 2:
            states["nothing"] += 1
        elif seen == before and k % 2:
            states["as before"] += 1
        elif seen.keys() == other.keys() and all(seen[name] == other[name] for name in steady):
            states["new"] += 1
        else:
            bench.problems.append(f"after {took_s:.2f} s of {whole_s:.2f}: {sorted(seen)}")
        k += 1
    bench.run(case.now)
    if bench.seen().keys() != other.keys():
        bench.problems.append("the last run gave other files")
    return ", ".join(f"{count} {state}" for state, count in states.items())


def gone_on(bench: Bench, kills: int) -> str:
    """A command that goes on where it was: killed again and again, and in the end the same."""
    case, killed, rounds = bench.case, 0, 0
    whole_s = bench.run(case.now)
    undisturbed = bench.seen()
    bench.clear()
    whole_s = min(whole_s, bench.run(case.now))
    steady = {name for name, digest in bench.seen().items() if undisturbed.get(name) == digest}
    while killed < kills:
        bench.clear()
        rounds += 1
        left_s = whole_s
        while killed < kills:
            # What is done already is not done again, so that there is less left to be killed in.
            after_s, started = bench.moment(left_s), time.monotonic()
            if not bench.killed(case.now, after_s):
                if left_s == whole_s:
                    whole_s = min(whole_s, time.monotonic() - started)
                break
            left_s = max(left_s - 0.5 * after_s, 0.25 * whole_s)
            killed += 1
            bench.look_for_what_is_open()
        bench.run(case.now)
        seen = bench.seen()
        if seen.keys() != undisturbed.keys():
            bench.problems.append(f"other files: {sorted(seen.keys() ^ undisturbed.keys())[:9]}")
        bench.problems += [
            f"another {name}" for name in steady if seen.get(name) != undisturbed[name]
        ]
    return f"{rounds} times brought to its end, {len(steady)} of {len(undisturbed)} files compared"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="COMMAND", help=", ".join(CASES))
    parser.add_argument("--kills", type=int, default=100, help="of each command")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if wrong := set(given.names) - set(CASES):
        parser.error(f"no command that writes is called {', '.join(sorted(wrong))}")
    bad = 0
    for name in given.names or CASES:
        started = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="kills-") as folder:
            bench = Bench(CASES[name], Path(folder), random.Random(f"{name} {given.seed}"))
            told = (gone_on if bench.case.before is None else replaced)(bench, given.kills)
            bench.look_for_what_is_left()
        bad += bool(bench.problems)
        print(
            f"{name}: {given.kills} kills in {time.monotonic() - started:.0f} s: {told}; "
            f"{bench.hidden} hidden folders seen, none left"
            if not bench.problems
            else "\n  ".join([f"{name}: WRONG ({told})", *bench.problems[:12]]),
            flush=True,
        )
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
