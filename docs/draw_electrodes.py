"""Draw where electrodes go on the neck, over bones and muscles of the generic neck.

Run it from anywhere, in the project's environment:

    python docs/draw_electrodes.py

Electrodes and the distance between them are drawn to size. The skin and the sheet of the trapezius
are drawn by hand around the bones: an aid to the eye, not data.
"""

from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from electrode_shapes import SKIN, TRAPEZIUS
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Polygon

from nuchal.model.generic import MUSCLES, generic_anatomy
from nuchal.report.figures.bones import View, project, skeleton
from nuchal.report.figures.drawing import Scene, neck_scene
from nuchal.report.figures.style import INK, SOFT, styled

IMAGE: Final = Path(__file__).parent / "images" / "electrodes.png"
RADIUS_M, APART_M = 0.005, 0.020
COLOURS: Final = {
    "sternocleidomastoid": "#0072B2",
    "upper trapezius": "#E69F00",
    "splenius capitis": "#009E73",
    "cervical extensors": "#9467BD",
}
_WORDS: Final = {**COLOURS, "upper trapezius": "#8A5F00"}
_PATHS: Final = {
    "sternocleidomastoid": (("stern_mast", 0.015), ("cleid_mast", 0.011)),
    "splenius capitis": (("splen_cap_sklthx", 0.014), ("splen_cap_sklc6", 0.010)),
}
_BREADTH_M: Final[dict[View, tuple[float, float]]] = {
    "front": (-0.237, 0.237), "right side": (-0.225, 0.15), "back": (-0.237, 0.237),
}  # fmt: skip
_HEIGHT_M: Final = (0.292, 0.66)
_POINTER: Final[dict[str, Any]] = {
    "arrowstyle": "-", "color": "#555555", "linewidth": 0.7, "shrinkA": 1, "shrinkB": 1,
}  # fmt: skip

Point = Float[np.ndarray, "3"]


class Pair(NamedTuple):
    """Two electrodes over a muscle of the right side: between them, and along the muscle [m]."""

    centre: Point
    along: Point


class Marks(NamedTuple):
    """Points in ground by which electrodes are placed, of the right side or the middle [m]."""

    notch: Point
    mastoid: Point
    c7: Point
    acromion: Point
    pairs: dict[str, Pair]


def main() -> None:
    """Write the drawing beside the other images."""
    electrodes_figure().savefig(IMAGE, dpi=160)


@styled
def electrodes_figure() -> Figure:
    """Three views with electrodes, the landmarks between which they lie, and their names."""
    scene = neck_scene(generic_anatomy(), np.zeros(len(MUSCLES)))
    marks = _marks(scene)
    figure = Figure((12.6, 3.75))
    for view, left, width in (
        ("front", 0.0, 0.355), ("right side", 0.36, 0.282), ("back", 0.645, 0.355),
    ):  # fmt: skip
        axes = figure.add_axes((left, 0.015, width, 0.92))
        _draw_body(axes, scene, view)
        for mirror in (1.0, -1.0) if view != "right side" else (1.0,):
            _draw_electrodes(axes, marks, view, mirror)
        _draw_names(axes, marks, view)
    return figure


def _marks(scene: Scene) -> Marks:
    notch, mastoid = _path(scene, "stern_mast")
    acromion, c7 = _path(scene, "trap_acr")
    c7 = c7 * [1.0, 1.0, 0.0]
    acromion = acromion + np.array([0.0, 0.008, 0.012])
    from_chest, to_skull = _path(scene, "splen_cap_sklthx")
    step = to_skull - from_chest
    c2_c3, c4 = 0.441, 0.417
    splenius = from_chest + step * (c2_c3 - from_chest[1]) / step[1] + [0.004, 0.0, 0.008]
    return Marks(
        notch,
        mastoid,
        c7,
        acromion,
        {
            "sternocleidomastoid": Pair(notch + (mastoid - notch) / 3.0, _unit(mastoid - notch)),
            "upper trapezius": Pair(0.5 * (c7 + acromion), _unit(acromion - c7)),
            "splenius capitis": Pair(splenius, _unit(step)),
            "cervical extensors": Pair(np.array([-0.1, c4, 0.02]), np.array([0.0, 1.0, 0.0])),
        },
    )


