"""Skull, jaw and hyoid as solids, in the frame of the generic neck's skull [cm].

They are drawn around the model's joint, muscle points and markers: an aid to the eye, not data.
"""

from typing import Final

from nuchal.report.scene.solids import Path3, Solid, both, ellipsoid, hollowed, sections, tube

_VAULT: Final = (
    (0.0, -3.2, 3.6, 2.6), (0.6, -5.4, 5.2, 4.6), (1.6, -7.4, 6.4, 6.2), (3.0, -8.7, 7.0, 6.85),
    (4.2, -9.25, 7.0, 7.15), (5.2, -9.45, 7.9, 7.3), (6.6, -9.5, 8.9, 7.4), (8.3, -9.3, 9.35, 7.4),
    (10.0, -8.5, 9.0, 7.15), (11.6, -7.3, 8.2, 6.4), (13.0, -5.4, 6.8, 5.1), (14.1, -3.0, 4.8, 3.2),
    (14.6, -0.6, 2.6, 1.3),
)  # fmt: skip
_FACE: Final = (
    (-3.3, 5.0, 8.2, 2.4), (-2.5, 4.8, 8.6, 2.7), (-1.2, 4.6, 8.5, 2.9), (0.2, 4.4, 8.2, 3.7),
    (1.3, 4.2, 8.1, 4.8), (2.4, 4.0, 8.3, 5.3), (3.6, 3.8, 8.6, 5.5), (4.7, 3.8, 9.0, 5.6),
    (5.4, 3.9, 8.9, 5.2), (6.0, 4.0, 8.6, 4.3), (6.6, 4.2, 8.0, 2.8),
)  # fmt: skip
_ORBIT: Final = ((8.2, 3.5, 3.0), (1.25, 1.55), 2.3)
_NOSE: Final = ((8.2, 0.4, 0.0), (1.35, 0.85), 1.5)
"""Hollows: centre, height and breadth, depth."""
_JAW: Final[Path3] = [
    (1.35, 0.9, 5.2), (1.3, -1.6, 5.3), (1.7, -4.3, 5.1), (3.6, -5.5, 4.5), (5.9, -5.9, 3.5),
    (7.5, -6.1, 1.9), (8.0, -6.15, 0.0),
]  # fmt: skip
_JAW_SIZE: Final = [
    (0.5, 0.6), (0.4, 0.9), (0.45, 1.3), (0.5, 1.25), (0.5, 1.2), (0.5, 1.25), (0.55, 1.35),
]  # fmt: skip
_TEETH: Final[Path3] = [(5.0, 0.0, 2.9), (6.4, 0.0, 2.6), (7.7, 0.0, 1.7), (8.2, 0.0, 0.0)]
_ARCH: Final[Path3] = [
    (6.9, 1.4, 4.9), (5.4, 1.45, 6.0), (3.6, 1.4, 6.7), (1.8, 1.2, 6.6), (1.1, 1.3, 6.2),
]  # fmt: skip
_HYOID: Final[Path3] = [(1.6, -5.2, 2.3), (3.0, -5.7, 2.0), (4.3, -6.2, 1.2), (4.8, -6.4, 0.0)]


def skull_and_jaw() -> list[Solid]:
    """Everything that moves with the skull."""
    face = sections("skull", "bone", _FACE, square=2.6, sides=44, fine=3)
    for (x, y, z), size, depth in (_ORBIT, _NOSE):
        for side in (1.0, -1.0):
            face = hollowed(face, (x, y, side * z), size, depth if z else depth / 2)
    return [
        sections("skull", "bone", _VAULT, narrow_front=0.16, square=2.2, sides=32),
        face,
        *both(ellipsoid("skull", "hole", (6.7, 3.45, 3.0), (0.9, 1.15, 1.42))),
        ellipsoid("skull", "hole", (7.05, 0.3, 0.0), (0.7, 1.1, 0.75)),
        tube("skull", "bone", [(8.7, 4.4, 0.0), (8.9, 3.3, 0.0), (9.3, 2.4, 0.0)], 0.5),
        *both(tube("skull", "bone", _ARCH, [(0.42, 0.26)] * 5, across=(0.0, 1.0, 0.0))),
        *both(ellipsoid("skull", "bone", (7.0, 1.2, 4.6), (1.0, 1.1, 0.8))),
        *both(ellipsoid("skull", "bone", (-0.7, 0.0, 5.6), (1.25, 1.8, 1.0))),
        *both(ellipsoid("skull", "bone", (0.0, -0.1, 1.6), (1.3, 0.7, 0.8))),
        *both(tube("skull", "jaw", _JAW, _JAW_SIZE, across=(0.25, 0.0, 1.0))),
        *both(tube("skull", "jaw", [(1.8, -1.6, 5.2), (2.9, -0.4, 5.1), (3.4, 0.5, 5.0)], 0.4)),
        *both(_teeth(-3.7)),
        *both(_teeth(-4.4)),
        *both(tube("skull", "jaw", _HYOID, 0.34)),
    ]


def _teeth(height: float) -> Solid:
    path = [(x, height, z) for x, _, z in _TEETH]
    return tube("skull", "bone", path, [(0.42, 0.3)] * 4, across=(0.0, 1.0, 0.0))
