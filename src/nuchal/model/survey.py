"""What the ANSUR II survey measured: means and covariances of the neck's body measures."""

from functools import cache
from typing import Final, Literal, NamedTuple, TypeAlias

import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array
from nuchal.model import tables

Group: TypeAlias = Literal["men", "women", "pooled"]

# Neck length is C7 to tragion, shoulder width biacromial breadth, head height from tragion.
MEASURES: Final = (
    "neck_length_m",
    "shoulder_width_m",
    "body_mass_kg",
    "head_breadth_m",
    "head_length_m",
    "head_height_m",
)


class Statistics(NamedTuple):
    """Of a group of people, in metres and kilograms, in the order of :data:`MEASURES`."""

    people: int
    mean: Float[Array, "6"]
    covariance: Float[Array, "6 6"]


@cache
def survey(group: Group) -> Statistics:
    """What the survey says of its 4082 men, its 1986 women, or all of them pooled.

    Source: Gordon et al. (2014), 2012 Anthropometric Survey of U.S. Army Personnel,
    Natick/TR-15/007; see ``tables/SOURCE.md``.
    """
    facts = [row for row in tables.rows("population") if row["group"] == group]
    place = {name: k for k, name in enumerate(MEASURES)}
    people, mean, covariance = 0, np.zeros(6), np.zeros((6, 6))
    for fact in facts:
        value = float(fact["value"])
        match fact["statistic"]:
            case "count":
                people = int(value)
            case "mean":
                mean[place[fact["measure"]]] = value
            case _:
                j, k = place[fact["measure"]], place[fact["with_measure"]]
                covariance[j, k] = covariance[k, j] = value
    return Statistics(people, mean, covariance)
