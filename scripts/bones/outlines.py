"""Outlines of skull, vertebrae, hyoid and shoulder girdle, drawn by hand for this package.

Side outlines lie in the sagittal plane (x, y), front and back outlines in the frontal plane
(z, y), all in centimetres in the frame of their body in the generic neck. They are drawn
around the model's joints, muscle points and markers: an aid to the eye, not data.
"""

from typing import Final, Literal

import numpy as np

Tone = Literal["thorax", "bone", "jaw", "hole", "outline"]
Outline = list[tuple[float, float]]


def _ellipse(x: float, y: float, rx: float, ry: float) -> Outline:
    angle = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    return [(x + rx * float(np.cos(a)), y + ry * float(np.sin(a))) for a in angle]


def _mirrored(half: Outline) -> Outline:
    """A symmetric outline from its right half, listed from the midline round to the midline."""
    return half + [(-x, y) for x, y in reversed(half) if x != 0.0]


def _vertebra_side(
    low: tuple[float, float], high: tuple[float, float], tip: tuple[float, float]
) -> list[tuple[Tone, Outline]]:
    """Body between its two joints, articular pillar and spinous process, seen from the side."""
    (x0, y0), (x1, y1) = low, high
    gap, h = 0.14, y1 - y0
    body = [
        (x0 + 1.28, y0 + gap), (x0 + 1.12, y0 + 0.35 * h), (x1 + 1.08, y1 - 0.35 * h),
        (x1 + 1.2, y1 - gap), (x1 + 0.3, y1 - gap + 0.02), (x1 - 0.55, y1 - gap),
        (x1 - 0.5, y1 - 0.4 * h), (x0 - 0.5, y0 + 0.4 * h), (x0 - 0.62, y0 + gap),
        (x0 + 0.3, y0 + gap),
    ]  # fmt: skip
    xm, ym = (x0 + x1) / 2 - 1.15, (y0 + y1) / 2
    tx, ty = tip
    spinous = [
        (xm - 0.35, ym + 0.5), ((xm + tx) / 2, (ym + ty) / 2 + 0.36), (tx + 0.25, ty + 0.42),
        (tx - 0.12, ty + 0.05), (tx + 0.2, ty - 0.4), ((xm + tx) / 2, (ym + ty) / 2 - 0.28),
        (xm - 0.35, ym - 0.5),
    ]  # fmt: skip
    pillar = [
        (xm + 0.65, ym + 0.35), (xm + 0.3, ym + 0.85), (xm - 0.6, ym + 0.55),
        (xm - 0.85, ym - 0.45), (xm - 0.2, ym - 0.75), (xm + 0.55, ym - 0.3),
    ]  # fmt: skip
    return [("bone", spinous), ("bone", body), ("bone", pillar)]


def _vertebra_back(y0: float, y1: float, half: float, tip: float) -> list[tuple[Tone, Outline]]:
    """Body and transverse processes, and the spinous process towards the viewer."""
    ym, h = (y0 + y1) / 2, y1 - y0
    body = _mirrored(
        [
            (0.0, y1 - 0.2), (1.15, y1 - 0.12), (1.35, ym + 0.12 * h), (half - 0.3, ym + 0.3),
            (half, ym), (half - 0.35, ym - 0.35), (1.35, ym - 0.18 * h), (1.2, y0 + 0.14),
            (0.0, y0 + 0.16),
        ]
    )  # fmt: skip
    return [("bone", body), ("outline", _ellipse(0.0, tip, 0.34, 0.5))]


