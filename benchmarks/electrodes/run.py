"""Two real recordings with EMG, taken through what `nuchal emg` does with electrodes.

    python benchmarks/electrodes/run.py            # prints the page
    python benchmarks/electrodes/run.py --write    # writes benchmarks/results/electrodes.md as well

Needs ../shared/recordings/barrett_neck_emg (one person's neck, in per cent of maximum) and
../shared/recordings/shoulder_emg (raw EMG of a shoulder). Ends with 77 where they are missing.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from faults import fault_rows, file_rows
from held_neck import NAME, NAMES, levels, missing_of_neck, ranges, read_named, read_of_neck
from refused import refusals
from shoulder import channels_of_shoulder, missing_of_shoulder, read_of_shoulder

ROOT = Path(__file__).parents[2]
RECORDINGS = ROOT.parent / "shared" / "recordings"
NECK, SHOULDER = RECORDINGS / "barrett_neck_emg", RECORDINGS / "shoulder_emg"
RESULTS = ROOT / "benchmarks" / "results" / "electrodes.md"
SKIPPED = 77
"""Exit status where recordings are missing."""


def table(head: list[str], rows: list[list[str]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "| " + " | ".join(["---"] * len(head)) + " |"
    for row in rows:
        yield "| " + " | ".join(row) + " |"
    yield ""


def page() -> Iterator[str]:
    raw = SHOULDER / "markers_analogs.c3d"
    yield "# Electrodes: two real recordings"
    yield ""
    yield "Made by `python benchmarks/electrodes/run.py --write`. *Neck*: cspinemodel of Barrett,"
    yield "one person, the head hung to one side and turned. *Shoulder*: markers and raw EMG of a"
    yield "shoulder. Neither is ours, and neither comes with an account of its electrodes."
    yield ""
    yield "## What was read"
    yield ""
    head = ["recording", "file", "samples", "channels", "rate", "unit", "clock"]
    yield from table(head, [*read_of_neck(NECK), *read_of_shoulder(raw)])
    yield "## What is missing"
    yield ""
    head = ["what", "neck", "shoulder", "what follows"]
    neck, shoulder = missing_of_neck(), missing_of_shoulder(raw)
    rows = [[what, neck[what][0], shoulder[what], neck[what][1]] for what in neck]
    yield from table(head, rows)
    yield "## What is refused"
    yield ""
    yield "Every command ended with status 2, one sentence, and no folder of results."
    yield ""
    with TemporaryDirectory() as folder:
        yield from table(["given", "nuchal says"], refusals(Path(folder), NECK, raw))
    yield "## The neck: what can be had"
    yield ""
    yield from levels(NECK, table)
    yield "## The neck: angles without EMG"
    yield ""
    yield from ranges(NECK, table)
    yield "## The shoulder: channels"
    yield ""
    yield from channels_of_shoulder(raw, table)
    yield "## Faults planted in a real channel"
    yield ""
    yield from fault_rows(raw, table)
    yield "## Files that are not what they should be"
    yield ""
    neck_emg = read_named(NECK / f"permve_{NAME}.csv", NAMES)
    yield from file_rows(raw, neck_emg, table)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--write", action="store_true", help=f"write {RESULTS.name} too")
    wanted = parser.parse_args().write
    lacking = [folder for folder in (NECK, SHOULDER) if not folder.is_dir()]
    if lacking:
        print(f"{lacking[0]}: no such folder, and {RESULTS.name} needs its recordings.")
        return SKIPPED
    text = "\n".join(page()).rstrip() + "\n"
    print(text)
    if wanted:
        RESULTS.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
