"""A neck in motion as ``neck_scene.js`` shows it: bones, muscles, poses, forces in one document."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

import jax
import numpy as np
from jaxtyping import Bool, Float, UInt16
from scipy.spatial.transform import Rotation

from nuchal.arrays import CoordsT, MusclesT, Time
from nuchal.conventions import BODIES
from nuchal.model.anatomy import Anatomy
from nuchal.model.angles import head_angles_deg
from nuchal.model.clinical import GROUPS, side_of, solved_frames, tracked_frames
from nuchal.model.generic import MUSCLE_GROUPS, MUSCLES
from nuchal.model.kinematics import BodyPoses, body_poses
from nuchal.programs.kept import kept
from nuchal.records import Estimate
from nuchal.report.figures.bones import body_scale, shoulder_breadth
from nuchal.report.html.packing import packed_numbers
from nuchal.report.text import muscle_name

# More are thinned out; the scene draws between them.
MOST_FRAMES: Final = 2000
# Of muscle, to draw cross-sections in proportion to maximal force.
_STRESS_N_CM2: Final = 35.0
# Muscles are drawn that much thinner than they are, so that those beneath can be seen.
_SLIMMER: Final = 0.5


@dataclass(frozen=True, kw_only=True)
class NeckMovement:
    """A movement, and the forces in it.

    Attributes:
        name: What the scene calls it.
        time: [s].
        q: [rad].
        force: [N].
        known: Frames whose posture is known.
        solved: Frames whose forces are known.
    """

    name: str
    time: Time
    q: CoordsT
    force: MusclesT
    activation: MusclesT
    known: Bool[np.ndarray, " t"]
    solved: Bool[np.ndarray, " t"]


def recorded_movement(estimate: Estimate, name: str) -> NeckMovement:
    """The movement of an estimate."""
    return NeckMovement(
        name=name,
        time=np.asarray(estimate.motion.time),
        q=np.asarray(estimate.motion.q),
        force=np.asarray(estimate.forces.force),
        activation=np.asarray(estimate.forces.activation),
        known=tracked_frames(estimate),
        solved=solved_frames(estimate),
    )


def neck_document(
    anatomy: Anatomy,
    movements: Sequence[NeckMovement],
    *,
    title: str,
    most_frames: int = MOST_FRAMES,
) -> dict[str, Any]:
    """Everything that the scene shows, ready to be written as JSON.

    Args:
        anatomy: the person's neck.
        movements: one or two, the recorded one first; they need not last equally long.
        title: of the recording.
        most_frames: kept of each movement.
    """
    topology = anatomy.topology
    return {
        "title": title,
        "bodies": list(BODIES),
        "solids": _solids(anatomy),
        "points": packed_numbers(np.asarray(anatomy.points), "f4"),
        "point_body": list(topology.point_body),
        "groups": list(GROUPS),
        "muscles": [_muscle(anatomy, m) for m in range(len(MUSCLES))],
        "movements": [_movement(anatomy, one, most_frames) for one in movements],
    }


def _muscle(anatomy: Anatomy, m: int) -> dict[str, Any]:
    topology = anatomy.topology
    segments = sorted(
        (start, end)
        for start, end, muscle in zip(
            topology.segment_start, topology.segment_end, topology.segment_muscle, strict=True
        )
        if muscle == m
    )
    largest = float(np.asarray(anatomy.max_isometric_force)[m])
    return {
        "name": muscle_name(MUSCLES[m]),
        "side": side_of(MUSCLES[m]),
        "group": MUSCLE_GROUPS[m],
        "points": [segments[0][0], *(end for _, end in segments)],
        "largest_N": round(largest, 2),
        "radius_m": round(_SLIMMER * 0.01 * float(np.sqrt(largest / _STRESS_N_CM2 / np.pi)), 5),
    }


@kept
def _poses(anatomy: Anatomy, q: CoordsT) -> BodyPoses:
    poses: BodyPoses = jax.vmap(body_poses, (None, 0))(anatomy, q)
    return poses


def _movement(anatomy: Anatomy, one: NeckMovement, most: int) -> dict[str, Any]:
    time = np.asarray(one.time)
    chosen = np.arange(0, len(time), max(1, -(-len(time) // most)))
    q = np.asarray(one.q)[chosen]
    poses = _poses(anatomy, q)
    turned = Rotation.from_matrix(np.asarray(poses.rotation).reshape(-1, 3, 3)).as_quat()
    solved = one.solved[chosen]
    return {
        "name": one.name,
        "time": packed_numbers(time[chosen] - time[0], "f4"),
        "quaternions": packed_numbers(turned.reshape(len(chosen), -1, 4), "f4"),
        "origins": packed_numbers(np.asarray(poses.origin), "f4"),
        "angles_deg": packed_numbers(head_angles_deg(anatomy, q), "f4"),
        "force_N": packed_numbers(np.asarray(one.force)[chosen] * solved[:, None], "f4"),
        "activation": packed_numbers(
            np.clip(np.round(255 * np.asarray(one.activation)[chosen] * solved[:, None]), 0, 255),
            "u1",
        ),
        "known": packed_numbers(one.known[chosen], "u1"),
        "solved": packed_numbers(solved, "u1"),
    }


class Solid(NamedTuple):
    """A closed surface of triangles on one body.

    Attributes:
        vertices: In the body's frame in the generic neck [cm].
        faces: Indices of vertices, anticlockwise seen from outside.
    """

    body: str
    tone: str
    vertices: Float[np.ndarray, "v 3"]
    faces: UInt16[np.ndarray, "f 3"]


@cache
def generic_solids() -> tuple[Solid, ...]:
    """All bones, drawn around the model by ``scripts/bones``: an aid to the eye, not data."""
    with (files("nuchal.report.scene") / "bones.npz").open("rb") as file:
        drawn = dict(np.load(file))
    vertices = np.split(drawn["vertices"], drawn["vertex_end"][:-1])
    faces = np.split(drawn["faces"], drawn["face_end"][:-1])
    each = zip(drawn["body"].tolist(), drawn["tone"].tolist(), vertices, faces, strict=True)
    return tuple(Solid(*one) for one in each)


def _solids(anatomy: Anatomy) -> list[dict[str, Any]]:
    """The bones in the size of this neck, those of one body and tone in one piece [m]."""
    sizes = body_scale(anatomy) * 0.01
    sizes[0, 2] *= shoulder_breadth(anatomy)
    pieces: dict[tuple[str, str], list[Solid]] = {}
    for solid in generic_solids():
        pieces.setdefault((solid.body, solid.tone), []).append(solid)
    return [
        {"body": BODIES.index(body), "tone": tone, **_joined(some, sizes[BODIES.index(body)])}
        for (body, tone), some in pieces.items()
    ]


def _joined(solids: Sequence[Solid], size: Float[np.ndarray, "3"]) -> dict[str, Any]:
    starts = np.cumsum([0, *(len(one.vertices) for one in solids[:-1])])
    vertices = np.concatenate([one.vertices for one in solids]) * size
    faces = np.concatenate([one.faces + int(at) for one, at in zip(solids, starts, strict=True)])
    return {"vertices": packed_numbers(vertices, "f4"), "faces": packed_numbers(faces, "u2")}
