"""Missing markers: filled where the rest of the body or a short time says where they were.

A marker is first placed by the other markers of its rigid body, if three of them are visible: in
their frame (Soederkvist and Wedin 1993, doi 10.1016/0021-9290(93)90098-Y) it hardly moves. What
remains is bridged, up to a stated length, by the quintic smoothing spline of ``smoothing``
(Woltring 1986). Longer gaps, and those at the ends of a recording, stay gaps.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

from nuchal.findings import Finding
from nuchal.tracking.names.marker_sets import MarkerNames
from nuchal.tracking.rigid import fit_poses, flatness
from nuchal.tracking.smoothing import MIN_FRAMES, segments, smooth

# Visible time on either side of a gap that the bridge leans on.
FILL_CONTEXT_S = 0.5
# Markers that lie closer to one line than this place no other.
_FLATTEST_M = 0.015


@dataclass(frozen=True, kw_only=True)
class Filled:
    """Markers of one rigid body with their gaps filled as far as they can be.

    Attributes:
        positions: [m]; finite everywhere, held over what is unknown.
        known: Seen or filled.
        filled: Not seen, but filled.
    """

    positions: Float[np.ndarray, "t m 3"]
    known: Bool[np.ndarray, "t m"]
    filled: Bool[np.ndarray, "t m"]


@dataclass(frozen=True)
class SeenMarkers:
    """The markers of one person in one recording, in laboratory axes.

    Attributes:
        time: [s].
        mended: What markers showed that was not believed.
    """

    source: Path
    time: Float[np.ndarray, " t"]
    names: MarkerNames
    head: Filled
    thorax: Filled
    mended: tuple[Finding, ...]

    @property
    def known(self) -> Bool[np.ndarray, " t"]:
        """Frames in which every marker is seen or filled."""
        return np.asarray(self.head.known.all(axis=1) & self.thorax.known.all(axis=1))

    @property
    def filled(self) -> Bool[np.ndarray, " t"]:
        """Frames that are known, but in which some marker was filled."""
        some = self.head.filled.any(axis=1) | self.thorax.filled.any(axis=1)
        return np.asarray(some & self.known)

    def rarest(self) -> dict[str, Any]:
        """The marker that is seen least: its name, in how many frames, and of how many."""
        names = self.names.files_names((*self.names.head, *self.names.thorax))
        seen = [part.known & ~part.filled for part in (self.head, self.thorax)]
        counts = np.concatenate(seen, axis=1).sum(axis=0)
        k = int(counts.argmin())
        return {"rarest": names[k], "seen": int(counts[k]), "frames": len(self.time)}


def fill_gaps(
    time: Float[np.ndarray, " t"],
    positions: Float[np.ndarray, "t m 3"],
    visible: Bool[np.ndarray, "t m"],
    *,
    max_gap_s: float,
    cutoff_hz: float,
) -> Filled:
    """Fill the gaps of markers that sit on one rigid body.

    Args:
        time: of the frames [s].
        positions: markers [m], in any axes.
        visible: where they were seen.
        max_gap_s: longest gap that is bridged in time; counted in frames that miss the marker [s].
        cutoff_hz: of the spline that bridges; the one that the coordinates are smoothed with
            errs least, for a closer fit carries the noise of the edges into the gap.
    """
    where, known = _fill_from_body(positions, visible)
    for marker in range(positions.shape[1]):
        _bridge_marker(time, where[:, marker], known[:, marker], max_gap_s, cutoff_hz)
        _hold_unknown(where[:, marker], known[:, marker])
    return Filled(positions=where, known=known, filled=known & ~visible)


def _fill_from_body(
    positions: Float[np.ndarray, "t m 3"], visible: Bool[np.ndarray, "t m"]
) -> tuple[Float[np.ndarray, "t m 3"], Bool[np.ndarray, "t m"]]:
    """Place unseen markers by three or more others, in whose frame they are interpolated."""
    where, known = positions.copy(), visible.copy()
    for marker in range(positions.shape[1]):
        unseen = visible[~visible[:, marker]]
        for others in np.unique(unseen, axis=0):
            if others.sum() >= 3:
                _place_by(np.flatnonzero(others), marker, positions, visible, where, known)
    return where, known


def _place_by(
    others: Int[np.ndarray, " n"],
    marker: int,
    positions: Float[np.ndarray, "t m 3"],
    visible: Bool[np.ndarray, "t m"],
    where: Float[np.ndarray, "t m 3"],
    known: Bool[np.ndarray, "t m"],
) -> None:
    """Place a marker by these others wherever just they are seen, in place."""
    complete = visible[:, others].all(axis=1)
    both = complete & visible[:, marker]
    if not both.any() or flatness(positions[both][0, others]) < _FLATTEST_M:
        return
    poses = fit_poses(positions[both][:, others].mean(axis=0), positions[:, others])
    turned = np.einsum("tba,tb->ta", poses.rotation, positions[:, marker] - poses.origin)
    back = np.einsum("tab,tb->ta", poses.rotation, _between(turned, both)) + poses.origin
    place = complete & (visible.sum(axis=1) == len(others)) & ~visible[:, marker]
    where[place, marker], known[place, marker] = back[place], True


def _bridge_marker(
    time: Float[np.ndarray, " t"],
    where: Float[np.ndarray, "t 3"],
    known: Bool[np.ndarray, " t"],
    max_gap_s: float,
    cutoff_hz: float,
) -> None:
    """Bridge the short gaps of one marker, in place."""
    frame_s = float(np.median(np.diff(time)))
    for start, stop in segments(~known):
        long = (stop - start) * frame_s > max_gap_s * (1.0 + 1e-9)
        if long or start == 0 or stop == len(time):
            continue
        near = (time > time[start - 1] - FILL_CONTEXT_S) & (time < time[stop] + FILL_CONTEXT_S)
        near &= known
        near[start:stop] = False
        if near.sum() < MIN_FRAMES:
            continue
        bridge = smooth(time[near], where[near], cutoff_hz=cutoff_hz, at=time[start:stop])
        where[start:stop] = bridge.value
        known[start:stop] = True


def _hold_unknown(where: Float[np.ndarray, "t 3"], known: Bool[np.ndarray, " t"]) -> None:
    """Give unknown frames the straight line between their neighbours, in place."""
    if known.any() and not known.all():
        where[~known] = _between(where, known)[~known]


def _between(
    places: Float[np.ndarray, "t 3"], known: Bool[np.ndarray, " t"]
) -> Float[np.ndarray, "t 3"]:
    """Straight lines between the known places, held at the ends."""
    frames = np.arange(len(known))
    return np.stack([np.interp(frames, frames[known], axis) for axis in places[known].T], axis=1)
