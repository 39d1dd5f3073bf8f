"""What is in a recording, before anything is worked out: markers, names, axes."""

import dataclasses
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from nuchal.app.choices import Choices
from nuchal.commands.tracked import read_any
from nuchal.errors import NuchalError
from nuchal.findings import Finding
from nuchal.records import Recording
from nuchal.report.html.packing import packed_numbers
from nuchal.tracking.location import stand
from nuchal.tracking.observation import TrackingSettings, marker_names, mirrored, observe

# Names that a page can list: people have some hundred markers.
_MOST_NAMES: Final = 600
_MOST_LETTERS: Final = 60_000
# More are thinned out for the picture.
_MOST_FRAMES: Final = 500


@dataclass(frozen=True, kw_only=True)
class Look:
    """What was seen in one file.

    Attributes:
        names: Markers in the file; none where it holds the six coordinates themselves.
        found: The file's names of our markers, as far as they were recognised.
        axes: How the person stands in the laboratory.
        problem: What keeps the recording from being used.
    """

    name: str
    frames: int
    rate_hz: float
    duration_s: float
    names: tuple[str, ...] = ()
    found: dict[str, str] = field(default_factory=dict)
    axes: Finding | None = None
    problem: NuchalError | None = None

    @property
    def has_markers(self) -> bool:
        """Whether there are markers to be looked at."""
        return bool(self.names)

    def axis(self, which: str) -> str | None:
        """The axis of the laboratory that points ``up`` or ``forward``, as far as it is known."""
        return None if self.axes is None else str(self.axes.values[which])


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
    read, settings = read_any(path, choices.reading), choices.reading
    time = np.asarray(read.time, dtype=float)
    seen = Look(
        name=path.name,
        frames=len(time),
        rate_hz=float(read.rate_hz),
        duration_s=float(time[-1] - time[0]) if len(time) else 0.0,
    )
    if not isinstance(read, Recording):
        return seen
    if len(read.names) > _MOST_NAMES or sum(map(len, read.names)) > _MOST_LETTERS:
        raise NuchalError("page.too_many_markers", path, most=_MOST_NAMES)
    seen = dataclasses.replace(seen, names=tuple(read.names))
    draft = picture.with_name(f"{picture.name}.{os.getpid()}")
    shown = read if settings.mirror is None else mirrored(read, settings.mirror)
    draft.write_text(json.dumps(_picture(shown)), "utf-8")
    draft.replace(picture)
    still = None
    if static is not None and static != path:
        still = read_any(static, settings, still=True)
    return _understood(seen, read, still if isinstance(still, Recording) else None, settings)


def _understood(
    seen: Look, read: Recording, static: Recording | None, settings: TrackingSettings
) -> Look:
    """Names and axes, or the problem, with whatever was found before it."""
    try:
        seen = dataclasses.replace(seen, found=dict(marker_names(read, settings).in_file))
        observation = observe(read, settings, static=static)
        axes = stand(observation, settings).laboratory.finding
    except NuchalError as problem:
        return dataclasses.replace(seen, problem=problem)
    return dataclasses.replace(seen, axes=axes)


def _picture(read: Recording) -> dict[str, Any]:
    time = np.asarray(read.time, dtype=float)
    kept = np.arange(0, len(time), max(1, -(-len(time) // _MOST_FRAMES)))
    return {
        "names": list(read.names),
        "time": packed_numbers(time[kept] - time[:1], "f4"),
        "positions": packed_numbers(np.asarray(read.positions)[kept], "f4"),
        "visible": packed_numbers(np.asarray(read.visible)[kept], "u1"),
    }
