"""Two visits become a comparison."""

import numpy as np

from nuchal.assessment.envelopes.overlap import PairedTest, paired_test
from nuchal.assessment.muscles.limits import healthy_limits
from nuchal.assessment.visits.changes import find_changes
from nuchal.assessment.visits.measures import measure_changes
from nuchal.assessment.visits.muscles import muscle_changes
from nuchal.assessment.visits.records import Comparison, Visit
from nuchal.assessment.visits.repeatability import Repeatability
from nuchal.assessment.visits.space import two_envelopes
from nuchal.conventions import Preset
from nuchal.model.anatomy import Anatomy
from nuchal.model.norms import norm_of


def compare_visits(
    before: Visit,
    after: Visit,
    *,
    anatomies: tuple[Anatomy, Anatomy],
    preset: Preset,
    repeats: Repeatability,
) -> Comparison:
    """Compare two visits of one person, or two people.

    Args:
        before: the first.
        after: the second.
        anatomies: the neck of either; one and the same for two visits of one person.
        preset: by which both forces were found.
        repeats: how visits of an unchanged person differ.
    """
    neck = anatomies[0]
    return Comparison(
        before=before,
        after=after,
        repeats=repeats,
        changes=find_changes(before.reached, after.reached, repeats),
        measures=measure_changes(
            (before.attempts, before.relocations), (after.attempts, after.relocations)
        ),
        envelopes=two_envelopes(before.q, after.q, anatomies),
        muscles=muscle_changes(
            before.exertion,
            after.exertion,
            np.asarray(neck.max_isometric_force),
            norm_of(before.person.age_years).mean_deg,
            healthy_limits(preset, neck.system, "common"),
        ),
        markers=_paired(before, after),
    )


def _paired(before: Visit, after: Visit) -> PairedTest | None:
    """The test of the paper's third table: overlaps of one against those of the other."""
    both = [
        (mine, theirs)
        for mine, theirs in zip(before.iou, after.iou, strict=True)
        if mine is not None and theirs is not None
    ]
    mine, theirs = np.array(both).reshape(-1, 2).T
    return paired_test(mine, theirs)
