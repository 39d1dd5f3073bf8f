"""The axis that points up: as the user says, as the file says, or as the evidence has it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from jaxtyping import Float

from nuchal.errors import Phrase, RecordingError, Setting, phrase
from nuchal.tracking.place.axes import AXES, Direction, axis_vector, nearest_axis, parse_axis
from nuchal.tracking.place.landmarks import Seen, usual_line
from nuchal.tracking.place.upright import Evidence, turn_of

# An axis is taken that is twenty times as likely as the next.
_CLEAR = float(np.log(20.0))
# A statement is doubted that is a thousand times less likely than another axis.
_ABSURD = float(np.log(1000.0))
# So far from the vertical nobody holds the line from torso to head, or the head itself.
_HIGHEST_LINE_DEG = 35.0
_HIGHEST_TILT_DEG = 28.0


class Claims(NamedTuple):
    """What is said of the laboratory's axes.

    Attributes:
        vertical: The vertical axis, by the file.
        up: The axis that points up, by the user, e.g. ``"+Z"``.
        forward: The axis that the person faces, by the user.
    """

    vertical: Literal["X", "Y", "Z"] | None = None
    up: str | None = None
    forward: str | None = None


NO_CLAIMS = Claims()


def find_up(evidence: Evidence, bodies: Sequence[Seen], claims: Claims, source: Path) -> Direction:
    """The axis that points up.

    Args:
        evidence: what the bodies say of each axis.
        bodies: the head, and the thorax if markers show it.
        claims: what file and user say.
        source: the recording, for messages.

    Raises:
        RecordingError: evidence that leaves it open, or that belies what is said.
    """
    by = phrase("laboratory.by_torso" if len(bodies) > 1 else "laboratory.by_head")
    if claims.up is not None:
        setting = Setting("up", claims.up)
        axis = parse_axis(setting, source)
        _refuse_absurd(evidence, nearest_axis(axis), setting, source)
        return Direction(axis, phrase("laboratory.as_given"))
    if claims.vertical is not None:
        either = [f"+{claims.vertical}", f"-{claims.vertical}"]
        likelier = max(either, key=lambda up: evidence.named[AXES.index(up)])
        claim = phrase("laboratory.file_vertical", axis=claims.vertical)
        _refuse_absurd(evidence, likelier, claim, source)
        up = _clearest(evidence, either, source)
        by = phrase("laboratory.vertical_of_file", axis=claims.vertical, line=by)
        return Direction(axis_vector(up), by)
    up = _clearest(evidence, AXES, source)
    _refuse_oblique(bodies, up, source)
    return Direction(axis_vector(up), by)


def refuse_reversed(evidence: Evidence, up: Float[np.ndarray, "3"], source: Path) -> None:
    """Refuse a head that looks more like one whose left and right are exchanged.

    Nearly as much is enough where it is not above the floor, from which laboratories count.

    Raises:
        RecordingError: naming the ways in which that happens.
    """
    taken = AXES.index(nearest_axis(up))
    doubt = 0.0 if evidence.above_floor[taken] else _CLEAR
    if evidence.mirrored.max() > evidence.named[taken] - doubt:
        raise _reversed(evidence, source)


def _reversed(evidence: Evidence, source: Path) -> RecordingError:
    likely = AXES[int(evidence.mirrored.argmax())]
    level = "Y" if likely[1] == "X" else "X"
    facts: dict[str, Any] = {"up": Setting("up"), "forward": Setting("forward")}
    facts["mirror"] = Setting("mirror", likely[1] if likely[0] == "-" else level)
    swap = Setting("swap_sides", True)
    return RecordingError("laboratory.reversed", source, swap=swap, **facts)


def _clearest(evidence: Evidence, among: Sequence[str], source: Path) -> str:
    """The axis that evidence speaks for, if it speaks clearly."""
    log = [evidence.named[AXES.index(up)] for up in among]
    second, first = map(int, np.argsort(log)[-2:])
    if log[first] - log[second] < _CLEAR:
        if evidence.mirrored.max() > log[first]:
            raise _reversed(evidence, source)
        raise RecordingError(
            "laboratory.up_unclear",
            source,
            remedy=Setting("up"),
            one=among[first],
            other=among[second],
        )
    return among[first]


def _refuse_absurd(evidence: Evidence, up: str, stated: Setting | Phrase, source: Path) -> None:
    """Refuse an axis that was stated to point up but along which no upright person stands."""
    k, best = AXES.index(up), int(evidence.named.argmax())
    if evidence.named[best] - evidence.named[k] < _ABSURD:
        return
    swap = Setting("swap_sides", True)
    or_swap = phrase("laboratory.or_swap", swap=swap)
    exchanged = evidence.mirrored[k] - evidence.named[k] > _CLEAR
    raise RecordingError(
        "laboratory.lies_down",
        source,
        remedy=Setting("up", AXES[best]),
        stated=stated,
        swap=or_swap if exchanged else None,
    )


def _refuse_oblique(bodies: Sequence[Seen], up: str, source: Path) -> None:
    """Refuse a person who leans so far that the laboratory may be rotated."""
    head, *others = bodies
    if others:
        tilt, highest = _line_tilt_deg(head, others[0], up), _HIGHEST_LINE_DEG
        line = phrase("laboratory.torso_to_head")
    else:
        tilt, highest = (
            _degrees_apart(turn_of(head, up).rotation[1], axis_vector(up)),
            _HIGHEST_TILT_DEG,
        )
        line = phrase("laboratory.upright_of_head")
    if tilt > highest:
        raise RecordingError(
            "laboratory.oblique", source, remedy=Setting("up"), line=line, tilt_deg=tilt, nearest=up
        )


def _line_tilt_deg(head: Seen, thorax: Seen, up: str) -> float:
    """How far the line from torso to head lies from where these markers have it on the upright.

    That line leans forward by nature: by 30 degrees from shoulders to a face.
    """
    upright = axis_vector(up)
    ahead = turn_of(thorax, up).rotation[0]
    ahead = ahead - (ahead @ upright) * upright
    axes = np.stack([ahead / np.linalg.norm(ahead), upright, np.zeros(3)])
    usual = usual_line(head, thorax) @ axes
    line = head.points.mean(axis=0) - thorax.points.mean(axis=0)
    return _degrees_apart(line / np.linalg.norm(line), usual / np.linalg.norm(usual))


def _degrees_apart(one: Float[np.ndarray, "3"], other: Float[np.ndarray, "3"]) -> float:
    return float(np.degrees(np.arccos(np.clip(one @ other, -1.0, 1.0))))
