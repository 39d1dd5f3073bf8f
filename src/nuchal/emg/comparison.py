"""One recording's EMG beside the activations that the model finds for the same muscles."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, NamedTuple

import numpy as np

from nuchal.emg.activation import activations_of_forces, group_activation
from nuchal.emg.agreement import FEWEST_FRAMES, AgreementSettings
from nuchal.emg.compare import (
    Clock,
    EmgComparison,
    Swap,
    Tracks,
    agreements,
    co_contractions,
    likely_swaps,
)
from nuchal.emg.delay import estimate_delay
from nuchal.emg.filters import ConditioningSettings
from nuchal.emg.mapping import MappedChannel
from nuchal.emg.normalise import Maxima
from nuchal.emg.onsets import Burst, emg_bursts
from nuchal.emg.quality import Quality
from nuchal.emg.signals import EmgRecording, LinearEnvelopes, at_times
from nuchal.errors import RecordingError, Setting
from nuchal.findings import Assumed, Finding, Found, Warned, finding
from nuchal.model.anatomy import Anatomy
from nuchal.optimisation.settings import RecruitmentSettings
from nuchal.records import Estimate

_SHORTEST_OVERLAP_S: Final = 0.5
# Differences in time below so many frames are not worth mentioning.
_WORTH_MENTIONING: Final = 2.0


class Signals(NamedTuple):
    """The channels of one recording that can be compared.

    Attributes:
        envelopes: Shares of the maximum.
        quality: Of all mapped channels, dead ones included.
    """

    raw: EmgRecording
    mapped: tuple[MappedChannel, ...]
    envelopes: LinearEnvelopes
    maxima: Maxima
    quality: Quality
    conditioning: ConditioningSettings
    mvc_files: tuple[Path, ...]
    findings: tuple[Finding | str, ...]


@dataclass(frozen=True, kw_only=True)
class ComparisonSettings:
    """How EMG and model are brought together.

    Attributes:
        delay_s: How late the EMG's clock is [s]; ``auto`` finds it by correlation; None trusts the
            files' clocks.
        largest_delay_s: Delays up to this are tried by ``auto`` [s].
        agreement: How their agreement is measured.
    """

    delay_s: float | Literal["auto"] | None = None
    largest_delay_s: float = 2.0
    agreement: AgreementSettings = field(default_factory=AgreementSettings)


def compare(
    recording: Path,
    estimate: Estimate,
    anatomy: Anatomy,
    signals: Signals,
    recruitment: RecruitmentSettings,
    settings: ComparisonSettings,
) -> EmgComparison:
    """Put both on one clock and measure how well they agree.

    Args:
        recording: the motion's file.
        estimate: of that motion.
        anatomy: the person's neck.
        signals: the EMG of the same movement.
        recruitment: by which the forces were found.
        settings: how both are brought together.

    Raises:
        RecordingError: They have no time in common, or no delay can be found.
    """
    model = model_activations(estimate, anatomy, signals.mapped, recruitment)
    time, usable = np.asarray(estimate.motion.time), np.asarray(estimate.quality)
    clock = _clock(recording, signals, time, model, usable, settings)
    values, known = at_times(signals.envelopes, time, delay_s=clock.delay_s)
    tracks = Tracks(time=time, emg=values, known=known, model=model, usable=usable)
    _refuse_apart(signals.raw, tracks, clock)
    swaps = likely_swaps(signals.mapped, tracks)
    return EmgComparison(
        recording=recording,
        emg_file=signals.raw.source,
        mvc_files=signals.mvc_files,
        mapped=signals.mapped,
        tracks=tracks,
        agreement=agreements(tracks, settings.agreement),
        bursts=_raw_bursts(signals.raw, clock, settings.agreement),
        pairs=co_contractions(signals.mapped, tracks),
        swaps=swaps,
        quality=signals.quality,
        maxima=signals.maxima,
        clock=clock,
        conditioning=signals.conditioning,
        settings=settings.agreement,
        emg_rate_hz=signals.raw.rate_hz,
        assumptions=(
            *signals.findings,
            clock_finding(clock),
            *_overlap_findings(signals.raw, tracks, clock),
            *map(_swap_finding, swaps),
        ),
    )


def model_activations(
    estimate: Estimate,
    anatomy: Anatomy,
    mapped: tuple[MappedChannel, ...],
    settings: RecruitmentSettings,
) -> np.ndarray:
    """Forces through the Hill relation to activations, one column a channel; cut to 0 to 1."""
    found = activations_of_forces(
        anatomy,
        length=estimate.length,
        moment_arms=estimate.moment_arms,
        qd=estimate.motion.qd,
        force=estimate.forces.force,
        passive=estimate.forces.passive,
        family=settings.curves,
        projection=settings.projection,
    )
    activation = np.clip(found.activation, 0.0, 1.0)
    return np.stack([group_activation(anatomy, activation, m.muscles) for m in mapped], axis=1)


def stated_clock(
    recording: Path, raw: EmgRecording, first_s: float, delay_s: float | None
) -> Clock:
    """The clock as it was given, or as the files state it.

    Args:
        recording: The motion's file.
        raw: The EMG.
        first_s: Time of the motion's first frame [s].
        delay_s: How late the EMG's clock is [s], where somebody said so.
    """
    if delay_s is not None:
        return Clock(kind="given", delay_s=delay_s)
    if raw.source == recording:
        return Clock(kind="same file", delay_s=0.0)
    if raw.timed:
        return Clock(kind="stated times", delay_s=0.0)
    return Clock(kind="both from the start", delay_s=float(raw.start_s - first_s))


def clock_finding(clock: Clock) -> Finding:
    """How EMG and motion came onto one clock."""
    delay = Setting("delay_s")
    match clock.kind:
        case "same file":
            return finding(Found.EMG_IN_RECORDING)
        case "stated times":
            return finding(Assumed.EMG_TIMES_STATED, delay=delay)
        case "both from the start":
            return finding(Assumed.EMG_STARTS_WITH_MOTION, delay=delay)
        case "given":
            return finding(Found.EMG_DELAY_GIVEN, delay_s=clock.delay_s)
    found = {"delay_s": clock.delay_s, "r": clock.r}
    if clock.ambiguous and clock.second_s is not None:
        second = {"second_s": clock.second_s, "second_r": clock.second_r}
        return finding(Warned.EMG_DELAY_AMBIGUOUS, delay=delay, **second, **found)
    return finding(Warned.EMG_DELAY_AT_LIMIT if clock.ambiguous else Found.EMG_DELAY, **found)


def _clock(
    recording: Path,
    signals: Signals,
    time: np.ndarray,
    model: np.ndarray,
    usable: np.ndarray,
    settings: ComparisonSettings,
) -> Clock:
    if settings.delay_s != "auto":
        return stated_clock(recording, signals.raw, float(time[0]), settings.delay_s)
    largest = settings.largest_delay_s
    found = estimate_delay(signals.envelopes, time, model, usable, largest_s=largest)
    if found is None:
        source, remedy = signals.raw.source, Setting("delay_s")
        raise RecordingError("emg_clock.no_delay", source, remedy=remedy, largest_s=largest)
    return Clock(
        kind="estimated",
        delay_s=found.delay_s,
        r=found.r,
        second_s=found.second_s,
        second_r=found.second_r,
        ambiguous=found.ambiguous,
    )


def _span(raw: EmgRecording, clock: Clock) -> tuple[float, float]:
    """From when to when there is EMG, on the motion's clock [s]."""
    start = raw.start_s - clock.delay_s
    return start, start + raw.duration_s


