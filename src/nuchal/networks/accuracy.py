"""How near predicted forces come to the reference, muscle by muscle.

R2 and NRMSE divide by the spread of the reference. A muscle that hardly varies in a test set has
next to none, and neither figure would mean anything: it is called flat and judged by its error as
a share of its maximal force, which every muscle has.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from jaxtyping import Bool, Float

# A muscle whose reference has a standard deviation below this share of its maximal isometric force
# is flat.
FLAT_SHARE: Final = 0.002


class OverMuscles(NamedTuple):
    """One figure of all muscles."""

    worst: float
    median: float
    best: float


@dataclass(frozen=True, kw_only=True)
class Accuracy:
    """Predicted against reference forces; one entry for each muscle, none of them NaN.

    Attributes:
        r2: 1 - squared error / squared deviation from the reference's mean; 0 where ``flat``.
        rmse_n: [N].
        nrmse: RMSE over the reference's range; 0 where ``flat``.
        share_of_maximum: RMSE over the muscle's maximal isometric force.
        flat: Judge these by ``share_of_maximum`` and leave ``r2`` and ``nrmse`` aside.
    """

    r2: Float[np.ndarray, " m"]
    rmse_n: Float[np.ndarray, " m"]
    nrmse: Float[np.ndarray, " m"]
    share_of_maximum: Float[np.ndarray, " m"]
    flat: Bool[np.ndarray, " m"]
    samples: int

    def spread(self, name: str) -> OverMuscles:
        """``r2`` or ``nrmse`` over the muscles that are not flat; 0 without any such muscle."""
        values = np.asarray(getattr(self, name))[~self.flat]
        if not values.size:
            values = np.zeros(1)
        worst, best = float(values.min()), float(values.max())
        if name != "r2":
            worst, best = best, worst
        return OverMuscles(worst, float(np.median(values)), best)

    def rows(self, muscles: Sequence[str]) -> Iterator[dict[str, str | bool | float | None]]:
        """The figures of each muscle by name; ``r2`` and ``nrmse`` are None where ``flat``."""
        for k, muscle in enumerate(muscles):
            flat = bool(self.flat[k])
            yield {
                "muscle": muscle,
                "flat": flat,
                "r2": None if flat else float(self.r2[k]),
                "nrmse": None if flat else float(self.nrmse[k]),
                "rmse_N": float(self.rmse_n[k]),
                "rmse_share_of_maximum": float(self.share_of_maximum[k]),
            }


def accuracy(
    reference: Float[np.ndarray, "s m"],
    predicted: Float[np.ndarray, "s m"],
    *,
    maximal_force_n: Float[np.ndarray, " m"],
) -> Accuracy:
    """Compare predicted with reference forces [N], in double precision, one row a sample.

    Raises:
        ValueError: no sample at all.
    """
    if not len(reference):
        raise ValueError("no samples to compare")
    truth = np.asarray(reference, np.float64)
    error = truth - np.asarray(predicted, np.float64)
    deviation = truth - truth.mean(axis=0)
    rmse = np.sqrt((error**2).mean(axis=0))
    sd = np.sqrt((deviation**2).mean(axis=0))
    flat = sd < FLAT_SHARE * maximal_force_n
    one = np.ones_like(sd)
    span = np.where(flat, one, np.ptp(truth, axis=0))
    return Accuracy(
        r2=np.where(flat, 0.0, 1.0 - rmse**2 / np.where(flat, one, sd) ** 2),
        rmse_n=rmse,
        nrmse=np.where(flat, 0.0, rmse / span),
        share_of_maximum=rmse / maximal_force_n,
        flat=flat,
        samples=len(truth),
    )
