"""A recording with EMG: measured and modelled activations side by side, in files and a figure."""

from pathlib import Path
from typing import Final

import numpy as np

from nuchal.commands.emg_clock import clock_sentence, stated_clock
from nuchal.commands.emg_options import EmgOptions
from nuchal.commands.emg_signals import Signals, read_signals
from nuchal.commands.estimate import Progress, estimate_recording, plan_of
from nuchal.commands.estimate_options import recruitment_settings
from nuchal.emg.activation import activations_of_forces, group_activation
from nuchal.emg.agreement import FEWEST_FRAMES
from nuchal.emg.compare import (
    EmgComparison,
    Swap,
    Tracks,
    agreements,
    co_contractions,
    likely_swaps,
)
from nuchal.emg.delay import Clock, estimate_delay
from nuchal.emg.mapping import MappedChannel
from nuchal.emg.onsets import Burst, emg_bursts
from nuchal.emg.signals import EmgRecording, at_times
from nuchal.errors import RecordingError
from nuchal.io.opensim.storage import write_storage
from nuchal.io.output import check_writable, staged
from nuchal.io.subject import read_subject
from nuchal.model.anatomy import Anatomy
from nuchal.optimisation.settings import RecruitmentSettings
from nuchal.records import Estimate
from nuchal.report.figures.emg import EMG_FIGURES, write_emg_figure
from nuchal.report.summaries.emg import write_agreement
from nuchal.report.summaries.estimate import write_summary

EMG_FILES: Final = ("emg.sto", "emg_model.sto", "agreement.json", "summary.json")
_SHORTEST_OVERLAP_S: Final = 0.5


def run_emg(
    recording: Path,
    *,
    subject: Path,
    out: Path,
    options: EmgOptions,
    progress: Progress = lambda _doing, _share: None,
) -> EmgComparison:
    """Compare measured EMG with the model's activations, and write a folder.

    Args:
        recording: markers or coordinates; a C3D or Nexus CSV may hold the EMG as well.
        subject: the person's measures, a ``person.toml``; ``[emg]`` may name channels.
        out: the folder for the results; whole or not at all.
        options: everything else.
        progress: told what is being done and which share of it is.

    Raises:
        NuchalError: something given cannot be used; the message says what to do.
    """
    given = (options.emg, options.estimate.static, options.estimate.network, *options.mvc)
    inputs = [recording, subject, *(path for path in given if path is not None)]
    check_writable(out, inputs=inputs, names=(*EMG_FILES, *EMG_FIGURES))
    progress("reading", 0.0)
    person = read_subject(subject)
    signals = read_signals(recording, {**person.emg, **options.channels}, options)
    plan = plan_of(person, options.estimate)
    estimate, anatomy, _ = estimate_recording(recording, plan, progress)
    progress("comparing", 0.7)
    found = compare(recording, estimate, anatomy, signals, options)
    progress("writing", 0.8)
    with staged(out, inputs=inputs, ours=(*EMG_FILES, *EMG_FIGURES)) as folder:
        _write_tables(found, folder)
        write_agreement(found, estimate, folder / "agreement.json")
        write_summary(estimate, folder / "summary.json")
        if options.estimate.figures:
            progress("drawing", 0.85)
            write_emg_figure(found, estimate, folder)
    progress("done", 1.0)
    return found


