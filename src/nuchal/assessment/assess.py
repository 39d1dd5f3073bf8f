"""Recordings whose forces are known become an assessment: compared with what is normal."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from nuchal.assessment.attempts.attempts import attempts_of
from nuchal.assessment.attempts.relocation import relocations_of
from nuchal.assessment.envelopes.geometry import Laid, lay_and_match
from nuchal.assessment.envelopes.matching import TOLERANCE
from nuchal.assessment.envelopes.overlap import PairedTest, paired_test
from nuchal.assessment.kinematics import Kinematics, range_error_deg2
from nuchal.assessment.muscles.judged import judge
from nuchal.assessment.muscles.limits import healthy_iou, healthy_limits
from nuchal.assessment.muscles.ratios import KINDS, ratios_of
from nuchal.assessment.ranges.restriction import count_tested, restrictions_of
from nuchal.assessment.reaching import reaching_of
from nuchal.assessment.records import (
    Assessment,
    Geometry,
    Healthy,
    HealthyForces,
    Trial,
    exertion_of,
)
from nuchal.errors import phrase
from nuchal.findings import Assumed, Finding, Found, Warned, finding
from nuchal.model.anatomy import Anatomy
from nuchal.model.population import Population, blocks_of_people
from nuchal.model.scaling import GENERIC_SUBJECT
from nuchal.movements.examination import PARTS
from nuchal.records import Estimate, Subject


@dataclass(frozen=True, kw_only=True)
class AssessmentSettings:
    """With whom a person is compared.

    Attributes:
        necks: Among how many people of a population the best match is looked for.
        seed: Which population.
        tolerance: By how much the best match's sum of overlaps may be missed.
    """

    necks: int = 1_000_000
    seed: int = 1
    tolerance: float = TOLERANCE


class Normal(NamedTuple):
    """What a person is compared with, whatever they did.

    Attributes:
        own: Of the person's own neck in that movement.
    """

    healthy: Healthy
    own: HealthyForces


def assess(
    trials: Sequence[Trial],
    estimates: Sequence[Estimate],
    geometry: Geometry,
    normal: Normal,
    matched: HealthyForces,
    settings: AssessmentSettings,
    *,
    anatomy: Anatomy,
    own_poses: bool,
) -> Assessment:
    """Assess one person's recordings.

    Args:
        trials: at least one.
        estimates: of the same recordings.
        geometry: of their envelopes.
        normal: what the person is compared with.
        matched: forces of the matched neck in the healthy movement.
        settings: with whom the person is compared.
        anatomy: the person's neck.
        own_poses: whether upright is each recording's own neutral pose.
    """
    person, trials = estimates[0].subject, tuple(trials)
    preset = estimates[0].preset
    limits = {kind: healthy_limits(preset, anatomy.system, kind) for kind in KINDS}
    actual, overlaps = exertion_of(trials), healthy_iou(preset)
    beside = np.asarray(anatomy.max_isometric_force), normal.healthy.norm.mean_deg
    ratios = ratios_of(actual, normal.own.exertion, *beside)
    doubt = range_error_deg2(trials)
    restrictions = restrictions_of(geometry.ranges, normal.healthy, doubt)
    # Healthy limits are of forces that balance, which those of the paper's networks do not.
    limited = all(one.method != "paper" for one in estimates)
    tested = count_tested(restrictions)
    flags, changes = judge(ratios if limited else None, limits, preset, tested)
    return Assessment(
        subject=person,
        trials=trials,
        estimates=tuple(estimates),
        geometry=geometry,
        necks=settings.necks,
        seed=settings.seed,
        restrictions=restrictions,
        healthy=normal.own,
        matched=matched,
        ratios=ratios,
        matched_ratios=ratios_of(actual, matched.exertion, *beside),
        limits=limits,
        flags=flags,
        changes=changes,
        healthy_iou=np.array(overlaps),
        marker_test=_marker_test(geometry, overlaps),
        assumptions=tuple(
            _assumptions(
                geometry,
                settings,
                own_poses=own_poses,
                places=any(one.tracking is not None for one in estimates),
            )
        ),
        reaching=reaching_of(geometry.ranges, normal.own, beside[0]),
        attempts=attempts_of([one.turned for one in trials if not one.returning]),
        relocations=relocations_of([one.turned for one in trials if one.returning]),
        measuring_sd_deg=np.sqrt(doubt),
    )


def lay_on_healthy(
    moved: tuple[Kinematics, ...],
    healthy: Healthy,
    person: Subject,
    anatomy: Anatomy,
    settings: AssessmentSettings,
) -> Laid:
    """Lay a person's envelopes on those of a population, for which no forces are needed.

    Args:
        moved: how the person moved, at least one recording.
        healthy: the movement that is normal.
        person: whose recordings they are.
        anatomy: the person's neck.
        settings: with whom the person is compared.
    """
    return lay_and_match(
        moved,
        healthy,
        anatomy=anatomy,
        own_neck=person.neck_length_m / GENERIC_SUBJECT.neck_length_m,
        necks=necks_of(settings.necks, settings.seed),
        tolerance=settings.tolerance,
    )


@lru_cache(maxsize=2)
def necks_of(count: int, seed: int) -> Float[np.ndarray, " n"]:
    """Scales of the neck lengths of a population, the same for whoever is assessed."""
    blocks = blocks_of_people(Population(seed=seed), count)
    lengths = np.concatenate([people.neck_length_m for people in blocks])
    scales = lengths / GENERIC_SUBJECT.neck_length_m
    scales.flags.writeable = False
    return scales


def _marker_test(geometry: Geometry, healthy: tuple[float, float, float]) -> PairedTest | None:
    found = [one.with_match.iou for one in geometry.envelopes]
    both = [(mine, healthy[k]) for k, mine in enumerate(found) if mine is not None]
    mine, theirs = np.array(both).reshape(-1, 2).T
    return paired_test(mine, theirs)


def _assumptions(
    geometry: Geometry, settings: AssessmentSettings, *, own_poses: bool, places: bool
) -> list[Finding]:
    """Of the healthy movement, the neutral pose, the alignment and the match.

    ``places`` says whether any recording has places of markers.
    """
    norm, motion = geometry.healthy.norm, geometry.healthy.motion
    movement = {"parts": len(PARTS), "duration_s": float(motion.time[-1])}
    if norm.age_years is None:
        said = [finding(Assumed.HEALTHY_OF_ANY_AGE, **movement)]
    else:
        said = [finding(Assumed.HEALTHY_OF_AGE, age_years=norm.age_years, **movement)]
    if own_poses:
        said.append(finding(Assumed.OWN_NEUTRAL_POSES))
    laid = geometry.alignment
    if laid is not None and places:
        said.append(
            finding(
                Found.MARKERS_ALIGNED,
                skull_mm=tuple(1e3 * float(x) for x in laid.skull_offset_m),
                thorax_mm=tuple(1e3 * float(x) for x in laid.thorax_offset_m),
                before_mm=1e3 * laid.before_m,
                after_mm=1e3 * laid.after_m,
            )
        )
    if geometry.match is not None:
        said.append(finding(Assumed.MATCH_BY_NECK_LENGTH, people=settings.necks))
        if geometry.match.border is not None:
            border = phrase(f"border.{geometry.match.border}")
            said.append(finding(Warned.MATCH_AT_BORDER, people=settings.necks, border=border))
    return said