def _path(scene: Scene, muscle: str) -> Float[np.ndarray, "p 3"]:
    """The path of a muscle of the right side in ground [m]."""
    topology, m = scene.anatomy.topology, MUSCLES.index(muscle)
    segments = [s for s, of in enumerate(topology.segment_muscle) if of == m]
    index = [topology.segment_start[segments[0]], *(topology.segment_end[s] for s in segments)]
    return scene.points[np.array(index)]


def _unit(vector: Point) -> Point:
    return np.asarray(vector / np.linalg.norm(vector))


def _mirrored(point: Point, sign: float) -> Point:
    return np.asarray(point * [1.0, 1.0, sign])


def _draw_body(axes: Axes, scene: Scene, view: View) -> None:
    """Skin, bones and the muscles beneath electrodes."""
    axes.set_aspect("equal")
    axes.set_axis_off()
    axes.set_xlim(*_BREADTH_M[view])
    axes.set_ylim(*_HEIGHT_M)
    axes.set_title(view.capitalize(), loc="center", pad=2)
    skin = {"facecolor": "#fbf3ec", "edgecolor": "#cdb9a8", "linewidth": 1.1, "zorder": 0.5}
    axes.add_artist(Polygon(SKIN[view], joinstyle="round", **skin))
    for depth, shape in enumerate(skeleton(scene.anatomy, scene.poses, view)):
        tone = "#e6dccb" if shape.tone == "hole" else "#f3ece0"
        nearer = 2.0 if view == "front" and shape.over else 1.0
        bone = {"facecolor": tone, "edgecolor": "#d8cdba", "linewidth": 0.5}
        axes.add_artist(Polygon(shape.points, zorder=nearer + 0.01 * depth, **bone))
    for sign in (1.0, -1.0) if view != "right side" else (1.0,):
        _draw_muscles(axes, scene, view, sign)


def _draw_muscles(axes: Axes, scene: Scene, view: View, sign: float) -> None:
    sheet = TRAPEZIUS[view] * ([sign, 1.0] if view != "right side" else [1.0, 1.0])
    _fill(axes, sheet, "upper trapezius", 3.4 if view == "back" else 2.6)
    for name, parts in _PATHS.items():
        if (name, view) in (("splenius capitis", "front"), ("sternocleidomastoid", "back")):
            continue
        for muscle, width in parts:
            ends = [project(_mirrored(end, sign), view) for end in _path(scene, muscle)[[0, -1]]]
            _fill(axes, _spindle(*ends, width), name, 3.0)


def _fill(axes: Axes, outline: Float[np.ndarray, "n 2"], name: str, height: float) -> None:
    look = {"facecolor": COLOURS[name], "alpha": 0.3, "edgecolor": COLOURS[name], "linewidth": 0.7}
    axes.add_artist(Polygon(outline, zorder=height, joinstyle="round", **look))


def _spindle(
    start: Float[np.ndarray, "2"], end: Float[np.ndarray, "2"], width: float
) -> Float[np.ndarray, "n 2"]:
    """A belly from end to end, half as wide at its tendons."""
    share = np.linspace(0.0, 1.0, 31)[:, None]
    centre = start + share * (end - start)
    along = (end - start) / np.linalg.norm(end - start)
    half = 0.5 * width * (0.5 + 0.5 * np.sin(np.pi * share))
    across = np.array([-along[1], along[0]]) * half
    return np.concatenate([centre + across, (centre - across)[::-1]])


def _seen(view: View) -> tuple[str, ...]:
    """Muscles whose electrodes a view shows."""
    if view == "front":
        return ("sternocleidomastoid",)
    if view == "back":
        return ("upper trapezius", "splenius capitis", "cervical extensors")
    return ("sternocleidomastoid", "splenius capitis", "upper trapezius")


