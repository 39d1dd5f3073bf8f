"""From what a file holds to a ``Recording``: names, gaps and units, the same for every format."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float

from nuchal.errors import Place, RecordingError, Setting, phrase
from nuchal.findings import Assumed, Finding, Found, finding
from nuchal.io.recordings.format import Options, Timing
from nuchal.io.recordings.marker_names import person_names
from nuchal.io.recordings.moved import refuse_moved
from nuchal.io.recordings.units import (
    LARGEST_EXTENT_M,
    LARGEST_PLACE_M,
    LENGTH_UNITS,
    SMALLEST_EXTENT_M,
    extent,
    length_unit,
    likely_unit,
)
from nuchal.plain_text import plain_line
from nuchal.records import Recording


@dataclass(frozen=True, kw_only=True)
class RawMarkers:
    """Markers as a file has them: its names, its unit, NaN where a cell is blank.

    Attributes:
        unit: As the file spells it; None where it states none.
    """

    names: tuple[str, ...]
    positions: Float[np.ndarray, "t m 3"]
    unit: str | None
    timing: Timing
    vertical: Literal["X", "Y", "Z"] | None = None
    notes: tuple[Finding, ...] = ()


def markers_in_columns(
    path: Path,
    table: Float[np.ndarray, "t n"],
    markers: Sequence[tuple[str, Sequence[int]]],
    units: Sequence[str],
    *,
    timing: Timing,
    notes: tuple[Finding, ...],
) -> RawMarkers:
    """Markers out of a table.

    Args:
        path: For the messages.
        table: One row a frame.
        markers: Name and columns of X, Y and Z of each.
        units: Of every column; empty where none is stated.
        timing: Of the rows.
        notes: What the reader had to note.

    Raises:
        RecordingError: The markers are in more than one unit.
    """
    order = [column for _, columns in markers for column in columns]
    stated = {length_unit(units[column]) or units[column] for column in order} - {""}
    if len(stated) > 1:
        raise RecordingError("recording.mixed_units", path, units=sorted(stated))
    return RawMarkers(
        names=tuple(name for name, _ in markers),
        positions=table[:, order].reshape(len(table), len(markers), 3),
        unit=stated.pop() if stated else None,
        timing=timing,
        notes=notes,
    )


def assemble(path: Path, raw: RawMarkers, options: Options) -> Recording:
    """The recording in metres, with clean names and a mask in place of missing values.

    Raises:
        RecordingError: Several people, no marker in sight, cells out of place, no unit or an
            impossible one.
    """
    refuse_moved(path, raw.positions)
    seen = (np.isfinite(raw.positions).all(axis=-1) & raw.positions.any(axis=-1)).any(axis=0)
    labels = tuple(map(plain_line, raw.names))
    keep, names, name_notes = person_names(path, labels, seen, options.person)
    keep, names, twice = _once(names, keep, raw.positions)
    positions = raw.positions[:, keep]
    visible, gap_notes = _visible(names, positions)
    if not visible.any():
        raise RecordingError("recording.nothing_visible", path)
    positions = np.where(visible[..., None], positions, 0.0)
    size = extent(positions, visible)
    unit, unit_notes = _unit(path, raw.unit, options.units, size)
    if size is not None:
        _refuse_impossible(path, size, unit)
    positions = positions * LENGTH_UNITS[unit]
    _refuse_astray(path, names, positions)
    return Recording(
        source=path,
        names=names,
        twice=twice,
        time=raw.timing.time,
        positions=positions,
        visible=visible,
        rate_hz=raw.timing.rate_hz,
        units=unit,
        vertical=raw.vertical,
        notes=raw.notes + raw.timing.notes + name_notes + unit_notes + gap_notes,
    )


def _once(
    names: Sequence[str], keep: Sequence[int], positions: Float[np.ndarray, "t m 3"]
) -> tuple[list[int], tuple[str, ...], tuple[str, ...]]:
    """Each name once, its column, and the names that several markers at other places have."""
    first: dict[str, int] = {}
    twice = []
    for name, column in zip(names, keep, strict=True):
        here = positions[:, first.setdefault(name, column)]
        if not np.array_equal(here, positions[:, column], equal_nan=True):
            twice.append(name)
    return list(first.values()), tuple(first), tuple(dict.fromkeys(twice))


def _visible(
    names: Sequence[str], positions: Float[np.ndarray, "t m 3"]
) -> tuple[Bool[np.ndarray, "t m"], tuple[Finding, ...]]:
    known = np.isfinite(positions).all(axis=-1)
    zero = known & (positions == 0.0).all(axis=-1)
    partly = ~known & np.isfinite(positions).any(axis=-1)
    visible = known & ~zero
    notes = [
        finding(what, marker=name, frames=int(count))
        for what, where in ((Assumed.ZERO_IS_MISSING, zero), (Assumed.PART_IS_MISSING, partly))
        for name, count in zip(names, where.sum(axis=0), strict=True)
        if count
    ]
    unseen = [name for name, seen in zip(names, visible.any(axis=0), strict=True) if not seen]
    if unseen:
        notes.append(finding(Found.NEVER_VISIBLE, markers=unseen))
    return visible, tuple(notes)


def _unit(
    path: Path, stated: str | None, given: str | None, size: float | None
) -> tuple[str, tuple[Finding, ...]]:
    choose = Setting("units")
    if given is not None:
        unit = length_unit(given)
        if unit is None:
            raise RecordingError("recording.no_length_unit", path, given=Setting("units", given))
        if stated and length_unit(stated) != unit:
            return unit, (finding(Found.UNIT_REPLACED, stated=stated, unit=unit),)
        return unit, ()
    if not stated:
        guess = likely_unit(size) if size is not None else None
        if guess:
            remedy = Setting("units", guess)
            raise RecordingError("recording.likely_unit", path, unit=guess, remedy=remedy)
        raise RecordingError("recording.no_unit", path, remedy=choose)
    unit = length_unit(stated)
    if unit is None:
        raise RecordingError("recording.unknown_unit", path, unit=stated, remedy=choose)
    return unit, ()


def _refuse_impossible(path: Path, size: float, unit: str) -> None:
    size_m = size * LENGTH_UNITS[unit]
    if SMALLEST_EXTENT_M <= size_m <= LARGEST_EXTENT_M:
        return
    far, guess = size_m > LARGEST_EXTENT_M, likely_unit(size)
    how = phrase("recording.far_apart") if far else phrase("recording.close_together")
    hint = phrase("recording.check_unit")
    if guess:
        hint = phrase("recording.looks_like", unit=guess, mend=Setting("units", guess))
    raise RecordingError(
        "recording.impossible_size", path, size_m=size_m, unit=unit, how=how, hint=hint
    )


def _refuse_astray(
    path: Path, names: Sequence[str], positions_m: Float[np.ndarray, "t m 3"]
) -> None:
    farthest = np.abs(positions_m).max(axis=-1)
    if farthest.max() <= LARGEST_PLACE_M:
        return
    frame, marker = np.argwhere(farthest > LARGEST_PLACE_M)[0]
    place, distance_m, name = Place(frame=int(frame) + 1), farthest[frame, marker], names[marker]
    units = Setting("units")
    raise RecordingError(
        "recording.astray", path, place=place, remedy=units, marker=name, distance_m=distance_m
    )