def _refuse_apart(raw: EmgRecording, tracks: Tracks, clock: Clock) -> None:
    (begin, end), time = _span(raw, clock), tracks.time
    common = min(end, float(time[-1])) - max(begin, float(time[0]))
    if common < _SHORTEST_OVERLAP_S:
        raise RecordingError(
            "emg_clock.apart",
            raw.source,
            remedy=(Setting("delay_s"), Setting("delay_s", "auto")),
            emg_from_s=begin,
            emg_to_s=end,
            from_s=float(time[0]),
            to_s=float(time[-1]),
        )
    if tracks.compared.sum(axis=0).max() < FEWEST_FRAMES:
        raise RecordingError("emg_clock.few_frames", raw.source, fewest=FEWEST_FRAMES)


def _overlap_findings(raw: EmgRecording, tracks: Tracks, clock: Clock) -> list[Finding]:
    begin, end = _span(raw, clock)
    before, after = float(tracks.time[0]) - begin, end - float(tracks.time[-1])
    least = _WORTH_MENTIONING / tracks.rate_hz
    said = []
    if before > least:
        said.append(finding(Found.EMG_BEFORE_MOTION, duration_s=before))
    if after > least:
        said.append(finding(Found.EMG_AFTER_MOTION, duration_s=after))
    if -before > least:
        said.append(finding(Found.NO_EMG_AT_START, duration_s=-before))
    if -after > least:
        said.append(finding(Found.NO_EMG_AT_END, duration_s=-after))
    return said


def _swap_finding(swap: Swap) -> Finding:
    return finding(
        Warned.CHANNELS_SWAPPED,
        first=swap.first.replace("_", " "),
        second=swap.second.replace("_", " "),
        r=swap.r,
        r_swapped=swap.r_swapped,
        remedy=Setting("channels"),
    )


def _raw_bursts(
    raw: EmgRecording, clock: Clock, settings: AgreementSettings
) -> tuple[tuple[Burst, ...], ...]:
    start, _ = _span(raw, clock)
    return tuple(
        tuple(emg_bursts(column, raw.rate_hz, start_s=start, settings=settings.onsets))
        for column in raw.values.T
    )
