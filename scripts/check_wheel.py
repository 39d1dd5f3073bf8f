"""Whether what is published works alone: sdist, wheel from it, a fresh environment, `nuchal demo`.

    python scripts/check_wheel.py                   # some minutes, most of them pip's
    python scripts/check_wheel.py --keep dist       # and keeps sdist and wheel there

By whatever Python runs it, on any system. Needs the packages of ``[build-system]`` in
``pyproject.toml``, which pip fetches, and nothing else. The wheel is installed without extras at
the versions of ``constraints.txt``; then, in an empty folder, every command shows its help, a made
patient is assessed, and the report is there.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
_COMMANDS: Final = "from nuchal.cli.program import COMMANDS; print(*COMMANDS)"


def main() -> None:
    """Build, install, run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep what was built there")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        sdist = built_sdist(folder)
        python = environment(folder / "environment")
        wheel = built_wheel(python, sdist, folder / "wheel")
        pins = ("--constraint", str(ROOT / "constraints.txt"))
        pip(python, "install", *pins, str(wheel))
        try_out(python, folder / "empty")
        if given.keep:
            given.keep.mkdir(parents=True, exist_ok=True)
            for path in (sdist, wheel):
                shutil.copy(path, given.keep)
    print(f"{wheel.name} works alone, by {sys.version.split()[0]} on {sys.platform}.")


def built_sdist(folder: Path) -> Path:
    """The source distribution, by an environment that has what builds it."""
    python = environment(folder / "builder")
    pip(python, "install", "hatchling", "hatch-fancy-pypi-readme")
    place = folder / "sdist"
    run(python, "-m", "hatchling", "build", "-t", "sdist", "-d", str(place), at=ROOT)
    return next(place.glob("nuchal-*.tar.gz"))


def built_wheel(python: Path, sdist: Path, folder: Path) -> Path:
    """The wheel that the source distribution makes."""
    pip(python, "wheel", "--no-deps", "--wheel-dir", str(folder), str(sdist))
    return next(folder.glob("nuchal-*.whl"))


def environment(place: Path) -> Path:
    """The Python of a fresh environment."""
    run(Path(sys.executable), "-m", "venv", str(place), at=place.parent)
    return place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def pip(python: Path, *words: str) -> None:
    """Let pip work, in silence."""
    quiet = ("--quiet", "--disable-pip-version-check")
    run(python, "-m", "pip", *quiet, *words, at=python.parent)


def try_out(python: Path, folder: Path) -> None:
    """See that every command answers and that a patient gets a report.

    Raises:
        SystemExit: a command fails, or something is missing.
    """
    folder.mkdir()
    for command in run(python, "-c", _COMMANDS, at=folder).split():
        run(python, "-m", "nuchal", command, "--help", at=folder)
    told = run(python, "-m", "nuchal", "demo", "--out", "first/demo", "--json", at=folder)
    page = folder / "first" / "demo" / "report.html"
    if len(json.loads(told)["trials"]) != 5 or "mesh3d" not in page.read_text("utf-8"):
        sys.exit("The demonstration did not assess five recordings into a report.")


def run(python: Path, *words: str, at: Path) -> str:
    """What a command prints; it has to succeed.

    Raises:
        SystemExit: it fails.
    """
    command: Sequence[str] = [str(python), *words]
    # Nothing of a checkout, or of the environment that runs this, is to be found.
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV"))}
    clean["PYTHONUTF8"] = "1"
    done = subprocess.run(
        command, cwd=at, env=clean, capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)} ends with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    main()
