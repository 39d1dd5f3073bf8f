"""Whether a change of the code changed any result: runs before and after, and compares.

    python scripts/compare_results.py record BEFORE --source src    # about ten minutes of one core
    ... change the code ...
    python scripts/compare_results.py record AFTER --source src
    python scripts/compare_results.py compare BEFORE AFTER          # exits 1 on any miss

``record`` runs what ``result_runs`` lists through the command line alone: the demo, the made
patient, three real people where ``shared/`` has them, EMG, strength, a population, OpenSim models.
Both verbs take ``--only 'demo/*'`` (repeatable) for some of the runs; ``record`` leaves the others
of the folder as they are. ``compare`` judges by ``result_rules``, which has the tolerances, what
the files' written precision limits, and the table of paths that were renamed. A path, column, file
or run that is only in BEFORE is a miss; one that is only in AFTER is told, as is a text of one word
that differs, such as a verdict. Figures, reports and other texts aren't compared.
"""

import argparse
import csv
import json
import logging
import shutil
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

import numpy as np
from result_rules import BESIDE, COMPARED, RENAMED_FILES, Values, allowed, read, renamed
from result_runs import all_runs, carry_out

ROOT: Final = Path(__file__).resolve().parents[1]
RUNS: Final = "runs.json"
STRENGTH: Final = "max_isometric_force.json"
_SHOWN: Final = 8
"""At most so many lines about one file."""


@dataclass
class Found:
    """What a comparison of two files, or of two runs, found."""

    numbers: int = 0
    worst: float = 0.0
    """Largest difference as a multiple of what is allowed; more than 1 is a miss."""
    where: str = ""
    misses: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, other: "Found", place: str) -> None:
        """Take in what a part found."""
        self.numbers += other.numbers
        if other.worst > self.worst:
            self.worst, self.where = other.worst, f"{place}: {other.where}"
        for mine, theirs in ((self.misses, other.misses), (self.notes, other.notes)):
            mine += [f"{place}: {line}" for line in theirs[:_SHOWN]]
            if len(theirs) > _SHOWN:
                mine.append(f"{place}: ... and {len(theirs) - _SHOWN} more")


def record(folder: Path, source: Path, shared: Path, only: Sequence[str]) -> int:
    """Carry out the runs; their status and time go into ``runs.json``. The number that failed."""
    sys.path.insert(0, str(source))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / STRENGTH).write_text(json.dumps(_strengths(source), indent=1), encoding="utf-8")
    book = folder / RUNS
    done: dict[str, Any] = json.loads(book.read_text("utf-8")) if book.is_file() else {}
    failed = 0
    for run in all_runs(ROOT, shared):
        if not _asked_for(run.name, only):
            continue
        shutil.rmtree(folder / run.name, ignore_errors=True)
        start = time.perf_counter()
        status = carry_out(run, folder / run.name)
        seconds = round(time.perf_counter() - start, 1)
        failed += status != 0
        done[run.name] = {
            "kind": run.kind, "status": status, "seconds": seconds, "arguments": run.arguments,
        }  # fmt: skip
        book.write_text(json.dumps(done, indent=1), encoding="utf-8")
        sys.stdout.write(f"{seconds:7.1f} s  status {status}  {run.name}\n")
        sys.stdout.flush()
    _check_source(source)
    return failed


def _asked_for(name: str, only: Sequence[str]) -> bool:
    return not only or any(fnmatchcase(name, one) for one in only)


def _strengths(source: Path) -> dict[str, float]:
    """Maximal isometric force of each muscle [N], from the generic neck's table."""
    for path in sorted(source.rglob("muscles.csv")):
        with path.open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        if rows and "max_isometric_force_N" in rows[0]:
            return {row["muscle"]: float(row["max_isometric_force_N"]) for row in rows}
    raise FileNotFoundError(f"{source}: no muscles.csv with max_isometric_force_N in it")


def _check_source(source: Path) -> None:
    place = getattr(sys.modules.get("nuchal"), "__file__", None)
    if place and not Path(place).is_relative_to(source):
        raise RuntimeError(f"{place} was run instead of the code in {source}")


def compare(before: Path, after: Path, only: Sequence[str]) -> Iterator[tuple[str, Found]]:
    """What became of every run that is in ``before``, or of those that are asked for."""
    old, new = (json.loads((one / RUNS).read_text("utf-8")) for one in (before, after))
    strength = json.loads((before / STRENGTH).read_text("utf-8"))
    for name, run in old.items():
        if not _asked_for(name, only):
            continue
        found = Found()
        if name not in new:
            found.misses.append("was not run")
        elif new[name]["status"] != run["status"]:
            found.misses.append(f"exit status {new[name]['status']} instead of {run['status']}")
        else:
            _compare_run(found, before / name, after / name, run["kind"], strength)
        yield name, found
    for name in sorted(new.keys() - old.keys()):
        yield name, Found(notes=["was not run before"])


