"""Curves of angle and force over each attempt, on one scale of time: the way out and back."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from jaxtyping import Float

from nuchal.assessment.attempts.attempts import towards, way_begins
from nuchal.commands.read_back import read_frames, read_rows
from nuchal.commands.tables import HEAD_ANGLES, STATUS_FILE
from nuchal.model.angles import CLINICAL_SIGNS
from nuchal.model.clinical import DIRECTIONS, GROUPS, SIDES, group_force
from nuchal.model.generic import MUSCLES

# Shares of the time of a way [%].
PERCENT: Final = tuple(range(0, 101, 2))
# Frames farther apart than so many periods have a gap between them.
_GAP: Final = 1.5
_ANGLE_DIGITS: Final = 2
_FORCE_DIGITS: Final = 2


class _Recorded(NamedTuple):
    """What the tables of one recording hold, frames in gaps left out.

    Attributes:
        start: Of its first frame [s].
        force: Of 72 muscles [N]; NaN in frames whose forces cannot be used.
    """

    start: float
    time: Float[np.ndarray, " t"]
    angles_deg: Float[np.ndarray, "t 3"]
    force: Float[np.ndarray, "t m"]


def curve_rows(attempts: Sequence[Mapping[str, Any]], folder: Path) -> Iterator[dict[str, Any]]:
    """Rows of the table ``curves``.

    Args:
        attempts: rows of the table ``attempts`` of one visit.
        folder: of its assessment.

    Raises:
        RecordingError: a table is gone, or none of ours.
    """
    recorded = {name: _recorded(folder / name) for name in {one["recording"] for one in attempts}}
    for one in attempts:
        of = recorded[one["recording"]]
        named = {name: one[name] for name in ("direction", "attempt", "recording")}
        for way, rows in _ways(of, one["direction"], one["time_s"]):
            for percent, row in zip(PERCENT, rows, strict=True):
                yield {**named, "way": way, "percent": percent, **row}


def _ways(
    of: _Recorded, direction: str, time_s: float
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Out and back; a way that the recording does not hold whole is left out."""
    angle = towards(of.angles_deg, DIRECTIONS.index(direction))
    peak = int(np.argmin(np.abs(of.time - of.start - time_s)))
    first, end = _stretch(of.time, peak)
    here, at = angle[first:end], peak - first
    out = first + way_begins(here, at)
    back = end - 1 - way_begins(here[::-1], len(here) - 1 - at)
    if out < peak:
        yield "out", _sampled(of, angle, np.linspace(of.time[out], of.time[peak], len(PERCENT)))
    if back > peak:
        yield "back", _sampled(of, angle, np.linspace(of.time[peak], of.time[back], len(PERCENT)))


def _sampled(
    of: _Recorded, angle: Float[np.ndarray, " t"], time: Float[np.ndarray, " p"]
) -> list[dict[str, Any]]:
    columns = {"angle_deg": np.interp(time, of.time, angle), "total_N": of.force.sum(axis=1)}
    columns["total_N"] = np.interp(time, of.time, columns["total_N"])
    for group in GROUPS:
        for side in SIDES:
            name = f"{group.replace(' ', '_')}_{side}_N"
            columns[name] = np.interp(time, of.time, group_force(of.force, group, side))
    return [
        {name: _rounded(name, values[k]) for name, values in columns.items()}
        for k in range(len(time))
    ]


def _rounded(name: str, value: float) -> float | None:
    if not np.isfinite(value):
        return None
    return round(float(value), _ANGLE_DIGITS if name == "angle_deg" else _FORCE_DIGITS)


def _stretch(time: Float[np.ndarray, " t"], peak: int) -> tuple[int, int]:
    """First frame and end of what is known around a frame without a gap."""
    steps = np.diff(time)
    cuts = np.flatnonzero(steps > _GAP * np.median(steps)) + 1 if len(steps) else steps.astype(int)
    before, after = cuts[cuts <= peak], cuts[cuts > peak]
    return (int(before[-1]) if len(before) else 0), (int(after[0]) if len(after) else len(time))


def _recorded(folder: Path) -> _Recorded:
    frames = read_frames(folder / STATUS_FILE)
    turned = read_rows(folder / "head_on_thorax.mot", HEAD_ANGLES, frames)
    forces = read_rows(folder / "forces.sto", MUSCLES, frames)
    usable = frames.usable[frames.rows]
    return _Recorded(
        start=float(frames.time[0]),
        time=frames.time[frames.rows],
        angles_deg=turned * CLINICAL_SIGNS,
        force=np.where(usable[:, None], forces, np.nan),
    )
