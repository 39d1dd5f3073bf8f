"""Forces that measured EMG takes part in finding: EMG-assisted static optimisation."""

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nuchal.commands.emg_signals import EmgComparing, muscle_words, read_signals
from nuchal.commands.forces import Estimated, estimate_tracked
from nuchal.commands.head_forces import head_forces_of, refuse_unfit
from nuchal.commands.options import ForceOptions, HeadForceOptions
from nuchal.commands.own_range import track_recordings
from nuchal.commands.plan import Plan, network_asked_for
from nuchal.commands.run import Progress, silent
from nuchal.emg.activation import wanted_activations
from nuchal.emg.agreement import ChannelAgreement
from nuchal.emg.comparison import agreements, compare, model_activations
from nuchal.emg.records import EmgComparison
from nuchal.errors import NuchalError, Setting
from nuchal.findings import Assumed, Finding, Found, finding
from nuchal.optimisation.terms import Measured
from nuchal.records import Assistance, AssistedChannel, Estimate


@dataclass(frozen=True, kw_only=True)
class AssistOptions(EmgComparing):
    """EMG that takes part in finding forces.

    Attributes:
        emg: Its file; the recording itself if not given.
        emg_weight: Of the squared difference from the measured activations, beside that of squared
            activation, 1; None leaves EMG out.
    """

    emg: Path | None = None
    emg_weight: float | None = None


def estimate_with_emg(
    recording: Path,
    plan: Plan,
    options: AssistOptions,
    outside: HeadForceOptions,
    progress: Progress = silent,
) -> Estimated:
    """Forces from a recording and its EMG, after those without it; nothing is written.

    Raises:
        NuchalError: something given cannot be used; the message says what to do.
    """
    refuse_unassisted(options, plan.options)
    refuse_unfit(outside)
    signals = read_signals(recording, options.emg, plan.person, options)
    progress("tracking", 0.05)
    own, (tracked,) = track_recordings([recording], plan)
    pushed = head_forces_of(tracked, own.anatomy, outside, own.options)
    alone = own._replace(network=None, why_none=finding(Found.METHOD_EMG))
    plain = estimate_tracked(tracked, alone, silent, pushed).estimate
    compared = compare(recording, plain, own.anatomy, signals, own.settings, options)
    found, weight = plain, options.emg_weight or 0.0
    if weight:
        muscles = [one.muscles for one in signals.mapped]
        tracks = compared.tracks
        wanted = wanted_activations(own.anatomy, muscles, tracks.emg, tracks.known)
        drawn = alone._replace(settings=own.settings.with_term(Measured(weight=weight)))
        found = estimate_tracked(tracked, drawn, progress, pushed, wanted).estimate
    channels = _channels(compared, _with_emg(compared, found, own, options))
    assistance = Assistance(
        weight=weight,
        emg_file=compared.emg_file,
        delay_s=compared.clock.delay_s,
        channels=channels,
    )
    said = (*found.assumptions, *compared.assumptions, *_said(assistance, compared))
    return Estimated(dataclasses.replace(found, assistance=assistance, assumptions=said), tracked)


def refuse_unassisted(options: AssistOptions, forces: ForceOptions) -> None:
    """Refuse EMG that has no weight, no maximum, or nothing to take part in.

    Raises:
        NuchalError: It is so.
    """
    weight, remedy = Setting("emg_weight"), Setting("method", "optimisation")
    if options.emg_weight is None:
        for field in dataclasses.fields(AssistOptions):
            if getattr(options, field.name) != getattr(_NONE, field.name):
                given = Setting(field.name)
                if field.name == "conditioning":
                    given = Setting(_changed_filter(options))
                raise NuchalError("assisted.setting_alone", given=given, remedy=weight)
        return
    if not (math.isfinite(options.emg_weight) and options.emg_weight >= 0.0):
        given = Setting("emg_weight", options.emg_weight)
        raise NuchalError("assisted.no_weight", given=given)
    if not options.mvc:
        raise NuchalError("assisted.no_mvc", given=weight, remedy=Setting("mvc"))
    if forces.engine == "opensim":
        engine = Setting("engine", "opensim")
        raise NuchalError("assisted.not_of_opensim", given=weight, engine=engine)
    asked = network_asked_for(forces)
    if asked is not None:
        raise NuchalError("assisted.with_network", asked=asked, given=weight, remedy=remedy)


_NONE = AssistOptions()


def _changed_filter(options: AssistOptions) -> str:
    """The first filter that was set."""
    mine, usual = options.conditioning, _NONE.conditioning
    return next(
        field.name
        for field in dataclasses.fields(usual)
        if getattr(mine, field.name) != getattr(usual, field.name)
    )


def _with_emg(
    compared: EmgComparison, found: Estimate, plan: Plan, options: AssistOptions
) -> tuple[ChannelAgreement, ...]:
    """Agreement of the forces that EMG took part in finding, on the same clock."""
    model = model_activations(found, plan.anatomy, compared.mapped, plan.settings)
    usable = np.asarray(found.quality)
    tracks = dataclasses.replace(compared.tracks, model=model, usable=usable)
    return agreements(tracks, options.agreement)


def _channels(
    compared: EmgComparison, after: Sequence[ChannelAgreement]
) -> tuple[AssistedChannel, ...]:
    def r(one: ChannelAgreement) -> float | None:
        return None if one.correlation is None else one.correlation.r

    return tuple(
        AssistedChannel(
            label=mapped.label,
            channel=mapped.channel,
            muscles=mapped.muscles,
            r=(r(without), r(assisted)),
            rmse=(without.rmse, assisted.rmse),
        )
        for mapped, without, assisted in zip(
            compared.mapped, compared.agreement, after, strict=True
        )
    )


def _said(assistance: Assistance, compared: EmgComparison) -> tuple[Finding, ...]:
    """What was done, and what each electrode pulls on."""
    several = tuple(
        f"{muscle_words(one).lower()}: {', '.join(one.muscles)}"
        for one in compared.mapped
        if len(one.muscles) > 1
    )
    said = [finding(Assumed.EMG_ASSISTED, weight=assistance.weight, file=assistance.emg_file.name)]
    if several:
        said.append(finding(Assumed.EMG_PULLS_ON_ALL, groups=several))
    return tuple(said)
