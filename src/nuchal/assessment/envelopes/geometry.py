"""A person's envelopes beside those of healthy necks: laid on one another, matched, compared."""

from typing import Final, NamedTuple

import numpy as np
from jaxtyping import Float

from nuchal.assessment.envelopes.alignment import align
from nuchal.assessment.envelopes.envelope import along_path, common_radius, envelope_of
from nuchal.assessment.envelopes.ideal import IdealTraces, ideal_traces, own_neutral
from nuchal.assessment.envelopes.matching import TOLERANCE, best_match, moving_envelopes
from nuchal.assessment.envelopes.missing import Missing, missing_of
from nuchal.assessment.envelopes.overlap import overlap
from nuchal.assessment.envelopes.records import (
    Alignment,
    Apart,
    MarkerEnvelopes,
    MarkerName,
    Match,
)
from nuchal.assessment.kinematics import Kinematics, farthest
from nuchal.assessment.ranges.reached import COMBINED, Ranges
from nuchal.assessment.records import Geometry, Healthy
from nuchal.model.anatomy import Anatomy

_MARKERS: Final[tuple[MarkerName, ...]] = ("TP", "LH", "RH")
_NOTHING: Final = np.zeros(3)


class Laid(NamedTuple):
    """A person's envelopes and those of healthy necks, laid on one another, and the best match.

    Attributes:
        own_neck: Scale of the person's neck length.
        ideal: Where a healthy movement takes the markers of necks of any length.
        points: Of each marker's path in all recordings [m].
        match: None where an envelope is missing.
    """

    own_neck: float
    alignment: Alignment | None
    ideal: IdealTraces
    points: list[Float[np.ndarray, "_ 3"]]
    match: Match | None


def geometry_of(
    trials: tuple[Kinematics, ...],
    healthy: Healthy,
    *,
    anatomy: Anatomy,
    own_neck: float,
    necks: Float[np.ndarray, " n"],
    tolerance: float = TOLERANCE,
) -> Geometry:
    """Compare a person's trials with healthy necks.

    Args:
        trials: at least one.
        healthy: the movement to compare with.
        anatomy: the person's neck.
        own_neck: scale of its length.
        necks: scales of the neck lengths among which the best match is looked for.
        tolerance: by how much the best match's sum of overlaps may be missed.
    """
    laid = lay_and_match(
        trials, healthy, anatomy=anatomy, own_neck=own_neck, necks=necks, tolerance=tolerance
    )
    return compare_laid(trials, healthy, laid)


def lay_and_match(
    trials: tuple[Kinematics, ...],
    healthy: Healthy,
    *,
    anatomy: Anatomy,
    own_neck: float,
    necks: Float[np.ndarray, " n"],
    tolerance: float = TOLERANCE,
) -> Laid:
    """The first half of :func:`geometry_of`, which ends with the best match."""
    alignment = _alignment(trials, anatomy, own_neck)
    ideal = aligned_traces(np.asarray(healthy.motion.q), anatomy, alignment)
    points = paths_of(trials)
    moving = moving_envelopes(points, ideal, own_neck)
    match = best_match(moving, necks, tolerance=tolerance) if moving else None
    return Laid(own_neck, alignment, ideal, points, match)


def compare_laid(trials: tuple[Kinematics, ...], healthy: Healthy, laid: Laid) -> Geometry:
    """The second half of :func:`geometry_of`: envelopes, and what is missing of them."""
    own_neck, ideal, match = laid.own_neck, laid.ideal, laid.match
    necks_compared = own_neck if match is None else match.neck, own_neck
    envelopes = _of_markers(laid.points, ideal, *necks_compared)
    missing = _missing(envelopes, ideal.of(own_neck), healthy.angles_deg)
    return Geometry(
        ranges=farthest(trials),
        healthy=healthy,
        own_neck=own_neck,
        alignment=laid.alignment,
        match=match,
        envelopes=envelopes,
        missing=missing.volumes,
        places=missing.places,
        apart=_apart(trials, ideal, *necks_compared),
    )


