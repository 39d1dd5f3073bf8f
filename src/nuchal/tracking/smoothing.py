"""Position, velocity and acceleration of sampled curves by one quintic smoothing spline.

The spline minimises sum (y_i - x(t_i))^2 + rate * int p(t) x'''(t)^2 dt (Woltring 1986,
doi 10.1016/0141-1195(86)90098-7; as a penalised B-spline, Eilers and Marx 1996,
doi 10.1214/ss/1038425655). Away from the ends its frequency response is that of a third-order
Butterworth filter run forth and back, 1 / (1 + p (2 pi f)^6), with neither delay nor phase, so
that p = (sqrt(2) - 1) / (2 pi fc)^6 lets pass 1/sqrt(2) (-3 dB) at the stated cut-off fc.

At an end only one side informs, and noise in the acceleration grows two and a half times. There
the cut-off falls to seven tenths, within one period of it, which holds the growth to 1.4 times at
the price of a little bias where a fast movement is cut off.
"""

from collections.abc import Iterator

import equinox as eqx
import numpy as np
from jaxtyping import Bool, Float
from scipy.interpolate import BSpline
from scipy.linalg import solveh_banded
from scipy.sparse import csr_array, diags_array

from nuchal.findings import Assumed, Finding, Found, finding

DEGREE = 5
KNOTS_PER_CUTOFF_PERIOD = 12.0
END_CUTOFF_SHARE = 0.7
# Of the frame rate; a higher cut-off would let pass what sampling has folded.
HIGHEST_CUTOFF_SHARE = 0.4
# Fewest frames that a segment needs; shorter ones are gaps.
MIN_FRAMES = 8


class Smoothed(eqx.Module):
    """A smoothed curve of k columns with its rates, in the unit of the input per second."""

    value: Float[np.ndarray, "t k"]
    rate: Float[np.ndarray, "t k"]
    acceleration: Float[np.ndarray, "t k"]


