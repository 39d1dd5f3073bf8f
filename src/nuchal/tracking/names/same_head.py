"""Markers that are called as if they were on the head, but lie where none of it reaches: hands.

In full-body sets LH and RH are often the hands. Names can't tell; distances do.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np
from jaxtyping import Float

from nuchal.records import Recording
from nuchal.tracking.names.marker_sets import MarkerNames

# Largest distance between head markers that a person can have [m].
LARGEST_HEAD_M: Final = 0.35
_FEWEST_ON_HEAD = 3
# Distances are taken in so many frames at most, spread over the recording.
_FRAMES = 500


def leave_out_far_off(
    recording: Recording, names: MarkerNames, explicit: Mapping[str, str]
) -> MarkerNames:
    """The names without those of head markers that lie too far from the others to share a head.

    One after the other, the marker that is too far from most others goes, until all are within
    ``LARGEST_HEAD_M``. Markers that the user named stay, and so do all where fewer than three
    would be left: then the names or the unit are wrong.
    """
    apart = _usual_distances(recording, names)
    kept = list(range(len(names.head)))
    free = {k for k in kept if names.head[k] not in {ours.upper() for ours in explicit}}
    while True:
        far = (apart[np.ix_(kept, kept)] > LARGEST_HEAD_M).sum(axis=1)
        most = max(far)
        worst = [k for k, count in zip(kept, far, strict=True) if count == most and k in free]
        if most == 0 or not worst:
            break
        kept.remove(worst[0])
    if most > 0 or len(kept) < _FEWEST_ON_HEAD:
        return names
    gone = [ours for k, ours in enumerate(names.head) if k not in kept]
    return replace(
        names,
        in_file={ours: name for ours, name in names.in_file.items() if ours not in gone},
        head=tuple(names.head[k] for k in kept),
        far_off=names.files_names(gone),
    )


def _usual_distances(recording: Recording, names: MarkerNames) -> Float[np.ndarray, "h h"]:
    """Median distance of each pair of head markers [m]; 0 where they are never seen together."""
    columns = [recording.names.index(name) for name in names.files_names(names.head)]
    every = slice(None, None, max(1, len(recording.time) // _FRAMES))
    positions = np.asarray(recording.positions)[every][:, columns]
    visible = np.asarray(recording.visible)[every][:, columns]
    apart = np.zeros((len(columns), len(columns)))
    for a in range(len(columns)):
        for b in range(a):
            both = visible[:, a] & visible[:, b]
            if both.any():
                steps = positions[both, a] - positions[both, b]
                apart[a, b] = apart[b, a] = np.median(np.linalg.norm(steps, axis=1))
    return apart