def free_trials(trials: tuple[Kinematics, ...]) -> tuple[Kinematics, ...]:
    """Those of spontaneous movement.

    They are those that somebody said are, or else those in several planes, beside others in one.
    """
    said = tuple(one for one in trials if one.free)
    several = tuple(one for one in trials if one.mainly == COMBINED)
    in_one = any(one.mainly not in (None, COMBINED) for one in trials)
    return said or (several if in_one else ())


def _apart(
    trials: tuple[Kinematics, ...], ideal: IdealTraces, matched_neck: float, own_neck: float
) -> Apart | None:
    free = free_trials(trials)
    tasks = tuple(one for one in trials if one not in free)
    if not free or not tasks:
        return None
    reach, whole = (_reach(farthest(those)) for those in (tasks, trials))
    return Apart(
        names=tuple(one.name for one in free),
        said=free[0].free,
        tasks=_of_markers(paths_of(tasks), ideal, matched_neck, own_neck),
        reach_deg=reach,
        farther_deg=whole - reach,
    )


def _reach(ranges: Ranges) -> Float[np.ndarray, "10"]:
    """To each of ``ALL_DIRECTIONS`` [degrees]."""
    return np.concatenate([ranges.reach_deg, ranges.corner_deg])


def _of_markers(
    points: list[Float[np.ndarray, "_ 3"]], ideal: IdealTraces, matched_neck: float, own_neck: float
) -> tuple[MarkerEnvelopes, ...]:
    matched, own = ideal.of(matched_neck), ideal.of(own_neck)
    return tuple(
        _of_marker(name, points[k], matched[:, k], own[:, k]) for k, name in enumerate(_MARKERS)
    )


def paths_of(trials: tuple[Kinematics, ...]) -> list[Float[np.ndarray, "_ 3"]]:
    """Points of each marker's path in all trials [m]."""
    return [
        np.concatenate([along_path(one.markers[:, k], one.known) for one in trials])
        for k in range(len(_MARKERS))
    ]


def _missing(
    envelopes: tuple[MarkerEnvelopes, ...],
    own: Float[np.ndarray, "t 3 3"],
    angles_deg: Float[np.ndarray, "t 3"],
) -> Missing:
    """What is missing of the own neck's healthy envelopes, whose markers go along ``own`` [m]."""
    persons, normal = [one.person for one in envelopes], [one.own for one in envelopes]
    paths = [own[:, k] for k in range(len(_MARKERS))]
    return missing_of(persons, normal, paths, angles_deg)


def _alignment(
    trials: tuple[Kinematics, ...], anatomy: Anatomy, own_neck: float
) -> Alignment | None:
    frames = sum(int(one.known.sum()) for one in trials)
    seconds = sum(float(one.known.sum()) / one.rate_hz for one in trials)
    return align(
        own_neck,
        np.concatenate([np.asarray(one.q) for one in trials]),
        np.concatenate([one.markers for one in trials]),
        np.asarray(anatomy.markers),
        np.concatenate([one.known for one in trials]),
        rate_hz=frames / seconds if seconds > 0.0 else 1.0,
        thorax_share=anatomy.thorax_share,
    )


def aligned_traces(
    q: Float[np.ndarray, "t 6"], anatomy: Anatomy, alignment: Alignment | None
) -> IdealTraces:
    """Where a movement [rad] takes the markers of a person's neck, laid on the person."""
    local = np.asarray(anatomy.markers)
    on_skull = _NOTHING if alignment is None else alignment.skull_offset_m
    on_thorax = _NOTHING if alignment is None else alignment.thorax_offset_m
    neutral = own_neutral(anatomy, local + on_skull) + on_thorax
    return ideal_traces(q, local + on_skull, neutral, anatomy.thorax_share)


def _of_marker(
    name: MarkerName,
    person: Float[np.ndarray, "n 3"],
    matched: Float[np.ndarray, "t 3"],
    own: Float[np.ndarray, "t 3"],
) -> MarkerEnvelopes:
    theirs, mine = along_path(matched), along_path(own)
    radius = common_radius([person, theirs, mine])
    of_person, of_match, of_own = (envelope_of(x, radius) for x in (person, theirs, mine))
    return MarkerEnvelopes(
        marker=name,
        person=of_person,
        matched=of_match,
        own=of_own,
        with_match=overlap(of_person, of_match),
        with_own=overlap(of_person, of_own),
    )