def penalty_of(cutoff_hz: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """Penalty p [s^6] whose response is -3 dB at the cut-off."""
    return np.asarray((np.sqrt(2.0) - 1.0) / (2.0 * np.pi * cutoff_hz) ** 6)


def usable_cutoff(cutoff_hz: float, time: Float[np.ndarray, " t"]) -> float:
    """The cut-off, or as much of it as the frame rate bears [Hz]."""
    return min(cutoff_hz, HIGHEST_CUTOFF_SHARE / float(np.median(np.diff(time))))


def filter_findings(
    asked_hz: float, used_hz: float, time: Float[np.ndarray, " t"]
) -> Iterator[Finding]:
    """The filter, why its cut-off is lower than was asked, and whether it leans on little."""
    yield finding(Found.SMOOTHED, cutoff_hz=used_hz)
    if used_hz != asked_hz:
        rate = 1.0 / float(np.median(np.diff(time)))
        yield finding(Assumed.CUTOFF_LOWERED, cutoff_hz=used_hz, asked_hz=asked_hz, rate_hz=rate)
    lasts = float(time[-1] - time[0])
    if lasts * used_hz < 1.0:
        yield finding(Assumed.SHORT_RECORDING, lasts_s=lasts)


def smooth(
    time: Float[np.ndarray, " t"],
    values: Float[np.ndarray, "t k"],
    *,
    cutoff_hz: float,
    at: Float[np.ndarray, " n"] | None = None,
) -> Smoothed:
    """Smooth columns sampled at increasing, not necessarily even, times.

    Args:
        time: of the samples [s].
        values: the samples, one column a signal.
        cutoff_hz: frequency that passes with -3 dB.
        at: times at which the result is wanted [s]; those of the samples if not given.
    """
    since = time - time[0]
    knots = _knots(since, cutoff_hz)
    design = BSpline.design_matrix(since, knots, DEGREE)
    rate = (len(since) - 1) / since[-1]
    normal = csr_array(design.T @ design) + rate * _roughness(knots, cutoff_hz)
    coefficients = solveh_banded(_bands(normal), design.T @ values)
    curve = BSpline(knots, coefficients, DEGREE)
    where = since if at is None else at - time[0]
    return Smoothed(value=curve(where), rate=curve(where, nu=1), acceleration=curve(where, nu=2))


def smooth_segments(
    time: Float[np.ndarray, " t"],
    values: Float[np.ndarray, "t k"],
    known: Bool[np.ndarray, " t"],
    *,
    cutoff_hz: float,
) -> tuple[Smoothed, Bool[np.ndarray, " t"]]:
    """Smooth each stretch of known frames on its own, so that no gap reaches its neighbours.

    Unknown frames, and stretches of fewer than ``MIN_FRAMES`` frames, get the straight line
    between their neighbours (held at the ends of the recording) and no acceleration.

    Returns:
        The curve, finite everywhere, and which frames it really knows.
    """
    known = known.copy()
    for start, stop in segments(known):
        known[start:stop] = stop - start >= MIN_FRAMES
    value, rate, acceleration = (np.zeros_like(values) for _ in range(3))
    for start, stop in segments(known):
        part = smooth(time[start:stop], values[start:stop], cutoff_hz=cutoff_hz)
        value[start:stop], rate[start:stop] = part.value, part.rate
        acceleration[start:stop] = part.acceleration
    for start, stop in segments(~known):
        value[start:stop], rate[start:stop] = _bridge(time, value, start, stop)
    return Smoothed(value=value, rate=rate, acceleration=acceleration), known


def segments(mask: Bool[np.ndarray, " t"]) -> list[tuple[int, int]]:
    """Stretches of true frames as (first, one past the last)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(int)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _bridge(
    time: Float[np.ndarray, " t"], value: Float[np.ndarray, "t k"], start: int, stop: int
) -> tuple[np.ndarray, np.ndarray]:
    """Straight line over an unknown stretch [start, stop) and its slope."""
    before, after = start - 1, stop
    still = np.zeros_like(value[start:stop])
    if before < 0 and after >= len(time):
        return still, still
    if before < 0 or after >= len(time):
        return still + value[after if before < 0 else before], still
    slope = (value[after] - value[before]) / (time[after] - time[before])
    return value[before] + slope * (time[start:stop, None] - time[before]), still + slope


def _knots(time: Float[np.ndarray, " t"], cutoff_hz: float) -> Float[np.ndarray, " n"]:
    """Evenly spread knots, no denser than the samples nor than the cut-off needs."""
    length = time[-1] - time[0]
    wanted = int(np.ceil(length * cutoff_hz * KNOTS_PER_CUTOFF_PERIOD))
    inner = np.linspace(time[0], time[-1], max(2, min(len(time) - 1, wanted) + 1))
    step = inner[1] - inner[0]
    ahead = inner[0] - step * np.arange(DEGREE, 0, -1)
    behind = inner[-1] + step * np.arange(1, DEGREE + 1)
    return np.concatenate([ahead, inner, behind])


def _roughness(knots: Float[np.ndarray, " n"], cutoff_hz: float) -> csr_array:
    """Matrix of int p(t) x'''(t)^2 dt in the coefficients, by exact Gauss quadrature."""
    inner = knots[DEGREE:-DEGREE]
    nodes, weights = np.polynomial.legendre.leggauss(3)
    half = np.diff(inner)[:, None] / 2.0
    where = (inner[:-1, None] + half * (nodes + 1.0)).ravel()
    weight = (half * weights).ravel() * penalty_of(_cutoff_at(where, inner, cutoff_hz))
    third = BSpline.design_matrix(where, knots[3:-3], DEGREE - 3) @ _third_difference(knots)
    return csr_array(third.T @ (diags_array(weight) @ third))


def _cutoff_at(
    where: Float[np.ndarray, " n"], inner: Float[np.ndarray, " m"], cutoff_hz: float
) -> Float[np.ndarray, " n"]:
    """Local cut-off: ``END_CUTOFF_SHARE`` at the ends, whole one period of it away from them."""
    inside = np.minimum(where - inner[0], inner[-1] - where) * cutoff_hz
    ramp = np.clip(inside, 0.0, 1.0)
    return np.asarray(cutoff_hz * (END_CUTOFF_SHARE + (1.0 - END_CUTOFF_SHARE) * ramp))


def _third_difference(knots: Float[np.ndarray, " n"]) -> csr_array:
    """Coefficients of a spline to those of its third derivative (de Boor's formula)."""
    step = knots[1] - knots[0]
    size = len(knots) - DEGREE - 1
    taps = np.array([-1.0, 3.0, -3.0, 1.0])[:, None] / step**3 * np.ones(size)
    return csr_array(diags_array(taps, offsets=(0, 1, 2, 3), shape=(size - 3, size)))


def _bands(matrix: csr_array) -> Float[np.ndarray, "b n"]:
    """Upper bands of a symmetric banded matrix as LAPACK stores them."""
    size = matrix.shape[0]
    bands = np.zeros((DEGREE + 1, size))
    for offset in range(min(DEGREE, size - 1) + 1):
        bands[DEGREE - offset, offset:] = matrix.diagonal(offset)
    return bands
