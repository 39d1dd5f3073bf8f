"""How to take the body measures, drawn by us around the generic neck's own bones (SVG)."""

from collections.abc import Sequence
from functools import cache
from typing import Final

import numpy as np
from jaxtyping import Float

from nuchal.model.anatomy import generic_anatomy
from nuchal.model.kinematics import BodyPoses, body_poses
from nuchal.report.figures.bones import View, skeleton

_FILL: Final = {"bone": "#efe6d2", "jaw": "#e8dcc2", "thorax": "#e6e1d6", "hole": "#8b8172"}
_SKIN: Final = "#f6dfc9"
_EDGE: Final = "#8a7560"
_MARK: Final = "#00558c"
_PROFILE: Final = (
    (-13.4, 26.0), (-12.9, 30.0), (-12.1, 34.5), (-11.2, 37.8), (-10.3, 39.6), (-10.2, 42.5),
    (-11.0, 45.0), (-13.2, 48.5), (-13.9, 53.0), (-12.9, 58.4), (-9.4, 62.3), (-4.2, 64.2),
    (1.2, 63.4), (5.0, 60.6), (6.6, 57.0), (6.9, 54.4), (6.4, 52.9), (7.6, 51.0), (8.9, 49.1),
    (8.2, 48.0), (6.9, 47.7), (7.3, 46.2), (6.6, 45.2), (7.0, 44.0), (5.9, 42.9), (6.2, 41.6),
    (5.2, 40.1), (2.6, 39.9), (0.9, 39.5), (0.6, 38.1), (-0.2, 36.2), (0.0, 33.6), (2.2, 30.6),
    (4.2, 26.0),
)  # fmt: skip
_HALF_FRONT: Final = (
    (0.0, 64.2), (4.2, 63.4), (7.2, 60.2), (8.1, 55.4), (7.9, 51.6), (7.4, 48.2), (6.9, 44.8),
    (5.6, 42.3), (5.5, 39.6), (5.9, 37.9), (8.6, 37.0), (13.4, 37.4), (17.4, 37.6), (20.2, 36.3),
    (21.8, 33.4), (22.4, 29.6), (22.6, 26.0),
)  # fmt: skip
_C7: Final = (-10.1, 37.95)
_TRAGION: Final = (-2.7, 49.8)
_ACROMION: Final = (17.4, 36.6)
_EAR: Final = (
    (-3.2, 51.4), (-2.4, 52.3), (-3.2, 53.2), (-4.8, 52.9), (-5.4, 51.2), (-4.7, 49.3),
    (-3.7, 47.7), (-2.9, 47.6), (-2.9, 48.9), (-2.6, 49.9),
)  # fmt: skip
Points = Sequence[tuple[float, float]]


@cache
def neck_length() -> str:
    """C7 to tragion, vertical."""
    (cx, cy), (tx, ty) = _C7, _TRAGION
    at = -18.5
    marks = [
        _dashed(cx - 0.6, cy, at - 1.0, cy),
        _dashed(tx, ty, at - 1.0, ty),
        _arrow((at, cy), (at, ty)),
        _dot(cx - 0.9, cy),
        _dot(tx, ty),
        _text(at - 0.9, (cy + ty) / 2, "neck", anchor="end", dy=-0.2, bold=True),
        _text(at - 0.9, (cy + ty) / 2, "length", anchor="end", dy=2.0, bold=True),
        _text(9.6, 57.6, "tragion: the small", anchor="start"),
        _text(9.6, 57.6, "flap before the ear", anchor="start", dy=2.3),
        _line((9.3, 56.6), (tx + 0.5, ty + 0.3)),
        _text(-14.9, 32.4, "C7: the most", anchor="end"),
        _text(-14.9, 32.4, "prominent bone", anchor="end", dy=2.3),
        _text(-14.9, 32.4, "of the nape", anchor="end", dy=4.6),
        _line((-14.6, 33.0), (cx - 1.2, cy - 0.5)),
    ]
    body = [_closed(_PROFILE, _SKIN), *_bones("right side"), _curve(_EAR)]
    return _picture((-31.0, 26.0, 59.0, 39.5), [*body, *marks], "Neck length")


@cache
def shoulder_width() -> str:
    """Biacromial breadth."""
    z, y = _ACROMION
    outline = [*((-a, b) for a, b in reversed(_HALF_FRONT)), *_HALF_FRONT[1:]]
    marks = [
        _dashed(-z, y, -z, 28.0),
        _dashed(z, y, z, 28.0),
        _arrow((-z, 28.8), (z, 28.8)),
        _dot(-z, y),
        _dot(z, y),
        _text(0.0, 29.6, "shoulder width", anchor="middle", bold=True),
        _text(12.2, 53.2, "acromion: the bony", anchor="start"),
        _text(12.2, 53.2, "edge at the tip", anchor="start", dy=2.3),
        _text(12.2, 53.2, "of the shoulder", anchor="start", dy=4.6),
        _line((16.6, 47.9), (z + 0.1, y + 0.8)),
    ]
    body = [_closed(outline, _SKIN), *_bones("front")]
    return _picture((-24.0, 26.0, 55.0, 39.5), [*body, *marks], "Shoulder width")


