"""The shortest paths that do not sink into the neck: what straight and fitted ones are judged by.

At every vertebra whose middle a strand passes at rest it has to stay as far from the vertebra's
axis as it lies there, and is free to slide round: it is as long as the shortest chain of points,
one in the middle plane of each vertebra, outside a circle that turns and moves with it. At rest
that is the straight line. The axis is the vertebra's y axis through the midpoint of its two joints.

Points are followed from rest to the posture, so that a path stays on the side where it was.
"""

from typing import Final, NamedTuple

import equinox as eqx
import jax
import numpy as np
from jaxtyping import Float, Int

from nuchal.model.anatomy import Anatomy
from nuchal.model.kinematics import body_jacobians, body_poses

# Right muscles with vertebrae to pass. Of the longus only one segment of C1 to C5 passes one, and
# grows by 0.1 mm at most: its points lie on every other vertebra.
MUSCLES: Final = (
    "stern_mast", "cleid_mast", "cleid_occ", "trap_cl", "splen_cap_sklc6", "splen_cap_sklthx",
    "splen_cerv_c3thx", "semi_cap_sklc5", "semi_cap_sklthx", "semi_cerv_c3thx",
    "longissi_cap_sklc6", "longissi_cerv_c4thx",
)  # fmt: skip
# A vertebra whose middle lies nearer to an end of the strand, as a share of it, is not passed.
_NEAR_END: Final = 0.02
# Steps from rest to the posture, and Newton's steps in each and at the end.
_STEPS, _IN_EACH, _LAST = 10, 4, 25
_FARTHEST_STEP: Final = 0.25


class Strand(NamedTuple):
    """One straight segment of a muscle that passes vertebrae, from below.

    Attributes:
        ends: Bodies of both ends.
        points: Both ends in their bodies [m].
        vertebrae: Bodies that it passes.
        middle: Centre of each vertebra's circle in its body [m].
        radius: Of the circles [m].
        angle: Where the strand passes them at rest, from x towards z [rad].
    """

    ends: tuple[int, int]
    points: Float[np.ndarray, "2 3"]
    vertebrae: Int[np.ndarray, " n"]
    middle: Float[np.ndarray, "n 3"]
    radius: Float[np.ndarray, " n"]
    angle: Float[np.ndarray, " n"]


class Found(NamedTuple):
    """Strands in many postures.

    Attributes:
        length: [m].
        arms: ``-dL/dq`` [m/rad].
        points: Both ends and all vertebrae's points between them, from below, in ground [m].
    """

    length: Float[np.ndarray, " t"]
    arms: Float[np.ndarray, "t 6"]
    points: Float[np.ndarray, "t n 3"]


class Posed(NamedTuple):
    """Bodies of many postures, as ``model.kinematics`` has them."""

    rotation: Float[np.ndarray, "t 9 3 3"]
    origin: Float[np.ndarray, "t 9 3"]
    angular: Float[np.ndarray, "t 9 6 3"]
    linear: Float[np.ndarray, "t 9 6 3"]


@eqx.filter_jit
def _posed(anatomy: Anatomy, q: jax.Array) -> Posed:
    def one(q: jax.Array) -> Posed:
        poses = body_poses(anatomy, q)
        moving = body_jacobians(anatomy, q, poses)
        return Posed(poses.rotation, poses.origin, moving.angular, moving.linear)

    return jax.vmap(one)(q)


def posed(anatomy: Anatomy, q: Float[np.ndarray, "t 6"]) -> Posed:
    """Where the bodies are, and how they move."""
    return Posed(*(np.asarray(x) for x in _posed(anatomy, jax.numpy.asarray(q))))


def strand_of(anatomy: Anatomy, muscle: str) -> Strand:
    """The one segment of a muscle that passes vertebrae."""
    topology, index = anatomy.topology, anatomy.system.index[muscle]
    body = np.array(topology.point_body)
    (found,) = (
        sorted((start, end), key=lambda p: body[p])
        for start, end, m in zip(
            topology.segment_start, topology.segment_end, topology.segment_muscle, strict=True
        )
        if m == index and abs(body[start] - body[end]) > 1
    )
    below, above = (int(body[p]) for p in found)
    points = np.asarray(anatomy.points)[found]
    rest = posed(anatomy, np.zeros((1, 6)))
    start, end = (_placed(rest, b, x)[0] for b, x in zip((below, above), points, strict=True))
    vertebrae = np.arange(below + 1, above)
    middle = 0.5 * (np.asarray(anatomy.child_offset)[:-1] + np.asarray(anatomy.parent_offset)[1:])
    centre = middle[vertebrae - 1] + rest.origin[0, vertebrae]
    along = (centre[:, 1] - start[1]) / (end[1] - start[1])
    passed = (along > _NEAR_END) & (along < 1.0 - _NEAR_END)
    off = (start + along[:, None] * (end - start) - centre)[passed]
    return Strand(
        (below, above),
        points,
        vertebrae[passed],
        middle[vertebrae[passed] - 1],
        np.hypot(off[:, 0], off[:, 2]),
        np.arctan2(off[:, 2], off[:, 0]),
    )


def straight(anatomy: Anatomy, strand: Strand, q: Float[np.ndarray, "t 6"]) -> Found:
    """The strand as it is in the product."""
    bodies = posed(anatomy, q)
    ends = [_placed(bodies, b, x) for b, x in zip(strand.ends, strand.points, strict=True)]
    return _found(bodies, np.array(strand.ends), np.stack(ends, axis=1))


