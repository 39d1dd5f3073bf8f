"""Hidden excitations with intervals: every measured channel is hidden once to see the error.

A committee of models is fitted to the same trials: one to all channels, and for each channel one
to all others; synergies are extrapolated the same ways. What they tell of the channel left out can
be checked. It says how far synergies are to be heard beside the model, as two measurements are
weighed by their variances,

    share = e_model^2 / (e_model^2 + e_synergies^2)

(geometric means over channels of squared errors over squared channels), and how far both are off:
the model's relative error, and that of a level that no electrode tells, are taken for those of
hidden muscles, and the members' disagreement about a muscle is added:

    sd_i(t)^2 = spread_i(t)^2 + (error^2 + LEVEL_ERROR^2) (u_i(t) + FLOOR)^2

"""

from typing import Final, NamedTuple

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from nuchal.emg.hidden.mse import extrapolate, fit_mse
from nuchal.emg.hidden.muscles import JointTask, MuscleSystem, without_channel
from nuchal.emg.hidden.nmm import run_forward
from nuchal.emg.hidden.nmm_fit import Progress, fit_nmm, read_trials
from nuchal.emg.hidden.records import Committee, Fit, MseSettings, NmmSettings, Reconstruction
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
    mse: MseSettings | None = None,
    *,
    seed: int = 0,
    progress: Progress = lambda _share: None,
) -> Committee:
    """Fit one model to all channels, and one without each; synergies likewise.

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
    channels = np.asarray(task.channels)
    blind = [_blind(fit, task, settings, c) for c, fit in enumerate(fits)]
    synergies = [_by_synergies(system, task, mse, c, seed) for c in range(count)]
    errors = [
        float(np.sqrt(np.mean((said - true) ** 2)) / (np.mean(true) + FLOOR))
        for said, true in zip(blind, np.moveaxis(channels, -1, 0), strict=True)
    ]
    return Committee(
        whole=whole,
        without=tuple(fits),
        error=float(np.median(errors)),
        errors=np.array(errors),
        by_synergies=fit_mse(system, task, mse, seed=seed),
        share=_share(np.stack(blind, -1), np.stack(synergies, -1), channels),
    )


def _blind(fit: Fit, task: JointTask, settings: NmmSettings, hidden: int) -> np.ndarray:
    """What a model tells of the channel that it does not see."""
    use = _all_but(hidden, task.channels.shape[-1])
    return np.asarray(read_trials(fit.model, task, settings, use=use).channels)[..., hidden]


def _by_synergies(
    system: MuscleSystem, task: JointTask, settings: MseSettings | None, hidden: int, seed: int
) -> np.ndarray:
    """What synergies of the other channels tell of one."""
    others = eqx.tree_at(
        lambda t: t.channels, task, np.delete(np.asarray(task.channels), hidden, axis=-1)
    )
    fit = fit_mse(without_channel(system, hidden), others, settings, seed=seed)
    return np.asarray(extrapolate(fit, others).excitation @ system.electrodes[hidden])


def _share(
    model: Float[np.ndarray, "n t c"],
    synergies: Float[np.ndarray, "n t c"],
    channels: Float[np.ndarray, "n t c"],
) -> float:
    """How far synergies are heard, from what both told of channels that they did not see."""
    size = np.mean(channels**2, axis=(0, 1))
    logs = [np.log(np.mean((x - channels) ** 2, (0, 1)) / size) for x in (model, synergies)]
    return float(1.0 / (1.0 + np.exp(np.mean(logs[1] - logs[0]))))


def read_with_intervals(
    committee: Committee, task: JointTask, settings: NmmSettings | None = None
) -> ReadingWithIntervals:
    """Excitations of trials by the model that saw all channels and synergies, with intervals."""
    settings = settings or NmmSettings()
    model = committee.whole.model
    read = read_trials(model, task, settings)
    others, blind = [], []
    for hidden, fit in enumerate(committee.without):
        use = _all_but(hidden, len(committee.without))
        other = read_trials(fit.model, task, settings, use=use)
        others.append(other)
        blind.append(np.asarray(other.channels)[..., hidden])
    members = [np.asarray(one.excitation) for one in (read, *others)]
    excitation = members[0].copy()
    hidden_ones = list(model.system.hidden)
    said = extrapolate(committee.by_synergies, task).excitation[..., hidden_ones]
    excitation[..., hidden_ones] += committee.share * (said - excitation[..., hidden_ones])
    sd = np.hypot(np.std(members, axis=0), committee.doubt * (excitation + FLOOR))
    return ReadingWithIntervals(
        run_forward(model, task, jnp.asarray(excitation)),
        sd,
        np.stack(blind, axis=-1),
        tuple(others),
    )


def _all_but(hidden: int, count: int) -> Float[np.ndarray, " c"]:
    use = np.ones(count)
    use[hidden] = 0.0
    return use
