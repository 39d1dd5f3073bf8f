"""Frames as a file counts them: one after another, and as many as its header promises."""

from pathlib import Path

import numpy as np
from jaxtyping import Float

from nuchal.errors import RecordingError, phrase
from nuchal.findings import Finding, Found, finding
from nuchal.io.recordings.timing import Where
from nuchal.io.sheet import Sheet


def refuse_uncounted(path: Path, numbers: Float[np.ndarray, " t"], where: Where) -> None:
    """Frame numbers have to count up by one.

    Raises:
        RecordingError: They repeat, go back or leave some out.
    """
    if np.isnan(numbers).any():
        place = where(int(np.argmax(np.isnan(numbers))))
        raise RecordingError("timing.unnumbered", path, place=place)
    wrong = np.diff(numbers) != 1
    if not wrong.any():
        return
    row = int(np.argmax(wrong)) + 1
    before, after = numbers[row - 1], numbers[row]
    back = "timing.goes_back" if after < before else "timing.jumps"
    how = "timing.repeats" if after == before else back
    raise RecordingError(
        "timing.miscounted", path, place=where(row), number=after, how=phrase(how), before=before
    )


def compare_count(sheet: Sheet, promised: float | None, found: int) -> tuple[Finding, ...]:
    """What to say of a number of frames that the header states and the rows belie.

    Raises:
        RecordingError: There are fewer, and the last line has no end: the file was cut off.
    """
    if promised is None or promised == found:
        return ()
    if promised > found and not (sheet.whole and found):
        raise RecordingError("trc.frames_missing", sheet.path, promised=promised, found=found)
    return (finding(Found.OTHER_FRAME_COUNT, promised=promised, found=found),)
