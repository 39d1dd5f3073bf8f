"""From what a file holds to a ``Recording``: names, gaps and units, the same for every format."""

import difflib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float

from nuchal.errors import RecordingError
from nuchal.findings import Finding
from nuchal.io.recordings.timing import Timing
from nuchal.io.recordings.units import (
    LARGEST_EXTENT_M,
    LARGEST_PLACE_M,
    LENGTH_UNITS,
    SMALLEST_EXTENT_M,
    extent,
    length_unit,
    likely_unit,
)
from nuchal.records import Recording


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the user states about a recording; None leaves it to the file.

    Attributes:
        person: Whose markers to take where several people or things share a file.
    """

    units: str | None = None
    rate_hz: float | None = None
    in_degrees: bool | None = None
    person: str | None = None


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
    notes: tuple[Finding | str, ...] = ()


def assemble(path: Path, raw: RawMarkers, options: Options) -> Recording:
    """The recording in metres, with clean names and a mask in place of missing values.

    Raises:
        RecordingError: Several people, names given twice, no marker in sight, no unit or an
            impossible one.
    """
    keep, names, name_notes = person_names(path, raw.names, options.person)
    positions = raw.positions[:, keep]
    visible, gap_notes = _visible(names, positions)
    if not visible.any():
        raise RecordingError(
            path, "has no marker with a position in any frame; label and fill the trial first."
        )
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
        time=raw.timing.time,
        positions=positions,
        visible=visible,
        rate_hz=raw.timing.rate_hz,
        units=unit,
        vertical=raw.vertical,
        notes=raw.notes + raw.timing.notes + name_notes + unit_notes + gap_notes,
    )


def person_names(
    path: Path, labels: Sequence[str], person: str | None
) -> tuple[list[int], tuple[str, ...], tuple[str, ...]]:
    """Which columns belong to the person, their names without the prefix, and notes.

    Raises:
        RecordingError: Several prefixes and no choice, an unknown choice, no names, or one twice.
    """
    prefixes = list(dict.fromkeys(label.split(":")[0] for label in labels if ":" in label))
    notes: list[str] = []
    chosen: str | None
    if person is not None:
        chosen = _known(path, person.rstrip(":"), prefixes)
    elif len(prefixes) > 1:
        raise RecordingError(
            path,
            f"holds markers of {len(prefixes)} people or things ({', '.join(prefixes)}); choose "
            f"one with --person, e.g. --person {prefixes[-1]}.",
        )
    else:
        chosen = prefixes[0] if prefixes else None
    if chosen is not None:
        notes.append(f'Prefix "{chosen}:" removed from the marker names.')
    keep, names, unlabelled = [], [], 0
    for column, label in enumerate(labels):
        prefix, colon, rest = label.partition(":")
        name = rest if colon else label
        if colon and prefix != chosen:
            continue
        if not name or name.startswith("*"):
            unlabelled += 1
            continue
        keep.append(column)
        names.append(name)
    if unlabelled:
        notes.append(f"{unlabelled} unlabelled trajectories left out.")
    _refuse_names(path, names)
    return keep, tuple(names), tuple(notes)


def _known(path: Path, person: str, prefixes: list[str]) -> str:
    matches = [p for p in prefixes if p.casefold() == person.casefold()]
    if matches:
        return matches[0]
    have = f"has {', '.join(prefixes)}" if prefixes else "has marker names without a prefix"
    close = difflib.get_close_matches(person, prefixes, n=1)
    other = "leave out --person" + (" or choose one of them" if prefixes else "")
    hint = f"did you mean {close[0]}" if close else other
    raise RecordingError(path, f'has no person "{person}": it {have}; {hint}.')


def _refuse_names(path: Path, names: list[str]) -> None:
    if not names:
        raise RecordingError(path, "has no labelled markers; label the trial and export it again.")
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise RecordingError(
            path, f"has more than one marker called {', '.join(twice)}; rename or remove one."
        )


def _visible(
    names: Sequence[str], positions: Float[np.ndarray, "t m 3"]
) -> tuple[Bool[np.ndarray, "t m"], tuple[str, ...]]:
    known = np.isfinite(positions).all(axis=-1)
    zero = known & (positions == 0.0).all(axis=-1)
    partly = ~known & np.isfinite(positions).any(axis=-1)
    visible = known & ~zero
    notes = [
        f"{name}: {count} frames of 0, 0, 0 taken as missing."
        for name, count in zip(names, zero.sum(axis=0), strict=True)
        if count
    ]
    notes += [
        f"{name}: {count} frames with some of x, y, z blank taken as missing."
        for name, count in zip(names, partly.sum(axis=0), strict=True)
        if count
    ]
    unseen = [name for name, seen in zip(names, visible.any(axis=0), strict=True) if not seen]
    if unseen:
        notes.append(f"Never visible: {', '.join(unseen)}.")
    return visible, tuple(notes)


def _unit(
    path: Path, stated: str | None, given: str | None, size: float | None
) -> tuple[str, tuple[str, ...]]:
    if given is not None:
        unit = length_unit(given)
        if unit is None:
            raise RecordingError(
                path, f'--units "{given}" is no unit of length; choose mm, cm or m.'
            )
        if stated and length_unit(stated) != unit:
            return unit, (f"The file says {stated}; read as {unit}, as given.",)
        return unit, ()
    guess = likely_unit(size) if size is not None else None
    if not stated:
        look = (
            f"; they look like {guess}, so give --units {guess}"
            if guess
            else "; give --units mm, cm or m"
        )
        raise RecordingError(path, f"does not say in what unit the positions are{look}.")
    unit = length_unit(stated)
    if unit is None:
        raise RecordingError(
            path, f'states positions in "{stated}", which is not mm, cm or m; give --units.'
        )
    return unit, ()


def _refuse_impossible(path: Path, size: float, unit: str) -> None:
    size_m = size * LENGTH_UNITS[unit]
    if SMALLEST_EXTENT_M <= size_m <= LARGEST_EXTENT_M:
        return
    guess = likely_unit(size)
    look = (
        f"the numbers look like {guess}, so give --units {guess}"
        if guess
        else "check the unit and look for stray markers"
    )
    raise RecordingError(
        path,
        f"the markers lie within {size_m:.3g} m of one another if the unit is {unit}, too "
        f"{'far apart' if size_m > LARGEST_EXTENT_M else 'close together'} for a person; {look}.",
    )


def _refuse_astray(
    path: Path, names: Sequence[str], positions_m: Float[np.ndarray, "t m 3"]
) -> None:
    farthest = np.abs(positions_m).max(axis=-1)
    if farthest.max() <= LARGEST_PLACE_M:
        return
    frame, marker = np.argwhere(farthest > LARGEST_PLACE_M)[0]
    raise RecordingError(
        path,
        f"{names[marker]} lies {farthest[frame, marker]:.3g} m from the origin in frame "
        f"{frame + 1}; correct or delete it there, or give the right unit with --units.",
    )