# Lower and upper joint, tip of the spinous process, half breadth across the transverse
# processes, each in the frame of the vertebra [cm].
VERTEBRAE: Final = {
    "cerv7": ((0.684, -0.57), (1.326, 1.238), (-4.6, 1.25), 3.1),
    "cerv6": ((0.942, -0.41), (0.985, 0.975), (-4.5, 0.85), 2.8),
    "cerv5": ((0.567, -0.82), (0.843, 0.745), (-4.2, 0.3), 2.7),
    "cerv4": ((0.502, -1.17), (0.732, 0.638), (-3.95, -0.3), 2.65),
    "cerv3": ((0.471, -0.9), (0.525, 0.506), (-4.0, -0.45), 2.55),
    "cerv2": ((0.543, -1.12), (0.6, 0.75), (-3.7, -0.75), 2.4),
}
_DENS_SIDE: Final = [
    (0.35, 0.5),
    (0.5, 1.6),
    (0.75, 2.55),
    (1.05, 2.7),
    (1.3, 2.4),
    (1.35, 1.5),
    (1.6, 0.4),
]
_ATLAS_SIDE: Final = [
    (5.5, 0.75), (5.75, 0.3), (5.5, -0.15), (4.8, 0.0), (4.0, -0.55), (3.1, -0.4),
    (1.6, -0.2), (0.1, -0.25), (-0.15, 0.1), (0.2, 0.5), (1.8, 0.4), (3.0, 0.9), (4.2, 1.0),
    (4.9, 0.6),
]  # fmt: skip
_ATLAS_BACK: Final = [
    (0.0, 0.35), (1.3, 0.55), (2.2, 1.05), (3.0, 0.75), (3.9, 0.75), (4.2, 0.4), (3.7, 0.1),
    (2.6, -0.2), (1.5, -0.3), (0.0, -0.2),
]  # fmt: skip
_CRANIUM_SIDE: Final = [
    (8.8, 5.0), (9.35, 6.1), (9.4, 8.2), (8.5, 11.3), (5.9, 13.7), (1.8, 14.7), (-3.3, 14.2),
    (-7.2, 11.8), (-9.3, 8.3), (-9.5, 5.6), (-8.6, 2.9), (-6.9, 1.1), (-4.2, 0.2), (-2.4, 0.1),
    (-1.7, -0.9), (-0.7, -1.7), (0.2, -0.9), (0.9, 0.5), (2.6, 0.3), (4.3, -0.6), (5.0, -2.2),
    (5.6, -3.3), (8.3, -3.3), (8.9, -2.0), (8.9, -0.9), (8.2, 0.2), (8.4, 1.6), (9.8, 2.3),
    (9.3, 3.6),
]  # fmt: skip
_JAW_SIDE: Final = [
    (1.0, 1.15), (1.75, 1.0), (2.3, -0.1), (3.0, 0.0), (3.7, 0.6), (4.1, -0.8), (4.5, -2.7),
    (5.6, -3.75), (8.1, -3.7), (7.9, -5.0), (8.4, -6.6), (7.6, -7.5), (6.2, -7.3), (3.8, -6.4),
    (1.5, -5.3), (0.7, -4.2), (0.7, -1.5),
]  # fmt: skip
_ARCH_SIDE: Final = [
    (1.5, 1.5), (3.5, 1.75), (5.4, 1.9), (6.3, 3.2), (6.8, 4.9), (7.3, 4.9), (6.9, 3.1), (7.6, 1.3),
    (6.4, 0.5), (5.2, 1.2), (3.4, 1.15), (1.5, 0.95),
]  # fmt: skip
_CRANIUM_BACK: Final = _mirrored(
    [
        (0.0, 14.7), (3.2, 14.2), (5.9, 12.4), (7.3, 9.6), (7.45, 6.6), (6.9, 3.6), (6.7, 1.2),
        (6.3, -1.0), (5.7, -1.7), (5.0, -0.9), (4.2, 0.4), (2.0, 0.3), (0.0, 0.5),
    ]
)  # fmt: skip
_JAW_BACK: Final = _mirrored(
    [
        (0.0, -5.9), (1.6, -6.1), (3.4, -5.0), (4.4, -3.0), (4.9, 0.2), (5.6, 0.2), (5.5, -2.2),
        (5.0, -4.7), (3.8, -6.4), (2.0, -7.5), (0.0, -7.6),
    ]
)  # fmt: skip
_FACE_FRONT: Final = _mirrored(
    [
        (0.0, 14.7), (3.2, 14.2), (5.9, 12.4), (7.3, 9.6), (7.3, 6.9), (6.3, 4.9), (6.6, 2.8),
        (6.4, 0.9), (5.0, -0.2), (3.7, -1.2), (3.0, -3.3), (0.0, -3.5),
    ]
)  # fmt: skip
_MASTOID_FRONT: Final = [
    (6.8, 5.2), (6.9, 2.6), (6.5, -0.6), (5.8, -1.6), (5.1, -0.8), (4.9, 1.0), (5.6, 3.6),
]  # fmt: skip
_JAW_FRONT: Final = _mirrored(
    [
        (0.0, -3.8), (2.9, -3.6), (4.2, -2.2), (4.6, 0.3), (5.7, 0.5), (5.6, -2.2), (5.1, -4.6),
        (3.6, -6.4), (2.0, -7.5), (0.0, -7.6),
    ]
)  # fmt: skip
_ORBIT: Final = [
    (1.5, 4.5), (2.4, 5.1), (3.9, 5.0), (4.8, 3.9), (4.5, 2.6), (3.3, 2.1), (2.0, 2.7),
]  # fmt: skip
_NOSE: Final = _mirrored([(0.0, 2.5), (0.6, 1.7), (1.2, 0.2), (1.0, -0.6), (0.0, -0.4)])
CLAVICLE: Final = [
    (-0.3, 33.4, 2.0), (0.2, 34.0, 5.0), (-1.6, 35.1, 9.5), (-3.4, 36.1, 13.5), (-3.9, 36.4, 17.2),
]  # fmt: skip
SCAPULA: Final = [(-10.9, 33.6, 7.4), (-9.6, 35.2, 11.0), (-7.2, 36.0, 15.0), (-4.6, 36.4, 17.6)]
_STERNUM_SIDE: Final = [
    (-0.4, 33.0), (0.6, 32.6), (2.0, 29.8), (2.3, 28.0), (1.5, 28.0), (1.0, 29.4), (-0.3, 31.6),
]  # fmt: skip
_STERNUM_FRONT: Final = _mirrored(
    [(0.0, 32.7), (1.4, 33.1), (2.7, 32.6), (2.6, 31.2), (1.6, 29.6), (1.6, 28.0), (0.0, 28.0)]
)
_HYOID_SIDE: Final = [
    (4.9, -5.95), (5.1, -6.6), (4.4, -6.85), (2.6, -6.1), (1.5, -5.3), (1.4, -5.0), (2.6, -5.5),
    (4.1, -5.9),
]  # fmt: skip
_HYOID_FRONT: Final = _mirrored(
    [
        (0.0, -6.0),
        (1.0, -6.0),
        (1.8, -5.6),
        (2.2, -4.9),
        (2.5, -4.9),
        (2.2, -5.9),
        (1.2, -6.7),
        (0.0, -6.75),
    ]
)

