"""The part of ``summary.json`` that tells what the paper's networks make of a recording."""

import numpy as np

from nuchal.model.clinical import tracked_frames
from nuchal.model.generic import MUSCLES
from nuchal.records import Estimate
from nuchal.report.summaries.network import EquilibriumSummary, equilibrium_summary
from nuchal.report.summaries.parts import Part


class ClippedSummary(Part):
    """Forces that came out below zero or above maximal isometric force, over the tracked frames.

    Attributes:
        share: Of all forces of all muscles, 0 to 1.
        most_muscle: The one that lay farthest out; ``null`` where none did.
    """

    share: float
    most_N: float
    most_muscle: str | None


class PaperSummary(Part):
    """What the paper's networks tell beside their forces.

    Attributes:
        weights: Where they are from.
        share_outside: Of the tracked frames, beyond what the networks were trained on, 0 to 1.
        worst: Largest distance from the nearest training input; the border is at 1.
        equilibrium: What the forces leave of the net moments.
    """

    weights: str
    share_outside: float
    worst: float
    clipped: ClippedSummary
    equilibrium: EquilibriumSummary


def paper_summary(estimate: Estimate) -> PaperSummary | None:
    """What the networks told; None for forces of any other method."""
    found = estimate.paper
    if found is None:
        return None
    tracked = tracked_frames(estimate)
    distance = found.distance[tracked] if tracked.any() else np.zeros(1)
    return PaperSummary(
        weights=found.weights,
        share_outside=float((distance > 1.0).mean()),
        worst=float(distance.max()),
        clipped=_clipped(np.asarray(estimate.forces.force - found.predicted)[tracked]),
        equilibrium=equilibrium_summary(estimate),
    )


def _clipped(moved: np.ndarray) -> ClippedSummary:
    if not moved.any():
        return ClippedSummary(share=0.0, most_N=0.0, most_muscle=None)
    far = np.abs(moved)
    most = int(far.max(axis=0).argmax())
    share = float((far > 0.0).mean())
    return ClippedSummary(share=share, most_N=float(far.max()), most_muscle=MUSCLES[most])
