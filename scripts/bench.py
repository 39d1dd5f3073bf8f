"""Runs the scripts of benchmarks/pages.toml in order, and records what their pages were made from.

    python scripts/bench.py                  # all that take ten minutes at most
    python scripts/bench.py networks loops   # these, however long they take
    python scripts/bench.py --list           # names, minutes and needs

A script whose needs are missing, or that ends with status 77, is skipped with one line. Ends with
1 if a script failed.
"""

import argparse
import subprocess
import sys
import time
from typing import Final

from check_pages import fill, mark
from page_inputs import ROOT, Run, Tree, all_runs, inputs_of, write_record

LONGEST_MIN: Final = 10
SKIPPED: Final = 77
"""Exit status of a script that lacks what it needs."""


def lacking(run: Run, *, asked: bool) -> str | None:
    """Why a script is not run, if so."""
    missing = [need for need in run.needs if not (ROOT.parent / need).exists()]
    if missing:
        return f"skipped, it needs {', '.join(f'../{need}' for need in missing)}"
    if run.minutes > LONGEST_MIN and not asked:
        return f"skipped, it takes {run.minutes} minutes: python scripts/bench.py {run.name}"
    return None


def carry_out(run: Run) -> int:
    """Run a script, and record its page if it comes to an end; its exit status.

    Inputs are looked at before: who changes one meanwhile has a page that is older than it.
    """
    inputs = inputs_of(run, Tree())
    started = time.time()
    status = subprocess.run(
        [sys.executable, run.script, *run.arguments], cwd=ROOT, check=False
    ).returncode
    if status == 0 and run.page is not None:
        if (ROOT / run.page).stat().st_mtime < started:
            print(f"{run.script} wrote no {run.page}", flush=True)
            return 1
        write_record(run, inputs, at="run")
        mark()
        fill()
    return status


def main() -> int:
    """Run what was asked for, and say how each script ended."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="of pages, or of folders")
    parser.add_argument("--list", action="store_true", help="say what there is, and run nothing")
    given = parser.parse_args()
    runs = [run for run in all_runs() if not given.names or run.name in given.names]
    if wrong := set(given.names) - {run.name for run in runs}:
        parser.error(f"no page is called {', '.join(sorted(wrong))}")
    ended = []
    for run in runs:
        if given.list:
            print(f"{run.name:18}{run.minutes:4} min  {run.script}  {' '.join(run.needs)}")
            continue
        print(f"== {run.script}", flush=True)
        why = lacking(run, asked=bool(given.names))
        status = SKIPPED if why else carry_out(run)
        print(why or {0: "done", SKIPPED: "skipped"}.get(status, f"failed, status {status}"))
        ended.append(status)
    return int(any(status not in (0, SKIPPED) for status in ended))


if __name__ == "__main__":
    sys.exit(main())
