"""Where markers sit on head and thorax, and how likely a body that carries them so is turned.

A landmark has a usual place on the body and a standard deviation of it (``tables/landmarks.csv``,
sources in ``tables/SOURCE.md``). How likely measured places are if the body is turned in a given
way is Gaussian; where the body stands and how large it is are integrated out.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from jaxtyping import Float

from nuchal.model import tables
from nuchal.tracking.place.pivot import Pivot

Body: TypeAlias = Literal["head", "thorax"]
# The point about which the head turns on the neck; no marker, but movement shows it.
_PIVOT = "PIVOT"
# Coefficient of variation of a person's size.
_SIZE_SD = 0.08
_COLUMNS = ("forward_m", "up_m", "right_m", "sd_forward_m", "sd_up_m", "sd_right_m")


class Landmarks(NamedTuple):
    """Usual places of a body's markers, forward-up-right, and their standard deviations [m]."""

    place: Float[np.ndarray, "m 3"]
    sd: Float[np.ndarray, "m 3"]


class Seen(NamedTuple):
    """A body's markers as they are measured in the neutral pose, in laboratory axes.

    Attributes:
        names: By our names.
        points: [m].
        pivot: About which it turns; of heads only.
    """

    body: Body
    names: tuple[str, ...]
    points: Float[np.ndarray, "m 3"]
    pivot: Pivot | None = None


class _Fit(NamedTuple):
    """Position and size that suit the markers best in each rotation, and their covariance."""

    mean: Float[np.ndarray, "n 4"]
    covariance: Float[np.ndarray, "4 4"]


def landmarks(body: Body, names: Sequence[str]) -> Landmarks:
    """The table's rows of these landmarks of a body."""
    values = np.array([_table()[body, name] for name in names])
    return Landmarks(values[:, :3], values[:, 3:])


def usual_line(head: Seen, thorax: Seen) -> Float[np.ndarray, "3"]:
    """From the middle of torso markers to that of head markers on the upright [m]."""
    neck = -landmarks("head", ["C7"]).place[0]
    ends = [landmarks(body.body, body.names).place.mean(axis=0) for body in (thorax, head)]
    return np.asarray(neck + ends[1] - ends[0])


@cache
def _table() -> Mapping[tuple[str, str], tuple[float, ...]]:
    return {
        (row["body"], row["marker"]): tuple(float(row[column]) for column in _COLUMNS)
        for row in tables.rows("landmarks", room="tracking")
    }


def log_likelihood(
    seen: Seen, rotations: Float[np.ndarray, "n 3 3"], *, reversed_sides: bool = False
) -> Float[np.ndarray, " n"]:
    """How likely measured places are, if the body is turned so; zero if they are the usual ones.

    Natural logarithm. Measured places are ``position + size * usual place + error`` along the
    body's axes; position is free, size normal about 1.

    Args:
        seen: the measured places.
        rotations: rows forward, up and right of the body in laboratory axes.
        reversed_sides: the markers called left sit on the right.
    """
    place, sd = landmarks(seen.body, seen.names)
    place = place * np.array([1.0, 1.0, -1.0 if reversed_sides else 1.0])
    weight, centre = sd**-2, seen.points.mean(axis=0)
    local = (seen.points - centre) @ rotations.swapaxes(1, 2)
    normal = np.zeros((4, 4))
    normal[:3, :3] = np.diag(weight.sum(axis=0))
    normal[3, :3] = normal[:3, 3] = (weight * place).sum(axis=0)
    normal[3, 3] = (weight * place**2).sum() + _SIZE_SD**-2
    right = np.empty((len(rotations), 4))
    right[:, :3] = np.einsum("mi,nmi->ni", weight, local)
    right[:, 3] = np.einsum("mi,nmi->n", weight * place, local) + _SIZE_SD**-2
    square = np.einsum("mi,nmi->n", weight, local**2) + _SIZE_SD**-2
    fit = _Fit(right @ np.linalg.inv(normal), np.linalg.inv(normal))
    log = -0.5 * (square - (right * fit.mean).sum(axis=1))
    if seen.pivot is not None:
        log = log + _of_pivot(fit, seen.pivot, centre, rotations)
    return np.asarray(log)


def _of_pivot(
    fit: _Fit, pivot: Pivot, centre: Float[np.ndarray, "3"], turns: Float[np.ndarray, "n 3 3"]
) -> Float[np.ndarray, " n"]:
    """How likely the pivot is where it is, if the head's markers have placed it so.

    Against a pivot in its usual place whose covariance is the same in all directions.
    """
    (place,), (sd,) = landmarks("head", [_PIVOT])
    carried = np.concatenate([np.eye(3), place[:, None]], axis=1)
    own = np.diag(sd**2) + carried @ fit.covariance @ carried.T
    spread = own + turns @ pivot.covariance @ turns.swapaxes(1, 2)
    off = turns @ (pivot.point - centre) - fit.mean @ carried.T
    square = np.einsum("ni,nij,nj->n", off, np.linalg.inv(spread), off)
    usual = np.linalg.slogdet(np.trace(own) / 3.0 * np.eye(3) + pivot.covariance)[1]
    return np.asarray(-0.5 * (square + np.linalg.slogdet(spread)[1] - usual))
