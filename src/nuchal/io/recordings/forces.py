"""Forces on the head from any table that a laboratory exports: CSV, MOT, STO or analog channels."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
from jaxtyping import Bool, Float

from nuchal.errors import RecordingError, Setting
from nuchal.findings import Assumed, Finding, Found, finding
from nuchal.io.recordings import opensim_storage
from nuchal.io.recordings.force_columns import ForceColumns, Triple, force_columns
from nuchal.io.recordings.format import Analogs, Options, Source
from nuchal.io.recordings.read import FORMATS, format_of
from nuchal.io.recordings.units import FORCES, LENGTH_UNITS, MOMENTS, bare_unit, length_unit
from nuchal.io.text import read_bytes

_RATE: Final = Setting("force_rate_hz")
_OPENSIM: Final = ("N", "m")
# Where less than this pulls, nobody asks for the point [N].
_NO_FORCE_N: Final = 1.0

# Units of force and length that the user gives.
Units: TypeAlias = tuple[str, str]
# How many of our units one of a unit is; None where it is another quantity's.
UnitOf: TypeAlias = Callable[[str], float | None]


@dataclass(frozen=True, kw_only=True)
class ForceRecording:
    """k forces over n samples, in the axes and from the origin of the file.

    Attributes:
        time: On the file's own clock [s].
        timed: Whether the file places its samples in time; else its clock starts at zero.
        force: As they act on the head [N]; zero where not known.
        point: Where they act [m]; None where the file does not say so.
        torque: Free moment beside the force [N m].
        known: Samples in which all is known, but for points.
        point_known: Where a point is known.
    """

    source: Path
    names: tuple[str, ...]
    time: Float[np.ndarray, " n"]
    timed: bool
    force: Float[np.ndarray, "n k 3"]
    point: Float[np.ndarray, "n k 3"] | None
    torque: Float[np.ndarray, "n k 3"]
    known: Bool[np.ndarray, " n"]
    point_known: Bool[np.ndarray, "n k"]
    notes: tuple[Finding, ...]


def read_forces(
    path: Path, *, units: Units | None = None, rate_hz: float | None = None
) -> ForceRecording:
    """Read forces, the points where they act and torques.

    Args:
        path: The file; its content decides what it is.
        units: Of force and length, against what the file says.
        rate_hz: Samples a second, where the file states none or a wrong one.

    Raises:
        RecordingError: The file is missing, damaged, holds no forces, or does not say in which
            unit they are.
    """
    source = Source(path, read_bytes(path))
    found = format_of(source)
    if found.is_text and opensim_storage.FORMAT.sniff(source):
        found = opensim_storage.FORMAT
    if found.read_analogs is None:
        can = [one.name for one in FORMATS if one.read_analogs]
        raise RecordingError("force.other_kind", path, format=found.name, formats=can)
    raw = found.read_analogs(source, Options(rate_hz=rate_hz, rate=_RATE))
    columns = force_columns(path, raw.names)
    silent = units is None and not any(raw.units) and found is opensim_storage.FORMAT
    notes = [finding(Assumed.FORCE_UNITS_OF_OPENSIM)] if silent else []
    used = {c for one in columns for c in (*one.force, *(one.point or ()), *(one.torque or ()))}
    others = [name for k, name in enumerate(raw.names) if k not in used]
    if others:
        notes.append(finding(Found.COLUMNS_LEFT_OUT, columns=others))
    return _assemble(path, raw, columns, _OPENSIM if silent else units, tuple(notes))


def _assemble(
    path: Path,
    raw: Analogs,
    columns: Sequence[ForceColumns],
    given: Units | None,
    notes: tuple[Finding, ...],
) -> ForceRecording:
    """In newtons and metres, with masks in place of what is no number."""
    names, (unit, length) = tuple(one.name for one in columns), given or ("", "")
    force = _scaled(path, raw, names, [one.force for one in columns], (newtons, unit))
    of_torque = newton_metres, f"{unit} {length}" if given else ""
    torque = _scaled(path, raw, names, [one.torque for one in columns], of_torque)
    point = _points(path, raw, columns, length)
    pointed = np.ones(force.shape[:2], dtype=bool)
    if point is not None:
        pointed = np.isfinite(point).all(axis=-1)
    known = np.isfinite(force).all(axis=-1) & np.isfinite(torque).all(axis=-1)
    idle = known & (np.linalg.norm(force, axis=-1) < _NO_FORCE_N)
    acting = (known & pointed)[..., None]
    return ForceRecording(
        source=path,
        names=names,
        time=raw.timing.time,
        timed=raw.timed,
        force=np.where(acting, force, 0.0),
        point=None if point is None else np.where(pointed[..., None], point, 0.0),
        torque=np.where(acting, torque, 0.0),
        known=(known & (pointed | idle)).all(axis=1),
        point_known=pointed,
        notes=(*raw.notes, *raw.timing.notes, *notes),
    )


def _points(
    path: Path, raw: Analogs, columns: Sequence[ForceColumns], length: str
) -> Float[np.ndarray, "n k 3"] | None:
    """Where the forces act [m], NaN where not known; None where the file has no such columns."""
    lacking = [one.name for one in columns if one.point is None]
    if len(lacking) == len(columns):
        return None
    if lacking:
        raise RecordingError("force.some_points", path, name=lacking[0])
    names = tuple(one.name for one in columns)
    return _scaled(path, raw, names, [one.point for one in columns], (metres, length))


def _scaled(
    path: Path,
    raw: Analogs,
    names: Sequence[str],
    columns: Sequence[Triple | None],
    unit: tuple[UnitOf, str],
) -> Float[np.ndarray, "n k 3"]:
    """One kind of all forces in our unit; zero where there are no columns, NaN where no number."""
    parts = []
    for name, three in zip(names, columns, strict=True):
        if three is None:
            parts.append(np.zeros((len(raw.values), 3)))
            continue
        stated = {unit[1]} if unit[1] else {raw.units[c] for c in three}
        parts.append(raw.values[:, three] * _unit(path, stated, unit[0], name))
    return np.stack(parts, axis=1)


def _unit(path: Path, words: set[str], of: UnitOf, name: str) -> float:
    """How many of our units one of a file's is."""
    remedy = Setting("force_units", _OPENSIM)
    if words == {""}:
        raise RecordingError("force.no_unit", path, remedy=remedy, name=name)
    found = {of(word) for word in words}
    unit = found.pop()
    if unit is None or found:
        raise RecordingError("force.unknown_unit", path, remedy=remedy, units=sorted(words))
    return unit


def newtons(word: str) -> float | None:
    """How many newtons one of a unit is; None where it is no unit of force."""
    return FORCES.get(bare_unit(word))


def metres(word: str) -> float | None:
    """How many metres one of a unit is."""
    unit = length_unit(word)
    return None if unit is None else LENGTH_UNITS[unit]


def newton_metres(word: str) -> float | None:
    """How many newton metres one of a unit is: ``N m``, ``Nmm``, or a force and a length."""
    bare = bare_unit(word)
    if bare in MOMENTS:
        return MOMENTS[bare]
    force, _, length = bare.partition(" ")
    parts = newtons(force), metres(length)
    return None if None in parts else float(np.prod([part or 0.0 for part in parts]))
