"""What is seen of head and trunk in a recording of orientations, and a picture of it."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from jaxtyping import Float
from scipy.spatial.transform import Rotation

from nuchal.app.turns_picture import Curve, turns_picture
from nuchal.conventions import Device
from nuchal.errors import NuchalError
from nuchal.findings import Finding, Found
from nuchal.model.angles import CLINICAL_SIGNS
from nuchal.orientations import OrientationRecording
from nuchal.tracking.observation import TrackingSettings
from nuchal.tracking.turned.seen import Posed, Turned, facing_of, see_posed

# As head_angles_deg: Cardan angles in the order flexion, bending, rotation.
_ORDER: Final = "ZXY"


@dataclass(frozen=True, kw_only=True)
class TurnsSeen:
    """Head and trunk of a person with sensors, as far as they were found.

    Attributes:
        left: Settings of rotations that the file leaves to the user.
        head: Name of the body; None before it is found.
        torso: Likewise; None also where none was recorded.
        up: The axis that points up, if the format says so.
        device: What measured them, if the format says so.
        findings: What was found and assumed.
        picture: How they turn over time, as HTML; empty where the head is not known.
    """

    left: frozenset[str] = frozenset()
    head: str | None = None
    torso: str | None = None
    up: str | None = None
    device: Device | None = None
    findings: tuple[Finding, ...] = ()
    picture: str = ""

    def axis(self, which: str) -> str | None:
        """The axis of the file that points ``up`` or ``forward``, as far as it is known."""
        faces = [one for one in self.findings if one.what is Found.FACES]
        if faces:
            return str(faces[0].values[which])
        return self.up if which == "up" else None


def turns_seen(
    read: OrientationRecording,
    settings: TrackingSettings,
    static: OrientationRecording | None,
    left: frozenset[str],
    *,
    at_rest: bool,
) -> tuple[TurnsSeen, NuchalError | None]:
    """Head, trunk and axes, or the problem, with whatever was found before it.

    Args:
        read: the recording.
        settings: bodies, axes and times that were chosen.
        static: the recording at rest, if there is one.
        left: settings of rotations that the file leaves to the user.
        at_rest: whether it is the static trial, of which the neutral pose alone is asked.
    """
    seen = TurnsSeen(left=left, up=read.up, device=read.device)
    try:
        posed = see_posed(read, settings, static)
    except NuchalError as problem:
        return replace(seen, findings=read.notes), problem
    turned, unfaced = None, None
    try:
        turned = None if at_rest else facing_of(posed, settings)
    except NuchalError as problem:
        unfaced = problem
    names, torso = read.names, posed.bodies.torso
    seen = replace(
        seen,
        head=names[posed.bodies.head],
        torso=None if torso is None else names[torso],
        findings=posed.findings if turned is None else turned.findings,
        picture=_picture(posed, turned, settings, own_rest=static is None),
    )
    return seen, unfaced


def _picture(
    posed: Posed, turned: Turned | None, settings: TrackingSettings, *, own_rest: bool
) -> str:
    """Angles of the head on the trunk; how far it is turned at all where no axes are known."""
    time = np.asarray(posed.recording.time)
    time = time - time[0]
    trunk = posed.torso @ posed.still.torso.T
    if turned is None:
        head = np.swapaxes(trunk, 1, 2) @ posed.head @ posed.still.head.T
        curves = [Curve("away from neutral, any way", _size_deg(head))]
    else:
        names = ("flexion", "right bending", "right rotation")
        angles = Rotation.from_matrix(turned.head).as_euler(_ORDER, degrees=True) * CLINICAL_SIGNS
        curves = [Curve(name, angles[:, k]) for k, name in enumerate(names)]
    if posed.bodies.torso is not None:
        curves.append(Curve("trunk, away from neutral", _size_deg(trunk), of_trunk=True))
    spans = {}
    if own_rest:
        first, last = (int(posed.still.finding.values[end]) - 1 for end in ("first", "last"))
        spans["neutral"] = float(time[first]), float(time[last])
    if settings.nod_window_s is not None:
        spans["nod"] = settings.nod_window_s
    return turns_picture(time, curves, posed.known, spans)


def _size_deg(rotation: Float[np.ndarray, "t 3 3"]) -> Float[np.ndarray, " t"]:
    """By how much each rotation turns [degrees]."""
    return np.asarray(np.degrees(Rotation.from_matrix(rotation).magnitude()))
