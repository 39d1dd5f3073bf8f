"""What a format of orientations is: how it is recognised, and what it leaves to the user."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeAlias

from nuchal.conventions import Device
from nuchal.errors import RecordingError, Setting
from nuchal.io.recordings import format as of_recordings
from nuchal.io.recordings.format import Kind, Source
from nuchal.orientations import OrientationRecording

_ORDERS: Final = ("wxyz", "xyzw")
_ANGLES: Final = re.compile(r"[xyz]{3}|[XYZ]{3}")

# Columns of a body: what its names start with, or the names themselves.
Columns: TypeAlias = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the user states about orientations; None leaves it to the file.

    Attributes:
        quaternion: Order of the numbers of a quaternion, ``wxyz`` or ``xyzw``.
        euler: Axes of three angles in order, in upper case about the body's own axes (``ZXY``),
            in lower case about the fixed ones (``zxy``).
        in_degrees: Unit of angles.
        left_handed: Whether the axes are left-handed, as Unity's.
        columns: Of bodies in a plain table.
        still: Whether a single frame will do.
    """

    rate_hz: float | None = None
    quaternion: str | None = None
    euler: str | None = None
    in_degrees: bool | None = None
    left_handed: bool | None = None
    columns: Columns = field(default_factory=lambda: MappingProxyType({}))
    still: bool = False

    @property
    def of_times(self) -> of_recordings.Options:
        """What concerns the times alone."""
        return of_recordings.Options(rate_hz=self.rate_hz, still=self.still)

    def stated(self) -> list[str]:
        """Settings of rotations that the user gave."""
        names = ("quaternion", "euler", "in_degrees", "left_handed", "columns")
        return [name for name in names if getattr(self, name) not in (None, {})]


Read: TypeAlias = Callable[[Source, Options], OrientationRecording]


@dataclass(frozen=True, kw_only=True)
class OrientationFormat(Kind):
    """One format of orientations; ``read.FORMATS`` lists them all.

    Attributes:
        read: Its rotations; raises ``RecordingError`` where it cannot.
        holds: Whether a file of this format is one of orientations and not of markers.
        takes: Settings of rotations that its files leave to the user.
        device: What measures in this format, if always the same.
    """

    read: Read
    holds: Callable[[Source], bool] = lambda _source: True
    takes: frozenset[str] = frozenset()
    device: Device | None = None


def refuse_misstated(path: Path, options: Options, found: OrientationFormat) -> None:
    """Refuse settings that are none, or of which the format says all itself.

    Raises:
        RecordingError: There is one.
    """
    if options.quaternion not in (None, *_ORDERS):
        given = Setting("quaternion", options.quaternion)
        raise RecordingError("orientation.no_quaternion_order", path, given=given, orders=_ORDERS)
    order = options.euler
    if order is not None and (not _ANGLES.fullmatch(order) or order[1] in (order[0], order[2])):
        given = Setting("euler", order)
        raise RecordingError("orientation.no_euler_order", path, given=given)
    for name in options.stated():
        if name not in found.takes:
            value = getattr(options, name)
            given = Setting(name, None if name == "columns" else value)
            raise RecordingError("orientation.said_by_format", path, given=given, format=found.name)
