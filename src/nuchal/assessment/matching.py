"""The neck of a population whose motion envelopes are most like a person's.

At fixed joint angles a neck's envelopes depend on one number, the neck's length. The envelope of
the person's own neck length is triangulated once, and its corners move in straight lines with the
length, so that the intersection with the person's envelope cannot change faster than the surface
moves. That bounds the sum of the three overlaps between any two lengths, and the best of a million
is found by branch and bound (Land and Doig 1960, doi 10.2307/1910129) with a few hundred overlaps.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import manifold3d
import numpy as np
from jaxtyping import Float, Int

from nuchal.assessment.envelope import (
    Envelope,
    EnvelopeStatus,
    common_radius,
    enclosed_volume,
    envelope_of,
    path_frames,
)
from nuchal.assessment.ideal import IdealTraces
from nuchal.assessment.overlap import solid_of

TOLERANCE: Final = 1e-4
"""Of the sum of three overlaps: by how much the best may be missed unless told otherwise."""
_TO_BERNSTEIN: Final = (
    np.array(
        [
            [6.0, 0.0, 0.0, 0.0],
            [-5.0, 18.0, -9.0, 2.0],
            [2.0, -9.0, 18.0, -5.0],
            [0.0, 0.0, 0.0, 6.0],
        ]
    )
    / 6.0
)
"""From a cubic's values at thirds of an interval to its Bernstein coefficients there."""
_BLOCKS: Final = 16
"""That the search begins with."""


@dataclass(frozen=True, kw_only=True)
class Match:
    """The best of many necks."""

    index: int
    """Which of them."""
    neck: float
    """Its scale of the neck's length."""
    iou: tuple[float, float, float]
    """Of TP, LH, RH; zero where there is no envelope to compare."""
    missed_by: float
    """No neck's sum is higher by more than this."""
    evaluations: int
    """Overlaps that had to be worked out, three markers each."""

    @property
    def total(self) -> float:
        """Sum of the three."""
        return sum(self.iou)


@dataclass(frozen=True, kw_only=True)
class Moving:
    """A person's envelope and a neck's, whose corners move in straight lines."""

    person: manifold3d.Manifold
    volume_m3: float
    """The person's."""
    at_zero: Float[np.ndarray, "v 3"]
    """Corners of the neck's envelope at scale zero [m]."""
    per_neck: Float[np.ndarray, "v 3"]
    """How far they move for a unit of the scale [m]."""
    faces: Int[np.ndarray, "f 3"]
    radius_m: float
    """Of both envelopes."""

    def solid(self, neck: float) -> manifold3d.Manifold:
        """The neck's envelope."""
        return solid_of(self.at_zero + neck * self.per_neck, self.faces)

    def least_volume_m3(self, start: float, end: float) -> float:
        """No neck between two scales has a smaller one: the least Bernstein coefficient."""
        at = start + (end - start) * np.array([0.0, 1.0, 2.0, 3.0]) / 3.0
        value = [enclosed_volume(self.at_zero + s * self.per_neck, self.faces) for s in at]
        return float((_TO_BERNSTEIN @ value).min())


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
    envelopes: Sequence[Moving],
    necks: Float[np.ndarray, " n"],
    *,
    tolerance: float = TOLERANCE,
) -> Match:
    """The neck whose overlaps sum highest.

    Args:
        envelopes: from :func:`moving_envelopes`, at least one.
        necks: scales of the necks' lengths, in any order.
        tolerance: by how much the best may be missed; zero for none, which takes longer.

    Raises:
        ValueError: there is nothing to match, or nobody to match it with.
    """
    if not envelopes or not len(necks):
        raise ValueError("A match needs an envelope and a neck at least.")
    search = _Search(envelopes, necks)
    search.run(tolerance)
    at = search.best
    iou = [float(one) for one in search.overlaps(at)]
    padded = (*iou, *[0.0] * (3 - len(iou)))
    return Match(
        index=int(search.order[at]),
        neck=float(search.necks[at]),
        iou=(padded[0], padded[1], padded[2]),
        missed_by=search.missed_by,
        evaluations=len(search.known),
    )


def overlaps_at(envelopes: Sequence[Moving], neck: float) -> Float[np.ndarray, " m"]:
    """Overlaps of one neck, marker by marker."""
    common, volume = _volumes(envelopes, neck)
    return np.asarray(common / (_persons(envelopes) + volume - common))


