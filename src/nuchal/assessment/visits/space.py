"""Motion envelopes of two visits beside one another, in the same neck.

Markers are those of the model in the recorded postures: so a marker that was put elsewhere in the
second visit does not count as a change of movement.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array, CoordsT
from nuchal.assessment.envelopes.envelope import Envelope, along_path, common_radius, envelope_of
from nuchal.assessment.envelopes.overlap import Overlap, overlap
from nuchal.assessment.envelopes.records import MarkerName
from nuchal.batches import in_chunks
from nuchal.model.anatomy import Anatomy
from nuchal.model.kinematics import skull_points
from nuchal.programs.kept import kept

MARKERS: tuple[MarkerName, ...] = ("TP", "LH", "RH")


@dataclass(frozen=True, kw_only=True)
class TwoEnvelopes:
    """Of one marker in two visits."""

    marker: MarkerName
    before: Envelope
    after: Envelope
    both: Overlap


def two_envelopes(
    before: Sequence[CoordsT], after: Sequence[CoordsT], anatomies: tuple[Anatomy, Anatomy]
) -> tuple[TwoEnvelopes, ...]:
    """Of TP, LH and RH.

    Args:
        before: postures of each recording of the first visit [rad].
        after: of the second.
        anatomies: the neck of either; one and the same for two visits of one person.
    """
    paths = [_paths(*both) for both in zip((before, after), anatomies, strict=True)]
    found = []
    for marker, first, second in zip(MARKERS, *paths, strict=True):
        radius = common_radius([first, second])
        envelopes = [envelope_of(path, radius) for path in (first, second)]
        found.append(
            TwoEnvelopes(
                marker=marker,
                before=envelopes[0],
                after=envelopes[1],
                both=overlap(*envelopes),
            )
        )
    return tuple(found)


def _paths(recordings: Sequence[CoordsT], anatomy: Anatomy) -> list[Float[np.ndarray, "_ 3"]]:
    """Points of each marker's path in all recordings [m]."""
    places = [
        np.asarray(in_chunks(lambda part: _markers(anatomy, part), np.asarray(q)))
        for q in recordings
    ]
    return [np.concatenate([along_path(x[:, k]) for x in places]) for k in range(len(MARKERS))]


@kept
def _markers(anatomy: Anatomy, q: CoordsT) -> Float[Array, "t m 3"]:
    return jnp.asarray(jax.vmap(lambda one: skull_points(anatomy, one, anatomy.markers))(q))
