"""Motion envelopes as a page shows them: to be turned in three dimensions, and as outlines."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path

from nuchal.assessment.envelopes.envelope import Envelope, EnvelopeStatus
from nuchal.assessment.envelopes.overlap import solid_of
from nuchal.assessment.ranges.reached import ALL_DIRECTIONS
from nuchal.assessment.records import Geometry
from nuchal.report.figures.style import INK
from nuchal.report.html.svg import pictured
from nuchal.report.text import say

# Colour and symbol of what is missing into each direction.
WAY_LOOKS: Final = {
    "flexion": ("#0072B2", "circle"),
    "extension": ("#E69F00", "square"),
    "right bending": ("#D55E00", "diamond"),
    "left bending": ("#009E73", "cross"),
    "right rotation": ("#CC79A7", "x"),
    "left rotation": ("#56B4E9", "circle-open"),
    "right forward": ("#7A3B9A", "square-open"),
    "left forward": ("#3F3F3F", "diamond-open"),
    "right backward": ("#8C6D1F", "circle"),
    "left backward": ("#A0A0A0", "square"),
}
# Of each view, the axes that run to the right, up and out of the page.
_VIEWS: Final = (
    ("from the right", (0, 1, 2), "backward ← → forward", "up"),
    ("from behind", (2, 1, 0), "left ← → right", "up"),
    ("from above", (2, 0, 1), "left ← → right", "forward"),
)


def three_dimensional(geometry: Geometry) -> dict[str, Any]:
    """Meshes and points of the three markers in tenths of a millimetre: right, forward, up."""
    pairs = zip(geometry.envelopes, geometry.places, strict=True)
    return {
        "markers": [
            {
                "key": one.marker,
                "words": say(f"marker.{one.marker}"),
                "person": solid_mesh(one.person),
                "matched": solid_mesh(one.matched),
                "own": solid_mesh(one.own),
                "path": tenths(one.person.points),
                "missing": tenths(places.points),
                "way": [int(x) for x in places.direction],
            }
            for one, places in pairs
        ],
        "ways": [
            {"short": way, "colour": WAY_LOOKS[way][0], "symbol": WAY_LOOKS[way][1]}
            for way in ALL_DIRECTIONS
        ],
    }


def solid_mesh(one: Envelope) -> dict[str, Any] | None:
    """Corners in tenths of a millimetre and faces of an envelope; None where it is no volume."""
    if one.status != EnvelopeStatus.OK:
        return None
    used, corners = np.unique(one.faces, return_inverse=True)
    faces = corners.reshape(-1, 3)
    return {"at": tenths(one.points[used]), "faces": [[int(x) for x in k] for k in faces.T]}


def tenths(points: Float[np.ndarray, "n 3"]) -> list[list[int]]:
    """Places in tenths of a millimetre: right, forward, up."""
    moved = np.round(1e4 * points[:, [2, 0, 1]]).astype(int)
    return [[int(x) for x in axis] for axis in moved.T]


# The first is hatched, the second filled, a third dotted.
_LOOKS: Final[tuple[dict[str, Any], ...]] = (
    {"facecolor": "none", "edgecolor": "#C8501E", "hatch": "////", "linewidth": 1.0},
    {"facecolor": "#A9C6DE", "edgecolor": INK, "linewidth": 1.1},
    {"facecolor": "none", "edgecolor": INK, "linestyle": ":", "linewidth": 1.2},
)


class Shown(NamedTuple):
    """One marker's envelopes in the order of how they are drawn; the third may be left out."""

    marker: str
    hatched: Envelope
    solid: Envelope
    dotted: Envelope | None = None


def outlines_figure(geometry: Geometry) -> Figure:
    """Outlines of the person's and healthy envelopes of three markers, from three sides [mm]."""
    shown = [Shown(one.marker, one.own, one.person, one.matched) for one in geometry.envelopes]
    return outlines_of(shown, ("healthy, own neck", "reached by the person", "healthy, best match"))


@pictured
def outlines_of(shown: Sequence[Shown], names: Sequence[str]) -> Figure:
    """Outlines of envelopes of three markers, from three sides [mm].

    Args:
        shown: marker by marker.
        names: of the envelopes, in their order.
    """
    figure = Figure(figsize=(7.2, 5.9))
    panels = figure.subplots(3, 3)
    figure.subplots_adjust(left=0.095, right=0.99, top=0.965, bottom=0.12, wspace=0.3, hspace=0.5)
    for row, one in enumerate(shown):
        for column, view in enumerate(_VIEWS):
            axes = panels[row, column]
            _draw_view(axes, one, view[1])
            axes.set_title(f"{one.marker}, {view[0]}", fontsize=8)
            axes.set_xlabel(f"{view[2]} [mm]", fontsize=7.5, labelpad=1)
            axes.set_ylabel(f"{view[3]} → [mm]", fontsize=7.5, labelpad=1)
            axes.tick_params(labelsize=7)
    handles = [Patch(label=name, **look) for name, look in zip(names, _LOOKS, strict=False)]
    figure.legend(handles=handles, loc="lower center", ncols=3, bbox_to_anchor=(0.5, 0.0))
    return figure


def _draw_view(axes: Axes, one: Shown, order: tuple[int, int, int]) -> None:
    for envelope, look in zip(one[1:], _LOOKS, strict=True):
        outline = None if envelope is None else _outline(envelope, order)
        if outline is not None:
            axes.add_patch(PathPatch(outline, **look))
    axes.autoscale_view()
    axes.set_aspect("equal", adjustable="datalim")


def _outline(one: Envelope, order: tuple[int, int, int]) -> Path | None:
    """The shadow of an envelope on the page [mm]."""
    if one.status != EnvelopeStatus.OK:
        return None
    # Swapping axes mirrors the mesh, and its faces have to be turned for it to bound a volume.
    even = order in {(0, 1, 2), (1, 2, 0), (2, 0, 1)}
    faces = one.faces if even else one.faces[:, ::-1]
    solid = solid_of(1e3 * one.points[:, list(order)], np.ascontiguousarray(faces))
    rings = [np.asarray(ring) for ring in solid.project().to_polygons()]
    if not rings:
        return None
    closed = [np.concatenate([ring, ring[:1]]) for ring in rings]
    codes = [
        np.array([Path.MOVETO, *[Path.LINETO] * (len(ring) - 2), Path.CLOSEPOLY]) for ring in closed
    ]
    return Path(np.concatenate(closed), np.concatenate(codes).astype(np.uint8))
