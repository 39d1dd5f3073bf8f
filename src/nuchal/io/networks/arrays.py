"""What all files of networks have in common: a ``.npz`` of plain arrays, without pickle.

Beside the arrays of the networks, which are in single precision, there are

``format``
    A whole number; a file of another format is refused.
``about``
    Bytes of a JSON object in UTF-8: how the networks were made. Its ``system`` is the fingerprint
    of the neck that they were trained for (``System.fingerprint``); those of another are refused,
    and so are those of another ``preset_version``.
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
from itertools import pairwise
from pathlib import Path
from tokenize import TokenError
from typing import Any, BinaryIO, Final

import numpy as np

from nuchal.errors import NetworkError, Phrase, phrase
from nuchal.io.output.failures import told_plainly
from nuchal.model.anatomy import System
from nuchal.optimisation.settings import version_of
from nuchal.plain_text import plain_within

# Fingerprint of the system that files without one are of: the shipped networks, and datasets and
# networks that were made before systems had fingerprints.
FIRST_SYSTEM: Final = "73a9407a7f8e7ec2"
_HEAD: Final = ("format", "kind", "about")
# What files hold, by their word.
_HOLDS: Final = {None: phrase("network.holds_paper"), "neck": phrase("network.holds_neck")}
# What NumPy and the archive raise for a file that is not what it should be.
_DAMAGE: Final = (
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


@dataclass(frozen=True, kw_only=True)
class FileKind:
    """A kind of file of networks.

    Attributes:
        holds: What it holds, for messages.
        mend: How to come by a good one, for messages.
        largest_bytes: Of the file, and of all that it unpacks to.
        word: What ``kind`` has to say; None: there is none.
    """

    format: int
    holds: Phrase
    mend: Phrase
    largest_bytes: int
    word: str | None = None


@dataclass(frozen=True)
class NetworkFile:
    """A file of networks that was read."""

    path: Path
    kind: FileKind
    arrays: Mapping[str, np.ndarray]
    about: Mapping[str, Any]

    def array(self, name: str, shape: tuple[int, ...] | None = None) -> np.ndarray:
        """One array, in single precision.

        Raises:
            NetworkError: it is missing, of other or of infinite numbers, or of another shape.
        """
        found, mend = self.arrays.get(name), self.kind.mend
        if found is None:
            raise NetworkError("network.no_array", self.path, array=name, mend=mend)
        if found.dtype != np.float32 or not np.isfinite(found).all():
            raise NetworkError("network.numbers", self.path, array=name, mend=mend)
        if shape is not None and found.shape != shape:
            raise NetworkError(
                "network.shape",
                self.path,
                array=name,
                found=str(found.shape),
                wanted=str(shape),
                mend=mend,
            )
        return found

    def layers(
        self, name: str, inputs: int, outputs: int, *, lead: tuple[int, ...] = ()
    ) -> tuple[tuple[np.ndarray, ...], tuple[np.ndarray, ...]]:
        """Weights and biases from input to output, ``NAMEweight_0``, ``NAMEbias_0`` and so on.

        Raises:
            NetworkError: one is missing, or they do not lead from inputs to outputs.
        """
        count = max(1, sum(key.startswith(f"{name}weight_") for key in self.arrays))
        weights, biases = (
            tuple(self.array(f"{name}{part}_{k}") for k in range(count))
            for part in ("weight", "bias")
        )
        fits = all(w.ndim == len(lead) + 2 and w.shape[: len(lead)] == lead for w in weights) and (
            all(b.shape == (*lead, w.shape[-1]) for w, b in zip(weights, biases, strict=True))
            and all(a.shape[-1] == b.shape[-2] for a, b in pairwise(weights))
            and (weights[0].shape[-2], weights[-1].shape[-1]) == (inputs, outputs)
        )
        if not fits:
            raise NetworkError(
                "network.layers",
                self.path,
                network=name.rstrip("_"),
                inputs=inputs,
                outputs=outputs,
                mend=self.kind.mend,
            )
        return weights, biases

    def positive(self, name: str, shape: tuple[int, ...]) -> np.ndarray:
        """One array of numbers above zero, to divide by.

        Raises:
            NetworkError: it is missing, of another shape, or holds other numbers.
        """
        found = self.array(name, shape)
        if not (found > 0.0).all():
            raise NetworkError("network.not_positive", self.path, array=name, mend=self.kind.mend)
        return found


def write_arrays(
    path: Path, kind: FileKind, about: Mapping[str, Any], arrays: Mapping[str, Any]
) -> None:
    """Write a file of networks; the same arrays give the same bytes.

    Raises:
        OutputError: the place cannot be written.
    """
    whole: dict[str, Any] = {"format": np.asarray(kind.format)}
    if kind.word is not None:
        whole["kind"] = np.frombuffer(kind.word.encode(), np.uint8)
    whole["about"] = np.frombuffer(json.dumps(about, allow_nan=False).encode(), np.uint8)
    whole |= {name: np.asarray(array, np.float32) for name, array in arrays.items()}
    with told_plainly(path), path.open("wb") as file:
        np.savez_compressed(file, **whole)


def read_arrays(path: Path, kind: FileKind, system: System) -> NetworkFile:
    """The arrays of the networks, and how they were made.

    Raises:
        NetworkError: the file is missing, damaged, something else, of another format, system or
            version of its preset.
    """
    arrays, mend = _unpacked(path, kind), kind.mend
    found = arrays.get("format")
    if found is None or found.shape != () or found.dtype.kind not in "iu":
        raise NetworkError("network.foreign", path, mend=mend)
    told = arrays.get("kind")
    word = None if told is None else told.tobytes().decode("utf-8", "replace")
    if word != kind.word:
        holds = _HOLDS.get(word, phrase("network.holds_other"))
        raise NetworkError("network.other_kind", path, found=holds, wanted=kind.holds, mend=mend)
    if int(found) != kind.format:
        raise NetworkError("network.format", path, found=int(found), wanted=kind.format, mend=mend)
    try:
        about = plain_within(json.loads(arrays["about"].tobytes()))
    except (KeyError, ValueError, RecursionError):
        about = None
    if not isinstance(about, dict):
        raise NetworkError("network.unexplained", path, mend=mend)
    trained_for = about.get("system", FIRST_SYSTEM)
    if trained_for != system.fingerprint:
        wanted = system.fingerprint
        raise NetworkError("network.other_system", path, found=trained_for, wanted=wanted)
    _check_version(path, about, mend)
    plain = {name: array for name, array in arrays.items() if name not in _HEAD}
    return NetworkFile(path, kind, plain, about)


def _check_version(path: Path, about: Mapping[str, Any], mend: Phrase) -> None:
    """A preset's forces may have changed since; files without a version are of the first."""
    preset, found = about.get("preset"), about.get("preset_version", 1)
    wanted = version_of(preset)
    if wanted not in (None, found):
        raise NetworkError(
            "network.other_version", path, preset=preset, found=found, wanted=wanted, mend=mend
        )


def _unpacked(path: Path, kind: FileKind) -> dict[str, np.ndarray]:
    """All arrays of the file; nothing that would have to be unpickled."""
    try:
        file = path.open("rb")
    except FileNotFoundError as error:
        raise NetworkError("network.missing", path) from error
    except OSError as error:
        raise NetworkError("network.unreadable", path, why=error.strerror or error) from error
    with file:
        try:
            _check_size(path, file, kind)
            with np.load(file, allow_pickle=False) as stored:
                return {name: np.asarray(stored[name]) for name in stored.files}
        except _DAMAGE as error:
            raise NetworkError("network.damaged", path, mend=kind.mend) from error


def _check_size(path: Path, file: BinaryIO, kind: FileKind) -> None:
    size = file.seek(0, 2)
    if size <= kind.largest_bytes:
        with zipfile.ZipFile(file) as archive:
            size = max(size, sum(item.file_size for item in archive.infolist()))
    if size > kind.largest_bytes:
        raise NetworkError("network.too_large", path, mend=kind.mend)
    file.seek(0)
