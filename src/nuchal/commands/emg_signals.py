"""EMG files become normalised linear envelopes of the neck's channels."""

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from nuchal.commands.emg_options import EmgOptions
from nuchal.emg.filters import ConditioningSettings, condition, refuse_unfit
from nuchal.emg.mapping import MappedChannel, map_channels, mapping_findings
from nuchal.emg.normalise import Maxima, maxima_of, normalised, refuse_other_units
from nuchal.emg.quality import Quality, quality_of
from nuchal.emg.signals import EmgRecording, LinearEnvelopes, channels
from nuchal.errors import RecordingError, Setting
from nuchal.findings import Finding
from nuchal.io.recordings.emg import has_analogs, read_emg

_RATE = Setting("emg_rate_hz")


class Signals(NamedTuple):
    """The channels that can be compared.

    Attributes:
        envelopes: Shares of the maximum.
        quality: Of all mapped channels, dead ones included.
    """

    raw: EmgRecording
    mapped: tuple[MappedChannel, ...]
    envelopes: LinearEnvelopes
    maxima: Maxima
    quality: Quality
    sentences: tuple[Finding | str, ...]


def read_signals(recording: Path, given: Mapping[str, str], options: EmgOptions) -> Signals:
    """Read, map, judge, condition and normalise the EMG that belongs to a recording.

    Raises:
        RecordingError: A file cannot be used; the message says what to do.
    """
    path = options.emg or recording
    if options.emg is None and not has_analogs(recording):
        raise RecordingError(
            recording, "is of a kind that holds no EMG; give the file that does with --emg."
        )
    everything = read_emg(path, rate_hz=options.rate_hz, units=options.units, rate=_RATE)
    found = map_channels(path, everything.names, given)
    raw = channels(everything, tuple(m.channel for m in found))
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
        sentences=(
            *everything.notes,
            *mapping_findings(found, everything.names),
            *quality.findings,
            *_mvc_sentences(mapped, shares, maxima),
            *_filter_sentences(options.conditioning),
        ),
    )


def _maxima(live: EmgRecording, options: EmgOptions) -> Maxima:
    if not options.mvc:
        return maxima_of([live], options.conditioning, origin="own maximum")
    trials = []
    for path in options.mvc:
        trial = read_emg(path, rate_hz=options.rate_hz, units=options.units, rate=_RATE)
        lacking = [name for name in live.names if name not in trial.names]
        if lacking:
            raise RecordingError(
                path,
                f'has no channel "{lacking[0]}", which the recording has; an MVC trial needs the '
                f"same channels by the same names (it has {_some(trial.names)}).",
            )
        trials.append(channels(trial, live.names))
    maxima = maxima_of(trials, options.conditioning)
    refuse_other_units(live, maxima)
    empty = [name for name, value in zip(maxima.names, maxima.value, strict=True) if value <= 0.0]
    if empty:
        raise RecordingError(
            options.mvc[0],
            f'shows nothing in the channel "{empty[0]}", nor does any other MVC trial; record one '
            "in which that muscle works, or leave out --mvc.",
        )
    return maxima


def _mvc_sentences(
    mapped: Sequence[MappedChannel], shares: LinearEnvelopes, maxima: Maxima
) -> list[str]:
    if maxima.origin == "own maximum":
        return [
            "No MVC trial was given, so each channel is divided by its own greatest mean over "
            f"{maxima.window_s:g} s in this recording: r, lags and onsets are as they would be, "
            "but amplitudes, RMSE and co-contraction do not say how hard a muscle worked."
        ]
    said = [
        f"MVC: the greatest mean of the linear envelope over {maxima.window_s:g} s in "
        f"{', '.join(dict.fromkeys(maxima.trial))}."
    ]
    for column, m in enumerate(mapped):
        peak = float(shares.values[:, column].max(initial=0.0))
        above = float(np.mean(shares.values[:, column] > 1.0))
        if peak > 1.0:
            said.append(
                f"{words(m)} reaches {peak:.0%} of its MVC and is above it in {above:.1%} of the "
                "samples, so the MVC trial was no maximum; the values are left as they are."
            )
    return said


def _filter_sentences(settings: ConditioningSettings) -> list[str]:
    """In what the filters are not the paper's."""
    usual = ConditioningSettings()
    other = [
        _plain(field.name, getattr(settings, field.name))
        for field in dataclasses.fields(settings)
        if getattr(settings, field.name) != getattr(usual, field.name)
    ]
    return [f"Conditioned otherwise than in {usual.source}: {', '.join(other)}."] if other else []


def _plain(name: str, value: object) -> str:
    """``band 30 to 400 Hz`` for a setting."""
    shown = " to ".join(f"{v:g}" for v in value) if isinstance(value, tuple) else f"{value:g}"
    for ending, unit in (("_hz", " Hz"), ("_s", " s")):
        if name.endswith(ending):
            return f"{name.removesuffix(ending).replace('_', ' ')} {shown}{unit}"
    return f"{name.replace('_', ' ')} {shown}"


def words(mapped: MappedChannel) -> str:
    """``Right sternocleidomastoid``."""
    plain = mapped.label.replace("_", " ") if mapped.site else mapped.label
    return plain[0].upper() + plain[1:]


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:12]) + (" ..." if len(names) > 12 else "")
