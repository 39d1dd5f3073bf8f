"""How well a model's activations and measured EMG agree, over one time base.

Both are shares of a maximum. Lags and differences are the model's time less the EMG's: positive
where the model comes later.
"""

from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeAlias

import numpy as np
import scipy
from jaxtyping import Bool, Float

from nuchal.emg.onsets import OnsetSettings, TimingDifference, compare_bursts, curve_bursts

Curve: TypeAlias = Float[np.ndarray, " t"]
Known: TypeAlias = Bool[np.ndarray, " t"]
# Fewer are not compared.
FEWEST_FRAMES: Final = 20
_MEMORIES: Final = 3
_FEWEST_BLOCKS: Final = 5
_ALMOST_ONE: Final = 1.0 - 1e-12
# Standard deviation from which on a curve counts as moving.
_FLATTEST: Final = 1e-9


@dataclass(frozen=True, kw_only=True)
class AgreementSettings:
    """How agreement is measured.

    Attributes:
        largest_lag_s: Lags are tried up to this, either way [s].
        coverage: Of the interval of r.
        shortest_block_s: Blocks are at least so long [s].
    """

    largest_lag_s: float = 0.5
    coverage: float = 0.95
    resamples: int = 2000
    seed: int = 0
    shortest_block_s: float = 0.5
    onsets: OnsetSettings = field(default_factory=OnsetSettings)


class Correlation(NamedTuple):
    """Pearson's r with an interval.

    Attributes:
        block_s: Length of the blocks that were drawn [s].
    """

    r: float
    low: float
    high: float
    block_s: float


class Lag(NamedTuple):
    """The shift that makes two curves most alike.

    Attributes:
        lag_s: Positive where the model comes later [s].
        r: At that lag.
        at_limit: Whether the best lag is the largest that was tried, and so may be none at all.
    """

    lag_s: float
    r: float
    at_limit: bool


@dataclass(frozen=True, kw_only=True)
class ChannelAgreement:
    """One channel's EMG and the model's activation of its muscles.

    Attributes:
        frames: Compared: usable by the model and known in the EMG.
        correlation: None where fewer than 20 frames could be compared or a curve does not move.
        rmse: Root mean square difference, as a share of the maximum.
        gain: What the model's activation is to be multiplied by to fit the EMG best.
        rmse_scaled: Root mean square difference after that: of shape alone.
    """

    frames: int
    correlation: Correlation | None
    lag: Lag | None
    rmse: float | None
    gain: float | None
    rmse_scaled: float | None
    timing: TimingDifference


def agreement(
    emg: Curve,
    model: Curve,
    known: Known,
    *,
    rate_hz: float,
    start_s: float = 0.0,
    settings: AgreementSettings,
) -> ChannelAgreement:
    """Compare an envelope over its maximum with an activation, on the frames that are known."""
    frames = int(known.sum())
    spread = min(emg[known].std(), model[known].std()) if frames else 0.0
    comparable = frames >= FEWEST_FRAMES and spread > _FLATTEST
    gain = _gain(emg[known], model[known]) if frames else None
    return ChannelAgreement(
        frames=frames,
        correlation=(
            correlation(emg[known], model[known], rate_hz=rate_hz, settings=settings)
            if comparable
            else None
        ),
        lag=(
            best_lag(emg, model, known, rate_hz=rate_hz, settings=settings) if comparable else None
        ),
        rmse=_rms(emg[known] - model[known]) if frames else None,
        gain=gain,
        rmse_scaled=None if gain is None else _rms(emg[known] - gain * model[known]),
        timing=_timing(emg, model, known, rate_hz, start_s, settings.onsets),
    )


def pearson(a: Curve, b: Curve) -> float:
    """Pearson's correlation; 0 where one of the two does not move."""
    x, y = a - a.mean(), b - b.mean()
    size = float(np.sqrt((x @ x) * (y @ y)))
    return float(np.clip(x @ y / size, -1.0, 1.0)) if size > 0.0 else 0.0


