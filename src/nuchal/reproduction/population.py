"""Table 1: the body measures that necks are drawn from, as surveyed and as drawn."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from nuchal.model.population import Population, draw_people
from nuchal.model.survey import MEASURES, Group, survey


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Body measures of one group [m, kg].

    Attributes:
        surveyed: How many people the survey measured.
        drawn: How many were drawn here.
    """

    group: Group
    surveyed: int
    drawn: int
    survey_mean: Float[np.ndarray, "3"]
    survey_covariance: Float[np.ndarray, "3 3"]
    drawn_mean: Float[np.ndarray, "3"]
    drawn_covariance: Float[np.ndarray, "3 3"]


def measured_groups(seed: int, count: int) -> tuple[Measured, ...]:
    """Men and women apart, and all of them by one normal distribution, as the paper draws."""
    apart = draw_people(Population(seed=seed), np.arange(count))
    pooled = draw_people(Population(seed=seed, women=None), np.arange(count))
    measures = apart.measures()
    return (
        _measured("men", measures[apart.sex == 0]),
        _measured("women", measures[apart.sex == 1]),
        _measured("pooled", pooled.measures()),
    )


def _measured(group: Group, drawn: Float[np.ndarray, "n 3"]) -> Measured:
    known = survey(group)
    return Measured(
        group=group,
        surveyed=known.people,
        drawn=len(drawn),
        survey_mean=np.asarray(known.mean)[:3],
        survey_covariance=np.asarray(known.covariance)[:3, :3],
        drawn_mean=drawn.mean(axis=0),
        drawn_covariance=np.cov(drawn.T),
    )


def rows_of(groups: tuple[Measured, ...]) -> list[dict[str, object]]:
    """One row for each group and pair of measures; variances where both are the same."""
    return [
        {
            "group": one.group,
            "measure": MEASURES[j],
            "with_measure": MEASURES[k],
            "people_surveyed": one.surveyed,
            "people_drawn": one.drawn,
            "survey_mean": one.survey_mean[j] if j == k else None,
            "drawn_mean": one.drawn_mean[j] if j == k else None,
            "survey_covariance": one.survey_covariance[j, k],
            "drawn_covariance": one.drawn_covariance[j, k],
        }
        for one in groups
        for j in range(3)
        for k in range(j + 1)
    ]
