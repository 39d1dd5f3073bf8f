"""Stages of a long run that are there as a whole or not at all, so that it can go on."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from nuchal import __version__
from nuchal.errors import OutputError, Setting
from nuchal.io.commit import source_commit
from nuchal.io.output.failures import told_plainly
from nuchal.io.output.files import replace_file, replaced
from nuchal.io.output.folders import check_writable
from nuchal.io.output.private import make_folder
from nuchal.movements.standard import MOVEMENT_VERSION
from nuchal.optimisation.settings import PRESET_SETTINGS
from nuchal.reproduction.settings import ReproduceOptions

ABOUT_FILE: Final = "reproduction.json"


def open_run(out: Path, options: ReproduceOptions) -> None:
    """Begin a run in a folder, or go on with one of the same settings.

    Raises:
        OutputError: the folder holds something else, or a run of other settings.
    """
    told, remedy = _about(options), Setting("out")
    check_writable(out)
    about = out / ABOUT_FILE
    with told_plainly(out):
        if about.is_file():
            if _read(about) != told:
                raise OutputError("output.other_run", out, remedy=remedy)
        elif out.is_dir() and any(out.iterdir()):
            raise OutputError("output.no_run", out, remedy=remedy)
        make_folder(out)
    if not about.is_file():
        replace_file(about, json.dumps(told, indent=2).encode())


def made_once(place: Path, make: Callable[[Path], object]) -> None:
    """Make a file or folder unless it is there already; it appears as a whole."""
    if place.exists():
        return
    with replaced(place) as draft:
        make(draft)


def _about(options: ReproduceOptions) -> dict[str, object]:
    return {
        "version": __version__,
        "commit": source_commit(),
        "preset_version": PRESET_SETTINGS["paper"].version,
        "standard_version": MOVEMENT_VERSION,
        "seed": options.seed,
        "sizes": options.sizes._asdict(),
    }


def _read(about: Path) -> Mapping[str, object] | None:
    try:
        found = json.loads(about.read_text("utf-8"))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