def correlation(a: Curve, b: Curve, *, rate_hz: float, settings: AgreementSettings) -> Correlation:
    """Pearson's r with an interval from a circular block bootstrap.

    Neighbouring frames are alike, so whole blocks are drawn (Kuensch 1989,
    doi 10.1214/aos/1176347265; circular after Politis and Romano 1992). A block is three times as
    long as it takes the slower of the two curves to forget itself (autocorrelation below 1/e), but
    no longer than a fifth of the recording. The interval is that of Fisher's z with the standard
    deviation of the draws and Student's t for the number of blocks, as there are few of them.
    """
    count = len(a)
    memory = max(_memory(a), _memory(b))
    block = max(_MEMORIES * memory, round(settings.shortest_block_s * rate_hz))
    block = max(1, min(block, count // _FEWEST_BLOCKS))
    blocks = max(2, round(count / block))
    drawn = _drawn(a, b, block, blocks, settings)
    r = pearson(a, b)
    z = np.arctanh(np.clip(drawn, -_ALMOST_ONE, _ALMOST_ONE))
    reach = float(scipy.stats.t.ppf(0.5 * (1.0 + settings.coverage), blocks - 1) * z.std())
    centre = float(np.arctanh(np.clip(r, -_ALMOST_ONE, _ALMOST_ONE)))
    low, high = np.tanh(centre - reach), np.tanh(centre + reach)
    return Correlation(r, float(min(low, r)), float(max(high, r)), float(block / rate_hz))


def _drawn(
    a: Curve, b: Curve, block: int, blocks: int, settings: AgreementSettings
) -> Float[np.ndarray, " k"]:
    """Correlations of recordings that are put together of blocks; of those that move."""
    dice = np.random.default_rng(settings.seed)
    starts = dice.integers(0, len(a), (settings.resamples, blocks))
    sx, sy, sxx, syy, sxy = _block_sums(a, b, block)[:, starts].sum(axis=2)
    n = float(blocks * block)
    vx, vy = sxx - sx**2 / n, syy - sy**2 / n
    moves = (vx > 1e-15 * n) & (vy > 1e-15 * n)
    if not moves.any():
        return np.array([-_ALMOST_ONE, _ALMOST_ONE])
    return np.asarray((sxy - sx * sy / n)[moves] / np.sqrt(vx[moves] * vy[moves]))


def best_lag(
    emg: Curve, model: Curve, known: Known, *, rate_hz: float, settings: AgreementSettings
) -> Lag:
    """The lag with the greatest r, refined by a parabola through the best and its neighbours."""
    most = min(round(settings.largest_lag_s * rate_hz), len(emg) // 3)
    lags = np.arange(-most, most + 1)
    r = np.array([_lagged(emg, model, known, int(k)) for k in lags])
    best = int(r.argmax())
    at_limit = best in (0, len(lags) - 1)
    shift = 0.0 if at_limit else peak_offset(r[best - 1 : best + 2])
    return Lag(float((lags[best] + shift) / rate_hz), float(r[best]), at_limit)


def _lagged(emg: Curve, model: Curve, known: Known, lag: int) -> float:
    """Correlation of EMG at t and model at t + lag."""
    count = len(emg)
    first = slice(max(0, -lag), count - max(0, lag))
    second = slice(max(0, lag), count - max(0, -lag))
    both = known[first] & known[second]
    if both.sum() < FEWEST_FRAMES:
        return -1.0
    return pearson(emg[first][both], model[second][both])


def peak_offset(r: Float[np.ndarray, "3"]) -> float:
    """Where a parabola through three neighbours peaks, in steps from the middle one."""
    bend = r[0] - 2.0 * r[1] + r[2]
    return float(np.clip(0.5 * (r[0] - r[2]) / bend, -0.5, 0.5)) if bend < 0.0 else 0.0


def _block_sums(a: Curve, b: Curve, block: int) -> Float[np.ndarray, "5 t"]:
    """Sums of a, b, a^2, b^2, a b over the block that starts at each frame, round the end."""
    x, y = a - a.mean(), b - b.mean()
    terms = np.stack([x, y, x * x, y * y, x * y])
    total = np.cumsum(np.concatenate([np.zeros((5, 1)), terms, terms[:, : block - 1]], axis=1), 1)
    return np.asarray(total[:, block:] - total[:, :-block])


def _memory(a: Curve) -> int:
    """Frames until the autocorrelation falls below 1/e."""
    x = a - a.mean()
    size = 2 * len(x)
    power = np.abs(np.fft.rfft(x, size)) ** 2
    auto = np.fft.irfft(power, size)[: len(x)]
    below = np.flatnonzero(auto < auto[0] / np.e)
    return int(below[0]) if len(below) else len(x)


def _gain(emg: Float[np.ndarray, " k"], model: Float[np.ndarray, " k"]) -> float | None:
    size = float(model @ model)
    return float(emg @ model) / size if size > _FLATTEST else None


def _rms(values: Float[np.ndarray, " k"]) -> float:
    return float(np.sqrt(np.mean(values**2)))


def _timing(
    emg: Curve, model: Curve, known: Known, rate_hz: float, start_s: float, settings: OnsetSettings
) -> TimingDifference:
    bursts = [
        curve_bursts(values, known, rate_hz, start_s=start_s, settings=settings)
        for values in (emg, model)
    ]
    seen = np.flatnonzero(known)
    ends = (seen[0], seen[-1]) if len(seen) else (0, 0)
    inside = (start_s + ends[0] / rate_hz, start_s + ends[1] / rate_hz)
    return compare_bursts(bursts[0], bursts[1], inside_s=inside)
