"""From the generic neck to one person's: what each body measure scales.

Neck length scales the vertebrae, and the muscle points on them, along the neck's axis; shoulder
width moves the muscle points on scapulae and clavicles sideways; the mass of head and neck
scales masses and inertias of everything above T1 in the generic neck's proportions; head
breadth, length and height, where they are given, scale the skull. Optimal fibre and tendon slack
lengths keep their ratio to the muscle's length in the neutral pose, as OpenSim's scaling does.
Maximal isometric forces and bushings stay the generic neck's.

At fixed joint angles the markers' positions are linear in a person's scale factors: the neck's
enters through the vertebrae's offsets, the skull's three through its own. So a movement has a
basis, worked out once, and the traces of any number of people are one matrix product with it.
"""

from collections.abc import Iterable, Iterator
from typing import Final

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array, Coords, CoordsT, Muscles, Vec3
from nuchal.conventions import BODIES
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import Form, generic_anatomy
from nuchal.model.kinematics import BodyPoses, marker_positions, path_points
from nuchal.model.person import own_neck
from nuchal.model.population import People
from nuchal.programs.kept import kept
from nuchal.records import Subject

# Marker positions [m] for a unit of each factor: constant, neck, skull x, y, z.
Basis = Float[Array, "5 t 3 3"]
# People whose traces are worked out at once: 600 frames of them stay in a processor's cache.
AT_ONCE = 256

# Breadth, length and height of the generic head [m].
_GENERIC_HEAD_M: Final = (0.154330, 0.199505, 0.131147)

# Who the generic neck is: lengths are the means of ANSUR II men, since the generic neck is a
# 50th-percentile man's (Vasavada, Li, Delp 1998); the mass is its own, skull and C1 to C7.
GENERIC_SUBJECT: Final = Subject(
    neck_length_m=0.107768,
    shoulder_width_m=0.415676,
    head_and_neck_mass_kg=7.718919568221101,
)

_GIRDLE: Final = ("scapula", "clavicle")
_VERTEBRAE = np.array([body.startswith("cerv") for body in BODIES])


class Scales(eqx.Module):
    """Scale factors of one person against the generic neck, all dimensionless.

    Attributes:
        neck: Vertebrae along the neck's axis.
        shoulder: Shoulder girdle sideways.
        mass: Masses and inertias above T1.
        skull: Skull along x (length), y (height), z (breadth).
    """

    neck: Float[Array, "*n"]
    shoulder: Float[Array, "*n"]
    mass: Float[Array, "*n"]
    skull: Float[Array, "*n 3"]

    @property
    def body(self) -> Float[Array, "*n 3"]:
        """Neck, shoulder and mass side by side: what networks are told of a person."""
        return jnp.stack([self.neck, self.shoulder, self.mass], axis=-1)


def scales_of(subject: Subject) -> Scales:
    """Scale factors of a person; the skull keeps its size where it was not measured."""
    measures = [subject.neck_length_m, subject.shoulder_width_m, subject.head_and_neck_mass_kg]
    head = (subject.head_breadth_m, subject.head_length_m, subject.head_height_m)
    own = [mine or whole for mine, whole in zip(head, _GENERIC_HEAD_M, strict=True)]
    return scales_of_measures(jnp.asarray(measures), jnp.asarray(own))


def scales_of_people(people: People) -> Scales:
    """Scale factors of many people, each with a leading axis; ``vmap`` :func:`scale` over it."""
    measures = [people.neck_length_m, people.shoulder_width_m, people.head_and_neck_mass_kg]
    return scales_of_measures(jnp.stack(measures, axis=-1), people.head_m)


def scales_of_measures(
    measures: Float[Array, "*n 3"], head: Float[Array, "*n 3"] | None = None
) -> Scales:
    """Scale factors from measures, of one person or of many.

    Args:
        measures: neck length [m], shoulder width [m], mass of head and neck [kg].
        head: its breadth, length and height [m]; the generic ones without.
    """
    one = GENERIC_SUBJECT
    whole = np.array([one.neck_length_m, one.shoulder_width_m, one.head_and_neck_mass_kg])
    ratio = jnp.asarray(measures) / whole.astype(measures.dtype)
    if head is None:
        skull = jnp.ones_like(ratio)
    else:
        skull = (jnp.asarray(head) / np.array(_GENERIC_HEAD_M))[..., np.array([1, 2, 0])]
    return Scales(ratio[..., 0], ratio[..., 1], ratio[..., 2], skull)


def personalise(subject: Subject, *, form: Form = "source") -> Anatomy:
    """The neck of one person. With :data:`GENERIC_SUBJECT` it is the generic neck."""
    anatomy = generic_anatomy(form)
    if form == "living":
        anatomy = own_neck(subject, anatomy)
    parts = _scaled(anatomy, scales_of(subject))
    scaled: Anatomy = jax.tree.unflatten(jax.tree.structure(anatomy), parts)
    return scaled