def shortest(anatomy: Anatomy, strand: Strand, q: Float[np.ndarray, "t 6"]) -> Found:
    """The strand that does not sink in."""
    n = len(strand.vertebrae)
    lowest = np.append(strand.radius, np.full(n, -np.inf))
    at = np.tile(np.append(strand.radius, strand.angle), (len(q), 1))
    for step in range(1, _STEPS + 1):
        bodies = posed(anatomy, q * step / _STEPS)
        at = _shortened(strand, bodies, at, lowest, _LAST if step == _STEPS else _IN_EACH)
    where = np.array([strand.ends[0], *strand.vertebrae, strand.ends[1]])
    return _found(bodies, where, _chain(strand, bodies, at)[0])


def _shortened(
    strand: Strand,
    bodies: Posed,
    at: Float[np.ndarray, "t m"],
    lowest: Float[np.ndarray, " m"],
    steps: int,
) -> Float[np.ndarray, "t m"]:
    """Radii and angles after some damped steps of Newton's method within the bounds."""
    unit = np.append(np.ones_like(strand.radius), 1.0 / strand.radius)
    damping = np.full(len(at), 1e-2)
    length, slope, bend = _expanded(strand, bodies, at)
    for _ in range(steps):
        held = (at <= lowest) & (slope > 0.0)
        free = ~held[:, :, None] & ~held[:, None]
        eye = np.eye(at.shape[1])
        matrix = np.where(free, bend * unit * unit[:, None], eye)
        matrix = matrix + (damping[:, None, None] / strand.radius.mean()) * eye
        move = -np.linalg.solve(matrix, np.where(held, 0.0, slope * unit)[..., None])[..., 0] * unit
        far = np.abs(move / unit).max(axis=1) / (_FARTHEST_STEP * strand.radius.mean())
        there = np.maximum(at + move / np.maximum(far, 1.0)[:, None], lowest)
        new = _expanded(strand, bodies, there)
        better = new[0] <= length
        damping = np.where(better, np.maximum(damping / 8.0, 1e-9), np.minimum(damping * 16.0, 1e4))
        at = np.where(better[:, None], there, at)
        length = np.where(better, new[0], length)
        slope = np.where(better[:, None], new[1], slope)
        bend = np.where(better[:, None, None], new[2], bend)
    return at


def _chain(
    strand: Strand, bodies: Posed, at: Float[np.ndarray, "t m"]
) -> tuple[Float[np.ndarray, "t n 3"], ...]:
    """All points, and by each vertebra's radius and angle: directions outwards and round."""
    n = len(strand.vertebrae)
    radius, angle, still = at[:, :n, None], at[:, n:], np.zeros_like(at[:, n:])
    turn, origin = bodies.rotation[:, strand.vertebrae], bodies.origin[:, strand.vertebrae]
    outwards = _turned(turn, np.stack([np.cos(angle), still, np.sin(angle)], axis=2))
    onwards = _turned(turn, np.stack([-np.sin(angle), still, np.cos(angle)], axis=2))
    points = origin + _turned(turn, np.broadcast_to(strand.middle, outwards.shape))
    points = points + radius * outwards
    start, end = (_placed(bodies, b, x) for b, x in zip(strand.ends, strand.points, strict=True))
    return np.concatenate([start[:, None], points, end[:, None]], axis=1), outwards, onwards


def _expanded(
    strand: Strand, bodies: Posed, at: Float[np.ndarray, "t m"]
) -> tuple[Float[np.ndarray, " t"], Float[np.ndarray, "t m"], Float[np.ndarray, "t m m"]]:
    """Length, and its first and second derivatives by radii and angles."""
    n = len(strand.vertebrae)
    points, outwards, onwards = _chain(strand, bodies, at)
    radius, k = at[:, :n], np.arange(n)
    span = np.diff(points, axis=1)
    each = np.linalg.norm(span, axis=2)
    u = span / each[..., None]
    pull = u[:, :-1] - u[:, 1:]
    along = np.sum(pull * outwards, axis=2), np.sum(pull * onwards, axis=2)
    ways = np.zeros((len(at), 2 * n, n, 3))
    ways[:, k, k], ways[:, n + k, k] = outwards, radius[..., None] * onwards
    # How every segment changes with every unknown, and what of that is across it.
    change = np.diff(np.pad(ways, ((0, 0), (0, 0), (1, 1), (0, 0))), axis=2)
    across = change - np.sum(change * u[:, None], axis=3, keepdims=True) * u[:, None]
    scaled = (across / np.sqrt(each)[:, None, :, None]).reshape(len(at), 2 * n, -1)
    bend = scaled @ np.swapaxes(scaled, 1, 2)
    bend[:, n + k, n + k] -= radius * along[0]
    bend[:, k, n + k] += along[1]
    bend[:, n + k, k] += along[1]
    slope = np.concatenate([along[0], radius * along[1]], axis=1)
    return each.sum(axis=1), slope, bend


def _found(
    bodies: Posed, where: Int[np.ndarray, " n"], points: Float[np.ndarray, "t n 3"]
) -> Found:
    """Arms with points fixed to their bodies: where a path is shortest, sliding changes nothing."""
    span = np.diff(points, axis=1)
    each = np.linalg.norm(span, axis=2)
    moving = bodies.linear[:, where] + np.cross(bodies.angular[:, where], points[:, :, None])
    rates = np.einsum("tnc,tnkc->tk", span / each[..., None], np.diff(moving, axis=1))
    return Found(each.sum(axis=1), -rates, points)


def _placed(bodies: Posed, body: int, point: Float[np.ndarray, "3"]) -> Float[np.ndarray, "t 3"]:
    return bodies.rotation[:, body] @ point + bodies.origin[:, body]


def _turned(
    turn: Float[np.ndarray, "t n 3 3"], vectors: Float[np.ndarray, "t n 3"]
) -> Float[np.ndarray, "t n 3"]:
    return np.einsum("tnij,tnj->tni", turn, vectors)
