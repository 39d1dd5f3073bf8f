"""Intervals of hidden excitations: every measured channel is hidden once to see the error.

A committee of models is fitted to the same trials: one to all channels, and for each channel one
to all others. What such a model predicts of the channel left out can be checked; its relative error
is taken for that of hidden muscles, and the members' disagreement about a muscle is added:

    sd_i(t)^2 = spread_i(t)^2 + (error (u_i(t) + FLOOR))^2

A muscle's parameters are determined as far as members agree on them more closely than the prior.
"""

from typing import Final, NamedTuple

import numpy as np
from jaxtyping import Float

from nuchal.emg.hidden.muscles import JointTask, MuscleSystem
from nuchal.emg.hidden.nmm_fit import Progress, fit_nmm, read_trials
from nuchal.emg.hidden.personal import PRIOR_SDS
from nuchal.emg.hidden.records import Committee, NmmSettings, Reconstruction
from nuchal.emg.hidden.recruitment import SHARE_SD, WEIGHT_SD
from nuchal.errors import NuchalError

# Half of an interval made to hold 95 %, in standard deviations.
WIDE: Final = 1.96

# Excitation at which a relative error stops shrinking.
FLOOR: Final = 0.02


class ReadingWithIntervals(NamedTuple):
    """Excitations of trials, and their standard deviations.

    Attributes:
        blind: What each channel was expected to be by the member that never saw it.
        members: What each member says that was fitted without one channel.
    """

    read: Reconstruction
    sd: Float[np.ndarray, "n t m"]
    blind: Float[np.ndarray, "n t c"]
    members: tuple[Reconstruction, ...]

    @property
    def low(self) -> Float[np.ndarray, "n t m"]:
        """Lower end of the interval made to hold 95 % of the excitations."""
        return np.clip(np.asarray(self.read.excitation) - WIDE * self.sd, 0.0, 1.0)

    @property
    def high(self) -> Float[np.ndarray, "n t m"]:
        """Upper end of the interval made to hold 95 % of the excitations."""
        return np.clip(np.asarray(self.read.excitation) + WIDE * self.sd, 0.0, 1.0)


def fit_committee(
    system: MuscleSystem,
    task: JointTask,
    settings: NmmSettings | None = None,
    *,
    seed: int = 0,
    progress: Progress = lambda _share: None,
) -> Committee:
    """Fit one model to all channels, and one without each.

    Raises:
        NuchalError: fewer than two channels, so that none can be hidden.
    """
    count = len(system.seen)
    if count < 2:
        raise NuchalError("hidden_emg.one_channel")
    settings = settings or NmmSettings()

    def part(member: int) -> Progress:
        return lambda share: progress((member + share) / (count + 1))

    whole = fit_nmm(system, task, settings, seed=seed, progress=part(0))
    fits, errors = [], []
    for hidden in range(count):
        use = _all_but(hidden, count)
        fit = fit_nmm(
            system, task, settings, seed=seed + 1 + hidden, use=use, progress=part(1 + hidden)
        )
        said = np.asarray(read_trials(fit.model, task, settings, use=use).channels)[..., hidden]
        true = np.asarray(task.channels)[..., hidden]
        errors.append(np.sqrt(np.mean((said - true) ** 2)) / (np.mean(true) + FLOOR))
        fits.append(fit)
    return Committee(whole, tuple(fits), float(np.median(errors)), np.array(errors))


def read_with_intervals(
    committee: Committee, task: JointTask, settings: NmmSettings | None = None
) -> ReadingWithIntervals:
    """Excitations of trials by the model that saw all channels, with standard deviations."""
    settings = settings or NmmSettings()
    read = read_trials(committee.whole.model, task, settings)
    others, blind = [], []
    for hidden, fit in enumerate(committee.without):
        use = _all_but(hidden, len(committee.without))
        other = read_trials(fit.model, task, settings, use=use)
        others.append(other)
        blind.append(np.asarray(other.channels)[..., hidden])
    told = np.asarray(read.excitation)
    spread = np.std([told, *(np.asarray(other.excitation) for other in others)], axis=0)
    sd = np.hypot(spread, committee.error * (told + FLOOR))
    return ReadingWithIntervals(read, sd, np.stack(blind, axis=-1), tuple(others))


def _all_but(hidden: int, count: int) -> Float[np.ndarray, " c"]:
    use = np.ones(count)
    use[hidden] = 0.0
    return use


def determined(committee: Committee) -> dict[str, Float[np.ndarray, "..."]]:
    """How far each parameter is determined: 0 as the prior left it, 1 known.

    ``1 - (members' standard deviation / prior's)^2`` where the whole model has moved from the
    prior's mean by more than members differ, else zero: what nobody moved is not known.
    """
    models = [fit.model for fit in (committee.whole, *committee.without)]
    known = {
        name: ([getattr(m.person, name) for m in models], prior)
        for name, prior in PRIOR_SDS.items()
    }
    known["weight"] = ([m.control.log_weight for m in models], WEIGHT_SD)
    known["share"] = ([m.control.log_share for m in models], SHARE_SD)
    return {name: _agreed(np.array(x), prior) for name, (x, prior) in known.items()}


def _agreed(x: Float[np.ndarray, "k ..."], prior: float) -> Float[np.ndarray, "..."]:
    sd = x.std(axis=0)
    share = np.clip(1.0 - (sd / prior) ** 2, 0.0, 1.0)
    return np.asarray(np.where(np.abs(x[0]) > sd, share, 0.0))
