"""Schematic bones, drawn where the bodies of a neck are and in the size that they have."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

import numpy as np
from jaxtyping import Float

from nuchal.conventions import BODIES
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import generic_anatomy
from nuchal.model.kinematics import BodyPoses

Tone = Literal["thorax", "bone", "jaw", "hole", "outline"]
View = Literal["right side", "left side", "back", "front"]

_PROJECTION: Final[dict[View, Float[np.ndarray, "2 3"]]] = {
    "right side": np.array([[1.0, 0, 0], [0, 1, 0]]),
    "left side": np.array([[-1.0, 0, 0], [0, 1, 0]]),
    "back": np.array([[0.0, 0, 1], [0, 1, 0]]),
    "front": np.array([[0.0, 0, -1], [0, 1, 0]]),
}


@dataclass(frozen=True)
class Shape:
    """One closed outline as it is seen [m].

    Attributes:
        over: Part of the skull, which hides from the front what runs before the spine.
    """

    points: Float[np.ndarray, "n 2"]
    tone: Tone
    over: bool = False


def project(points: Float[np.ndarray, "n 3"], view: View) -> Float[np.ndarray, "n 2"]:
    """Points in ground as an orthographic view shows them [m]."""
    return np.asarray(points @ _PROJECTION[view].T)


@cache
def _drawn() -> dict[str, Any]:
    """Outlines of skull, vertebrae, hyoid and shoulder girdle; ``scripts/bones`` draws them.

    Outlines of the side lie in the sagittal plane (x, y), those of front and back in the frontal
    plane (z, y), all in centimetres in the frame of their body in the generic neck. They are drawn
    around the model's joints, muscle points and markers: an aid to the eye, not data.
    """
    text = (files("nuchal.report.figures") / "outlines.json").read_text("utf-8")
    drawn: dict[str, Any] = json.loads(text)
    return drawn


def skeleton(anatomy: Anatomy, poses: BodyPoses, view: View) -> list[Shape]:
    """All bones as one view shows them, from the farthest to the nearest."""
    sagittal = view in ("right side", "left side")
    parts = _drawn()["side" if sagittal else view]
    scale = body_scale(anatomy)
    shapes = _shoulder_girdle(anatomy, view)
    for body, tone, outline in parts:
        b = BODIES.index(body)
        flat = _smooth(np.array(outline)) * 0.01
        x, z = (flat[:, 0], 0 * flat[:, 0]) if sagittal else (0 * flat[:, 0], flat[:, 0])
        local = np.stack([x, flat[:, 1], z], axis=1) * scale[b]
        ground = local @ np.asarray(poses.rotation[b]).T + np.asarray(poses.origin[b])
        shapes.append(Shape(project(ground, view), tone, over=body == "skull"))
    return shapes


def body_scale(anatomy: Anatomy) -> Float[np.ndarray, "9 3"]:
    """Size of each body relative to the generic neck: vertebrae by height, skull by markers."""
    generic = generic_anatomy()
    scale = np.ones((len(BODIES), 3))
    for b in range(1, 8):
        heights = [
            float(a.parent_offset[b, 1] - a.child_offset[b - 1, 1]) for a in (anatomy, generic)
        ]
        scale[b, 1] = heights[0] / heights[1]
    top, _, right = np.asarray(anatomy.markers)
    top_generic, _, right_generic = np.asarray(generic.markers)
    scale[8] = [right[0] / right_generic[0], top[1] / top_generic[1], right[2] / right_generic[2]]
    return scale


def _shoulder_girdle(anatomy: Anatomy, view: View) -> list[Shape]:
    """Clavicle and scapular spine as bands, placed by the muscles that end on them."""
    breadth = shoulder_breadth(anatomy)
    shapes = []
    for sign in (-1.0, 1.0):
        for line, width in (("clavicle", 0.55), ("scapula", 0.5)):
            centre = np.array(_drawn()[line]) * [0.01, 0.01, 0.01 * sign * breadth]
            shapes.append(Shape(_band(project(centre, view), 0.01 * width), "thorax"))
    if view == "right side":
        return shapes[2:]
    return shapes[:2] if view == "left side" else shapes


def shoulder_breadth(anatomy: Anatomy) -> float:
    """Lateral place of the outermost muscle point relative to the generic neck's."""
    widths = [float(np.abs(np.asarray(a.points)[:, 2]).max()) for a in (anatomy, generic_anatomy())]
    return widths[0] / widths[1]


def _band(line: Float[np.ndarray, "n 2"], half_width: float) -> Float[np.ndarray, "m 2"]:
    """A rounded band along a line."""
    fine = _smooth(line, closed=False)
    along, across = directions(fine)
    normal = across * half_width
    angle = np.linspace(np.pi / 2, -np.pi / 2, 9)[1:-1, None]
    cap = np.cos(angle) * along[-1] * half_width + np.sin(angle) * normal[-1]
    tail = -np.cos(angle) * along[0] * half_width - np.sin(angle) * normal[0]
    return np.concatenate([fine + normal, fine[-1] + cap, (fine - normal)[::-1], fine[0] + tail])


def directions(
    curve: Float[np.ndarray, "n 2"],
) -> tuple[Float[np.ndarray, "n 2"], Float[np.ndarray, "n 2"]]:
    """Unit vectors along a curve and, to their left, across it."""
    along = np.gradient(curve, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True) + 1e-12
    return along, np.stack([-along[:, 1], along[:, 0]], axis=1)


def _smooth(points: Float[np.ndarray, "n 2"], *, closed: bool = True) -> Float[np.ndarray, "m 2"]:
    """A Catmull-Rom curve through the points."""
    if closed:
        padded = np.concatenate([points[-1:], points, points[:2]])
    else:
        padded = np.concatenate(
            [2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]]
        )
    a, b, c, d = padded[:-3, None], padded[1:-2, None], padded[2:-1, None], padded[3:, None]
    t = np.linspace(0.0, 1.0, 8, endpoint=False)[None, :, None]
    curve = (
        2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
    ) / 2
    flat = curve.reshape(-1, 2)
    return flat if closed else np.concatenate([flat, points[-1:]])
