"""The neck drawn: schematic bones and the muscles along their paths, coloured by force."""

from dataclasses import dataclass
from typing import Any, Final

import jax.numpy as jnp
import matplotlib as mpl
import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, ListedColormap, Normalize
from matplotlib.patches import Polygon

from nuchal.arrays import Array, Coords, MaskT, Muscles, MusclesT
from nuchal.model.anatomy import Anatomy
from nuchal.model.clinical import side_of
from nuchal.model.generic import MUSCLE_GROUPS, MUSCLES
from nuchal.model.kinematics import BodyPoses, body_poses, path_points
from nuchal.programs.kept import kept
from nuchal.report.figures.bones import Tone, View, directions, project, skeleton
from nuchal.report.figures.style import INK
from nuchal.report.text import muscle_name

FRONT_GROUPS: Final = ("suprahyoid", "infrahyoid", "sternocleidomastoid", "scalenes", "longus")
# Left and right border of each view in ground; all reach from the fourth rib to the vertex.
BREADTH_M: Final[dict[View, tuple[float, float]]] = {
    "right side": (-0.15, 0.075),
    "left side": (-0.075, 0.15),
    "back": (-0.185, 0.185),
    "front": (-0.185, 0.185),
}
_LOWEST_M: Final = 0.262
_MARGIN_M: Final = 0.01
_TONES: Final[dict[Tone, dict[str, Any]]] = {
    "thorax": {"facecolor": "#f1eee8", "edgecolor": "#c9c3b6", "linewidth": 0.6},
    "bone": {"facecolor": "#e9e4d8", "edgecolor": "#a79f8d", "linewidth": 0.7},
    "jaw": {"facecolor": "#efebe1", "edgecolor": "#b5ad9b", "linewidth": 0.7},
    "hole": {"facecolor": "#cfc7b6", "edgecolor": "#a79f8d", "linewidth": 0.5},
    "outline": {"facecolor": "#efebe1", "edgecolor": "#b5ad9b", "linewidth": 0.6},
}
_BEHIND_THE_FACE: Final = ("longus",)
# Where labels of a side view stand: behind and before the neck, in ground x.
_LABEL_COLUMNS_M: Final = (-0.138, 0.052)
_POINTER: Final[dict[str, Any]] = {
    "arrowstyle": "-", "color": "#555555", "linewidth": 0.6, "shrinkA": 1, "shrinkB": 0,
}  # fmt: skip
_THINNEST_M: Final = 0.0022
_THICKEST_M: Final = 0.0135


@dataclass(frozen=True)
class ForceScale:
    """From a force to a colour and a belly's width; both grow with the force.

    Attributes:
        top: Force at the end of the scale [N].
    """

    top: float
    colours: Colormap

    @property
    def norm(self) -> Normalize:
        """Linear, from no force to the top of the scale."""
        return Normalize(0.0, self.top)

    def width(self, force: float) -> float:
        """Width of a belly as drawn [m]; its area, not its width, grows with the force."""
        share = min(max(force / self.top, 0.0), 1.0)
        return _THINNEST_M + (_THICKEST_M - _THINNEST_M) * float(np.sqrt(share))


def force_scale(peak: Muscles) -> ForceScale:
    """A scale that ends at a round force just above the highest peak."""
    highest = max(float(np.max(peak)), 1.0)
    step = 10.0 ** np.floor(np.log10(highest))
    rounds = step * np.array([1.0, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10])
    colours = mpl.colormaps["inferno_r"](np.linspace(0.1, 0.88, 256))
    return ForceScale(float(rounds[rounds >= highest - 1e-9][0]), ListedColormap(colours))


@dataclass(frozen=True)
class Scene:
    """What is drawn: a neck in a posture, its peak forces and their scale.

    Attributes:
        points: Muscle path points in ground [m].
        peak: [N].
    """

    anatomy: Anatomy
    poses: BodyPoses
    points: Float[np.ndarray, "186 3"]
    peak: Float[np.ndarray, " muscles"]
    scale: ForceScale


def neck_scene(anatomy: Anatomy, peak: Muscles, q: Coords | None = None) -> Scene:
    """A neck with its peak forces [N]; in the neutral posture unless ``q`` [rad] is given."""
    poses, points = _place(anatomy, jnp.zeros(6) if q is None else q)
    return Scene(anatomy, poses, np.asarray(points), np.asarray(peak), force_scale(peak))


@kept
def _place(anatomy: Anatomy, q: Coords) -> tuple[BodyPoses, Float[Array, "186 3"]]:
    poses = body_poses(anatomy, q)
    return poses, path_points(anatomy, poses)


def draw_neck(axes: Axes, scene: Scene, view: View) -> None:
    """Draw bones and the muscles that this view shows.

    A side view shows the muscles of its side, the back and front views those behind and before
    the joints, so that the four views together show all.
    """
    axes.set_aspect("equal")
    axes.set_axis_off()
    axes.set_gid(view)
    bones = skeleton(scene.anatomy, scene.poses, view)
    axes.set_xlim(*BREADTH_M[view])
    axes.set_ylim(_LOWEST_M, max(float(bone.points[:, 1].max()) for bone in bones) + _MARGIN_M)
    for depth, shape in enumerate(bones):
        nearer = 2.0 if view == "front" and shape.over else 1.0
        axes.add_artist(Polygon(shape.points, zorder=nearer + 0.01 * depth, **_TONES[shape.tone]))
    for m in sorted(shown_muscles(view), key=lambda m: float(scene.peak[m])):
        _draw_muscle(axes, scene, view, m)