@cache
def body_mass() -> str:
    """A person on scales."""
    parts = [
        '<ellipse cx="0" cy="-60" rx="4.6" ry="5.6" fill="#f6dfc9" stroke="#8a7560"/>',
        '<path d="M-2 -54.8 L-2 -52.5 C-9 -52 -10.5 -49 -10.8 -44 L-11.6 -30 L-8.6 -30 L-7.4 -43 '
        "L-6.6 -30 L-6.4 -4 L-1.2 -4 L-0.4 -27 L0.4 -27 L1.2 -4 L6.4 -4 L6.6 -30 L7.4 -43 L8.6 -30 "
        'L11.6 -30 L10.8 -44 C10.5 -49 9 -52 2 -52.5 L2 -54.8 Z" '
        'fill="#f6dfc9" stroke="#8a7560" stroke-linejoin="round"/>',
        '<rect x="-13" y="-3.6" width="26" height="4" rx="1" fill="#dfe5ea" stroke="#55606b"/>',
        f'<text x="0" y="-0.4" font-size="3.4" text-anchor="middle" fill="{_MARK}" '
        'font-weight="600">kg</text>',
    ]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-20 -68 40 70" role="img" '
        'aria-label="Body mass" style="width:100%;height:100%" stroke-width="0.4">'
        f"{''.join(parts)}</svg>"
    )


@cache
def _upright() -> BodyPoses:
    return body_poses(generic_anatomy(), np.zeros(6))


def _bones(view: View) -> list[str]:
    """Skull, neck and shoulders as a view shows them."""
    shapes = []
    for shape in skeleton(generic_anatomy(), _upright(), view):
        points = shape.points * 100.0
        if points[:, 1].max() < 26.5:
            continue
        fill = _FILL.get(shape.tone, "none")
        shapes.append(
            f'<path d="{_path(points)}Z" fill="{fill}" stroke="#a08e73" stroke-width="0.16" '
            'opacity="0.85"/>'
        )
    return shapes


def _picture(box: tuple[float, float, float, float], parts: Sequence[str], name: str) -> str:
    """An upright picture of a window ``x, y, width, height`` [cm]."""
    x, y, width, height = box
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{x:g} {-(y + height):g} {width:g} '
        f'{height:g}" role="img" aria-label="{name}" style="width:100%;height:100%" '
        'font-family="system-ui,Segoe UI,Roboto,sans-serif">'
        f"{''.join(parts)}</svg>"
    )


def _path(points: Float[np.ndarray, "n 2"]) -> str:
    steps = " L".join(f"{x:.2f} {-y:.2f}" for x, y in points)
    return f"M{steps}"


def _smooth(points: Points) -> str:
    """A Catmull-Rom curve through points, as Bezier pieces."""
    p = [points[0], *points, points[-1]]
    pieces = [f"M{points[0][0]:.2f} {-points[0][1]:.2f}"]
    for k in range(1, len(p) - 2):
        one = [(p[k][c] + (p[k + 1][c] - p[k - 1][c]) / 6) for c in (0, 1)]
        two = [(p[k + 1][c] - (p[k + 2][c] - p[k][c]) / 6) for c in (0, 1)]
        pieces.append(
            f"C{one[0]:.2f} {-one[1]:.2f} {two[0]:.2f} {-two[1]:.2f} "
            f"{p[k + 1][0]:.2f} {-p[k + 1][1]:.2f}"
        )
    return " ".join(pieces)


def _closed(points: Points, fill: str) -> str:
    return (
        f'<path d="{_smooth(points)} Z" fill="{fill}" stroke="none"/>'
        f'<path d="{_smooth(points)}" fill="none" stroke="{_EDGE}" stroke-width="0.3"/>'
    )


def _curve(points: Points) -> str:
    return f'<path d="{_smooth(points)}" fill="none" stroke="{_EDGE}" stroke-width="0.3"/>'


def _dashed(x0: float, y0: float, x1: float, y1: float) -> str:
    return (
        f'<line x1="{x0:g}" y1="{-y0:g}" x2="{x1:g}" y2="{-y1:g}" stroke="{_MARK}" '
        'stroke-width="0.22" stroke-dasharray="0.8 0.6"/>'
    )


def _line(one: tuple[float, float], two: tuple[float, float]) -> str:
    return (
        f'<line x1="{one[0]:g}" y1="{-one[1]:g}" x2="{two[0]:g}" y2="{-two[1]:g}" '
        'stroke="#555" stroke-width="0.16"/>'
    )


def _arrow(one: tuple[float, float], two: tuple[float, float]) -> str:
    """A line with a head at either end."""
    a, b = np.array(one), np.array(two)
    along = (b - a) / np.linalg.norm(b - a)
    aside = np.array([-along[1], along[0]])
    heads = []
    for tip, back in ((a, along), (b, -along)):
        corners = [tip, tip + 1.0 * back + 0.45 * aside, tip + 1.0 * back - 0.45 * aside]
        heads.append(f'<path d="{_path(np.array(corners))}Z" fill="{_MARK}"/>')
    return (
        f'<line x1="{a[0]:g}" y1="{-a[1]:g}" x2="{b[0]:g}" y2="{-b[1]:g}" stroke="{_MARK}" '
        f'stroke-width="0.35"/>{"".join(heads)}'
    )


def _dot(x: float, y: float) -> str:
    return (
        f'<circle cx="{x:g}" cy="{-y:g}" r="0.6" fill="{_MARK}" stroke="#fff" stroke-width="0.2"/>'
    )


def _text(
    x: float, y: float, words: str, *, anchor: str, dy: float = 0.0, bold: bool = False
) -> str:
    weight = ' font-weight="600"' if bold else ""
    fill = _MARK if bold else "#222"
    return (
        f'<text x="{x:g}" y="{-y + dy:g}" font-size="1.95" text-anchor="{anchor}" fill="{fill}"'
        f' stroke="#fff" stroke-width="0.5" stroke-linejoin="round" paint-order="stroke"'
        f"{weight}>{words}</text>"
    )
