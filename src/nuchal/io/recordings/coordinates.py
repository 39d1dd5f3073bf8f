"""The six coordinates as a file gives them: degrees or radians, and files that are mistaken."""

from pathlib import Path
from typing import Final

import numpy as np
from jaxtyping import Bool, Float

from nuchal.conventions import COORDINATES
from nuchal.errors import Phrase, Place, RecordingError, Setting, phrase
from nuchal.findings import Assumed, Found, Warned, finding
from nuchal.io.recordings.format import Timing
from nuchal.records import CoordinateRecording

# No neck turns a coordinate this far (115 degrees); such numbers are degrees [rad].
LARGEST_RAD: Final = 2.0
# A movement within this in degrees would be a good one in radians [deg].
SMALLEST_MOTION_DEG: Final = 1.3


def assemble_coordinates(
    path: Path,
    *,
    values: Float[np.ndarray, "t 6"],
    timing: Timing,
    stated_degrees: bool | None,
    in_degrees: bool | None,
    known: Bool[np.ndarray, " t"] | None = None,
) -> CoordinateRecording:
    """Coordinates in radians, after a look at whether the numbers can be what they claim.

    Args:
        path: For the messages.
        values: In the order of ``conventions.COORDINATES``, in the file's unit.
        timing: Of the rows, with what the reader had to note.
        stated_degrees: What the file says; None where it says nothing.
        in_degrees: What the user says; None leaves it to the file.
        known: Frames that the file has; all of them if not given.

    Raises:
        RecordingError: A value is missing, or the numbers can't be in the unit.
    """
    blank = np.isnan(values)
    if blank.any():
        row, column = np.argwhere(blank)[0]
        place = Place(row=int(row) + 1)
        raise RecordingError("coordinates.gap", path, place=place, name=COORDINATES[column])
    degrees = bool(stated_degrees) if in_degrees is None else in_degrees
    _refuse_too_large(path, values, degrees, _claim(in_degrees, stated_degrees))
    largest = float(np.abs(values).max())
    if in_degrees is None and stated_degrees is None:
        timing = timing.noting(finding(Assumed.RADIANS))
    if degrees and in_degrees is None and np.ptp(values) > 0.2 and largest < SMALLEST_MOTION_DEG:
        mend = Setting("in_degrees", False)
        timing = timing.noting(finding(Warned.MAYBE_RADIANS, largest_deg=largest, mend=mend))
    known = np.ones(len(values), dtype=bool) if known is None else known
    if not known.all():
        timing = timing.noting(finding(Found.ROWS_LEFT_OUT, frames=int((~known).sum())))
    return CoordinateRecording(
        source=path,
        time=timing.time,
        q=np.radians(values) if degrees else values,
        known=known,
        rate_hz=timing.rate_hz,
        notes=timing.notes,
    )


def _refuse_too_large(
    path: Path, values: Float[np.ndarray, "t 6"], degrees: bool, claim: Phrase
) -> None:
    limit = np.degrees(LARGEST_RAD) if degrees else LARGEST_RAD
    if float(np.abs(values).max()) <= limit:
        return
    row, column = np.unravel_index(int(np.abs(values).argmax()), values.shape)
    place, name, value = Place(row=int(row) + 1), COORDINATES[column], values[row, column]
    if degrees:
        raise RecordingError("coordinates.no_neck", path, place=place, name=name, value_deg=value)
    mend = Setting("in_degrees", True)
    raise RecordingError(
        "coordinates.like_degrees",
        path,
        place=place,
        remedy=mend,
        name=name,
        value=value,
        claim=claim,
    )


def _claim(given: bool | None, stated: bool | None) -> Phrase:
    if given is not None:
        return phrase("coordinates.given_radians", setting=Setting("in_degrees", False))
    silent = phrase("coordinates.no_unit")
    return phrase("coordinates.stated_radians") if stated is False else silent
