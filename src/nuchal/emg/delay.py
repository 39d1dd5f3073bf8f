"""How late one clock is against another, found from what both saw."""

from typing import Final

import numpy as np
from jaxtyping import Bool, Float

from nuchal.emg.agreement import peak_offset, pearson
from nuchal.emg.signals import Clock, LinearEnvelopes, at_times

# Delays are tried this far apart, then refined [s].
STEP_S: Final = 0.01
# A peak farther than this from the best is another one [s].
_APART_S: Final = 0.3
# A second peak within this of the best r makes the delay ambiguous.
_CLOSE: Final = 0.05
# Of the shorter of both recordings that has to overlap at a delay for it to be tried.
_LEAST_SHARE: Final = 0.5
_FEWEST: Final = 50


def estimate_delay(
    envelopes: LinearEnvelopes,
    time: Float[np.ndarray, " t"],
    model: Float[np.ndarray, "t c"],
    usable: Bool[np.ndarray, " t"],
    *,
    largest_s: float = 2.0,
) -> Clock | None:
    """The delay with the greatest mean correlation between EMG and model over all channels.

    True EMG leads the force that it makes by some tens of milliseconds (electromechanical delay),
    which static optimisation does not model; such an estimate takes that lead for part of the
    clocks' delay.

    Args:
        envelopes: Linear envelopes with their own clock.
        time: Of the model's frames [s].
        model: Activations of each channel's muscles.
        usable: Frames of the model that count.
        largest_s: Delays up to this are tried, either way.

    Returns:
        None where the two overlap too little at every delay, or nothing moves.
    """
    steps = round(largest_s / STEP_S)
    delays = STEP_S * np.arange(-steps, steps + 1)
    r = np.array([_mean_r(envelopes, time, model, usable, float(d)) for d in delays])
    if not np.isfinite(r).any():
        return None
    return _clock_of(delays, np.where(np.isfinite(r), r, -1.0))


def _clock_of(delays: Float[np.ndarray, " d"], r: Float[np.ndarray, " d"]) -> Clock:
    """The best of the delays that were tried, by its mean correlation."""
    best = int(r.argmax())
    inner = 0 < best < len(r) - 1
    beside = peak_offset(r[best - 1 : best + 2]) if inner else 0.0
    second = _second_peak(delays, r, best)
    close = second is not None and bool(r[second] > r[best] - _CLOSE)
    return Clock(
        kind="estimated",
        delay_s=float(delays[best] + STEP_S * beside),
        r=float(r[best]),
        second_s=None if second is None else float(delays[second]),
        second_r=None if second is None else float(r[second]),
        ambiguous=close or not inner,
    )


def _second_peak(
    delays: Float[np.ndarray, " d"], r: Float[np.ndarray, " d"], best: int
) -> int | None:
    peaks = [
        k
        for k in range(1, len(r) - 1)
        if r[k] > r[k - 1] and r[k] >= r[k + 1] and abs(delays[k] - delays[best]) > _APART_S
    ]
    return max(peaks, key=lambda k: float(r[k]), default=None)


def _mean_r(
    envelopes: LinearEnvelopes,
    time: Float[np.ndarray, " t"],
    model: Float[np.ndarray, "t c"],
    usable: Bool[np.ndarray, " t"],
    delay_s: float,
) -> float:
    """NaN where the overlap is too short or nothing moves."""
    values, known = at_times(envelopes, time, delay_s=delay_s)
    both = known & usable[:, None]
    span = min(float(time[-1] - time[0]), len(envelopes.values) / envelopes.rate_hz)
    least = max(_FEWEST, _LEAST_SHARE * span * (len(time) - 1) / float(time[-1] - time[0]))
    found = [
        pearson(values[both[:, c], c], model[both[:, c], c])
        for c in range(values.shape[1])
        if both[:, c].sum() >= least
    ]
    return float(np.mean(found)) if found else float("nan")
