"""What is in a recording, before anything is worked out: names, axes, what was found."""

import dataclasses
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from nuchal.app.choices import Choices
from nuchal.app.reading import about, opened, settled
from nuchal.app.turns_look import TurnsSeen, turns_seen
from nuchal.commands.tracked import AnyRecording
from nuchal.errors import NuchalError
from nuchal.findings import Finding
from nuchal.orientations import OrientationRecording
from nuchal.records import CoordinateRecording, Recording
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
        frames: None could be read where there is none.
        names: Markers in the file, or bodies; none where it holds the six coordinates themselves.
        found: The file's names of our markers, as far as they were recognised.
        axes: How the person with markers stands in the laboratory.
        turns: What was seen of orientations; None in any other recording.
        problem: What keeps the recording from being used.
    """

    name: str
    frames: int = 0
    rate_hz: float = 0.0
    duration_s: float = 0.0
    names: tuple[str, ...] = ()
    found: dict[str, str] = field(default_factory=dict)
    axes: Finding | None = None
    turns: TurnsSeen | None = None
    problem: NuchalError | None = None

    @property
    def has_markers(self) -> bool:
        """Whether there are markers to be looked at."""
        return bool(self.names) and self.turns is None

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
        NuchalError: the file cannot be read, whatever is chosen.
    """
    unread = about(path, choices)
    try:
        one = opened(unread, still=unread.is_turns and static == path)
    except NuchalError as problem:
        if not unread.left:
            raise
        return Look(name=path.name, turns=TurnsSeen(left=unread.left), problem=problem)
    seen = _outline(one.read, unread.left)
    if isinstance(one.read, Recording):
        _draw(one.read, choices.mirror, picture)
    still = None
    if static is not None and static != path:
        still = opened(about(static, choices), still=True)
    try:
        settings = settled(one, choices, still)
    except NuchalError as problem:
        return dataclasses.replace(seen, problem=problem)
    rest = None if still is None or settings.static is None else still.read
    if isinstance(one.read, Recording):
        return _markers(seen, one.read, rest if isinstance(rest, Recording) else None, settings)
    if isinstance(one.read, OrientationRecording):
        before = rest if isinstance(rest, OrientationRecording) else None
        return _turns(seen, one.read, before, settings, at_rest=static == path)
    return seen


def _outline(read: AnyRecording, left: frozenset[str]) -> Look:
    """How much there is of it, and of what.

    Raises:
        NuchalError: it has more names than can be listed.
    """
    time, path = np.asarray(read.time, dtype=float), read.source
    names = () if isinstance(read, CoordinateRecording) else tuple(read.names)
    turns = TurnsSeen(left=left) if isinstance(read, OrientationRecording) else None
    if len(names) > _MOST_NAMES or sum(map(len, names)) > _MOST_LETTERS:
        if turns is None:
            raise NuchalError("page.too_many_markers", path, most=_MOST_NAMES)
        raise NuchalError("page.too_many_bodies", path, most=_MOST_NAMES)
    return Look(
        name=path.name,
        frames=len(time),
        rate_hz=float(read.rate_hz),
        duration_s=float(time[-1] - time[0]) if len(time) else 0.0,
        names=names,
        turns=turns,
    )


def _markers(
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


def _turns(
    seen: Look,
    read: OrientationRecording,
    static: OrientationRecording | None,
    settings: TrackingSettings,
    *,
    at_rest: bool,
) -> Look:
    left = frozenset() if seen.turns is None else seen.turns.left
    turns, problem = turns_seen(read, settings, static, left, at_rest=at_rest)
    return dataclasses.replace(seen, turns=turns, problem=problem)


def _draw(read: Recording, mirror: str | None, picture: Path) -> None:
    """Write what the page's scene shows of markers, whole or not at all."""
    draft = picture.with_name(f"{picture.name}.{os.getpid()}")
    shown = read if mirror is None else mirrored(read, mirror)
    draft.write_text(json.dumps(_picture(shown)), "utf-8")
    draft.replace(picture)


def _picture(read: Recording) -> dict[str, Any]:
    time = np.asarray(read.time, dtype=float)
    kept = np.arange(0, len(time), max(1, -(-len(time) // _MOST_FRAMES)))
    return {
        "names": list(read.names),
        "time": packed_numbers(time[kept] - time[:1], "f4"),
        "positions": packed_numbers(np.asarray(read.positions)[kept], "f4"),
        "visible": packed_numbers(np.asarray(read.visible)[kept], "u1"),
    }
