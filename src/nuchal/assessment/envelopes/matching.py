"""The neck of a population whose motion envelopes are most like a person's.

At fixed joint angles a neck's envelopes depend on one number, the neck's length. The envelope of
the person's own neck length is triangulated once, and its corners move in straight lines with the
length, so that ``envelopes.bounds`` can tell how high the sum of the three overlaps may
be between any two lengths. The best of a million is found by branch and bound (Land and Doig 1960,
doi 10.2307/1910129) with some fifty overlaps.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import manifold3d
import numpy as np
from jaxtyping import Float, Int

from nuchal.assessment.envelopes.bounds import (
    Pairs,
    Still,
    Sweep,
    crossing,
    cubic_coefficients,
    every_pair,
    highest_iou,
    rise,
)
from nuchal.assessment.envelopes.envelope import (
    Envelope,
    EnvelopeStatus,
    common_radius,
    envelope_of,
    path_frames,
)
from nuchal.assessment.envelopes.ideal import IdealTraces
from nuchal.assessment.envelopes.overlap import common_volume, enclosed_volume, solid_of
from nuchal.assessment.envelopes.records import Border, Match

# A neck with fewer people than this share beyond it lies at the population's border.
BORDER_SHARE: Final = 0.001
# By how much the best sum of three overlaps may be missed, by default.
TOLERANCE: Final = 0.0

# Less the bound, the two necks around, and triangles that may meet, by marker.
_Interval = tuple[float, int, int, list[Pairs]]


@dataclass(frozen=True, kw_only=True)
class Moving:
    """A person's envelope and a neck's, whose corners move in straight lines.

    Attributes:
        volume_m3: The person's.
        surface: The person's.
        at_zero: Corners of the neck's envelope at scale zero [m].
        per_neck: How far they move for a unit of the scale [m].
        radius_m: Of both envelopes.
    """

    person: manifold3d.Manifold
    volume_m3: float
    surface: Still
    at_zero: Float[np.ndarray, "v 3"]
    per_neck: Float[np.ndarray, "v 3"]
    faces: Int[np.ndarray, "f 3"]
    radius_m: float

    def corners(self, neck: float) -> Float[np.ndarray, "v 3"]:
        """Of the neck's envelope [m]."""
        return self.at_zero + neck * self.per_neck

    def solid(self, neck: float) -> manifold3d.Manifold:
        """The neck's envelope."""
        return solid_of(self.corners(neck), self.faces)

    def between(self, start: float, end: float) -> Sweep:
        """How the neck's envelope moves from one scale to another."""
        return Sweep(self.corners(start)[self.faces], self.corners(end)[self.faces])

    def volumes(self, start: float, end: float) -> Float[np.ndarray, " 4"]:
        """Of the neck's envelope between two scales: Bernstein coefficients [m^3]."""
        at = np.linspace(start, end, 4)
        return cubic_coefficients(
            np.array([enclosed_volume(self.corners(neck), self.faces) for neck in at])
        )


def moving_envelopes(
    person: Sequence[Float[np.ndarray, "_ 3"]], ideal: IdealTraces, own_neck: float
) -> list[Moving]:
    """Envelopes to be matched, of those markers that have one on both sides.

    Args:
        person: points of the three markers' paths [m].
        ideal: places of the same markers in necks of any length.
        own_neck: the length's scale at which the necks' envelopes are triangulated.
    """
    made = []
    for k, mine in enumerate(person):
        frames = path_frames(ideal.of(own_neck)[:, k])
        at_zero, per_neck = ideal.at_zero[frames, k], ideal.per_neck[frames, k]
        theirs = at_zero + own_neck * per_neck
        radius = common_radius([mine, theirs])
        both = envelope_of(mine, radius), envelope_of(theirs, radius)
        if all(one.status == EnvelopeStatus.OK for one in both):
            made.append(_moving(*both, at_zero, per_neck))
    return made


def best_match(
    envelopes: Sequence[Moving], necks: Float[np.ndarray, " n"], *, tolerance: float = TOLERANCE
) -> Match:
    """The neck whose overlaps sum highest.

    Args:
        envelopes: from :func:`moving_envelopes`, at least one.
        necks: scales of the necks' lengths, in any order.
        tolerance: by how much the best may be missed; zero for the very best.

    Raises:
        ValueError: there is nothing to match, or nobody to match it with.
    """
    if not envelopes or not len(necks):
        raise ValueError("no envelopes or necks")
    search = _Search(envelopes, necks)
    search.run(tolerance)
    neck = float(search.necks[search.best])
    iou = [float(one) for one in overlaps_at(envelopes, neck)]
    padded = (*iou, *[0.0] * (3 - len(iou)))
    return Match(
        index=int(np.flatnonzero(necks == neck)[0]),
        neck=neck,
        iou=(padded[0], padded[1], padded[2]),
        missed_by=search.missed_by,
        evaluations=len(search.common),
        border=border_of(neck, necks),
    )


