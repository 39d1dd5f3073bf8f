"""Simple solids from rings of points: tubes, ellipsoids and what lies between sections [cm]."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from jaxtyping import Float, Int

SolidTone: TypeAlias = Literal["bone", "thorax", "jaw", "hole"]
Path3: TypeAlias = Sequence[tuple[float, float, float]]
_SIDES = 8


@dataclass(frozen=True)
class Solid:
    """A closed surface of triangles on one body.

    Attributes:
        vertices: In the body's frame [cm].
        faces: Indices of vertices, anticlockwise seen from outside.
    """

    body: str
    tone: SolidTone
    vertices: Float[np.ndarray, "v 3"]
    faces: Int[np.ndarray, "f 3"]


def loft(body: str, tone: SolidTone, rings: Float[np.ndarray, "r s 3"]) -> Solid:
    """The surface through rings of equally many points, closed at both ends."""
    count, sides = rings.shape[:2]
    here = np.arange(count - 1)[:, None] * sides + np.arange(sides)
    beside = np.arange(count - 1)[:, None] * sides + np.roll(np.arange(sides), -1)
    around = np.stack([here, beside, beside + sides, here, beside + sides, here + sides], axis=-1)
    low, high = count * sides, count * sides + 1
    first, last = np.arange(sides), (count - 1) * sides + np.arange(sides)
    caps = [
        np.stack([np.full(sides, low), np.roll(first, -1), first], axis=1),
        np.stack([np.full(sides, high), last, np.roll(last, -1)], axis=1),
    ]
    centres = np.stack([rings[0].mean(axis=0), rings[-1].mean(axis=0)])
    vertices = np.concatenate([rings.reshape(-1, 3), centres])
    faces = np.concatenate([around.reshape(-1, 3), *caps])
    return Solid(body, tone, vertices, _outward(vertices, faces))


def tube(
    body: str,
    tone: SolidTone,
    path: Path3,
    radii: float | Sequence[tuple[float, float]],
    *,
    across: tuple[float, float, float] | None = None,
    fine: int = 2,
) -> Solid:
    """A rounded tube along a smooth path.

    Args:
        body: that it belongs to.
        tone: of its material.
        path: points that it passes [cm].
        radii: one for all, or a pair a point: along ``across`` and square to it [cm].
        across: the direction of the first radius; any if not given.
        fine: rings between two points of the path.
    """
    points = np.array(path, dtype=float)
    sizes = np.full((len(points), 2), radii) if isinstance(radii, float) else np.array(radii)
    if len(points) > 2:
        points, sizes = _refined(points, fine), _refined(sizes, fine)
    along = np.gradient(points, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    first = _normals(along, across)
    second = np.cross(along, first)
    # Rounded ends: a smaller ring beyond each.
    size = 0.45 * sizes.mean(axis=1, keepdims=True)
    before, after = points[:1] - size[:1] * along[:1], points[-1:] + size[-1:] * along[-1:]
    centres = np.concatenate([before, points, after])
    shrink = np.concatenate([[0.6], np.ones(len(points)), [0.6]])[:, None]
    pick = np.clip(np.arange(-1, len(points) + 1), 0, len(points) - 1)
    angle = np.linspace(0.0, 2.0 * np.pi, _SIDES, endpoint=False)
    radius = sizes[pick] * shrink
    rings = (
        centres[:, None]
        + radius[:, :1, None] * np.cos(angle)[:, None] * first[pick][:, None]
        + radius[:, 1:, None] * np.sin(angle)[:, None] * second[pick][:, None]
    )
    return loft(body, tone, rings)


def ellipsoid(
    body: str,
    tone: SolidTone,
    centre: tuple[float, float, float],
    radii: tuple[float, float, float],
) -> Solid:
    """An ellipsoid along the axes of its body [cm]."""
    height = np.cos(np.linspace(0.93 * np.pi, 0.07 * np.pi, 6))
    angle = np.linspace(0.0, 2.0 * np.pi, _SIDES, endpoint=False)
    width = np.sqrt(1.0 - height**2)[:, None]
    unit = np.stack(
        [
            width * np.cos(angle),
            np.broadcast_to(height[:, None], (len(height), _SIDES)),
            width * np.sin(angle),
        ],
        axis=-1,
    )
    return loft(body, tone, np.array(centre) + unit * np.array(radii))


def sections(
    body: str,
    tone: SolidTone,
    rows: Sequence[tuple[float, float, float, float]],
    *,
    narrow_front: float = 0.0,
    square: float = 2.0,
    sides: int = 28,
    fine: int = 2,
) -> Solid:
    """A solid of level sections.

    Args:
        body: that it belongs to.
        tone: of its material.
        rows: height, back, front and half breadth of each section, from below upwards [cm].
        narrow_front: by which share the breadth shrinks towards the front.
        square: 2 for ellipses, more for squarer sections.
        sides: points of a section.
        fine: sections between two rows.
    """
    levels = _refined(np.array(rows), fine)
    angle = np.linspace(0.0, 2.0 * np.pi, sides, endpoint=False)
    ahead, aside = (
        np.sign(wave) * np.abs(wave) ** (2.0 / square) for wave in (np.cos(angle), np.sin(angle))
    )
    y, back, front, half = (column[:, None] for column in levels.T)
    x = (back + front) / 2 + (front - back) / 2 * ahead
    z = half * aside * (1.0 - narrow_front * np.maximum(ahead, 0.0))
    return loft(body, tone, np.stack([x, np.broadcast_to(y, x.shape), z], axis=-1))


def hollowed(
    solid: Solid, centre: tuple[float, float, float], size: tuple[float, float], depth: float
) -> Solid:
    """A solid pressed in from the front.

    Args:
        solid: to be pressed in.
        centre: of the hollow [cm].
        size: its half height and half breadth [cm].
        depth: in the middle [cm].
    """
    x, y, z = (solid.vertices - np.array(centre)).T
    near = np.exp(-((y / size[0]) ** 4) - (z / size[1]) ** 4) * (x > -2.0)
    pressed = solid.vertices - np.outer(near * depth, [1.0, 0.0, 0.0])
    return Solid(solid.body, solid.tone, pressed, solid.faces)


def mirrored(solid: Solid) -> Solid:
    """The same on the other side."""
    flip = np.array([1.0, 1.0, -1.0])
    return Solid(solid.body, solid.tone, solid.vertices * flip, solid.faces[:, ::-1])


def both(solid: Solid) -> list[Solid]:
    """On the right and on the left."""
    return [solid, mirrored(solid)]


def _outward(
    vertices: Float[np.ndarray, "v 3"], faces: Int[np.ndarray, "f 3"]
) -> Int[np.ndarray, "f 3"]:
    """The faces turned so that the volume they enclose is positive."""
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    volume = float(np.einsum("fi,fi->", a, np.cross(b, c)))
    return np.asarray(faces if volume > 0.0 else faces[:, ::-1])


def _normals(
    along: Float[np.ndarray, "n 3"], across: tuple[float, float, float] | None
) -> Float[np.ndarray, "n 3"]:
    """Unit vectors square to a path that turn no more than it does."""
    guess = np.eye(3)[np.abs(along[0]).argmin()] if across is None else np.array(across)
    normals = np.empty_like(along)
    for k, direction in enumerate(along):
        # A stated direction holds all along the path.
        guess = guess if across is None else np.array(across)
        square = guess - direction * (guess @ direction)
        normals[k] = guess = square / np.linalg.norm(square)
    return normals


def _refined(points: Float[np.ndarray, "n k"], fine: int) -> Float[np.ndarray, "m k"]:
    """A Catmull-Rom curve through points, ``fine`` steps from one to the next."""
    padded = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    a, b, c, d = (padded[k : len(points) - 1 + k, None] for k in range(4))
    t = np.linspace(0.0, 1.0, fine, endpoint=False)[None, :, None]
    curve = (
        2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
    ) / 2
    return np.concatenate([curve.reshape(-1, points.shape[1]), points[-1:]])
