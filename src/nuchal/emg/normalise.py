"""Linear envelopes as shares of the maximal voluntary contraction (MVC).

The MVC of a channel is the greatest mean of its linear envelope over a short window, over all
trials that were recorded for it, as reviewed by Burden (2010),
doi 10.1016/j.jelekin.2010.07.004.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from jaxtyping import Float

from nuchal.emg.filters import ConditioningSettings, condition
from nuchal.emg.signals import Channels, EmgRecording, LinearEnvelopes
from nuchal.errors import Phrase, RecordingError, Setting, phrase

Origin = Literal["mvc", "own maximum"]
# Left out at both ends of a trial, where filters have seen only one side [s].
_EDGE_S: Final = 0.1


@dataclass(frozen=True, kw_only=True)
class Maxima:
    """What a channel's linear envelope is divided by.

    Attributes:
        value: Each in its unit; zero where a channel shows nothing.
        origin: ``own maximum`` where no MVC trial was given: an assumption.
        trial: File in which each maximum was found.
    """

    names: tuple[str, ...]
    value: Float[np.ndarray, " c"]
    units: tuple[str, ...]
    origin: Origin
    trial: tuple[str, ...]
    window_s: float


def maxima_of(
    trials: Sequence[EmgRecording], settings: ConditioningSettings, *, origin: Origin = "mvc"
) -> Maxima:
    """The greatest windowed mean of each channel over some trials.

    Args:
        trials: One or more, all with the same channels in the same order and one unit.
        settings: As for the recording that is to be normalised.
        origin: Whether the trials are MVC trials or the recording itself.

    Raises:
        RecordingError: A trial can't be conditioned, is shorter than the window, or is in another
            unit than the others.
    """
    names, units = trials[0].names, trials[0].units
    values = []
    for trial in trials:
        if trial.names != names:
            raise ValueError(f"{trial.names} are not {names}")
        if trial.units != units:
            _refuse_units(trial, trials[0])
        values.append(_windowed(condition(trial, settings).envelopes, trial, settings))
    table = np.stack(values)
    best = table.argmax(axis=0)
    return Maxima(
        names=names,
        value=table.max(axis=0),
        units=units,
        origin=origin,
        trial=tuple(trials[k].source.name for k in best),
        window_s=settings.mvc_window_s,
    )


def refuse_other_units(recording: EmgRecording, maxima: Maxima) -> None:
    """See to it that a recording and its maxima speak of the same quantity.

    Raises:
        RecordingError: A channel is in another unit than its maximum.
    """
    for name, ours, theirs in zip(maxima.names, recording.units, maxima.units, strict=True):
        if ours != theirs:
            raise RecordingError(
                "emg.other_unit_than_mvc",
                recording.source,
                remedy=Setting("units"),
                channel=name,
                unit=_unit(ours),
                mvc_unit=_unit(theirs),
            )


def _refuse_units(trial: EmgRecording, first: EmgRecording) -> None:
    for name, ours, theirs in zip(trial.names, trial.units, first.units, strict=True):
        if ours != theirs:
            raise RecordingError(
                "emg.other_unit_than_trial",
                trial.source,
                channel=name,
                unit=_unit(ours),
                trial=first.source.name,
                trial_unit=_unit(theirs),
            )


def _unit(name: str) -> str | Phrase:
    return name or phrase("emg.no_unit")


def normalised(envelopes: LinearEnvelopes, maxima: Maxima) -> LinearEnvelopes:
    """Envelopes over their maxima; channels without a maximum count as not known."""
    able = maxima.value > 0.0
    shares = envelopes.values / np.where(able, maxima.value, 1.0)
    return replace(
        envelopes, values=np.where(able, shares, 0.0), known=envelopes.known & able[None, :]
    )


def windowed_peak(envelopes: LinearEnvelopes, *, window_s: float) -> Float[np.ndarray, " c"]:
    """The greatest mean of each channel over a window in which all samples are known; 0 if none."""
    width = max(1, round(window_s * envelopes.rate_hz))
    edge = min(round(_EDGE_S * envelopes.rate_hz), max(0, (len(envelopes.values) - width) // 2))
    inside = slice(edge, len(envelopes.values) - edge)
    values, known = envelopes.values[inside], envelopes.known[inside]
    if len(values) < width:
        return np.zeros(values.shape[1])
    sums, whole = _moving_sum(values, width), _moving_sum(known.astype(float), width)
    means = np.where(whole >= width - 0.5, sums / width, 0.0)
    return np.asarray(np.maximum(means.max(axis=0), 0.0))


def _windowed(
    envelopes: LinearEnvelopes, trial: EmgRecording, settings: ConditioningSettings
) -> Float[np.ndarray, " c"]:
    if trial.duration_s < settings.mvc_window_s:
        raise RecordingError(
            "emg.mvc_too_short",
            trial.source,
            duration_s=trial.duration_s,
            window_s=settings.mvc_window_s,
        )
    return windowed_peak(envelopes, window_s=settings.mvc_window_s)


def _moving_sum(values: Channels, width: int) -> Float[np.ndarray, "m c"]:
    total = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])
    return np.asarray(total[width:] - total[:-width])
