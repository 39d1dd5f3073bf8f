"""EMG files become normalised linear envelopes of the neck's channels."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from nuchal.emg.artefacts import processed
from nuchal.emg.filters import ConditioningSettings, condition, refuse_unfit
from nuchal.emg.mapping import MappedChannel, map_channels, mapping_findings
from nuchal.emg.normalise import Maxima, maxima_of, normalised, refuse_other_units
from nuchal.emg.quality import quality_of
from nuchal.emg.records import ComparisonSettings, EmgComparison, Signals
from nuchal.emg.signals import EmgRecording, LinearEnvelopes, channels
from nuchal.errors import RecordingError, Setting, phrase
from nuchal.findings import Assumed, Finding, Found, Warned, finding
from nuchal.io.recordings.emg import has_analogs, read_emg
from nuchal.records import Estimate, Subject

_RATE = Setting("emg_rate_hz")


@dataclass(frozen=True, kw_only=True)
class EmgReading:
    """How EMG is read and filtered.

    Attributes:
        mvc: Trials of maximal voluntary contraction.
        channels: What our sites or muscles are called in the file; beside the person's own
            ``[emg]``.
        emg_rate_hz: Where the file states none or a wrong one.
        emg_units: Where the file states none or a wrong one.
        conditioning: The filters.
    """

    mvc: tuple[Path, ...] = ()
    channels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    emg_rate_hz: float | None = None
    emg_units: str | None = None
    conditioning: ConditioningSettings = field(default_factory=ConditioningSettings)


@dataclass(frozen=True, kw_only=True)
class EmgComparing(EmgReading, ComparisonSettings):
    """How EMG is read, filtered and set beside the model's activations."""


class Compared(NamedTuple):
    """Measured EMG beside the model's activations, and the forces that these belong to."""

    comparison: EmgComparison
    estimate: Estimate


def read_signals(
    recording: Path, emg: Path | None, person: Subject, options: EmgReading
) -> Signals:
    """Read, map, judge, condition and normalise the EMG that belongs to a recording.

    Raises:
        RecordingError: A file cannot be used; the message says what to do.
    """
    path = emg or recording
    if emg is None and not has_analogs(recording):
        raise RecordingError("emg_files.holds_none", recording, remedy=Setting("emg"))
    everything = read_emg(path, rate_hz=options.emg_rate_hz, units=options.emg_units, rate=_RATE)
    found = map_channels(path, everything.names, {**person.emg, **options.channels})
    raw = channels(everything, tuple(m.channel for m in found))
    doubts = _refuse_processed(raw)
    refuse_unfit(raw, options.conditioning)
    quality = quality_of(raw, options.conditioning)
    alive = [k for k, c in enumerate(quality.channels) if c.alive]
    if not alive:
        raise RecordingError("emg.no_live_channel", path, channels=raw.names)
    mapped = tuple(found[k] for k in alive)
    live = channels(raw, tuple(m.channel for m in mapped))
    maxima = _maxima(live, options)
    shares = normalised(condition(live, options.conditioning).envelopes, maxima)
    return Signals(
        raw=live,
        mapped=mapped,
        envelopes=shares,
        maxima=maxima,
        quality=quality,
        conditioning=options.conditioning,
        mvc_files=options.mvc,
        findings=(
            *everything.notes,
            *doubts,
            *mapping_findings(found, everything.names),
            *quality.findings,
            *_mvc_findings(mapped, shares, maxima),
            *_filter_findings(options.conditioning),
        ),
    )


def _refuse_processed(recording: EmgRecording) -> tuple[Finding, ...]:
    """Refuse EMG most of which was rectified or smoothed; a doubt where all may have been.

    Raises:
        RecordingError: filters for raw EMG would make nonsense of it.
    """
    samples = [v[k] for v, k in zip(recording.values.T, recording.known.T, strict=True)]
    varied = [c for c, v in enumerate(samples) if len(v) and np.ptp(v) > 0.0]
    found = [recording.names[c] for c in varied if processed(samples[c])]
    if 2 * len(found) > len(varied):
        raise RecordingError("emg.processed", recording.source, channel=found[0])
    if not varied or any(samples[c].min() < 0.0 for c in varied):
        return ()
    return (finding(Warned.EMG_NEVER_NEGATIVE, file=recording.source.name),)


def _maxima(live: EmgRecording, options: EmgReading) -> Maxima:
    if not options.mvc:
        return maxima_of([live], options.conditioning, origin="own maximum")
    trials = []
    for path in options.mvc:
        trial = read_emg(path, rate_hz=options.emg_rate_hz, units=options.emg_units, rate=_RATE)
        lacking = [name for name in live.names if name not in trial.names]
        if lacking:
            raise RecordingError(
                "emg_files.mvc_lacks_channel", path, channel=lacking[0], there=trial.names
            )
        trials.append(channels(trial, live.names))
        _refuse_processed(trials[-1])
    maxima = maxima_of(trials, options.conditioning)
    refuse_other_units(live, maxima)
    empty = [name for name, value in zip(maxima.names, maxima.value, strict=True) if value <= 0.0]
    if empty:
        raise RecordingError(
            "emg_files.mvc_is_silent", options.mvc[0], channel=empty[0], remedy=Setting("mvc")
        )
    return maxima


def _mvc_findings(
    mapped: Sequence[MappedChannel], shares: LinearEnvelopes, maxima: Maxima
) -> list[Finding]:
    if maxima.origin == "own maximum":
        return [finding(Assumed.NO_MVC, window_s=maxima.window_s)]
    trials = tuple(dict.fromkeys(maxima.trial))
    said = [finding(Found.MVC_OF_TRIALS, window_s=maxima.window_s, trials=trials)]
    for column, m in enumerate(mapped):
        peak = float(shares.values[:, column].max(initial=0.0))
        above = float(np.mean(shares.values[:, column] > 1.0))
        if peak > 1.0:
            said.append(
                finding(Warned.ABOVE_MVC, muscle=muscle_words(m), peak_share=peak, above=above)
            )
    return said


def _filter_findings(settings: ConditioningSettings) -> list[Finding]:
    """In what the filters are not the paper's."""
    usual = ConditioningSettings()
    changed = tuple(
        phrase(f"filter.{field.name}", value=getattr(settings, field.name))
        for field in dataclasses.fields(settings)
        if getattr(settings, field.name) != getattr(usual, field.name)
    )
    said = finding(Assumed.CONDITIONED_OTHERWISE, source=usual.source, settings=changed)
    return [said] if changed else []


def muscle_words(mapped: MappedChannel) -> str:
    """``Right sternocleidomastoid``."""
    plain = mapped.label.replace("_", " ") if mapped.site else mapped.label
    return plain[0].upper() + plain[1:]
