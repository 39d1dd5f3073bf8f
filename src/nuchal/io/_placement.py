"""Where the source's welded bones sit in one person, so that bones and muscles stay together.

The person's muscle points are known on the moving chain. A bone that is welded to it (shoulder
blade, clavicle, ribcage) is moved by the scale that its points had along the carrier's axes, and
its points are then given in its own frame such that their place on the chain is exact.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from nuchal.model.anatomy import Anatomy, generic_anatomy
from nuchal.model.source import SourceBody, source_bodies, source_points


@dataclass(frozen=True, kw_only=True)
class Placement:
    """One of the source's bodies as it is in one person."""

    body: SourceBody
    shift: Float[np.ndarray, "3"]
    """How far its origin moved against the generic neck, in the carrier's frame [m]."""
    scale: Float[np.ndarray, "3"]
    """How its points are scaled along its own axes; for meshes and markers."""


@dataclass(frozen=True, kw_only=True)
class Placed:
    """All of the source's bodies and path points as they are in one person."""

    bodies: dict[str, Placement]
    points: Float[np.ndarray, "186 3"]
    """Path points in the frames of the bodies that the source puts them on [m]."""


def place(anatomy: Anatomy) -> Placed:
    """Put the bodies and points of the source where this person has them."""
    moved = np.asarray(anatomy.points) - np.asarray(generic_anatomy().points)
    generic = np.array([point.place for point in source_points()])
    owner = np.array([point.body for point in source_points()])
    local = generic + moved
    bodies: dict[str, Placement] = {}
    for body in source_bodies():
        mine = owner == body.name
        rotation = np.array(body.rotation)
        shift = np.zeros(3)
        if body.carrier != body.name:
            on_chain = generic[mine] @ rotation.T + np.array(body.translation)
            factor = _scale(on_chain, on_chain + moved[mine], np.ones(3))
            shift = np.array(body.translation) * (factor - 1.0)
            local[mine] = generic[mine] + (moved[mine] - shift) @ rotation
        carrier = bodies[body.carrier].scale if body.carrier in bodies else np.ones(3)
        scale = _scale(generic[mine], local[mine], carrier)
        bodies[body.name] = Placement(body=body, shift=shift, scale=scale)
    return Placed(bodies=bodies, points=local)


def _scale(
    generic: Float[np.ndarray, "n 3"],
    personal: Float[np.ndarray, "n 3"],
    otherwise: Float[np.ndarray, "3"],
) -> Float[np.ndarray, "3"]:
    """Scale factor along each axis that fits two sets of points best, in least squares."""
    extent = np.sum(generic**2, axis=0)
    fitted = np.sum(generic * personal, axis=0) / np.where(extent > 0.0, extent, 1.0)
    return np.where(extent > 0.0, fitted, otherwise)
