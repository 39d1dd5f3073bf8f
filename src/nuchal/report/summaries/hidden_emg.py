"""``deep_emg.json``: hidden muscles and what they rest on, for another program to read.

Excitations and channels are shares of the maximum, 0 to 1. ``null`` stands where a number could not
be found, and where it has no meaning for the joint.
"""

import numpy as np

from nuchal.conventions import LEVELS
from nuchal.emg.hidden.courses import DeepEmg, NeckLoads, TrialFindings
from nuchal.emg.hidden.recruitment import traits
from nuchal.emg.hidden.windows import beyond_channels, correlation, rmse_of
from nuchal.plain_text import plain_line
from nuchal.report.summaries.head_forces import HeadForceSummary, head_forces_summary
from nuchal.report.summaries.parts import Document, FindingPart, Part, findings_part


class MomentPart(Part):
    """A coordinate's moments from excitations, against inverse dynamics.

    Attributes:
        share_of_range: RMSE over the range of the moment by inverse dynamics.
    """

    rmse_Nm: float
    share_of_range: float | None
    synergies_rmse_Nm: float
    synergies_share_of_range: float | None


class ChannelPart(Part):
    """How well a channel is told.

    Attributes:
        unseen_r: By a model that was never told of this channel: what to expect of a hidden muscle.
    """

    r: float | None
    rmse: float
    unseen_r: float | None
    unseen_rmse: float | None


class MusclePart(Part):
    """One muscle in one recording.

    Attributes:
        peak: 95th percentile.
        interval_width: Mean width of the interval made to hold 90 %.
        beyond_channels: Share of the variance that no weighted sum of the channels follows.
        r_with_synergies: Correlation with what muscle synergy extrapolation says.
        force_interval_width_N: Mean width of the interval of the force made to hold 90 %.
    """

    mean: float
    peak: float
    interval_width: float | None
    beyond_channels: float
    r_with_synergies: float | None
    mean_force_N: float
    peak_force_N: float
    force_interval_width_N: float | None


class LoadPart(Part):
    """The compression of one level in one recording.

    Attributes:
        peak_interval_N: Made to hold 90 % of what it is at its peak.
    """

    mean_compression_N: float
    peak_compression_N: float
    peak_time_s: float
    peak_interval_N: tuple[float, float] | None


class RecordingPart(Part):
    """What was found in one recording.

    Attributes:
        held_out: Whether the person's model was fitted without it.
        known_s: How much of it could be told.
        levels: Of the neck.
        head_forces: From outside.
    """

    held_out: bool
    load_kg: float | None
    known_s: float
    levels: dict[str, LoadPart] | None
    head_forces: dict[str, HeadForceSummary] | None
    moments: dict[str, MomentPart]
    channels: dict[str, ChannelPart]
    muscles: dict[str, MusclePart]


class SynergyPart(Part):
    """Muscle synergy extrapolation, fitted to the same trials."""

    factorisation: str
    count: int
    variance_accounted_for: float


class FitPart(Part):
    """How the person's model was fitted.

    Attributes:
        traits: Of the person's recruitment.
        relative_error: Of channels that a model was not told of: median of root mean square over
            mean plus 0.02.
    """

    fitted_s: float
    steps: int
    first_loss: float
    last_loss: float
    traits: dict[str, float]
    relative_error: float | None
    seconds: dict[str, float]


class DeepEmgSummary(Document):
    """Everything in ``deep_emg.json``.

    Attributes:
        channels: The muscles beneath each electrode.
        hidden: Muscles that no electrode sees.
    """

    channels: dict[str, list[str]]
    hidden: list[str]
    fit: FitPart
    synergies: SynergyPart
    recordings: dict[str, RecordingPart]
    assumptions: list[FindingPart]


