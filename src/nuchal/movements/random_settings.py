"""What free movements are drawn from: range, speed, holds, traits and load, as data."""

import math
from dataclasses import dataclass

from nuchal.errors import NuchalError
from nuchal.movements.minimum_jerk import FRAMES, RATE_HZ

_PER_DEGREE = math.pi / 180.0
_MOVES_PER_S = 5.0


@dataclass(frozen=True, kw_only=True)
class FreeSettings:
    """Every choice of the free movements; postures and speeds are of the head on the thorax.

    The defaults reach beyond what healthy people do on request (flexion 58, extension 73 to 85,
    bending 49, rotation 77 degrees, 217 degrees a second, 1250 a second squared in three people),
    so that people lie inside of what a network was trained on.

    Attributes:
        rotation_rad: Semi-axes of the region of postures: two half ellipsoids that meet where pitch
            is zero.
        outward: Power of a uniform number that is a posture's share of the way to the region's
            border: below 1 more lie outwards.
        pure_share: Share of the movements that are about one axis, as on request.
        impurity: How much of the other axes gets into these.
        narrowest: Least width of a movement, as a share of the region; about a fifth have all of
            it.
        fastest_rad_s: Peak speeds of single moves; tempo is spread evenly in its logarithm.
        tempo_sd: How much single moves of one movement stray from its tempo, in natural logarithms.
        sharpest_rad_s2: Highest peak acceleration of a single move.
        longest_s: Durations of single moves, as far as speed and acceleration allow.
        hold_share: Share of the postures that are held.
        most_overlap: Largest share of a move that runs together with the next: a half at most.
        own_range: Whether those whose necks have curves of passive tissue move within a range of
            their own, spread as that of people of any age (``model.norms``), which stretches the
            curves; else all move within the region.
        traits: How far the traits of those who move spread (``model.traits``), as a share of how
            people differ: of all, or of each trait.
        loaded_share: Share of the movements with a load on the head.
        load_place_m: Least and most forward, up and right of the joint between C1 and skull: from a
            headset in front of the eyes to a counterweight behind, from the jaw to the top of a
            helmet.
    """

    frames: int = FRAMES
    rate_hz: float = RATE_HZ
    flexion_rad: float = 75.0 * _PER_DEGREE
    extension_rad: float = 92.0 * _PER_DEGREE
    bending_rad: float = 56.0 * _PER_DEGREE
    rotation_rad: float = 86.0 * _PER_DEGREE
    outward: float = 0.4
    pure_share: float = 0.3
    impurity: float = 0.12
    narrowest: float = 0.1
    slowest_rad_s: float = 15.0 * _PER_DEGREE
    fastest_rad_s: float = 280.0 * _PER_DEGREE
    tempo_sd: float = 0.4
    sharpest_rad_s2: float = 1600.0 * _PER_DEGREE
    shortest_s: float = 0.2
    longest_s: float = 3.0
    hold_share: float = 0.18
    longest_hold_s: float = 1.5
    most_overlap: float = 0.5
    largest_sway_rad: float = 0.6 * _PER_DEGREE
    sway_hz: tuple[float, float] = (0.2, 2.0)
    own_range: bool = False
    traits: tuple[float, ...] = (0.0,)
    loaded_share: float = 0.0
    load_mass_kg: tuple[float, float] = (0.2, 3.0)
    load_place_m: tuple[tuple[float, float], tuple[float, float], tuple[float, float]] = (
        (-0.05, 0.14),
        (0.0, 0.16),
        (-0.04, 0.04),
    )

    def __post_init__(self) -> None:
        for what, is_wrong in self._problems().items():
            if is_wrong:
                raise NuchalError(what)

    @property
    def moves(self) -> int:
        """How many moves are drawn: about all that fit."""
        return math.ceil(_MOVES_PER_S * self.frames / self.rate_hz) + 2

    @property
    def reach_rad(self) -> tuple[float, float, float, float]:
        """Flexion, extension, bending, rotation at most."""
        return self.flexion_rad, self.extension_rad, self.bending_rad, self.rotation_rad

    def _problems(self) -> dict[str, bool]:
        shares = (self.pure_share, self.hold_share, self.loaded_share, self.narrowest)
        spans = ((self.slowest_rad_s, self.fastest_rad_s), (self.shortest_s, self.longest_s))
        boxes = (self.load_mass_kg, *self.load_place_m)
        apart = not all(low <= high for low, high in boxes)
        return {
            "movements.frames": self.frames < 1,
            "movements.rate": not self.rate_hz > 0.0,
            "movements.shares": not all(0.0 <= s <= 1.0 for s in shares),
            "movements.overlap": not 0.0 <= self.most_overlap <= 0.5,
            "movements.region": not min(self.reach_rad) > self.largest_sway_rad >= 0.0,
            "movements.speeds": not all(0.0 < low <= high for low, high in (*spans, self.sway_hz)),
            "movements.acceleration": not self.sharpest_rad_s2 > 0.0,
            "movements.traits": not all(0.0 <= share < math.inf for share in self.traits),
            "movements.load": apart or self.load_mass_kg[0] < 0.0,
        }
