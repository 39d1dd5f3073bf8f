"""A neck as strong as its owner: maximal isometric forces that make a measured strength.

All muscles take the mean ratio of measured to predicted strength first. What directions differ
from that goes to the muscles that hold each of them, by their worth: with ``w_dm`` the share of
the moment of direction d that hangs on muscle m, their forces are multiplied by
``exp(sum_d w_dm l_d)``; the l are those with which every direction's moment is the measured one.
"""

from collections.abc import Mapping
from typing import Final

import equinox as eqx
import numpy as np
from jaxtyping import Float
from scipy.optimize import root

from nuchal.conventions import Preset
from nuchal.model.anatomy import Anatomy
from nuchal.model.scaling import personalise
from nuchal.optimisation.settings import PRESET_SETTINGS, RecruitmentSettings
from nuchal.optimisation.strength import DIRECTIONS, Strength, isometric_strength
from nuchal.records import Subject

# Largest difference to a measured strength that is left.
CLOSE: Final = 0.002
_MOST_ROUNDS: Final = 12
# Of a muscle's force in one round: which muscles hold a direction changes on the way.
_LARGEST_CHANGE: Final = 2.0


def neck_of(person: Subject, preset: Preset) -> Anatomy:
    """A person's neck in a preset's form; as strong as was measured, if that form takes it."""
    chosen = PRESET_SETTINGS[preset]
    anatomy = personalise(person, form=chosen.form)
    if chosen.form != "living":
        return anatomy
    return as_strong(anatomy, chosen.recruitment, person.strength_Nm)


def as_strong(
    anatomy: Anatomy, settings: RecruitmentSettings, measured_Nm: Mapping[str, float]
) -> Anatomy:
    """The neck with maximal isometric forces that make a measured strength.

    Args:
        anatomy: the neck.
        settings: capacity, curves and passive force; as for :func:`isometric_strength`.
        measured_Nm: by names of ``strength.DIRECTIONS``; none leaves the neck as it is.

    Returns:
        The neck. Where a strength cannot be made, it is as near as these rounds came.
    """
    places = [DIRECTIONS.index(name) for name in measured_Nm]
    wanted = np.array(list(measured_Nm.values()))
    for _ in range(_MOST_ROUNDS if places else 0):
        found = isometric_strength(anatomy, settings)
        if np.abs(found.moment[places] / wanted - 1.0).max() <= CLOSE:
            break
        factor = _factors(found, places, wanted)
        anatomy = eqx.tree_at(
            lambda a: a.max_isometric_force, anatomy, anatomy.max_isometric_force * factor
        )
    return anatomy


def _factors(
    found: Strength, places: list[int], wanted: Float[np.ndarray, " d"]
) -> Float[np.ndarray, " muscles"]:
    """Of all muscles' forces, by what each of them is worth now."""
    worth, head = found.worth[places], found.head[places]
    share = worth / worth.sum(axis=1, keepdims=True)
    mean = np.exp(np.mean(np.log((wanted - head) / worth.sum(axis=1))))

    def apart(logs: Float[np.ndarray, " d"]) -> Float[np.ndarray, " d"]:
        return np.asarray(mean * worth @ np.exp(logs @ share) + head - wanted)

    solved = root(apart, np.zeros(len(places)))
    factor = mean * np.exp(solved.x @ share)
    return np.asarray(np.clip(factor, 1.0 / _LARGEST_CHANGE, _LARGEST_CHANGE))