def shown_muscles(view: View) -> list[int]:
    """Which muscles a view shows."""
    if view in ("right side", "left side"):
        return [m for m, name in enumerate(MUSCLES) if side_of(name) == view.removesuffix(" side")]
    front = view == "front"
    return [m for m, group in enumerate(MUSCLE_GROUPS) if (group in FRONT_GROUPS) == front]


def _draw_muscle(axes: Axes, scene: Scene, view: View, m: int) -> None:
    behind = view == "front" and MUSCLE_GROUPS[m] in _BEHIND_THE_FACE
    peak, scale = float(scene.peak[m]), scene.scale
    outline = _belly(muscle_line(scene, view, m), scale.width(peak))
    belly = Polygon(
        outline, facecolor=scale.colours(scale.norm(peak)), edgecolor="white", linewidth=0.35,
        joinstyle="round", zorder=(1.5 if behind else 3.0) + 0.1 * peak / scale.top, gid=MUSCLES[m],
    )  # fmt: skip
    axes.add_artist(belly)


def muscle_line(scene: Scene, view: View, m: int) -> Float[np.ndarray, "p 2"]:
    """The path of one muscle as a view shows it [m]."""
    topology = scene.anatomy.topology
    segments = [s for s, of in enumerate(topology.segment_muscle) if of == m]
    index = [topology.segment_start[segments[0]], *(topology.segment_end[s] for s in segments)]
    return project(scene.points[index], view)


def _belly(line: Float[np.ndarray, "p 2"], width: float) -> Float[np.ndarray, "n 2"]:
    """A spindle along a path: full in the middle, a third as wide at its tendons."""
    steps = _lengths(line)
    along = np.linspace(0.0, steps[-1], 41)
    centre = np.stack([np.interp(along, steps, line[:, k]) for k in (0, 1)], axis=1)
    _, normal = directions(centre)
    half = (
        0.5
        * min(width, 0.4 * steps[-1])
        * (0.36 + 0.64 * np.sin(np.pi * np.linspace(0, 1, 41)) ** 0.7)[:, None]
    )
    return np.concatenate([centre + normal * half, (centre - normal * half)[::-1]])


def _lengths(line: Float[np.ndarray, "p 2"]) -> Float[np.ndarray, " p"]:
    """How far along a line each of its points is."""
    return np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])


def label_strongest(axes: Axes, scene: Scene, view: View, *, count: int) -> None:
    """Name the strongest muscles of a side view, at most ``count`` behind and before the neck."""
    mirror = -1 if view == "left side" else 1
    for sign, column in zip((-1, 1), _LABEL_COLUMNS_M, strict=True):
        mine = [m for m in shown_muscles(view) if (MUSCLE_GROUPS[m] in FRONT_GROUPS) == (sign > 0)]
        strongest = sorted(mine, key=lambda m: -float(scene.peak[m]))[:count]
        anchors = {m: _label_anchor(muscle_line(scene, view, m)) for m in strongest}
        ordered = sorted(strongest, key=lambda m: anchors[m][1])
        wanted = [anchors[m][1] for m in ordered]
        heights = _spread(wanted, 0.03, 0.27, 0.4 if sign > 0 else 0.47)
        for m, height in zip(ordered, heights, strict=True):
            text = _two_lines(muscle_name(MUSCLES[m]), float(scene.peak[m]))
            _draw_label(axes, text, anchors[m], (mirror * column, height))


def _two_lines(words: str, peak: float) -> str:
    first, _, rest = words.replace(", ", " ").partition(" ")
    return f"{first}\n{rest + '  ' if rest else ''}{peak:.0f} N"


def _label_anchor(line: Float[np.ndarray, "p 2"]) -> tuple[float, float]:
    steps = _lengths(line)
    x, y = (float(np.interp(steps[-1] / 2, steps, line[:, k])) for k in (0, 1))
    return x, y


def _spread(wanted: list[float], step: float, low: float, high: float) -> list[float]:
    """Ascending heights near the wanted ones, at least ``step`` apart and within bounds."""
    placed: list[float] = []
    for want in wanted:
        placed.append(max(want, placed[-1] + step) if placed else max(want, low))
    ceiling = high
    for k in reversed(range(len(placed))):
        placed[k] = min(placed[k], ceiling)
        ceiling = placed[k] - step
    return placed


def _draw_label(
    axes: Axes, text: str, anchor: tuple[float, float], place: tuple[float, float]
) -> None:
    align, edge = ("left", 0.0) if place[0] > anchor[0] else ("right", 1.0)
    axes.annotate(
        text, xy=anchor, xytext=place, fontsize=7.5, linespacing=1.05, color=INK, ha=align,
        va="center", annotation_clip=False, zorder=6,
        arrowprops={**_POINTER, "relpos": (edge, 0.5)},
    )  # fmt: skip
    axes.plot(*anchor, "o", color="#333333", markersize=1.8, zorder=6)


def peak_forces(force: MusclesT, usable: MaskT) -> Float[np.ndarray, " muscles"]:
    """Highest force of each muscle over the usable frames [N]; zero if there is none."""
    kept = np.asarray(force)[np.asarray(usable)]
    return np.asarray(kept.max(axis=0)) if kept.size else np.zeros(len(MUSCLES))