def border_of(neck: float, necks: Float[np.ndarray, " n"]) -> Border | None:
    """At which border of a population a neck lies, if at one."""
    sides: tuple[tuple[Border, np.ndarray], ...] = (
        ("longest", necks > neck),
        ("shortest", necks < neck),
    )
    at = [border for border, beyond in sides if beyond.mean() < BORDER_SHARE]
    return at[0] if len(at) == 1 else None


def overlaps_at(envelopes: Sequence[Moving], neck: float) -> Float[np.ndarray, " m"]:
    """Overlaps of one neck, marker by marker."""
    return _overlaps(envelopes, neck)[1]


def _overlaps(
    envelopes: Sequence[Moving], neck: float
) -> tuple[Float[np.ndarray, " m"], Float[np.ndarray, " m"]]:
    """Volume common with the person's [m^3], and over union, marker by marker."""
    solids = [one.solid(neck) for one in envelopes]
    both = [common_volume(x.person, solid) for x, solid in zip(envelopes, solids, strict=True)]
    common, volume = np.array(both), np.array([solid.volume() for solid in solids])
    return common, common / (_persons(envelopes) + volume - common)


def _persons(envelopes: Sequence[Moving]) -> Float[np.ndarray, " m"]:
    return np.array([one.volume_m3 for one in envelopes])


class _Search:
    """Branch and bound over necks in the order of their lengths, each length once."""

    def __init__(self, envelopes: Sequence[Moving], necks: Float[np.ndarray, " n"]) -> None:
        self.envelopes, self.persons = envelopes, _persons(envelopes)
        self.necks = np.unique(necks)
        self.common: dict[int, np.ndarray] = {}
        self.best, self.most, self.missed_by = 0, -1.0, 0.0

    def run(self, tolerance: float) -> None:
        last = len(self.necks) - 1
        every = [every_pair(len(x.faces), len(x.surface.corners)) for x in self.envelopes]
        waiting: list[_Interval] = []
        self._look(0)
        self._look(last)
        self._wait(waiting, 0, last, every)
        while waiting and -waiting[0][0] > self.most + tolerance:
            _, low, high, pairs = heapq.heappop(waiting)
            middle = int(np.searchsorted(self.necks, 0.5 * (self.necks[low] + self.necks[high])))
            middle = min(max(middle, low + 1), high - 1)
            self._look(middle)
            self._wait(waiting, low, middle, pairs)
            self._wait(waiting, middle, high, pairs)
        if waiting:
            self.missed_by = max(0.0, -waiting[0][0] - self.most)

    def _look(self, at: int) -> None:
        self.common[at], iou = _overlaps(self.envelopes, float(self.necks[at]))
        if iou.sum() > self.most:
            self.best, self.most = at, float(iou.sum())

    def _wait(self, waiting: list[_Interval], low: int, high: int, pairs: list[Pairs]) -> None:
        """Put the necks between two others in the queue, those that may be best first."""
        if high - low < 2:
            return
        start, end = float(self.necks[low]), float(self.necks[high])
        sweeps = [one.between(start, end) for one in self.envelopes]
        surfaces = [one.surface for one in self.envelopes]
        left = [crossing(*each) for each in zip(sweeps, surfaces, pairs, strict=True)]
        rises = [rise(*each) for each in zip(sweeps, surfaces, left, strict=True)]
        bound = highest_iou(
            np.stack([self.common[low], self.common[high]]),
            np.stack([one.volumes(start, end) for one in self.envelopes], axis=1),
            self.persons,
            np.array(rises),
        )
        heapq.heappush(waiting, (-bound, low, high, left))


def _moving(
    person: Envelope,
    neck: Envelope,
    at_zero: Float[np.ndarray, "n 3"],
    per_neck: Float[np.ndarray, "n 3"],
) -> Moving:
    used, corners = np.unique(neck.faces, return_inverse=True)
    solid = solid_of(person.points, person.faces)
    return Moving(
        person=solid,
        volume_m3=float(solid.volume()),
        surface=Still(person.points[person.faces]),
        at_zero=at_zero[used],
        per_neck=per_neck[used],
        faces=corners.reshape(-1, 3),
        radius_m=neck.radius_m,
    )