def summarise_deep_emg(found: DeepEmg) -> DeepEmgSummary:
    """Everything worth quoting."""
    names, fit, mse = found.system.names, found.fit, found.mse
    committee = found.committee
    return DeepEmgSummary(
        channels={
            label: [names[i] for i in seen]
            for label, seen in zip(found.labels, found.system.seen, strict=True)
        },
        hidden=[names[i] for i in found.system.hidden],
        fit=FitPart(
            fitted_s=found.fitted_s,
            steps=len(fit.loss),
            first_loss=float(fit.loss[0]),
            last_loss=float(fit.loss[-1]),
            traits=traits(fit.model.control),
            relative_error=None if committee is None else committee.error,
            seconds=found.seconds,
        ),
        synergies=SynergyPart(
            factorisation=mse.synergies.kind,
            count=mse.synergies.vectors.shape[0],
            variance_accounted_for=mse.synergies.accounted_for,
        ),
        recordings={plain_line(trial.title): _recording(found, trial) for trial in found.trials},
        assumptions=findings_part(found.assumptions),
    )


def _recording(found: DeepEmg, trial: TrialFindings) -> RecordingPart:
    step_s, neck = float(np.median(np.diff(trial.time))), trial.neck
    pushed = None if neck is None else neck.frames
    return RecordingPart(
        held_out=trial.held_out,
        load_kg=trial.load_kg,
        known_s=len(trial.time) * step_s,
        levels=None if neck is None else _levels(neck, sure=found.sure),
        head_forces=pushed and head_forces_summary(pushed.head_forces, pushed.head_force_time),
        moments=_moments(trial, found.coordinates),
        channels={label: _channel(trial, c) for c, label in enumerate(found.labels)},
        muscles=_muscles(found, trial),
    )


def _levels(neck: NeckLoads, *, sure: bool) -> dict[str, LoadPart]:
    parts = (neck.reactions, neck.low, neck.high)
    loads = np.stack([np.asarray(one.compression) for one in parts])
    peaks = loads[0].argmax(axis=0)
    return {
        name: LoadPart(
            mean_compression_N=float(loads[0, :, k].mean()),
            peak_compression_N=float(loads[0, peaks[k], k]),
            peak_time_s=float(neck.motion.time[peaks[k]]),
            peak_interval_N=_pair(loads[1:, peaks[k], k]) if sure else None,
        )
        for k, name in enumerate(LEVELS)
    }


def _pair(ends: np.ndarray) -> tuple[float, float]:
    low, high = ends.tolist()
    return low, high


def _moments(trial: TrialFindings, coordinates: tuple[str, ...]) -> dict[str, MomentPart]:
    told = rmse_of(trial.moment_model, trial.moment)
    synergies = rmse_of(trial.moment_by_synergies, trial.moment)
    spans = np.ptp(trial.moment, axis=0)
    return {
        name: MomentPart(
            rmse_Nm=float(told[d]),
            share_of_range=_over(told[d], spans[d]),
            synergies_rmse_Nm=float(synergies[d]),
            synergies_share_of_range=_over(synergies[d], spans[d]),
        )
        for d, name in enumerate(coordinates)
    }


def _over(error: float, span: float) -> float | None:
    return float(error / span) if span > 1e-9 else None


def _channel(trial: TrialFindings, c: int) -> ChannelPart:
    measured, told, blind = trial.measured, trial.channels, trial.blind
    return ChannelPart(
        r=correlation(told[:, c], measured[:, c]),
        rmse=float(rmse_of(told, measured)[c]),
        unseen_r=None if blind is None else correlation(blind[:, c], measured[:, c]),
        unseen_rmse=None if blind is None else float(rmse_of(blind, measured)[c]),
    )


def _muscles(found: DeepEmg, trial: TrialFindings) -> dict[str, MusclePart]:
    beyond = beyond_channels(trial.excitation, trial.measured)
    sure, force = found.sure, trial.force
    wide = (trial.high - trial.low).mean(axis=0) if sure else None
    forces_wide = (force.high - force.low).mean(axis=0) if sure else None
    return {
        name: MusclePart(
            mean=float(trial.excitation[:, i].mean()),
            peak=float(np.percentile(trial.excitation[:, i], 95)),
            interval_width=None if wide is None else float(wide[i]),
            beyond_channels=float(beyond[i]),
            r_with_synergies=correlation(trial.excitation[:, i], trial.by_synergies[:, i]),
            mean_force_N=float(force.value[:, i].mean()),
            peak_force_N=float(force.value[:, i].max()),
            force_interval_width_N=None if forces_wide is None else float(forces_wide[i]),
        )
        for i, name in enumerate(found.system.names)
    }
