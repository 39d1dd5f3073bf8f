"""C3D files read by ezc3d, in a process of its own with limits of time and memory."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from jaxtyping import Float

from nuchal.errors import Phrase, RecordingError, phrase
from nuchal.io.output.hidden import passing_folder

_READER: Final = Path(__file__).with_name("c3d_process.py")
# A process reads some 10 MB a second and needs up to seventy times the file's size.
_LIMIT_S: Final = 30.0
_BYTES_A_SECOND: Final = 1e6
_LIMIT_BYTES: Final = 2**30
_BYTES_A_BYTE: Final = 100


@dataclass(frozen=True)
class Loaded:
    """What ezc3d made of a file; a residual below zero means that a point was not seen."""

    points: Float[np.ndarray, "4 m t"]
    residuals: Float[np.ndarray, "1 m t"]
    analogs: Float[np.ndarray, "1 c n"]


def load_c3d(path: Path, content: bytes) -> Loaded:
    """What ezc3d reads in a process of its own.

    Args:
        path: The recording, for messages.
        content: Of a C3D file; its size bounds time and memory.

    Raises:
        RecordingError: ezc3d refuses the file, fails on it or takes too much.
    """
    most_s = _LIMIT_S + len(content) / _BYTES_A_SECOND
    most_bytes = _LIMIT_BYTES + _BYTES_A_BYTE * len(content)
    with passing_folder() as folder:
        file, arrays = folder / "recording.c3d", folder / "arrays.npz"
        file.write_bytes(content)
        limits = [str(most_bytes), str(round(most_s))]
        try:
            done = subprocess.run(
                [sys.executable, "-P", str(_READER), str(file), str(arrays), *limits],
                check=False,
                capture_output=True,
                timeout=most_s,
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
            )
        except subprocess.TimeoutExpired as error:
            reason = phrase("c3d.too_long")
            raise RecordingError("c3d.unreadable", path, reason=reason) from error
        if done.returncode != 0:
            raise RecordingError("c3d.unreadable", path, reason=_reason(done))
        with np.load(arrays) as found:
            loaded = Loaded(found["points"], found["residuals"], found["analogs"])
    if any(part.ndim != 3 for part in (loaded.points, loaded.residuals, loaded.analogs)):
        raise RecordingError("c3d.unreadable", path, reason=phrase("c3d.no_table"))
    return loaded


def _reason(done: subprocess.CompletedProcess[bytes]) -> str | Phrase:
    """What ended the process: the last line of the interpreter, without the name of the error."""
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
    if done.returncode < 0 or not lines:
        return phrase("c3d.crashed")
    error, _, says = lines[-1].partition(":")
    if error.endswith("MemoryError"):
        return phrase("c3d.too_large")
    return " ".join(says.split())[:120] or phrase("c3d.crashed")
