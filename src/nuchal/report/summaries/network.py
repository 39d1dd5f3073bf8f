"""The part of ``summary.json`` that tells how good a network's forces are."""

import numpy as np
from jaxtyping import Bool, Float

from nuchal.model.anatomy import MUSCLES, generic_anatomy
from nuchal.model.clinical import solved_frames, tracked_frames, usable_frames
from nuchal.networks.equilibrium.domain import COVERAGE, RESPECTS, outside
from nuchal.records import Correction, Estimate, LearntRhythm
from nuchal.report.schemas.estimate import (
    CorrectionSummary,
    DomainSummary,
    EquilibriumSummary,
    IntervalSummary,
    NetworkSummary,
    RespectSummary,
    RhythmSummary,
    SharingSummary,
)


def network_summary(estimate: Estimate) -> NetworkSummary | None:
    """What a network told beside its forces; None for forces of optimisation."""
    found = estimate.network
    if found is None:
        return None
    solved = solved_frames(estimate)
    return NetworkSummary(
        weights=found.weights,
        domain=_domain(estimate, found.distance),
        intervals=_intervals(estimate),
        equilibrium=_equilibrium(estimate, solved),
        rhythm=None if found.rhythm is None else _rhythm(found.rhythm),
        correction=None if found.correction is None else _correction(found.correction),
    )


def peak_interval(estimate: Estimate, m: int) -> tuple[float, float] | None:
    """Lower and upper end of a muscle's interval where its force peaks [N]."""
    usable = usable_frames(estimate)
    if estimate.network is None or not usable.any():
        return None
    force, within = np.asarray(estimate.forces.force)[:, m], estimate.network.intervals
    highest = int(np.argmax(np.where(usable, force, -np.inf)))
    return float(within.low[highest, m]), float(within.high[highest, m])


def _domain(estimate: Estimate, distance: Float[np.ndarray, "t 5"]) -> DomainSummary:
    found = outside(distance, tracked_frames(estimate))
    return DomainSummary(
        share_outside=found.any_share,
        respects={
            respect: RespectSummary(
                share_outside=float(found.share[k]), worst=float(found.worst[k])
            )
            for k, respect in enumerate(RESPECTS)
        },
    )


def _intervals(estimate: Estimate) -> IntervalSummary:
    usable = usable_frames(estimate)
    if estimate.network is None or not usable.any():
        return IntervalSummary(coverage=COVERAGE, mean_width_N=None, mean_width_of_strength=None)
    within = estimate.network.intervals
    width = (np.asarray(within.high) - np.asarray(within.low))[usable]
    strength = np.asarray(generic_anatomy().max_isometric_force)
    return IntervalSummary(
        coverage=within.coverage,
        mean_width_N=float(width.mean()),
        mean_width_of_strength=float((width / strength).mean()),
    )


def _equilibrium(estimate: Estimate, solved: Bool[np.ndarray, " t"]) -> EquilibriumSummary:
    missing = np.asarray(estimate.forces.reserve)
    if not solved.any():
        return EquilibriumSummary(rms_Nm=None, worst_Nm=None, share_of_net=None)
    rms = float(np.sqrt(np.mean(missing[solved] ** 2)))
    net = float(np.sqrt(np.mean(np.asarray(estimate.moments.net)[solved] ** 2)))
    return EquilibriumSummary(
        rms_Nm=rms,
        worst_Nm=float(np.abs(missing[solved]).max()),
        share_of_net=rms / net if net > 0.0 else None,
    )


def _rhythm(rhythm: LearntRhythm) -> RhythmSummary:
    each = [
        SharingSummary(
            share=float(rhythm.share[k]),
            sd=float(rhythm.sd[k]),
            population_share=float(rhythm.population_share[k]),
            population_sd=float(rhythm.population_sd[k]),
            tracked_share=float(rhythm.tracked_share[k]),
            doubt=float(rhythm.doubt[k]),
        )
        for k in range(3)
    ]
    return RhythmSummary(frames=rhythm.frames, pitch=each[0], roll=each[1], yaw=each[2])


def _correction(found: Correction) -> CorrectionSummary:
    return CorrectionSummary(
        rms_moved_N=found.rms_moved_n,
        largest_moved_N=found.largest_moved_n,
        largest_moved_muscle=MUSCLES[found.largest_muscle],
        newton_steps=found.newton_steps,
        newton_steps_unaided=found.newton_steps_unaided,
    )