def scale(anatomy: Anatomy, scales: Scales) -> Anatomy:
    """Scale a neck; written for one person, ``vmap`` over ``scales`` for many."""
    per_body = _body_scales(scales)
    topology = anatomy.topology
    girdle = np.array([bone.endswith(_GIRDLE) for bone in topology.point_source])
    point_scale = per_body[np.array(topology.point_body)]
    sideways = jnp.stack([jnp.ones(()), jnp.ones(()), scales.shoulder])
    point_scale = jnp.where(girdle[:, None], sideways, point_scale)
    mass_scale = jnp.concatenate([jnp.ones(1), jnp.full(8, scales.mass)])
    scaled = eqx.tree_at(
        lambda a: (
            a.parent_offset,
            a.child_offset,
            a.mass_centre,
            a.points,
            a.markers,
            a.landmarks,
            a.mass,
            a.inertia,
        ),
        anatomy,
        (
            anatomy.parent_offset * per_body[:-1],
            anatomy.child_offset * per_body[1:],
            anatomy.mass_centre * per_body,
            anatomy.points * point_scale,
            anatomy.markers * scales.skull,
            anatomy.landmarks * per_body[np.array(topology.landmark_body)],
            anatomy.mass * mass_scale,
            anatomy.inertia * mass_scale[:, None, None],
        ),
    )
    stretch = neutral_lengths(scaled) / neutral_lengths(anatomy)
    person: Anatomy = eqx.tree_at(
        lambda a: (a.optimal_fibre_length, a.tendon_slack_length),
        scaled,
        (anatomy.optimal_fibre_length * stretch, anatomy.tendon_slack_length * stretch),
    )
    return person


@kept
def _scaled(anatomy: Anatomy, scales: Scales) -> list[Array]:
    return jax.tree.leaves(scale(anatomy, scales))


def neutral_lengths(anatomy: Anatomy) -> Muscles:
    """Muscle-tendon lengths in the neutral pose [m]; no joint is turned, so nothing rotates."""
    steps = anatomy.parent_offset - anatomy.child_offset
    origin = jnp.concatenate([jnp.zeros((1, 3)), jnp.cumsum(steps, axis=0)])
    points = path_points(anatomy, BodyPoses(jnp.tile(jnp.eye(3), (9, 1, 1)), origin))
    topology = anatomy.topology
    span = points[np.array(topology.segment_end)] - points[np.array(topology.segment_start)]
    return topology.sum_over_segments(jnp.linalg.norm(span, axis=-1))


def _body_scales(scales: Scales) -> jnp.ndarray:
    """Scale of every body along its own x, y, z; shape (body, 3)."""
    along_axis = jnp.stack([jnp.ones(()), scales.neck, jnp.ones(())])
    per_body = jnp.where(_VERTEBRAE[:, None], along_axis, jnp.ones(3))
    return per_body.at[-1].set(scales.skull)


@kept
def marker_basis(
    q: CoordsT, local: Float[Array, "3 3"] | None = None, thorax_share: Vec3 | None = None
) -> Float[Array, "5 t 3 3"]:
    """What the markers' positions are made of in the course of a movement.

    An upper thorax turns with the joint angles alone, so that it leaves positions linear.

    Args:
        q: the six coordinates over time [rad].
        local: where they sit on the generic skull, in its frame [m], if not where the model has
            them.
        thorax_share: what the upper thorax takes of the head's rotation, as in an anatomy.

    Returns:
        Positions [m] for a unit of each factor (constant, neck, skull x, y, z), by frame, marker
        (TP, LH, RH) and axis. Cast it to float32 for traces in half the time, less than 1e-7 m off.
    """
    generic = on_upper_thorax(generic_anatomy(), thorax_share)
    if local is not None:
        generic = eqx.tree_at(lambda a: a.markers, generic, local)

    def positions(factors: Float[Array, "4"], posture: Coords) -> Float[Array, "3 3"]:
        scales = Scales(jnp.asarray(factors[0]), jnp.ones(()), jnp.ones(()), factors[1:])
        return marker_positions(scale(generic, scales), posture)

    def of_frame(posture: Coords) -> Float[Array, "5 3 3"]:
        ones = jnp.ones(4)
        slopes = jnp.moveaxis(jax.jacfwd(positions)(ones, posture), -1, 0)
        constant = positions(ones, posture) - slopes.sum(axis=0)
        return jnp.concatenate([constant[None], slopes])

    return jnp.swapaxes(jax.lax.map(of_frame, q), 0, 1)


def on_upper_thorax(anatomy: Anatomy, share: Vec3 | None) -> Anatomy:
    """The same neck on an upper thorax that takes such a share of the head's rotation, or none."""
    on: Anatomy = eqx.tree_at(lambda a: a.thorax_share, anatomy, share, is_leaf=lambda x: x is None)
    return on


@kept
def traces(basis: Float[Array, "5 t 3 3"], scales: Scales) -> Float[Array, "n t 3 3"]:
    """Positions of TP, LH and RH in the thorax frame [m] of many people through a movement.

    Args:
        basis: of the movement, from :func:`marker_basis`; its precision is that of the result.
        scales: of many people, from :func:`~nuchal.model.scaling.scales_of_people`.
    """
    neck = jnp.asarray(scales.neck)[:, None]
    factors = jnp.concatenate([jnp.ones_like(neck), neck, jnp.asarray(scales.skull)], axis=1)
    return jnp.tensordot(factors.astype(basis.dtype), basis, axes=1)


def traces_in_blocks(
    basis: Float[Array, "5 t 3 3"], blocks: Iterable[People], *, size: int = AT_ONCE
) -> Iterator[Float[Array, "n t 3 3"]]:
    """Traces of people as they are drawn, at most ``size`` of them in memory at once."""
    for people in blocks:
        scales = jax.device_get(scales_of_people(people))
        for first in range(0, len(people), size):
            part = slice(first, first + size)
            yield traces(basis, jax.tree.map(lambda leaf, p=part: leaf[p], scales))
