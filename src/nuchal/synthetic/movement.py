"""How a virtual person goes through an examiner's protocol, trial by trial.

Five trials, as examiners record them: rotation, bending, flexion, extension, and combined movement
(diagonals, circles, nodding while turned). Moves are of minimum jerk (Flash and Hogan 1985,
doi 10.1523/JNEUROSCI.05-07-01688.1985), at the person's own tempo, none as far as the one before;
other axes come along by coupling and by wandering. Angles are flexion, right bending and right
rotation of the head [rad].
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float
from scipy.ndimage import gaussian_filter1d

from nuchal.movements.minimum_jerk import PEAK_SPEED, minimum_jerk
from nuchal.synthetic.people import VirtualPerson

TRIALS: Final = ("rotation", "bending", "flexion", "extension", "combined")
# Before the first and after the last move.
STILL_S: Final = (1.2, 0.6)
_HOLD_S: Final = (0.1, 0.5)
_SHORTEST_S: Final = 0.5
_USUAL_DEG: Final = 60.0
_CIRCLE: Final = 0.85
_TURNED: Final = 0.6
_WANDER_RAD: Final = float(np.radians(1.0))
_WANDER_HZ: Final = (0.08, 0.5)
_WAVES: Final = 6
_CORNER_WIDTH: Final = float(np.radians(22.5))
_ROUNDED_S: Final = 0.08
# Trials last so many frames or a multiple, since code is compiled for each number of frames.
_WHOLE: Final = 200


@dataclass(frozen=True, kw_only=True)
class _Move:
    target: Float[np.ndarray, "3"]
    hold_s: float


def trial_angles(
    person: VirtualPerson, trial: str, dice: np.random.Generator, *, rate_hz: float
) -> Float[np.ndarray, "t 3"]:
    """One trial.

    Args:
        person: who moves.
        trial: one of ``TRIALS``.
        dice: for all that differs from time to time.
        rate_hz: frames a second.
    """
    path = asked_path(person, trial, dice, rate_hz=rate_hz)
    return np.asarray(coupled(person, path) + _wander(len(path), dice, rate_hz))


def asked_path(
    person: VirtualPerson, trial: str, dice: np.random.Generator, *, rate_hz: float
) -> Float[np.ndarray, "t 3"]:
    """What a person makes of what an examiner asks for, before anything comes along with it."""
    if trial == "combined":
        path = _combined(person, dice, rate_hz)
    else:
        path = _through(_moves(person, trial, dice), person, rate_hz)
    before, after = (round(seconds * rate_hz) for seconds in STILL_S)
    after += -(len(path) + before + after) % _WHOLE
    return np.pad(path, ((before, after), (0, 0)))


def coupled(person: VirtualPerson, path: Float[np.ndarray, "t 3"]) -> Float[np.ndarray, "t 3"]:
    """A path that is asked for [rad], with what of other axes comes along: habit and avoidance."""
    flexion, bending, rotation = path.T
    with_bending, with_rotation, back = person.coupling
    found = np.stack(
        [
            flexion - back * np.abs(rotation),
            bending + with_rotation * rotation,
            rotation + with_bending * bending,
        ],
        axis=1,
    )
    avoidance = person.fault.avoidance
    if avoidance is None:
        return found
    to_sides = np.maximum(np.stack([path, -path], axis=-1), 0.0).reshape(len(path), -1)
    return np.asarray(found + to_sides @ avoidance.beside)


def region_rad(person: VirtualPerson, around: Float[np.ndarray, " k"]) -> Float[np.ndarray, "k 2"]:
    """Farthest flexion and right bending all around, from pure flexion by the right side.

    The ellipse through the sides, drawn in at the corners as the person has them. What a fault
    takes away of a corner is missing all over it, and less and less from its edges to the sides.
    """
    reached = np.radians(person.reached_deg)
    ahead, aside = np.cos(around), np.sin(around)
    tilt = np.stack(
        [
            ahead * np.where(ahead > 0.0, reached[0], reached[1]),
            aside * np.where(aside > 0.0, reached[2], reached[3]),
        ],
        axis=1,
    )
    corner = 2 * (ahead <= 0.0) + (aside <= 0.0)
    share = 1.0 - (1.0 - person.corner_share[corner]) * np.sin(2.0 * around) ** 2
    length = np.linalg.norm(tilt, axis=1)
    way = np.arctan2(np.abs(tilt[:, 1]), np.abs(tilt[:, 0]))
    into = np.clip(2.0 - np.abs(way - np.pi / 4.0) / _CORNER_WIDTH, 0.0, 1.0)
    less = np.radians(person.fault.less_deg[6:])[corner] * into
    return np.asarray(tilt * (np.maximum(share * length - less, 0.0) / length)[:, None])


def _moves(person: VirtualPerson, trial: str, dice: np.random.Generator) -> list[_Move]:
    axis = {"rotation": 2, "bending": 1, "flexion": 0, "extension": 0}[trial]
    reached = np.radians(person.reached_deg).reshape(3, 2)[axis]
    both = [(1.0, reached[0]), (-1.0, reached[1])]
    if axis == 0:
        both = both[:1] if trial == "flexion" else both[1:]
    elif dice.random() < 0.5:
        both = both[::-1]
    found = []
    for effort in dice.permutation([1.0, dice.uniform(0.9, 1.0)]):
        for sign, far in both:
            found.append(_move(sign * far * effort * np.eye(3)[axis], dice))
        found.append(_move(np.zeros(3), dice))
    return found


def _move(target: Float[np.ndarray, "3"], dice: np.random.Generator) -> _Move:
    return _Move(target=np.asarray(target), hold_s=float(dice.uniform(*_HOLD_S)))


def _combined(
    person: VirtualPerson, dice: np.random.Generator, rate_hz: float
) -> Float[np.ndarray, "t 3"]:
    corners = np.radians([45.0, 315.0, 135.0, 225.0]) + np.radians(6.0) * dice.normal(size=4)
    moves = []
    for tilt in region_rad(person, corners) * dice.uniform(0.96, 1.0, (4, 1)):
        moves += [_move(np.append(tilt, 0.0), dice), _move(np.zeros(3), dice)]
    right, left = np.radians(person.reached_deg[4:])
    for side, far, other in ((1.0, right, left), (-1.0, left, right)):
        ahead = _TURNED * dice.uniform(0.85, 1.15) * region_rad(person, np.array([0.0]))[0]
        turned = np.append(ahead, _TURNED * side * far)
        back = region_rad(person, np.array([np.pi]))[0] * _TURNED * dice.uniform(0.85, 1.15)
        turned_back = np.append(back, -side * min(_TURNED * far, other))
        moves += [_move(turned, dice), _move(turned_back, dice)]
    moves.append(_move(np.zeros(3), dice))
    circles = [_circle(person, side, dice, rate_hz) for side in (1.0, -1.0)]
    return np.concatenate([_through(moves, person, rate_hz), *circles])


def _circle(
    person: VirtualPerson, side: float, dice: np.random.Generator, rate_hz: float
) -> Float[np.ndarray, "t 3"]:
    """Forward, once round, and back to neutral."""
    size = _CIRCLE * dice.uniform(0.95, 1.05)
    coarse = size * region_rad(person, np.linspace(0.0, 2.0 * np.pi, 73))
    length = float(np.degrees(np.linalg.norm(np.diff(coarse, axis=0), axis=1).sum()))
    speed = person.speed_deg_s / person.fault.slowness
    frames = max(2, round(PEAK_SPEED * length / speed * rate_hz))
    around = side * 2.0 * np.pi * np.asarray(minimum_jerk(np.linspace(0.0, 1.0, frames)))
    once = gaussian_filter1d(size * region_rad(person, around), _ROUNDED_S * rate_hz, axis=0)
    once = np.pad(once, ((0, 0), (0, 1)))
    out = _through([_move(once[0], dice)], person, rate_hz)
    home = _through([_move(np.zeros(3), dice)], person, rate_hz, start=once[-1])
    return np.concatenate([out, once, home])


def _through(
    moves: list[_Move],
    person: VirtualPerson,
    rate_hz: float,
    start: Float[np.ndarray, "3"] | None = None,
) -> Float[np.ndarray, "t 3"]:
    """From neutral, or from where one is, through all targets."""
    at = np.zeros(3) if start is None else start
    parts = [np.empty((0, 3))]
    for move in moves:
        far = float(np.degrees(np.linalg.norm(move.target - at)))
        speed = person.speed_deg_s * np.sqrt(max(far, 1.0) / _USUAL_DEG)
        seconds = max(_SHORTEST_S, PEAK_SPEED * far / speed) * person.fault.slowness
        share = np.arange(1, round(seconds * rate_hz) + 1) / round(seconds * rate_hz)
        parts.append(at + minimum_jerk(share)[:, None] * (move.target - at))
        parts.append(np.repeat(move.target[None], round(move.hold_s * rate_hz), axis=0))
        at = move.target
    return np.concatenate(parts)


def _wander(frames: int, dice: np.random.Generator, rate_hz: float) -> Float[np.ndarray, "t 3"]:
    """What nobody asked for, in all axes; hardly any while the head is still to begin with."""
    time = np.arange(frames) / rate_hz
    pace = 2.0 * np.pi * dice.uniform(*_WANDER_HZ, (_WAVES, 3))
    waves = np.sin(time[:, None, None] * pace + dice.uniform(0.0, 2.0 * np.pi, (_WAVES, 3)))
    still = round(STILL_S[0] * rate_hz)
    size = np.clip((np.arange(frames) - still) / rate_hz, 0.0, 1.0) * 0.95 + 0.05
    return np.asarray(_WANDER_RAD * np.sqrt(2.0 / _WAVES) * size[:, None] * waves.sum(axis=1))
