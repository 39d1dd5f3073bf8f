"""Skull, jaw and hyoid as solids, in the frame of the generic neck's skull [cm].

They are drawn around the model's joint, muscle points and markers: an aid to the eye, not data.
"""

from typing import Final

from outlines import CLAVICLE, SCAPULA, VERTEBRAE
from solids import (
    Path3,
    Solid,
    SolidTone,
    both,
    ellipsoid,
    hollowed,
    sections,
    tube,
)

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
# Hollows: centre, height and breadth, depth.
_NOSE: Final = ((8.2, 0.4, 0.0), (1.35, 0.85), 1.5)
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


Place = tuple[float, float]
_THORACIC: Final = ((-5.2, 35.1), (-5.95, 33.1), (-6.6, 31.0), (-7.1, 28.8))
_THORACIC_HALF: Final = 3.3
_BIFID: Final = frozenset({"cerv2", "cerv3", "cerv4", "cerv5", "cerv6"})
_RIBS: Final[tuple[Path3, ...]] = (
    [
        (-5.6, 35.2, 2.2), (-7.4, 35.2, 4.2), (-6.2, 34.8, 6.4), (-3.6, 34.0, 6.8),
        (-1.2, 33.1, 5.0), (0.3, 32.2, 2.6),
    ],
    [
        (-6.3, 33.3, 2.2), (-9.0, 33.4, 5.2), (-8.4, 32.8, 8.6), (-4.8, 31.6, 9.6),
        (-1.0, 30.6, 7.4), (1.5, 30.2, 2.6),
    ],
    [
        (-6.9, 31.2, 2.2), (-10.2, 31.2, 5.8), (-10.0, 30.2, 10.2), (-5.8, 28.8, 11.8),
        (-0.6, 27.8, 8.8), (2.0, 28.2, 2.0),
    ],
)  # fmt: skip
_STERNUM: Final = (
    (26.8, 1.6, 2.5, 1.7), (28.4, 1.4, 2.4, 1.7), (30.0, 0.9, 1.9, 1.8), (31.2, 0.3, 1.3, 2.5),
    (32.6, -0.3, 0.7, 2.8),
)  # fmt: skip


def spine_and_shoulders() -> list[Solid]:
    """Everything below the skull."""
    solids: list[Solid] = []
    for x, y in _THORACIC:
        solids += _vertebra(
            "spine", (x - 0.55, y - 1.0), (x - 0.2, y + 1.0), (x - 4.6, y - 1.4), _THORACIC_HALF
        )
    for body, (low, high, tip, half) in VERTEBRAE.items():
        solids += _vertebra(body, low, high, tip, half)
    solids.append(tube("cerv2", "bone", [(0.8, 0.4, 0.0), (0.85, 1.5, 0.0), (0.95, 2.5, 0.0)], 0.5))
    return [*solids, *_atlas(), *_thorax()]


def _vertebra(body: str, low: Place, high: Place, tip: Place, half: float) -> list[Solid]:
    """Body, pillars, transverse processes, arch and spinous process."""
    tone: SolidTone = "thorax" if body == "spine" else "bone"
    (x0, y0), (x1, y1) = low, high
    xm, ym = (x0 + x1) / 2, (y0 + y1) / 2
    behind = xm - 1.15
    centrum = sections(
        body,
        tone,
        [
            (y0 + 0.13, x0 - 0.58, x0 + 1.26, 1.2),
            (y0 + 0.35, x0 - 0.52, x0 + 1.2, 1.14),
            (ym, xm - 0.45, xm + 1.08, 1.0),
            (y1 - 0.35, x1 - 0.5, x1 + 1.12, 1.14),
            (y1 - 0.13, x1 - 0.55, x1 + 1.18, 1.22),
        ],
        square=2.6,
        sides=14,
        fine=1,
    )
    beside = [
        ellipsoid(body, tone, (behind, ym + 0.05, half - 0.75), (0.72, 0.85, 0.62)),
        tube(body, tone, [(xm - 0.25, ym, 0.85), (behind + 0.2, ym, half - 0.8)], 0.38),
        tube(body, tone, [(xm, ym, 1.0), (xm - 0.25, ym - 0.1, half)], 0.36),
        tube(
            body,
            tone,
            [(behind - 0.2, ym, half - 0.7), (behind - 1.0, ym, 0.9), (behind - 1.55, ym, 0.1)],
            [(0.5, 0.28), (0.55, 0.28), (0.55, 0.3)],
            across=(0.0, 1.0, 0.0),
        ),
    ]
    tx, ty = tip
    start = behind - 1.3
    spinous = tube(
        body,
        tone,
        [(start, ym, 0.0), ((start + tx) / 2, (ym + ty) / 2, 0.0), (tx + 0.3, ty, 0.0)],
        [(0.5, 0.3), (0.38, 0.24), (0.42, 0.3)],
        across=(0.0, 1.0, 0.0),
    )
    fork = tube(body, tone, [(tx + 0.5, ty, 0.1), (tx + 0.05, ty - 0.1, 0.42)], 0.24)
    return [
        centrum,
        *(one for solid in beside for one in both(solid)),
        spinous,
        *(both(fork) if body in _BIFID else []),
    ]


def _atlas() -> list[Solid]:
    """A ring with its two lateral masses and long transverse processes."""
    half_ring = tube(
        "cerv1",
        "bone",
        [(5.55, 0.3, 0.0), (5.0, 0.3, 1.4), (3.8, 0.3, 2.2), (1.9, 0.3, 2.0), (0.4, 0.2, 0.9),
         (0.0, 0.15, 0.0)],
        [(0.42, 0.3), (0.4, 0.3), (0.5, 0.4), (0.4, 0.3), (0.36, 0.28), (0.45, 0.35)],
        across=(0.0, 1.0, 0.0),
    )  # fmt: skip
    mass = ellipsoid("cerv1", "bone", (3.6, 0.3, 2.2), (1.1, 0.85, 0.75))
    process = tube("cerv1", "bone", [(3.4, 0.3, 2.4), (3.1, 0.3, 3.4), (2.9, 0.25, 4.1)], 0.4)
    return [*both(half_ring), *both(mass), *both(process)]


def _thorax() -> list[Solid]:
    flat = [(0.42, 0.26)] * 6
    ribs = [tube("spine", "thorax", path, flat, across=(0.0, 1.0, 0.0)) for path in _RIBS]
    clavicle = tube("spine", "thorax", CLAVICLE, [(0.6, 0.6)] + [(0.5, 0.5)] * 3 + [(0.6, 0.45)])
    ridge = tube("spine", "thorax", SCAPULA, [(0.3, 0.3)] + [(0.45, 0.4)] * 2 + [(0.65, 0.4)])
    pairs = [one for solid in [*ribs, clavicle, ridge] for one in both(solid)]
    return [*pairs, sections("spine", "thorax", _STERNUM, square=3.0, sides=16)]