def _draw_electrodes(axes: Axes, marks: Marks, view: View, sign: float) -> None:
    """Pairs to size, the lines on which they lie, and the landmarks at their ends."""
    for name in _seen(view):
        pair = marks.pairs[name]
        for way in (-0.5, 0.5):
            place = project(_mirrored(pair.centre + way * APART_M * pair.along, sign), view)
            look = {"facecolor": COLOURS[name], "edgecolor": "white", "linewidth": 0.9}
            axes.add_artist(Circle(tuple(place), RADIUS_M, zorder=6, **look))
    lines = [("sternocleidomastoid", marks.notch, marks.mastoid)]
    lines.append(("upper trapezius", marks.c7, marks.acromion))
    for name, start, end in lines:
        if name in _seen(view):
            ends = [project(_mirrored(one, sign), view) for one in (start, end)]
            dashed = {"color": INK, "linewidth": 0.8, "linestyle": (0, (3, 2)), "zorder": 5}
            axes.plot(*np.transpose(ends), **dashed)
            axes.plot(*np.transpose(ends), "x", color=INK, markersize=4.5, mew=1.1, zorder=5.5)


def _draw_names(axes: Axes, marks: Marks, view: View) -> None:
    """What is named, and where its words stand."""
    for words, point, (x, y), colour in _names(marks)[view]:
        anchor = tuple(project(point, view))
        align = "left" if x > anchor[0] else "right"
        arrow = {**_POINTER, "relpos": (0.0 if align == "left" else 1.0, 0.5)}
        axes.annotate(
            words, xy=anchor, xytext=(x, y), fontsize=7.8, linespacing=1.15, ha=align,
            va="center", color=colour, zorder=8, annotation_clip=False, arrowprops=arrow,
        )  # fmt: skip
    if view != "right side":
        names = ("left", "right") if view == "back" else ("right", "left")
        for x, name in zip((-0.2, 0.2), names, strict=True):
            axes.text(x, 0.302, name, ha="center", fontsize=8, color=SOFT, zorder=8)


def _names(marks: Marks) -> dict[View, list[tuple[str, Point, tuple[float, float], str]]]:
    pairs = {name: pair.centre for name, pair in marks.pairs.items()}
    scm, trapezius, splenius, extensors = pairs
    return {
        "front": [
            ("sternocleidomastoid:\na third of the way from\nsternum to mastoid",
             _mirrored(pairs[scm], -1.0), (0.085, 0.462), _WORDS[scm]),
            ("mastoid process,\nbehind the ear", marks.mastoid, (-0.115, 0.53), INK),
            ("notch of\nthe sternum", marks.notch, (-0.075, 0.318), INK),
        ],
        "right side": [
            ("splenius capitis:\nat C2–C3, between\nthe other two",
             pairs[splenius], (-0.122, 0.45), _WORDS[splenius]),
            ("sternocleidomastoid", pairs[scm], (0.04, 0.395), _WORDS[scm]),
            ("upper trapezius", pairs[trapezius], (-0.135, 0.345), _WORDS[trapezius]),
            ("mastoid process", marks.mastoid, (0.095, 0.43), INK),
        ],
        "back": [
            ("upper trapezius:\nhalfway from C7\nto the acromion", pairs[trapezius],
             (0.115, 0.475), _WORDS[trapezius]),
            ("splenius capitis",
             _mirrored(pairs[splenius], -1.0), (-0.085, 0.475), _WORDS[splenius]),
            ("cervical extensors:\n2 cm beside the\nmidline at C4",
             _mirrored(pairs[extensors], -1.0), (-0.085, 0.43), _WORDS[extensors]),
            ("C7, and the\nreference electrode", marks.c7, (-0.06, 0.322), INK),
            ("acromion", marks.acromion, (0.168, 0.418), INK),
        ],
    }  # fmt: skip


if __name__ == "__main__":
    main()
