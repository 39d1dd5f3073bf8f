"""The part of ``summary.json`` that tells how good a network's forces are."""

import numpy as np
from jaxtyping import Bool

from nuchal.model.clinical import solved_frames, tracked_frames
from nuchal.model.generic import MUSCLES
from nuchal.records import RESPECTS, Correction, Estimate, LearntTraits, NetworkFindings
from nuchal.report.summaries.parts import Part


class RespectSummary(Part):
    """How far the tracked postures are from the training frames in one respect.

    Attributes:
        share_outside: Of the frames, 0 to 1.
        worst: Largest distance from the centre; the border is at 1.
    """

    share_outside: float
    worst: float


class DomainSummary(Part):
    """Whether the recording is like what the network was trained on.

    Attributes:
        share_outside: Of the frames, in any respect, 0 to 1.
        respects: ``posture``, ``speed``, ``acceleration``, ``body``, ``load``.
    """

    share_outside: float
    respects: dict[str, RespectSummary]


class EquilibriumSummary(Part):
    """The moments that forces make, set against the net moments, over all solved frames.

    Attributes:
        rms_Nm: Of what is missing, over all coordinates.
        share_of_net: Root mean square of what is missing over that of the net moments.
    """

    rms_Nm: float | None
    worst_Nm: float | None
    share_of_net: float | None


class TraitSummary(Part):
    """One of the traits in which necks of the same measures differ.

    Attributes:
        mean: What this recording shows beyond the neck that forces were found for.
        before_sd: Standard deviation of what was known before the recording.
        doubt: What the intervals take for unknown, as a share of how people differ.
    """

    mean: float
    sd: float
    before_sd: float
    doubt: float


class TraitsSummary(Part):
    """How the person's neck differs from others of the same measures.

    Attributes:
        frames: Frames that it was learnt from, at least a fifth of a second apart.
        traits: Logarithms of the stretch of the curves of upper and lower neck about each axis, and
            of the part of the upper thorax; or what the upper neck takes beyond the mean rhythm.
    """

    frames: int
    traits: dict[str, TraitSummary]


class CorrectionSummary(Part):
    """What bringing the network's forces into equilibrium changed.

    Attributes:
        newton_steps: Mean of a frame.
        newton_steps_unaided: The same for a start from nothing.
    """

    rms_moved_N: float
    largest_moved_N: float
    largest_moved_muscle: str
    newton_steps: float
    newton_steps_unaided: float


class NetworkSummary(Part):
    """What a network tells beside its forces.

    Attributes:
        weights: Where they are from.
        traits: ``null`` where the recording gave the coordinates themselves.
    """

    weights: str
    domain: DomainSummary
    equilibrium: EquilibriumSummary
    traits: TraitsSummary | None
    correction: CorrectionSummary | None


def network_summary(estimate: Estimate) -> NetworkSummary | None:
    """What a network told beside its forces; None for forces of optimisation."""
    found = estimate.network
    if found is None:
        return None
    return NetworkSummary(
        weights=found.weights,
        domain=_domain(found, tracked_frames(estimate)),
        equilibrium=equilibrium_summary(estimate),
        traits=None if found.traits is None else _traits(found.traits),
        correction=None if found.correction is None else _correction(found.correction),
    )


def _domain(found: NetworkFindings, counted: Bool[np.ndarray, " t"]) -> DomainSummary:
    distance = found.distance[counted] if counted.any() else np.zeros((1, len(RESPECTS)))
    outside = distance > 1.0
    return DomainSummary(
        share_outside=float(outside.any(axis=1).mean()),
        respects={
            respect: RespectSummary(
                share_outside=float(outside[:, k].mean()), worst=float(distance[:, k].max())
            )
            for k, respect in enumerate(RESPECTS)
        },
    )


def equilibrium_summary(estimate: Estimate) -> EquilibriumSummary:
    """What the forces leave of the net moments."""
    solved = solved_frames(estimate)
    if not solved.any():
        return EquilibriumSummary(rms_Nm=None, worst_Nm=None, share_of_net=None)
    missing = np.asarray(estimate.forces.reserve)[solved]
    rms = float(np.sqrt(np.mean(missing**2)))
    net = float(np.sqrt(np.mean(np.asarray(estimate.moments.net)[solved] ** 2)))
    return EquilibriumSummary(
        rms_Nm=rms,
        worst_Nm=float(np.abs(missing).max()),
        share_of_net=rms / net if net > 0.0 else None,
    )


def _traits(learnt: LearntTraits) -> TraitsSummary:
    columns = {name: getattr(learnt, name) for name in TraitSummary.model_fields}
    return TraitsSummary(
        frames=learnt.frames,
        traits={
            trait: TraitSummary(**{name: float(of[k]) for name, of in columns.items()})
            for k, trait in enumerate(learnt.names)
        },
    )


def _correction(found: Correction) -> CorrectionSummary:
    return CorrectionSummary(
        rms_moved_N=found.rms_moved_n,
        largest_moved_N=found.largest_moved_n,
        largest_moved_muscle=MUSCLES[found.largest_muscle],
        newton_steps=found.newton_steps,
        newton_steps_unaided=found.newton_steps_unaided,
    )
