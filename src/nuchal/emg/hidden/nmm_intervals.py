"""Intervals of hidden excitations: every measured channel is hidden once to see the error.

A committee of models is fitted to the same trials: one to all channels, and for each channel one
to all others. What such a model predicts of the channel left out can be checked; its relative
error, and that of a level that no electrode tells, are taken for those of hidden muscles, and the
members' disagreement about a muscle is added:

    sd_i(t)^2 = spread_i(t)^2 + (error^2 + LEVEL_ERROR^2) (u_i(t) + FLOOR)^2
"""

from collections.abc import Sequence
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
    true = np.asarray(task.channels)
    off = _blind(_each_without(fits, task, settings)) - true
    errors = np.sqrt(np.mean(off**2, axis=(0, 1))) / (np.mean(true, axis=(0, 1)) + FLOOR)
    return Committee(whole, tuple(fits), float(np.median(errors)), errors)


def _each_without(
    fits: Sequence[Fit], task: JointTask, settings: NmmSettings
) -> tuple[Reconstruction, ...]:
    """What each model tells that does not see the channel of its place."""
    return tuple(
        read_trials(fit.model, task, settings, use=_all_but(hidden, len(fits)))
        for hidden, fit in enumerate(fits)
    )


def _blind(told: Sequence[Reconstruction]) -> Float[np.ndarray, "n t c"]:
    """What each of these tells of the channel that it did not see."""
    return np.stack([np.asarray(one.channels)[..., c] for c, one in enumerate(told)], axis=-1)


def read_with_intervals(
    committee: Committee, task: JointTask, settings: NmmSettings | None = None
) -> ReadingWithIntervals:
    """Excitations of trials by the model that saw all channels, with standard deviations."""
    settings = settings or NmmSettings()
    read = read_trials(committee.whole.model, task, settings)
    others = _each_without(committee.without, task, settings)
    members = [np.asarray(one.excitation) for one in (read, *others)]
    sd = np.hypot(np.std(members, axis=0), committee.doubt * (members[0] + FLOOR))
    return ReadingWithIntervals(read, sd, _blind(others), others)


def _all_but(hidden: int, count: int) -> Float[np.ndarray, " c"]:
    use = np.ones(count)
    use[hidden] = 0.0
    return use