class _Search:
    """Branch and bound over necks in the order of their lengths."""

    def __init__(self, envelopes: Sequence[Moving], necks: Float[np.ndarray, " n"]) -> None:
        self.envelopes, self.persons = envelopes, _persons(envelopes)
        self.order = np.argsort(necks, kind="stable")
        self.necks = np.asarray(necks)[self.order]
        self.known: dict[int, tuple[np.ndarray, np.ndarray]] = {}
        self.best, self.most, self.missed_by = 0, -1.0, 0.0

    def overlaps(self, at: int) -> Float[np.ndarray, " m"]:
        common, volume = self._look(at)
        return np.asarray(common / (self.persons + volume - common))

    def run(self, tolerance: float) -> None:
        last = len(self.necks) - 1
        places = np.linspace(self.necks[0], self.necks[-1], _BLOCKS + 1)
        starts = np.unique([0, *np.searchsorted(self.necks, places).clip(0, last), last])
        for at in starts:
            self._look(int(at))
        waiting = [(-self._bound(int(i), int(j)), int(i), int(j)) for i, j in pairwise(starts)]
        heapq.heapify(waiting)
        while waiting:
            bound, low, high = heapq.heappop(waiting)
            if -bound <= self.most + tolerance:
                self.missed_by = max(0.0, -bound - self.most)
                return
            if high - low < 2:
                continue
            middle = int(np.searchsorted(self.necks, 0.5 * (self.necks[low] + self.necks[high])))
            middle = min(max(middle, low + 1), high - 1)
            self._look(middle)
            for i, j in ((low, middle), (middle, high)):
                if j - i > 1:
                    heapq.heappush(waiting, (-self._bound(i, j), i, j))

    def _look(self, at: int) -> tuple[np.ndarray, np.ndarray]:
        if at not in self.known:
            self.known[at] = _volumes(self.envelopes, float(self.necks[at]))
            total = float(self.overlaps(at).sum())
            if total > self.most:
                self.best, self.most = at, total
        return self.known[at]

    def _bound(self, low: int, high: int) -> float:
        """No neck between has a higher sum."""
        start, end = float(self.necks[low]), float(self.necks[high])
        width = end - start
        (common, _), (later, _) = self._look(low), self._look(high)
        grows, shrinks = _rates(self.envelopes, start, end)
        meet = np.clip((later - common + shrinks * width) / (grows + shrinks), 0.0, width)
        most = np.minimum(common + grows * meet, later + shrinks * (width - meet))
        most = np.minimum(np.maximum(most, np.maximum(common, later)), self.persons)
        least = np.array([one.least_volume_m3(start, end) for one in self.envelopes])
        least = np.maximum(least, most)
        return float((most / (self.persons + least - most)).sum())


def _volumes(envelopes: Sequence[Moving], neck: float) -> tuple[np.ndarray, np.ndarray]:
    """Volume common with the person's, and the neck's own, by marker [m^3]."""
    solids = [one.solid(neck) for one in envelopes]
    common = [(one.person ^ solid).volume() for one, solid in zip(envelopes, solids, strict=True)]
    return np.array(common), np.array([solid.volume() for solid in solids])


def _persons(envelopes: Sequence[Moving]) -> Float[np.ndarray, " m"]:
    return np.array([one.volume_m3 for one in envelopes])


def _rates(
    envelopes: Sequence[Moving], start: float, end: float
) -> tuple[Float[np.ndarray, " m"], Float[np.ndarray, " m"]]:
    """How fast common volume can grow and shrink with the scale, at most, between two scales.

    It changes by what the part of the surface inside the person's envelope sweeps. A triangle's
    area times normal is quadratic in the scale, and so lies within its Bernstein coefficients.
    """
    found = []
    for one in envelopes:
        first, last = (one.at_zero + neck * one.per_neck for neck in (start, end))
        (a, b), (c, d) = (
            (x[one.faces][:, 1:] - x[one.faces][:, :1]).swapaxes(0, 1) for x in (first, last)
        )
        normals = (np.cross(a, b), 0.5 * (np.cross(a, d) + np.cross(c, b)), np.cross(c, d))
        speed = one.per_neck[one.faces]
        swept = 0.5 * np.stack([np.einsum("fkx,fx->fk", speed, n) for n in normals])
        most, least = swept.max(axis=(0, 2)), swept.min(axis=(0, 2))
        found.append((np.maximum(most, 0.0).sum(), np.maximum(-least, 0.0).sum()))
    grows, shrinks = np.array(found).T
    return grows, shrinks


def _sides(corners: Float[np.ndarray, "f 3 3"]) -> tuple[np.ndarray, np.ndarray]:
    return corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]


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
        at_zero=at_zero[used],
        per_neck=per_neck[used],
        faces=corners.reshape(-1, 3),
        radius_m=neck.radius_m,
    )