def _compare_run(
    found: Found, before: Path, after: Path, kind: str, strength: Mapping[str, float]
) -> None:
    theirs = {str(path.relative_to(after)) for path in _files(after)}
    for path in _files(before):
        file = path.relative_to(before)
        now = file.with_name(RENAMED_FILES.get(file.name, file.name))
        if str(now) not in theirs:
            found.misses.append(f"{now}: the file is missing")
            continue
        theirs.remove(str(now))
        tolerance = {"file": file.name, "kind": kind, "strength": strength}
        found.add(compare_values(read(path), read(after / now), tolerance), str(file))
    found.notes += [f"{file}: a new file" for file in sorted(theirs)]


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix in COMPARED)


def compare_values(before: Values, after: Values, tolerance: Mapping[str, Any]) -> Found:
    """What a pair of files has that differs by more than it may, or only on one side."""
    found = Found()
    new = dict(after.numbers)
    for key, old in before.numbers.items():
        now = new.pop(renamed(key), None)
        if now is None:
            found.misses.append(f"{key}: is gone")
            continue
        found.numbers += old.size
        if old.shape != now.shape:
            found.misses.append(f"{key}: {now.size} values instead of {old.size}")
            continue
        ratio = _ratio(old, now, allowed(key=key, before=old, **tolerance))
        at = int(np.argmax(ratio)) if ratio.size else 0
        if ratio.size and ratio[at] > 1.0:
            found.misses.append(f"{key}: {now[at]} instead of {old[at]} (row {at + 1})")
        if ratio.size and ratio[at] > found.worst:
            found.worst, found.where = float(ratio[at]), key
    found.notes += [f"{key}: is new" for key in new]
    codes = {renamed(key): word for key, word in before.codes.items()}
    for key in codes.keys() & after.codes.keys():
        if codes[key] == after.codes[key]:
            continue
        if key == BESIDE:
            found.misses.append(f"{key}: differs")
        else:
            found.notes.append(f"{key}: {after.codes[key]} instead of {codes[key]}")
    return found


def _ratio(before: np.ndarray, after: np.ndarray, limit: Any) -> np.ndarray:
    """Differences as multiples of what is allowed; nothing (NaN) is only like nothing."""
    with np.errstate(invalid="ignore"):
        ratio = np.where(before == after, 0.0, np.abs(after - before) / limit)
    nothing = np.isnan(before) & np.isnan(after)
    return np.where(nothing, 0.0, np.where(np.isnan(ratio), np.inf, ratio))


def table(found: Sequence[tuple[str, Found]]) -> str:
    """One line a run, with its misses and notes beneath it."""
    lines = [f"{'run':<48}{'numbers':>10}  {'worst / allowed':<16}where"]
    for name, one in found:
        worst = "identical" if one.worst == 0.0 else f"{one.worst:.2g}"
        verdict = "MISS" if one.misses else worst
        lines.append(f"{name:<48}{one.numbers:>10}  {verdict:<16}{one.where}")
        lines += [f"    miss: {line}" for line in one.misses]
        lines += [f"    note: {line}" for line in one.notes]
    missed = sum(bool(one.misses) for _, one in found)
    lines.append(f"{len(found)} runs, {missed} with a miss.")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Record or compare."""
    logging.basicConfig(level=logging.WARNING)
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    verbs = parser.add_subparsers(dest="verb", required=True)
    runs = verbs.add_parser("record", help="run everything and keep the results")
    runs.add_argument("folder", type=Path)
    runs.add_argument("--source", type=Path, default=ROOT / "src", help="the code to run")
    runs.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    pair = verbs.add_parser("compare", help="compare two folders of results")
    pair.add_argument("before", type=Path)
    pair.add_argument("after", type=Path)
    for one in (runs, pair):
        one.add_argument("--only", action="append", default=[], metavar="PATTERN")
    asked = parser.parse_args()
    if asked.verb == "record":
        folder, source, shared = (
            one.resolve() for one in (asked.folder, asked.source, asked.shared)
        )
        return int(record(folder, source, shared, asked.only) > 0)
    found = list(compare(asked.before, asked.after, asked.only))
    sys.stdout.write(table(found))
    return int(any(one.misses for _, one in found))


if __name__ == "__main__":
    sys.exit(main())
