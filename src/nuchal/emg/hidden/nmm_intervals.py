"""Intervals of hidden excitations: every measured channel is hidden once to see the error.

A committee of models is fitted to the same trials: one to all channels, and for each channel one
to all others. What such a model predicts of the channel left out can be checked; its relative
error, and that of a level that no electrode tells, are taken for those of hidden muscles, and the
members' disagreement about a muscle is added:

    sd_i(t)^2 = spread_i(t)^2 + (error^2 + LEVEL_ERROR^2) (u_i(t) + FLOOR)^2

"""

from typing import Final, NamedTuple

import numpy as np
from jaxtyping import Float

from nuchal.emg.hidden.muscles import JointTask, MuscleSystem
from nuchal.emg.hidden.nmm_fit import Progress, fit_nmm, read_trials
from nuchal.emg.hidden.records import Committee, Fit, NmmSettings, Reconstruction
from nuchal.errors import NuchalError

# Half of an interval made to hold 90 %, in standard deviations: fewer than the 1.64 of a normal
# error, since electrodes are hidden less gently than muscles that never had one. Found on people of
# whom none is in the published tables (benchmarks/hidden_emg).
WIDE: Final = 0.95

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
        """Lower end of the interval made to hold 90 % of the excitations."""
        return np.clip(np.asarray(self.read.excitation) - WIDE * self.sd, 0.0, 1.0)

    @property
    def high(self) -> Float[np.ndarray, "n t m"]:
        """Upper end of the interval made to hold 90 % of the excitations."""
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

    def member(number: int) -> Fit:
        """The whole model, or the one without channel ``number - 1``."""
        use = None if number == 0 else _all_but(number - 1, count)

        def part(share: float) -> None:
            progress((number + share) / (count + 1))

        return fit_nmm(system, task, settings, seed=seed + number, use=use, progress=part)

    whole, *fits = map(member, range(count + 1))
    blind = [_blind(fit, task, settings, c) for c, fit in enumerate(fits)]
    errors = [
        float(np.sqrt(np.mean((said - true) ** 2)) / (np.mean(true) + FLOOR))
        for said, true in zip(blind, np.moveaxis(np.asarray(task.channels), -1, 0), strict=True)
    ]
    return Committee(whole, tuple(fits), float(np.median(errors)), np.array(errors))


def _blind(fit: Fit, task: JointTask, settings: NmmSettings, hidden: int) -> np.ndarray:
    """What a model tells of the channel that it does not see."""
    use = _all_but(hidden, task.channels.shape[-1])
    return np.asarray(read_trials(fit.model, task, settings, use=use).channels)[..., hidden]


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
    members = [np.asarray(one.excitation) for one in (read, *others)]
    sd = np.hypot(np.std(members, axis=0), committee.doubt * (members[0] + FLOOR))
    return ReadingWithIntervals(read, sd, np.stack(blind, axis=-1), tuple(others))


def _all_but(hidden: int, count: int) -> Float[np.ndarray, " c"]:
    use = np.ones(count)
    use[hidden] = 0.0
    return use
