"""Assessments that are whole, of the same inputs and options, are kept when a study runs again."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from nuchal import __version__
from nuchal.commands.study.plan import Visit
from nuchal.io.commit import source_commit
from nuchal.io.output.files import replace_file
from nuchal.report.summaries.study import LeftOut

MADE_FROM: Final = "made_from.json"
_BLOCK: Final = 1 << 20


class MadeFrom(BaseModel):
    """What an assessment of a study was made from, beside its files.

    Attributes:
        fingerprint: Of inputs, options and version.
        files: Sizes of all that was written, by path in the folder.
        left_out: Recordings that took no part.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_version: Literal[1] = 1
    fingerprint: str
    files: dict[str, int]
    left_out: list[LeftOut]


def fingerprint_of(visit: Visit, options: Mapping[str, Any]) -> str:
    """Of everything that an assessment depends on.

    Raises:
        OSError: an input cannot be read.
    """
    roles = {
        "static": visit.static is not None,
        "spontaneous": [path.name for path in visit.spontaneous],
        "relocation": [path.name for path in visit.relocation],
    }
    told = {
        "inputs": [[path.name, _digest(path)] for path in visit.inputs],
        "roles": roles,
        "options": dict(options),
        "version": __version__,
        "commit": source_commit(),
    }
    text = json.dumps(told, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def kept(folder: Path, fingerprint: str) -> tuple[LeftOut, ...] | None:
    """The recordings left out of an assessment that is there, whole and of the same; else None."""
    try:
        made = MadeFrom.model_validate_json((folder / MADE_FROM).read_text("utf-8"))
        same = made.fingerprint == fingerprint and made.files == _files(folder)
    except (OSError, ValidationError):
        return None
    return tuple(made.left_out) if same else None


def forget(folder: Path) -> None:
    """From now on nothing there counts as whole.

    Raises:
        OSError: it cannot be removed.
    """
    (folder / MADE_FROM).unlink(missing_ok=True)


def remember(folder: Path, fingerprint: str, left_out: Sequence[LeftOut]) -> None:
    """From now on what is there counts as whole.

    Raises:
        OutputError: the place cannot be written.
    """
    made = MadeFrom(fingerprint=fingerprint, files=_files(folder), left_out=list(left_out))
    replace_file(folder / MADE_FROM, (made.model_dump_json(indent=2) + "\n").encode("utf-8"))


def _files(folder: Path) -> dict[str, int]:
    """Sizes of an assessment's files; hidden ones are of runs that were killed."""
    every = (path for path in sorted(folder.rglob("*")) if path.is_file())
    named = {path.relative_to(folder): path.stat().st_size for path in every}
    return {
        name.as_posix(): size
        for name, size in named.items()
        if name.name != MADE_FROM and not name.parts[0].startswith(".")
    }


def _digest(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            found.update(block)
    return found.hexdigest()
