"""The nouns of a comparison: a visit, and what two of them say."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from nuchal.arrays import CoordsT
from nuchal.assessment.attempts.attempts import Attempt, reaches_deg
from nuchal.assessment.attempts.relocation import Relocation
from nuchal.assessment.envelopes.overlap import PairedTest
from nuchal.assessment.muscles.exertion import Exertion
from nuchal.assessment.visits.changes import Change
from nuchal.assessment.visits.measures import MeasureChange
from nuchal.assessment.visits.muscles import MuscleChanges
from nuchal.assessment.visits.repeatability import Reached, Repeatability
from nuchal.assessment.visits.space import TwoEnvelopes
from nuchal.model.clinical import DIRECTIONS
from nuchal.records import Subject


@dataclass(frozen=True, kw_only=True)
class Load:
    """On one joint, over all recordings of a visit.

    Attributes:
        mean_n: Of compression, by how long each recording is [N].
        peak_n: Highest compression [N].
    """

    mean_n: float
    peak_n: float


@dataclass(frozen=True, kw_only=True)
class Visit:
    """What a comparison needs of an assessment.

    Attributes:
        q: Postures that are known, of each recording [rad].
        exertion: Forces of all recordings.
        measuring_sd_deg: Of how far the head went to each of ``DIRECTIONS``, by what measured it.
        loads: By joint.
        iou: Of each marker's envelope with the best match; None where there is none.
    """

    person: Subject
    q: tuple[CoordsT, ...]
    exertion: Exertion
    attempts: tuple[Attempt, ...]
    relocations: tuple[Relocation, ...]
    measuring_sd_deg: Float[np.ndarray, "6"]
    loads: Mapping[str, Load]
    iou: tuple[float | None, float | None, float | None]

    @property
    def reached(self) -> Reached:
        """How far the head went, attempt by attempt."""
        return Reached(
            attempts_deg=[reaches_deg(self.attempts, way) for way in DIRECTIONS],
            measuring_sd_deg=self.measuring_sd_deg,
        )


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Of two visits, or of two people.

    Attributes:
        repeats: How visits of an unchanged person differ.
        changes: Of each of ``DIRECTIONS``.
        envelopes: Of TP, LH and RH.
        muscles: None where the visits have too few postures in common.
        markers: Overlaps with the best match, first against second, marker by marker.
    """

    before: Visit
    after: Visit
    repeats: Repeatability
    changes: tuple[Change, ...]
    measures: tuple[MeasureChange, ...]
    envelopes: tuple[TwoEnvelopes, ...]
    muscles: MuscleChanges | None
    markers: PairedTest | None
