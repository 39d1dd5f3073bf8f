"""The networks of muscles that work together: modelled, and measured where there is EMG."""

from collections.abc import Sequence

import numpy as np

from nuchal.assessment.assess import Normal
from nuchal.assessment.muscles.coactivity import Coactivity, Network, network_of, stretches_of
from nuchal.assessment.records import Trial
from nuchal.emg.records import EmgComparison
from nuchal.model.generic import MUSCLES
from nuchal.records import Estimate


def coactivity_of(
    trials: Sequence[Trial],
    estimates: Sequence[Estimate],
    normal: Normal,
    emg: Sequence[EmgComparison | None],
) -> Coactivity:
    """The networks of a person, beside those of their own neck in the movement that is normal.

    Args:
        trials: of the person.
        estimates: of the same recordings.
        normal: what the person is compared with.
        emg: what was measured in the same recordings; None stands for nothing.
    """
    own = [
        part
        for trial, estimate in zip(trials, estimates, strict=True)
        for part in stretches_of(
            np.asarray(estimate.forces.activation), trial.exertion.usable, trial.rate_hz
        )
    ]
    time = np.asarray(normal.healthy.motion.time)
    healthy = stretches_of(
        np.asarray(normal.own.activation),
        normal.own.exertion.usable,
        float((len(time) - 1) / (time[-1] - time[0])),
    )
    return Coactivity(
        own=network_of(MUSCLES, own),
        healthy=network_of(MUSCLES, healthy),
        emg=measured_network([one for one in emg if one is not None]),
    )


def measured_network(emg: Sequence[EmgComparison]) -> Network | None:
    """Of the channels that every recording with EMG has, in frames in which all are known."""
    labels = [[m.label for m in one.mapped] for one in emg]
    names = [name for name in (labels[0] if labels else []) if all(name in x for x in labels)]
    if len(names) < 2:
        return None
    parts = []
    for one, here in zip(emg, labels, strict=True):
        columns = [here.index(name) for name in names]
        tracks = one.tracks
        known = np.asarray(tracks.known[:, columns].all(axis=1))
        parts += stretches_of(tracks.emg[:, columns], known, tracks.rate_hz)
    return network_of(names, parts)
