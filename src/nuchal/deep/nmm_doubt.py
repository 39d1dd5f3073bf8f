"""How far to trust hidden excitations: every electrode is hidden once, too.

A committee of models is fitted to the same trials: one to all channels, and one for each channel
that this one is not told of. What such a model says of its own hidden channel can be checked; its
relative error is what a hidden muscle's error is taken to be, and the members' disagreement about
the muscle comes on top:

    sd_i(t)^2 = spread_i(t)^2 + (error (u_i(t) + FLOOR))^2

A muscle's parameters are determined as far as members agree on them more closely than the prior.
"""

from typing import Final, NamedTuple

import numpy as np
from jaxtyping import Float

from nuchal.deep.muscles import JointTask, MuscleSystem
from nuchal.deep.nmm import Reconstruction
from nuchal.deep.nmm_fit import Fit, NmmSettings, fit_nmm, read_trials
from nuchal.deep.personal import PRIOR_SDS
from nuchal.errors import NuchalError

FLOOR: Final = 0.02
"""Excitation at which a relative error stops shrinking."""


class Committee(NamedTuple):
    """Models of one person that saw all channels, and all but one."""

    whole: Fit
    without: tuple[Fit, ...]
    error: float
    """Relative error of channels that were hidden: root mean square over their mean plus floor."""
    errors: Float[np.ndarray, " c"]
    """The same of each channel."""


class Doubted(NamedTuple):
    """Excitations of trials, and their standard deviations."""

    read: Reconstruction
    sd: Float[np.ndarray, "n t m"]


def fit_committee(
    system: MuscleSystem, task: JointTask, settings: NmmSettings | None = None, *, seed: int = 0
) -> Committee:
    """Fit one model to all channels, and one without each.

    Raises:
        NuchalError: fewer than two channels, so that none can be hidden.
    """
    count = len(system.seen)
    if count < 2:
        raise NuchalError("One channel alone can't be hidden; measure two or more muscles.")
    settings = settings or NmmSettings()
    whole = fit_nmm(system, task, settings, seed=seed)
    fits, errors = [], []
    for hidden in range(count):
        use = np.ones(count)
        use[hidden] = 0.0
        fit = fit_nmm(system, task, settings, seed=seed + 1 + hidden, use=use)
        said = np.asarray(read_trials(fit.model, task, settings, use=use).channels)[..., hidden]
        true = np.asarray(task.channels)[..., hidden]
        errors.append(np.sqrt(np.mean((said - true) ** 2)) / (np.mean(true) + FLOOR))
        fits.append(fit)
    return Committee(whole, tuple(fits), float(np.median(errors)), np.array(errors))


def read_with_doubt(
    committee: Committee, task: JointTask, settings: NmmSettings | None = None
) -> Doubted:
    """Excitations of trials by the model that saw all channels, with standard deviations."""
    settings = settings or NmmSettings()
    read = read_trials(committee.whole.model, task, settings)
    members = [np.asarray(read.excitation)]
    for hidden, fit in enumerate(committee.without):
        use = np.ones(len(committee.without))
        use[hidden] = 0.0
        members.append(np.asarray(read_trials(fit.model, task, settings, use=use).excitation))
    spread = np.std(members, axis=0)
    return Doubted(read, np.hypot(spread, committee.error * (members[0] + FLOOR)))


def determined(committee: Committee) -> dict[str, Float[np.ndarray, "..."]]:
    """How far each parameter is determined: 0 as the prior left it, 1 known.

    ``1 - (members' standard deviation / prior's)^2`` where the whole model has moved from the
    prior's mean by more than members differ, else zero: what nobody moved is not known.
    """
    found = {}
    for name, prior in PRIOR_SDS.items():
        members = [committee.whole, *committee.without]
        x = np.array([np.asarray(getattr(fit.model.person, name)) for fit in members])
        sd = x.std(axis=0)
        share = np.clip(1.0 - (sd / prior) ** 2, 0.0, 1.0)
        found[name] = np.where(np.abs(x[0]) > sd, share, 0.0)
    return found
