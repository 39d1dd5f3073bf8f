"""Which measured muscles compensate or are inhibited: EMG and forces in the same postures."""

import dataclasses
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from jaxtyping import Float

from nuchal.assessment.assess import Normal
from nuchal.assessment.muscles.common import Cells, cells_of, in_both
from nuchal.assessment.muscles.exertion import Exertion, exerted, one_after_another
from nuchal.assessment.muscles.limits import LEAST_CHANGE, Limits, healthy_limits
from nuchal.assessment.muscles.ratios import LEAST_SHARE
from nuchal.emg.activation import group_activation
from nuchal.emg.compensation import (
    FEWEST_POSTURES,
    Levels,
    MuscleReading,
    Predicted,
    Trust,
    read_muscle,
)
from nuchal.emg.mapping import MappedChannel
from nuchal.emg.records import EmgComparison
from nuchal.findings import Warned
from nuchal.model.anatomy import Anatomy
from nuchal.model.norms import norm_of
from nuchal.records import Estimate

# What raises a channel's amplitude beside its muscle, and what lowers it.
_RAISING: Final = frozenset(
    {Warned.EMG_MAINS, Warned.EMG_MOTION, Warned.EMG_SPIKES, Warned.EMG_NOISE}
)
_LOWERING: Final = frozenset({Warned.EMG_CLIPPED, Warned.EMG_LOST})
# Share of a channel's power from which on the heart raises it as the mains would.
_HEART: Final = 0.1


class Part(NamedTuple):
    """One recording with a channel of EMG.

    Attributes:
        column: Of the channel.
    """

    comparison: EmgComparison
    estimate: Estimate
    column: int


def with_readings(
    comparisons: Sequence[EmgComparison | None],
    estimates: Sequence[Estimate],
    anatomy: Anatomy,
    normal: Normal | None,
) -> tuple[EmgComparison | None, ...]:
    """Comparisons that say of each muscle what all recordings together say.

    Args:
        comparisons: of one person's recordings, None for those without EMG.
        estimates: of the same recordings.
        anatomy: the person's neck.
        normal: what the person's forces are compared with; may be None where there is no MVC,
            without which nothing can be told.
    """
    measured = [
        (one, estimate)
        for one, estimate in zip(comparisons, estimates, strict=True)
        if one is not None
    ]
    parts: dict[str, list[Part]] = {}
    for one, estimate in measured:
        for column, m in enumerate(one.mapped):
            parts.setdefault(m.label, []).append(Part(one, estimate, column))
    limits = healthy_limits(estimates[0].preset, anatomy.system, "common")
    read = {label: _reading(those, anatomy, normal, limits) for label, those in parts.items()}
    return tuple(
        None
        if one is None
        else dataclasses.replace(one, readings=tuple(read[m.label] for m in one.mapped))
        for one in comparisons
    )


def _reading(
    parts: Sequence[Part], anatomy: Anatomy, normal: Normal | None, limits: Limits
) -> MuscleReading:
    mapped = parts[0].comparison.mapped[parts[0].column]
    muscles = np.array([anatomy.system.index[name] for name in mapped.muscles])
    trust, norm = _trust(parts), norm_of(parts[0].estimate.subject.age_years)
    mine = cells_of(one_after_another([_exertion(one, muscles) for one in parts]), norm.mean_deg)
    levels = None
    if trust.mvc and normal is not None:
        levels = _levels(mine, mapped, anatomy, normal, limits)
    agreed = [one.comparison.agreement[one.column].correlation for one in parts]
    moved = len(mine.place) >= FEWEST_POSTURES and trust.upward
    best_r = max((r.high for r in agreed if r is not None and moved), default=1.0)
    return read_muscle(mapped.label, levels, trust, best_r)


def _levels(
    mine: Cells, mapped: MappedChannel, anatomy: Anatomy, normal: Normal, limits: Limits
) -> Levels:
    """EMG, activation and force of a channel's muscles in the common range, posture by posture."""
    own, mean_deg = normal.own, normal.healthy.norm.mean_deg
    muscles = np.array([anatomy.system.index[name] for name in mapped.muscles])
    activation = group_activation(anatomy, own.activation, mapped.muscles)
    force = np.asarray(own.exertion.force)[:, muscles].sum(axis=1)
    theirs = dataclasses.replace(own.exertion, force=np.stack([activation, force], axis=1))
    here, there = in_both(mine, cells_of(theirs, mean_deg))
    strength = float(np.asarray(anatomy.max_isometric_force)[muscles].sum())
    enough = there.force[:, 1].max(initial=0.0) >= LEAST_SHARE * strength
    predicted = None
    if enough:
        weight = np.asarray(own.exertion.used)[:, muscles].mean(axis=0)
        predicted = _predicted(here.force[:, 2], there.force[:, 1], muscles, weight, limits)
    return Levels(here.force[:, 0], here.force[:, 1], there.force[:, 0], predicted)


def _exertion(part: Part, muscles: np.ndarray) -> Exertion:
    """EMG, activation and force [N] of a channel's muscles, as three columns."""
    tracks, c = part.comparison.tracks, part.column
    force = np.asarray(part.estimate.forces.force)[:, muscles].sum(axis=1)
    columns = np.stack([tracks.emg[:, c], tracks.model[:, c], force], axis=1)
    return exerted(columns, tracks.compared[:, c], part.estimate.head_angles_deg)


def _predicted(
    mine: Float[np.ndarray, " p"],
    theirs: Float[np.ndarray, " p"],
    muscles: np.ndarray,
    weight: Float[np.ndarray, " m"],
    limits: Limits,
) -> Predicted:
    """The ratio of forces; its limits are those of the muscles, weighted by healthy force."""
    low, high = (
        float(np.exp(np.average(np.log(one[muscles]), weights=weight))) for one in limits.range
    )
    ratio = float(mine.mean() / theirs.mean())
    return Predicted(ratio, min(low, 1.0 / LEAST_CHANGE), max(high, LEAST_CHANGE))


def _trust(parts: Sequence[Part]) -> Trust:
    """How far a channel's amplitude can be believed, by its quality in every recording."""
    flags, heart, mvc = set(), 0.0, True
    by_paper = any(one.estimate.method == "paper" for one in parts)
    for one in parts:
        found = one.comparison
        channel = found.mapped[one.column].channel
        quality = next(q for q in found.quality.channels if q.name == channel)
        flags |= {flag.what for flag in quality.flags}
        heart = max(heart, quality.ecg_share)
        mvc = mvc and found.maxima.origin == "mvc"
    return Trust(
        mvc=mvc,
        limits=not by_paper,
        upward=not flags & _RAISING and heart <= _HEART,
        downward=not flags & _LOWERING,
    )
