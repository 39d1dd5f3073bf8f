"""Forces of a stream in a file that grows while the person moves, and loses nothing.

Rows go into ``FILE.part`` beside it, whole lines, on the disk every second. At the end the header
learns how many they are and the file gets its name. After a kill the part remains, for what it
holds cannot be recorded again.
"""

import os
import time
from collections.abc import Sequence
from io import BufferedWriter
from pathlib import Path
from typing import Final

from nuchal.errors import OutputError, Setting
from nuchal.io.opensim.storage import END_OF_HEADER
from nuchal.io.output.failures import OUT, told_whatever
from nuchal.io.output.private import PRIVATE_FILE, flush
from nuchal.plain_text import plain_line
from nuchal.streaming.records import LiveFrame

PART: Final = ".part"
ANGLE_COLUMNS: Final = ("flexion_deg", "right_bending_deg", "right_rotation_deg")
_COUNT: Final = "nRows="
_DIGITS: Final = 10
_FLUSH_S: Final = 1.0


class ForceLog:
    """A table that OpenSim and pandas open when it is finished."""

    def __init__(self, out: Path, muscles: Sequence[str], note: str) -> None:
        """Begin.

        Args:
            out: the file, which is not there yet.
            muscles: names.
            note: a line for people.

        Raises:
            OutputError: there is such a file, or a part of one, or it cannot be written.
        """
        self.out, self._part = out, out.with_name(out.name + PART)
        check_new(out)
        self._rows, self._flushed_s = 0, time.monotonic()
        labels = ["time", *ANGLE_COLUMNS, "like_training"]
        labels += [f"{name}{end}" for end in ("", "_low", "_high") for name in muscles]
        head = [
            "forces of a live stream",
            "version=1",
            f"{_COUNT}{0:<{_DIGITS}d}",
            f"nColumns={len(labels)}",
            "inDegrees=no",
            plain_line(note),
            END_OF_HEADER,
            "\t".join(labels),
        ]
        text = "\n".join(head) + "\n"
        self._count_at = text.index(_COUNT) + len(_COUNT)
        with told_whatever(out):
            self._file = _made(self._part)
            self._file.write(text.encode())

    def add(self, frame: LiveFrame) -> None:
        """Append a row.

        Raises:
            OutputError: the disk is full, and the like.
        """
        numbers = [*frame.angles_deg, float(frame.like_training)]
        numbers += [*frame.force, *frame.low, *frame.high]
        row = "\t".join([f"{frame.time:.6f}", *(f"{x:.6g}" for x in numbers)]) + "\n"
        with told_whatever(self.out):
            self._file.write(row.encode())
            self._rows += 1
            now = time.monotonic()
            if now - self._flushed_s >= _FLUSH_S:
                self._flushed_s = now
                self._file.flush()
                os.fsync(self._file.fileno())

    def close(self) -> None:
        """Finish the file; without a row there is none.

        Raises:
            OutputError: the disk is full, and the like.
        """
        with told_whatever(self.out):
            self._file.seek(self._count_at)
            self._file.write(f"{self._rows:<{_DIGITS}d}".encode())
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            if self._rows:
                self._part.replace(self.out)
                flush(self.out.parent)
            else:
                self._part.unlink()


def check_new(out: Path) -> None:
    """Make sure that nothing is in the way of a file.

    Raises:
        OutputError: there is something of its name, or what is left of an earlier stream.
    """
    part = out.with_name(out.name + PART)
    with told_whatever(out):
        if out.exists() or out.is_symlink():
            raise OutputError("stream.is_there", out, remedy=OUT)
        if part.exists() or part.is_symlink():
            raise OutputError("stream.part_left", part, remedy=Setting("out"))


def _made(part: Path) -> BufferedWriter:
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    return os.fdopen(handle, "wb")
