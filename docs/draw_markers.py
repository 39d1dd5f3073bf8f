"""Draw where markers sit on the head and the torso, over the bones of the generic neck.

Run it from anywhere, in the project's environment:

    python docs/draw_markers.py

Skin and markers are drawn by hand around the bones: an aid to the eye, not data. Where markers
usually sit, in figures, is in ``src/nuchal/tracking/tables/landmarks.csv``.
"""

from pathlib import Path
from typing import Any, Final

import numpy as np
from electrode_shapes import SKIN
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Polygon
from PIL import Image

from nuchal.model.generic import MUSCLES, generic_anatomy
from nuchal.report.figures.bones import View, project, skeleton
from nuchal.report.figures.drawing import Scene, neck_scene
from nuchal.report.figures.style import INK, SOFT, styled

IMAGE: Final = Path(__file__).parent / "images" / "markers.png"
RADIUS_M: Final = 0.007
MAIN, OTHER = "#00558C", "#F08A3C"
_THREE: Final = ("TP", "LH", "RH")
_BREADTH_M: Final[dict[View, tuple[float, float]]] = {
    "front": (-0.237, 0.237), "right side": (-0.225, 0.15), "back": (-0.237, 0.237),
}  # fmt: skip
# In ground, of the right side or the middle: forward, up, right [m].
_MIDDLE: Final = {
    "TP": (-0.042, 0.648, 0.0), "FOREHEAD": (0.074, 0.588, 0.0), "NASION": (0.071, 0.55, 0.0),
    "NOSE": (0.094, 0.517, 0.0), "INION": (-0.143, 0.532, 0.0), "C7": (-0.117, 0.392, 0.0),
    "CLAV": (0.004, 0.33, 0.0),
}  # fmt: skip
_SIDE: Final = {
    "H": (0.012, 0.545, 0.083), "FHD": (0.052, 0.588, 0.062), "BHD": (-0.118, 0.572, 0.06),
    "EAR": (-0.027, 0.505, 0.084), "SHO": (-0.062, 0.378, 0.178),
}  # fmt: skip
_SEEN: Final[dict[View, tuple[str, ...]]] = {
    "front": ("TP", "H", "FHD", "EAR", "FOREHEAD", "NASION", "NOSE", "CLAV", "SHO"),
    "right side": (
        "TP", "H", "FHD", "BHD", "EAR", "FOREHEAD", "NASION", "NOSE", "INION", "C7", "CLAV", "SHO"
    ),
    "back": ("TP", "BHD", "EAR", "INION", "C7", "SHO"),
}  # fmt: skip
# Names that would run into another, and on which side of their marker they stand instead.
_ELSEWHERE: Final = {
    ("front", "FOREHEAD"): (0.0, 1.0), ("right side", "RFHD"): (-1.0, 0.0),
    ("back", "INION"): (1.0, 0.0), ("back", "C7"): (1.0, 0.0),
}  # fmt: skip
_GAP_M: Final = 0.011


def main() -> None:
    """Write the drawing beside the other images."""
    markers_figure().savefig(IMAGE, dpi=200)
    with Image.open(IMAGE) as picture:
        small = picture.convert("RGB").quantize(dither=Image.Dither.NONE)
    small.save(IMAGE, optimize=True)


@styled
def markers_figure() -> Figure:
    """Three views with the markers and their names."""
    scene = neck_scene(generic_anatomy(), np.zeros(len(MUSCLES)))
    figure = Figure((10.2, 3.04))
    for view, left, width in (
        ("front", 0.0, 0.355), ("right side", 0.36, 0.282), ("back", 0.645, 0.355),
    ):  # fmt: skip
        axes = figure.add_axes((left, 0.015, width, 0.92))
        _draw_body(axes, scene, view)
        for name in _SEEN[view]:
            _draw_marker(axes, view, name)
    return figure


def _draw_body(axes: Axes, scene: Scene, view: View) -> None:
    """Skin and bones."""
    axes.set_aspect("equal")
    axes.set_axis_off()
    axes.set_xlim(*_BREADTH_M[view])
    axes.set_ylim(0.292, 0.672)
    axes.set_title(view.capitalize(), loc="center", pad=2)
    skin = {"facecolor": "#fbf3ec", "edgecolor": "#cdb9a8", "linewidth": 1.1, "zorder": 0.5}
    axes.add_artist(Polygon(SKIN[view], joinstyle="round", **skin))
    for depth, shape in enumerate(skeleton(scene.anatomy, scene.poses, view)):
        tone = "#e6dccb" if shape.tone == "hole" else "#f3ece0"
        bone = {"facecolor": tone, "edgecolor": "#d8cdba", "linewidth": 0.5}
        axes.add_artist(Polygon(shape.points, zorder=1.0 + 0.01 * depth, **bone))
    if view != "right side":
        names = ("left", "right") if view == "back" else ("right", "left")
        for x, name in zip((-0.2, 0.2), names, strict=True):
            axes.text(x, 0.302, name, ha="center", fontsize=8, color=SOFT, zorder=8)


def _draw_marker(axes: Axes, view: View, name: str) -> None:
    """A marker, or one on each side, with its name beside it, away from the middle."""
    if name in _MIDDLE:
        _dot(axes, view, name, np.array(_MIDDLE[name]))
        return
    for side, sign in (("R", 1.0), ("L", -1.0)) if view != "right side" else (("R", 1.0),):
        _dot(axes, view, f"{side}{name}", np.array(_SIDE[name]) * [1.0, 1.0, sign])


def _dot(axes: Axes, view: View, name: str, place: np.ndarray) -> None:
    x, y = project(place, view)
    colour = MAIN if name in _THREE else OTHER
    look: dict[str, Any] = {"facecolor": colour, "edgecolor": "white", "linewidth": 0.9}
    axes.add_artist(Circle((x, y), RADIUS_M, zorder=6, **look))
    middle = -0.042 if view == "right side" else 0.0
    beside = (1.0 if x > middle or name == "TP" else -1.0, 0.0)
    way, above = _ELSEWHERE.get((view, name), beside)
    align = "left" if way > 0 else "right" if way < 0 else "center"
    where = (x + way * _GAP_M, y + above * 1.6 * _GAP_M)
    text = axes.text(*where, name, ha=align, va="center")
    text.set(fontsize=8.5 if name in _THREE else 7.8, color=MAIN if name in _THREE else INK)
    text.set(fontweight="bold" if name in _THREE else "normal", zorder=8)


if __name__ == "__main__":
    main()
