"""What the command line says when recordings are given to it as they are."""

import contextlib
import io
import os
import shutil
from pathlib import Path

from held_neck import ANGLES, NAME, NAMES, with_names
from shoulder import person_of

from nuchal.cli import main

EXAMPLES = Path(__file__).parents[2] / "examples"
EMG, ANGLE, RAW = f"permve_{NAME}.csv", f"{NAME}_neckangle.csv", "markers_analogs.c3d"
DEMO = ["demo_recording.trc"]
TRAPEZIUS = ["--channel", "right_upper_trapezius=Trap_sup.EMG6"]
PERSON = ["--person", "NAME"]
CASES = (
    ("neck: the EMG as it is", ["emg", *DEMO, "--emg", EMG]),
    ("with a row of names (`RSCM` ...)", ["emg", *DEMO, "--emg", "named.csv"]),
    ("and `--emg-rate-hz 100`", ["emg", *DEMO, "--emg", "named.csv", "--emg-rate-hz", "100"]),
    ("neck: to `deep-emg`", ["deep-emg", *DEMO, "--emg", "named.csv"]),
    ("neck: the angles as a recording", ["emg", ANGLE, "--emg", "demo_emg.csv"]),
    ("with a row of names (`bending` ...)", ["emg", "angles.csv", "--emg", "demo_emg.csv"]),
    ("shoulder: as it is", ["emg", RAW]),
    ("with the side, `--channel ...`", ["emg", RAW, *TRAPEZIUS]),
    ("and the person, `--person NAME`", ["emg", RAW, *TRAPEZIUS, *PERSON]),
    ("the same to `deep-emg`", ["deep-emg", RAW, *TRAPEZIUS, *PERSON]),
    ("with an MVC trial", ["deep-emg", RAW, *TRAPEZIUS, *PERSON, "--mvc", RAW]),
    ("either, without body measures", ["emg", RAW, "--no-subject"]),
)


def refusals(home: Path, neck: Path, raw: Path) -> list[list[str]]:
    """What was given, and the sentence.

    Raises:
        ValueError: a command did not refuse.
    """
    for file in (neck / EMG, neck / ANGLE, raw, *EXAMPLES.glob("demo_*"), EXAMPLES / "person.toml"):
        shutil.copyfile(file, home / file.name)
    with_names(home / EMG, NAMES, home / "named.csv")
    with_names(home / ANGLE, ANGLES, home / "angles.csv")
    rows, name = [], person_of(raw)
    for given, words in CASES:
        person = [] if "--no-subject" in words else ["--subject", "person.toml"]
        plain = [name if word == "NAME" else word for word in words if word != "--no-subject"]
        status, told = _said(home, [*plain, *person, "--out", "out"])
        if status != 2 or (home / "out").exists():
            raise ValueError(f"{plain} ended with {status}: {told}")
        words_told = told.removeprefix("nuchal: ").replace(name, "NAME")
        before = next((row[0] for row in rows if row[1] == words_told), None)
        rows.append([given, f'the same as of "{before}"' if before else words_told])
    return rows


def _said(home: Path, words: list[str]) -> tuple[int, str]:
    errors, before = io.StringIO(), Path.cwd()
    os.chdir(home)
    try:
        with contextlib.redirect_stderr(errors), contextlib.redirect_stdout(io.StringIO()):
            main(words)
    except SystemExit as left:
        status = int(left.code or 0)
    finally:
        os.chdir(before)
    return status, " ".join(errors.getvalue().split())
