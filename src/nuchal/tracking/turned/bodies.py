"""Which body of a recording is the head, and which the torso."""

import re
from typing import Final, NamedTuple

from nuchal.errors import RecordingError, Setting
from nuchal.findings import Assumed, Finding, Found, finding
from nuchal.orientations import OrientationRecording

# What laboratories call them, in the order in which they are taken, without affixes.
_HEADS: Final = ("head", "skull", "hmd", "headset", "forehead", "cranium", "eyewear", "glasses")
_TORSOS: Final = (
    "t8", "sternum", "torso", "thorax", "chest", "trunk", "uppertrunk", "uppertorso", "upperback",
    "t1", "c7", "spine",
)  # fmt: skip
# What stands before and behind a name and says nothing of the place.
_BEFORE: Final = re.compile(r"^(?:imu|sensor|mt|opal)[ _.-]*")
_BEHIND: Final = re.compile(r"[ _.-]*(?:imu|sensor|4x4|pose|quat)$")
# Segments of a chain, such as Chest, Chest2, Chest4: the last of them is nearest the neck.
_NUMBERED: Final = re.compile(r"^(chest|spine|thorax)(\d+)$")


class Bodies(NamedTuple):
    """Places of head and torso among the bodies; no torso stands still."""

    head: int
    torso: int | None
    findings: tuple[Finding, ...]

    @property
    def places(self) -> tuple[int, ...]:
        """Of the head and, if there is one, the torso."""
        return (self.head,) if self.torso is None else (self.head, self.torso)


def choose_bodies(recording: OrientationRecording, head: str | None, torso: str | None) -> Bodies:
    """Head and torso, by the names that the user states or by those that are usual.

    Raises:
        RecordingError: no such body, the same one twice, or no head that can be told.
    """
    names = recording.names
    of_head = _stated(recording, Setting("head_name", head)) if head else _usual_head(recording)
    of_torso = _stated(recording, Setting("torso_name", torso)) if torso else _usual_torso(names)
    if of_torso == of_head:
        if torso:
            mend, name = Setting("torso_name"), names[of_head]
            raise RecordingError("turned.same_body", recording.source, remedy=mend, name=name)
        of_torso = None
    if of_torso is None:
        still = finding(Assumed.TRUNK_STILL, head=names[of_head], mend=Setting("torso_name"))
        return Bodies(of_head, None, (still,))
    found = finding(Found.HEAD_AND_TORSO, head=names[of_head], torso=names[of_torso])
    return Bodies(of_head, of_torso, (found,))


def _stated(recording: OrientationRecording, setting: Setting) -> int:
    same = [k for k, name in enumerate(recording.names) if name == setting.value]
    alike = same or [
        k for k, name in enumerate(recording.names) if _plain(name) == _plain(str(setting.value))
    ]
    if len(alike) != 1:
        raise RecordingError(
            "turned.no_body", recording.source, remedy=setting, names=recording.names
        )
    return alike[0]


def _usual_head(recording: OrientationRecording) -> int:
    names = recording.names
    found = _first(names, _HEADS)
    if found is None and len(names) == 1:
        return 0
    if found is None:
        raise RecordingError(
            "turned.no_head", recording.source, remedy=Setting("head_name"), names=names
        )
    return found


def _usual_torso(names: tuple[str, ...]) -> int | None:
    numbered = {}
    for k, name in enumerate(names):
        if parts := _NUMBERED.match(_plain(name)):
            numbered[k] = int(parts[2])
    if numbered:
        return max(numbered, key=lambda k: numbered[k])
    return _first(names, _TORSOS)


def _first(names: tuple[str, ...], usual: tuple[str, ...]) -> int | None:
    plain = [_plain(name) for name in names]
    return next((plain.index(name) for name in usual if name in plain), None)


def _plain(name: str) -> str:
    """Lower case without affixes, blanks and dashes."""
    return re.sub(r"[ _.:-]", "", _BEHIND.sub("", _BEFORE.sub("", name.strip().lower())))