Parts = list[tuple[str, Tone, Outline]]


def _thoracic_side() -> Parts:
    """T1 to T4, fixed to the thorax."""
    centres = [(-5.2, 35.1), (-5.95, 33.1), (-6.6, 31.0), (-7.1, 28.8)]
    parts: Parts = []
    for x, y in centres:
        for tone, outline in _vertebra_side(
            (x - 0.55, y - 1.0), (x - 0.2, y + 1.0), (x - 5.0, y - 0.9)
        ):
            parts.append(("spine", "thorax" if tone == "bone" else tone, outline))
    return parts


def _thoracic_back() -> Parts:
    parts: Parts = []
    for y in (28.8, 31.0, 33.1, 35.1):
        for tone, outline in _vertebra_back(y - 1.0, y + 1.0, 3.4, y - 0.9):
            parts.append(("spine", "thorax" if tone == "bone" else tone, outline))
    return parts


def _cervical(view: Literal["side", "back"]) -> Parts:
    parts: Parts = []
    for body, (low, high, tip, half) in VERTEBRAE.items():
        shapes = (
            _vertebra_side(low, high, tip)
            if view == "side"
            else _vertebra_back(low[1], high[1], half, tip[1])
        )
        parts += [(body, tone, outline) for tone, outline in shapes]
    return parts


SIDE: Final[Parts] = [
    ("spine", "thorax", list(_STERNUM_SIDE)),
    *_thoracic_side(),
    ("cerv2", "bone", list(_DENS_SIDE)),
    ("cerv1", "bone", list(_ATLAS_SIDE)),
    *_cervical("side"),
    ("skull", "jaw", list(_HYOID_SIDE)),
    ("skull", "bone", list(_CRANIUM_SIDE)),
    ("skull", "hole", _ellipse(7.75, 3.7, 0.95, 1.35)),
    ("skull", "jaw", list(_JAW_SIDE)),
    ("skull", "outline", list(_ARCH_SIDE)),
    ("skull", "hole", _ellipse(0.55, 1.3, 0.28, 0.34)),
]
BACK: Final[Parts] = [
    ("skull", "jaw", list(_JAW_BACK)),
    *_thoracic_back(),
    *_cervical("back"),
    ("cerv1", "bone", _mirrored(list(_ATLAS_BACK))),
    ("skull", "bone", list(_CRANIUM_BACK)),
]
FRONT: Final[Parts] = [
    *_thoracic_back(),
    ("spine", "thorax", list(_STERNUM_FRONT)),
    *_cervical("back"),
    ("cerv1", "bone", _mirrored(list(_ATLAS_BACK))),
    ("skull", "bone", list(_MASTOID_FRONT)),
    ("skull", "bone", [(-x, y) for x, y in _MASTOID_FRONT]),
    ("skull", "bone", list(_FACE_FRONT)),
    ("skull", "hole", list(_ORBIT)),
    ("skull", "hole", [(-x, y) for x, y in _ORBIT]),
    ("skull", "hole", list(_NOSE)),
    ("skull", "jaw", list(_JAW_FRONT)),
    ("skull", "jaw", list(_HYOID_FRONT)),
]
