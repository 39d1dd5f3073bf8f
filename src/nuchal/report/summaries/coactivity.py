"""The part of ``assessment.json`` on which muscles work together."""

import numpy as np

from nuchal.assessment.muscles.coactivity import CHANCE, RATE_HZ, SURROGATES, Coactivity, Network
from nuchal.report.summaries.parts import Part

_DIGITS = 3


class NodePart(Part):
    """One muscle, or one channel of EMG.

    Attributes:
        degree_centrality: Share of the other working ones to which it is joined.
        clustering: Share of pairs of its neighbours that are joined themselves.
    """

    degree_centrality: float
    clustering: float


class NetworkPart(Part):
    """Which of them work together.

    Attributes:
        seconds: Of movement that was looked at.
        least_r: What the rank correlation of an edge exceeds.
        density: Share of pairs that are joined.
        mean_clustering: That of a network joined at random is its density.
        nodes: Those that work, under their names.
        edges: Two names and their rank correlation.
    """

    seconds: float
    least_r: float
    density: float
    mean_clustering: float
    nodes: dict[str, NodePart]
    edges: list[tuple[str, str, float]]


class CoactivityPart(Part):
    """Networks of one person; ``null`` where there is too little to tell.

    Attributes:
        rate_hz: To which activations were averaged.
        surrogates: By which chance was told.
        chance: Of any edge where muscles work independently.
        own: Of modelled activations in the recordings.
        healthy: Of the own neck in the healthy movement.
        edges_in_both: Of these two.
        emg: Of measured envelopes.
    """

    rate_hz: float
    surrogates: int
    chance: float
    own: NetworkPart | None
    healthy: NetworkPart | None
    edges_in_both: int | None
    emg: NetworkPart | None


def coactivity_part(found: Coactivity | None) -> CoactivityPart | None:
    """None where no networks were looked for."""
    if found is None:
        return None
    own, healthy = found.own, found.healthy
    both = None if own is None or healthy is None else int((own.edges & healthy.edges).sum()) // 2
    return CoactivityPart(
        rate_hz=RATE_HZ,
        surrogates=SURROGATES,
        chance=CHANCE,
        own=_network(own),
        healthy=_network(healthy),
        edges_in_both=both,
        emg=_network(found.emg),
    )


def _network(found: Network | None) -> NetworkPart | None:
    if found is None:
        return None
    names = found.names
    return NetworkPart(
        seconds=found.seconds,
        least_r=found.least_r,
        density=found.density,
        mean_clustering=found.mean_clustering,
        nodes={
            names[k]: NodePart(
                degree_centrality=float(found.degree[k]), clustering=float(found.clustering[k])
            )
            for k in np.flatnonzero(found.works)
        },
        edges=[
            (names[a], names[b], round(float(found.r[a, b]), _DIGITS))
            for a, b in np.argwhere(np.triu(found.edges, 1))
        ],
    )
