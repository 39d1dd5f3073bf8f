"""The six coordinates as a file gives them: degrees or radians, and files that are mistaken."""

from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from jaxtyping import Float

from nuchal.conventions import COORDINATES
from nuchal.errors import RecordingError
from nuchal.findings import Finding
from nuchal.io.opensim.storage import Storage
from nuchal.io.recordings.timing import Timing, from_times
from nuchal.records import CoordinateRecording

# No neck turns a coordinate this far (115 degrees); such numbers are degrees [rad].
LARGEST_RAD: Final = 2.0
# A movement within this in degrees would be a good one in radians [deg].
SMALLEST_MOTION_DEG: Final = 1.3


def recording_from_storage(
    storage: Storage, path: Path, *, in_degrees: bool | None, rate_hz: float | None
) -> CoordinateRecording:
    """Pick the six coordinates out of an OpenSim table.

    Args:
        storage: The table, whose labels may be paths such as
            ``/jointset/aux2jnt/pitch1/value``.
        path: Where it came from.
        in_degrees: Overrides what the table states.
        rate_hz: Replaces the table's times.

    Raises:
        RecordingError: A coordinate is missing or there twice, the times are uneven, or the
            numbers can't be in the stated unit.
    """
    columns = _columns(path, storage.labels)
    timing = from_times(
        path,
        storage.time,
        stated_rate_hz=None,
        given_rate_hz=rate_hz,
        place=lambda row: f"row {row + 1} (line {storage.first_line + row})",
    )
    silent = "indegrees" not in map(str.lower, storage.header)
    stated = None if silent and not storage.in_degrees else storage.in_degrees
    others = [
        label
        for column, label in enumerate(storage.labels)
        if column not in columns and not label.endswith("/speed")
    ]
    notes: tuple[Finding | str, ...] = (
        (f"{len(others)} columns of other quantities left out.",) if others else ()
    )
    if silent and storage.in_degrees:
        notes += ("No unit of angle stated; read as degrees, as OpenSim does for old .mot files.",)
    return assemble_coordinates(
        path,
        values=storage.data[:, columns],
        timing=replace(timing, notes=timing.notes + notes),
        stated_degrees=stated,
        in_degrees=in_degrees,
    )


def _columns(path: Path, labels: tuple[str, ...]) -> list[int]:
    names = [coordinate_name(label) for label in labels]
    lacking = [name for name in COORDINATES if name not in names]
    if lacking:
        shown = ", ".join(labels[:6]) + (", ..." if len(labels) > 6 else "")
        raise RecordingError(
            path,
            f"lacks the coordinate {lacking[0]}; it has the columns {shown}, but a neck motion "
            f"needs {', '.join(COORDINATES)}.",
        )
    twice = [name for name in COORDINATES if names.count(name) > 1]
    if twice:
        raise RecordingError(path, f"has more than one column {twice[0]}; remove one.")
    return [names.index(name) for name in COORDINATES]


def coordinate_name(label: str) -> str:
    """``pitch1`` of ``/jointset/aux2jnt/pitch1/value`` or ``pitch1``; "" for speeds."""
    parts = [part for part in label.split("/") if part]
    if len(parts) > 1 and parts[-1] == "value":
        return parts[-2]
    return label if len(parts) == 1 else ""


def assemble_coordinates(
    path: Path,
    *,
    values: Float[np.ndarray, "t 6"],
    timing: Timing,
    stated_degrees: bool | None,
    in_degrees: bool | None,
) -> CoordinateRecording:
    """Coordinates in radians, after a look at whether the numbers can be what they claim.

    Args:
        path: For the messages.
        values: In the order of ``conventions.COORDINATES``, in the file's unit.
        timing: Of the rows, with what the reader had to note.
        stated_degrees: What the file says; None where it says nothing.
        in_degrees: What the user says; None leaves it to the file.

    Raises:
        RecordingError: A value is missing, or the numbers can't be in the unit.
    """
    blank = np.isnan(values)
    if blank.any():
        row, column = np.argwhere(blank)[0]
        raise RecordingError(
            path,
            f"row {row + 1} of the numbers has no {COORDINATES[column]}; coordinates need a value "
            "in every frame, so fill the gap or cut the trial.",
        )
    notes = timing.notes
    degrees = _unit(in_degrees, stated_degrees)
    claim = _claim(in_degrees, stated_degrees)
    largest = float(np.abs(values).max())
    limit = np.degrees(LARGEST_RAD) if degrees else LARGEST_RAD
    if largest > limit:
        row, column = np.unravel_index(int(np.abs(values).argmax()), values.shape)
        place = f"{COORDINATES[column]} reaches {values[row, column]:.4g} (row {row + 1})"
        if degrees:
            raise RecordingError(
                path, f"{place} degrees, which no neck does; check the file's columns and unit."
            )
        raise RecordingError(
            path, f"{place} and {claim}, which looks like degrees; say so with --degrees."
        )
    if in_degrees is None and stated_degrees is None:
        notes += ("No unit of angle stated; read as radians.",)
    if degrees and in_degrees is None and np.ptp(values) > 0.2 and largest < SMALLEST_MOTION_DEG:
        notes += (
            f"No coordinate exceeds {largest:.2g} degrees; if these are radians, say so with "
            "--radians.",
        )
    return CoordinateRecording(
        source=path,
        time=timing.time,
        q=np.radians(values) if degrees else values,
        rate_hz=timing.rate_hz,
        notes=notes,
    )


def _unit(given: bool | None, stated: bool | None) -> bool:
    return given if given is not None else bool(stated)


def _claim(given: bool | None, stated: bool | None) -> str:
    if given is not None:
        return "--radians says radians"
    return "the file says radians" if stated is False else "the file states no unit"
