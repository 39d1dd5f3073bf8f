"""Where traced programs lie: a folder for each version of this program, a file for each."""

import hashlib
import json
import os
import platform
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import jaxlib
import numpy as np
from jax import export

import nuchal
from nuchal.programs import FOLDER

# Rooms whose code is never compiled.
_BESIDE = {"__pycache__", "app", "cli", "errors", "report"}
# A version that nothing was added to for so long is forgotten [s].
_FORGOTTEN_S = 30 * 24 * 3600


@dataclass(frozen=True)
class Program:
    """A traced function of arrays.

    Attributes:
        traced: From a list of arrays to one, for the shapes that it was traced with.
        result: What its arrays are put together to, for JSON (``structure``).
    """

    traced: export.Exported
    result: Any


@cache
def folder() -> Path | None:
    """Where this version's programs are kept, made if it is not there; None if nowhere."""
    base = os.environ.get(FOLDER)
    if not base:
        return None
    place = Path(base) / f"programs-{_version()}"
    try:
        if not place.is_dir():
            _forget_old(Path(base))
            place.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return place


def read(place: Path, key: str) -> Program | None:
    """The program that is kept under a key; None if there is none, or it is damaged."""
    try:
        digest, _, rest = (place / f"{key}.program").read_bytes().partition(b"\n")
    except OSError:
        return None
    if _digest(rest) != digest:
        return None
    head, _, body = rest.partition(b"\n")
    return Program(export.deserialize(bytearray(body)), json.loads(head))


def write(place: Path, key: str, program: Program) -> None:
    """Keep a program, whole or not at all; where nothing can be written, nothing is kept."""
    rest = json.dumps(program.result).encode() + b"\n" + bytes(program.traced.serialize())
    _put(place / f"{key}.program", _digest(rest) + b"\n" + rest)


def read_needed(place: Path, task: str) -> list[str]:
    """Keys of the programs that a task needed when it was last done, in their order."""
    try:
        said = json.loads((place / f"{task}.json").read_text())
    except (OSError, ValueError):
        return []
    return [key for key in said if isinstance(key, str)] if isinstance(said, list) else []


def write_needed(place: Path, task: str, keys: Sequence[str]) -> None:
    """Keep which programs a task needed."""
    _put(place / f"{task}.json", json.dumps(list(keys)).encode())


def _put(file: Path, content: bytes) -> None:
    try:
        with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as made:
            made.write(content)
        Path(made.name).replace(file)
    except OSError:
        return


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def _version() -> str:
    """What a traced program depends on: this package's files, and what traces and runs them."""
    said = hashlib.sha256(f"{platform.python_version()} {jax.default_backend()}".encode())
    for package in (jax, jaxlib, eqx, np):
        said.update(package.__version__.encode())
    for place, folders, files in os.walk(Path(nuchal.__file__).parent):
        folders[:] = sorted(set(folders) - _BESIDE)
        for file in sorted(files):
            said.update(file.encode() + Path(place, file).read_bytes())
    return said.hexdigest()[:20]


def _forget_old(base: Path) -> None:
    for old in base.glob("programs-*"):
        if time.time() - old.stat().st_mtime > _FORGOTTEN_S:
            shutil.rmtree(old, ignore_errors=True)
