"""What is in a recording, before anything is worked out: markers, names, axes."""

import dataclasses
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from nuchal.app.choices import Choices
from nuchal.errors import NuchalError
from nuchal.io.recordings.read import read_recording
from nuchal.model.anatomy import generic_anatomy
from nuchal.records import CoordinateRecording, Recording
from nuchal.report.html.packing import packed_numbers
from nuchal.tracking.axes import mirrored
from nuchal.tracking.laboratory import StatedAxes, detect_laboratory
from nuchal.tracking.naming import MarkerNames
from nuchal.tracking.neutral import check_same_head, find_neutral
from nuchal.tracking.observation import common_names, name_markers, observe
from nuchal.tracking.pipeline import TrackingSettings

# More are thinned out for the picture.
_MOST_FRAMES: Final = 500


@dataclass(frozen=True, kw_only=True)
class Look:
    """What was seen in one file.

    Attributes:
        names: Markers in the file; none where it holds the six coordinates themselves.
        found: The file's names of our markers, as far as they were recognised.
        axes: How the person stands in the laboratory, in words.
        problem: What keeps the recording from being used, the same sentence that the command
            prints.
    """

    name: str
    frames: int
    rate_hz: float
    duration_s: float
    names: tuple[str, ...] = ()
    found: dict[str, str] = field(default_factory=dict)
    up: str | None = None
    forward: str | None = None
    axes: str = ""
    problem: str | None = None

    @property
    def has_markers(self) -> bool:
        """Whether there are markers to be looked at."""
        return bool(self.names)


def look_at(path: Path, static: Path | None, choices: Choices, picture: Path) -> Look:
    """Read a recording as far as its names and axes, and draw up a picture of its markers.

    Args:
        path: the recording.
        static: the recording at rest, if there is one.
        choices: names and axes that were chosen.
        picture: where to write what the page's scene shows.

    Raises:
        NuchalError: the file cannot be read at all.
    """
    settings = choices.reading
    read = _read(path, choices)
    time = np.asarray(read.time, dtype=float)
    seen = Look(
        name=path.name,
        frames=len(time),
        rate_hz=float(read.rate_hz),
        duration_s=float(time[-1] - time[0]) if len(time) else 0.0,
    )
    if not isinstance(read, Recording):
        return seen
    seen = dataclasses.replace(seen, names=tuple(read.names))
    draft = picture.with_name(f"{picture.name}.{os.getpid()}")
    draft.write_text(json.dumps(_picture(read)), "utf-8")
    draft.replace(picture)
    still = None
    if static is not None and static != path:
        other = _read(static, choices)
        still = other if isinstance(other, Recording) else None
    return _understood(seen, read, still, settings)


def _read(path: Path, choices: Choices) -> Recording | CoordinateRecording:
    """As the command would read it."""
    told = choices.reading
    read = read_recording(
        path,
        units=told.units,
        rate_hz=told.rate_hz,
        in_degrees=told.in_degrees,
        person=told.person,
    )
    if isinstance(read, Recording) and choices.mirror is not None:
        return mirrored(read, choices.mirror)
    return read


def _understood(
    seen: Look, read: Recording, static: Recording | None, settings: TrackingSettings
) -> Look:
    """Names and axes, or the sentence that says why not, with whatever was found before it."""
    try:
        names = name_markers(read, explicit=settings.markers, swap_sides=settings.swap_sides)
    except NuchalError as problem:
        return dataclasses.replace(seen, problem=str(problem))
    seen = dataclasses.replace(seen, found=dict(names.in_file))
    try:
        return _with_axes(seen, read, static, names, settings)
    except NuchalError as problem:
        return dataclasses.replace(seen, problem=str(problem))


def _with_axes(
    seen: Look,
    read: Recording,
    static: Recording | None,
    names: MarkerNames,
    settings: TrackingSettings,
) -> Look:
    def observed(one: Recording, these: MarkerNames) -> Any:
        return observe(one, these, max_gap_s=settings.max_gap_s, cutoff_hz=settings.cutoff_hz)

    if static is None:
        neutral = find_neutral(observed(read, names), window_s=settings.neutral_window_s)
    else:
        there = name_markers(static, explicit=settings.markers, swap_sides=settings.swap_sides)
        trial = observed(read, common_names(names, there, static.source))
        names = common_names(there, names, static.source)
        neutral = find_neutral(observed(static, names), window_s=settings.neutral_window_s)
        check_same_head(trial, neutral)
    laboratory = detect_laboratory(
        dict(zip(names.head, neutral.head, strict=True)),
        dict(zip(names.thorax, neutral.thorax, strict=True)),
        source=neutral.source,
        model_head=np.asarray(generic_anatomy().markers),
        stated=StatedAxes(vertical=read.vertical, up=settings.up, forward=settings.forward),
    )
    return dataclasses.replace(
        seen, up=laboratory.up, forward=laboratory.forward, axes=laboratory.sentence
    )


def _picture(read: Recording) -> dict[str, Any]:
    time = np.asarray(read.time, dtype=float)
    kept = np.arange(0, len(time), max(1, -(-len(time) // _MOST_FRAMES)))
    return {
        "names": list(read.names),
        "time": packed_numbers(time[kept] - time[:1], "f4"),
        "positions": packed_numbers(np.asarray(read.positions)[kept], "f4"),
        "visible": packed_numbers(np.asarray(read.visible)[kept], "u1"),
    }
