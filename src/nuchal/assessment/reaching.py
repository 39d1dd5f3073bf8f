"""From region to muscles: what reaching the places asks for that a person does not reach.

He, Liu and Li (2026), doi 10.3390/s26020752, read forces of the healthy movement in the space that
a person does not use as a hint at muscles. Here it is the healthy movement of the person's own
neck, in its frames beyond the person's reach, direction by direction. It names what reaching needs,
not what is impaired: a stiff joint or pain leaves the same places out.

Named are the muscles that carry the net moment about the axes of that direction: those whose own
moment points as the net moment does, in order, until four fifths of what all such muscles carry are
named. Which way the net moment points, the frames say: a head that bends far has to be held against
its weight, and pulled against passive tissue farther out.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
from jaxtyping import Float, Int

from nuchal.assessment.envelopes.missing import nearest_directions
from nuchal.assessment.envelopes.records import MuscleThere, Reaching
from nuchal.assessment.ranges.reached import ALL_DIRECTIONS, Ranges, ranges_of
from nuchal.assessment.records import HealthyForces
from nuchal.model.clinical import DIRECTIONS
from nuchal.model.norms import SMALLEST_CHANGE_DEG

# Share of what is carried that the named muscles carry together; the rest do little each.
NAMED_SHARE: Final = 0.8
# Frames up to so far short of the person's reach are its end.
_END_DEG: Final = 5.0
# A tenth of a second of the healthy movement: with less, there is nothing to take a mean of.
_FEWEST_FRAMES: Final = 10


def reaching_of(
    ranges: Ranges, healthy: HealthyForces, max_isometric_force: Float[np.ndarray, " muscles"]
) -> tuple[Reaching, ...]:
    """What the healthy movement asks of muscles beyond a person's reach.

    Args:
        ranges: how far the person goes.
        healthy: forces of the person's own neck in the healthy movement.
        max_isometric_force: of the same neck [N].

    Returns:
        The directions in which the healthy movement goes farther, by more than what can be told
        between two measurements, in the order of ``ALL_DIRECTIONS``.
    """
    return tuple(_directions(ranges, healthy, max_isometric_force))


def _directions(
    ranges: Ranges, healthy: HealthyForces, maximum: Float[np.ndarray, " muscles"]
) -> Iterator[Reaching]:
    angles, usable = healthy.exertion.angles_deg, np.asarray(healthy.exertion.usable)
    nearest, force = nearest_directions(angles), np.asarray(healthy.exertion.force)
    goes = _by_direction(ranges_of(angles, usable))
    for k, reach in enumerate(_by_direction(ranges)):
        extent = _extent(angles, k)
        there = (nearest == k) & usable & (extent > reach)
        if goes[k] - reach <= SMALLEST_CHANGE_DEG or there.sum() < _FEWEST_FRAMES:
            continue
        end = (nearest == k) & usable & (extent <= reach) & (extent > reach - _END_DEG)
        carried = _carried(np.asarray(healthy.moment_arms)[there], force[there], _axes(k))
        mean = force[there].mean(axis=0)
        more = (mean - force[end].mean(axis=0)) / maximum if end.any() else None
        yield Reaching(
            direction=ALL_DIRECTIONS[k],
            beyond_deg=float(goes[k] - reach),
            muscles=tuple(
                MuscleThere(
                    muscle=int(m),
                    carried=float(carried[m]),
                    force_n=float(mean[m]),
                    share=float(mean[m] / maximum[m]),
                    more=None if more is None else float(more[m]),
                )
                for m in _named(carried)
            ),
        )


def _by_direction(ranges: Ranges) -> Float[np.ndarray, "10"]:
    return np.concatenate([ranges.reach_deg, ranges.corner_deg])


def _extent(angles_deg: Float[np.ndarray, "t 3"], k: int) -> Float[np.ndarray, " t"]:
    """How far postures go to one of ``ALL_DIRECTIONS``, as its reach is measured."""
    if k < len(DIRECTIONS):
        return np.asarray(angles_deg[:, k // 2] * (1.0, -1.0)[k % 2])
    return np.asarray(np.linalg.norm(angles_deg[:, :2], axis=1))


def _axes(k: int) -> list[int]:
    """Coordinates of upper and lower neck that move the head to one of ``ALL_DIRECTIONS``."""
    axes = [k // 2] if k < len(DIRECTIONS) else [0, 1]
    return [*axes, *(3 + axis for axis in axes)]


def _carried(
    moment_arms: Float[np.ndarray, "t 6 muscles"],
    force: Float[np.ndarray, "t muscles"],
    axes: list[int],
) -> Float[np.ndarray, " muscles"]:
    """Each muscle's share of the moment about some axes, of muscles that pull as all together do.

    A muscle's moment counts along the net moment of its frame, and frames count by the size of it.
    """
    moment = moment_arms[:, axes] * force[:, None]
    along = np.einsum("tkm,tk->m", moment, moment.sum(axis=2))
    helping = np.maximum(along, 0.0)
    return np.asarray(helping / max(float(helping.sum()), np.finfo(float).tiny))


def _named(carried: Float[np.ndarray, " muscles"]) -> Int[np.ndarray, " n"]:
    order = np.argsort(-carried, kind="stable")
    before = np.cumsum(carried[order]) - carried[order]
    return np.asarray(order[(before < NAMED_SHARE) & (carried[order] > 0.0)])