def compare(
    recording: Path, estimate: Estimate, anatomy: Anatomy, signals: Signals, options: EmgOptions
) -> EmgComparison:
    """Put both on one clock and measure how well they agree.

    Raises:
        RecordingError: They have no time in common, or no delay can be found.
    """
    settings = recruitment_settings(options.estimate)
    model = model_activations(estimate, anatomy, signals.mapped, settings)
    time, usable = np.asarray(estimate.motion.time), np.asarray(estimate.quality)
    clock = _clock(recording, signals, time, model, usable, options)
    values, known = at_times(signals.envelopes, time, delay_s=clock.delay_s)
    tracks = Tracks(time=time, emg=values, known=known, model=model, usable=usable)
    _refuse_apart(signals, tracks, clock)
    swaps = likely_swaps(signals.mapped, tracks)
    return EmgComparison(
        recording=recording,
        emg_file=signals.raw.source,
        mvc_files=options.mvc,
        mapped=signals.mapped,
        tracks=tracks,
        agreement=agreements(tracks, options.agreement),
        bursts=_raw_bursts(signals.raw, clock, options),
        pairs=co_contractions(signals.mapped, tracks),
        swaps=swaps,
        quality=signals.quality,
        maxima=signals.maxima,
        clock=clock,
        conditioning=options.conditioning,
        settings=options.agreement,
        emg_rate_hz=signals.raw.rate_hz,
        assumptions=(
            *signals.sentences,
            clock_sentence(clock),
            *_overlap_sentences(signals.raw, tracks, clock),
            *_swap_sentences(swaps),
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


def _clock(
    recording: Path,
    signals: Signals,
    time: np.ndarray,
    model: np.ndarray,
    usable: np.ndarray,
    options: EmgOptions,
) -> Clock:
    if options.delay_s == "auto":
        largest = options.largest_delay_s
        found = estimate_delay(signals.envelopes, time, model, usable, largest_s=largest)
        if found is None:
            raise RecordingError(
                signals.raw.source,
                f"no delay up to {largest:g} s brings EMG and motion together; give it with "
                "--delay SECONDS.",
            )
        return found
    return stated_clock(recording, signals.raw, float(time[0]), options.delay_s)


def _refuse_apart(signals: Signals, tracks: Tracks, clock: Clock) -> None:
    raw, time = signals.raw, tracks.time
    begin, end = raw.start_s - clock.delay_s, raw.start_s - clock.delay_s + raw.duration_s
    common = min(end, float(time[-1])) - max(begin, float(time[0]))
    if common < _SHORTEST_OVERLAP_S:
        raise RecordingError(
            raw.source,
            f"its EMG runs from {begin:.4g} to {end:.4g} s and the motion from {time[0]:.4g} to "
            f"{time[-1]:.4g} s on one clock, so they have too little time in common; give the "
            "delay with --delay SECONDS or --delay auto.",
        )
    if tracks.compared.sum(axis=0).max() < FEWEST_FRAMES:
        raise RecordingError(
            raw.source,
            f"fewer than {FEWEST_FRAMES} frames have both usable forces and known EMG; see what "
            "nuchal estimate says of the recording.",
        )


def _overlap_sentences(raw: EmgRecording, tracks: Tracks, clock: Clock) -> list[str]:
    begin = raw.start_s - clock.delay_s
    end = begin + raw.duration_s
    step = 1.0 / tracks.rate_hz
    first, last = float(tracks.time[0]), float(tracks.time[-1])
    longer = [
        f"{span:.2f} s {where}"
        for span, where in ((first - begin, "before"), (end - last, "after"))
        if span > 2.0 * step
    ]
    shorter = [
        f"{span:.2f} s at the {where}"
        for span, where in ((begin - first, "start"), (last - end, "end"))
        if span > 2.0 * step
    ]
    said = []
    if longer:
        said.append(f"EMG of {' and '.join(longer)} the motion is not compared.")
    if shorter:
        said.append(f"The motion has no EMG for {' and '.join(shorter)}.")
    return said


def _swap_sentences(swaps: tuple[Swap, ...]) -> list[str]:
    return [
        f"{s.first.replace('_', ' ')} and {s.second.replace('_', ' ')} look swapped: mean r is "
        f"{s.r:.2f} as they are and {s.r_swapped:.2f} the other way round; check the electrodes, "
        "or exchange them with --channel."
        for s in swaps
    ]


def _raw_bursts(
    raw: EmgRecording, clock: Clock, options: EmgOptions
) -> tuple[tuple[Burst, ...], ...]:
    start = raw.start_s - clock.delay_s
    return tuple(
        tuple(emg_bursts(column, raw.rate_hz, start_s=start, settings=options.agreement.onsets))
        for column in raw.values.T
    )


def _write_tables(found: EmgComparison, folder: Path) -> None:
    """Both curves at the frames of the motion for which there is any EMG."""
    labels = [m.label for m in found.mapped]
    rows = found.tracks.known.any(axis=1)
    share = "MVC" if found.maxima.origin == "mvc" else "own maximum; no MVC was given"
    for file, data, note in (
        ("emg.sto", found.tracks.emg, f"linear envelopes, 1 is the {share}; 0 where not known"),
        ("emg_model.sto", found.tracks.model, "activations of the same muscles, 0 to 1"),
    ):
        write_storage(
            folder / file,
            name=file.partition(".")[0],
            labels=labels,
            time=found.tracks.time[rows],
            data=data[rows],
            note=note,
        )
