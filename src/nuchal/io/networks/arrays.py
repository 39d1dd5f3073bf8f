"""What all files of networks have in common: a ``.npz`` of plain arrays, without pickle.

Beside the arrays of the networks there are

``format``
    A whole number; a file of another format is refused.
``about``
    Bytes of a JSON object in UTF-8: how the networks were made.
``kind``
    Bytes of a word in UTF-8 that says what the arrays are; the paper's networks have none.

The archive's own checksums show damage. Any language that reads NumPy's arrays can use it.
"""

import json
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tokenize import TokenError
from typing import Any, BinaryIO

import numpy as np

from nuchal.errors import NetworkError
from nuchal.io.output import told_plainly

_HEAD = ("format", "kind", "about")


@dataclass(frozen=True, kw_only=True)
class FileKind:
    """A kind of file of networks.

    Attributes:
        holds: What it holds, for messages.
        remedy: How to come by a good one, for messages.
        largest_bytes: Of the file, and of all that it unpacks to.
        word: What ``kind`` has to say; None: there is none.
    """

    format: int
    holds: str
    remedy: str
    largest_bytes: int
    word: str | None = None


def write_arrays(
    path: Path, kind: FileKind, about: Mapping[str, Any], arrays: Mapping[str, np.ndarray]
) -> None:
    """Write a file of networks; the same arrays give the same bytes.

    Raises:
        OutputError: the place cannot be written.
    """
    whole: dict[str, Any] = {"format": np.asarray(kind.format)}
    if kind.word is not None:
        whole["kind"] = np.frombuffer(kind.word.encode(), np.uint8)
    whole["about"] = np.frombuffer(json.dumps(about, allow_nan=False).encode(), np.uint8)
    whole |= arrays
    with told_plainly(path), path.open("wb") as file:
        np.savez_compressed(file, **whole)


def read_arrays(path: Path, kind: FileKind) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """The arrays of the networks, and how they were made.

    Raises:
        NetworkError: the file is missing, damaged, something else, or of another format.
    """
    arrays = _unpacked(path, kind)
    found = arrays.get("format")
    if found is None or found.shape != () or found.dtype.kind not in "iu":
        raise NetworkError(f"{path}: holds no networks of nuchal's; {kind.remedy}.")
    if _word(arrays) != kind.word:
        raise NetworkError(f"{path}: holds other networks than {kind.holds}; {kind.remedy}.")
    if int(found) != kind.format:
        raise NetworkError(
            f"{path}: holds networks of format {int(found)}, this nuchal reads {kind.format}; "
            f"{kind.remedy}, or use the version that made them."
        )
    try:
        about = json.loads(arrays["about"].tobytes())
    except (KeyError, ValueError, RecursionError) as error:
        raise NetworkError(
            f"{path}: does not say how its networks were made; {kind.remedy}."
        ) from error
    if not isinstance(about, dict):
        raise NetworkError(f"{path}: does not say how its networks were made; {kind.remedy}.")
    return {name: array for name, array in arrays.items() if name not in _HEAD}, about


def _word(arrays: Mapping[str, np.ndarray]) -> str | None:
    word = arrays.get("kind")
    return None if word is None else word.tobytes().decode("utf-8", "replace")


def _unpacked(path: Path, kind: FileKind) -> dict[str, np.ndarray]:
    """All arrays of the file; nothing that would have to be unpickled."""
    try:
        file = path.open("rb")
    except FileNotFoundError as error:
        raise NetworkError(f"{path}: there is no such file of networks.") from error
    except OSError as error:
        raise NetworkError(f"{path}: cannot be read ({error.strerror or error}).") from error
    with file:
        try:
            _check_size(path, file, kind)
            with np.load(file, allow_pickle=False) as stored:
                return {name: np.asarray(stored[name]) for name in stored.files}
        except _DAMAGE as error:
            raise NetworkError(
                f"{path}: is damaged or holds no networks; {kind.remedy}."
            ) from error


# What NumPy and the archive raise for a file that is not what it should be.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    KeyError,
    MemoryError,
    OSError,
    RuntimeError,
    SyntaxError,
    TokenError,
    TypeError,
    ValueError,
)


def _check_size(path: Path, file: BinaryIO, kind: FileKind) -> None:
    size = file.seek(0, 2)
    if size <= kind.largest_bytes:
        with zipfile.ZipFile(file) as archive:
            size = max(size, sum(item.file_size for item in archive.infolist()))
    if size > kind.largest_bytes:
        raise NetworkError(f"{path}: is too large for a file of networks; {kind.remedy}.")
    file.seek(0)
