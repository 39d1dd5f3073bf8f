"""Kinds of people: what the fit supposes of nobody in particular, and six ways of not being so.

Everybody is drawn as in ``people``; a kind changes what its line says. All ranges were written down
before any method was tried on them.

effort
    Effort is shared, as the fit supposes, by powers, weights and co-contraction of one's own.
synergies
    Fixed groups of muscles on top of co-contraction, as synergy extrapolation supposes: one for
    each way of the elbow; for the neck twelve, factored from what the same person would do by
    effort.
speed
    Co-contraction follows the speed of the joint, 0.15 to 0.30 at full speed, and no load.
reflex
    What effort asks for comes 30 to 80 ms late; a muscle that is stretched answers after 30 to 50
    ms, with 0.05 to 0.15 at an optimal length a second.
muscles
    Of a third of the muscles each, the force lies at 2 to 3 times the generic one or its inverse,
    the optimal fibre length at 1.15 to 1.30 times, the tendon slack length at 1.05 to 1.10 times:
    all beyond what the fit first allowed.
crosstalk
    Each electrode hears three of its neighbours (or all, if fewer) at 0.15 to 0.35 of its own
    muscle; signals of different muscles are independent noise, so their squares add.
electrodes
    Electrodes lie 20 mm off: they hear a neighbour at 0.3 to 0.6, and their gain changes by 0.1
    to 0.3, up or down, for a muscle that is an optimal fibre length longer.
"""

from dataclasses import replace
from typing import Any, Final, Literal, TypeAlias, get_args

import numpy as np
from people import VirtualPerson, draw_person, replace_system

from nuchal.emg.hidden.muscles import MuscleSystem

Kind: TypeAlias = Literal[
    "effort", "synergies", "speed", "reflex", "muscles", "crosstalk", "electrodes"
]
KINDS: Final = get_args(Kind)
MOST_HEARD: Final = 3


def person_of(
    kind: Kind,
    system: MuscleSystem,
    seed: int,
    *,
    co_contraction: float = 1.0,
) -> VirtualPerson:
    """Person number ``seed`` of a kind."""
    person = draw_person(system, seed, co_contraction=co_contraction)
    dice = np.random.default_rng([79, seed])
    return replace(person, **_own(kind, person, system, dice, co_contraction))


def _own(
    kind: Kind,
    person: VirtualPerson,
    system: MuscleSystem,
    dice: np.random.Generator,
    co_contraction: float,
) -> dict[str, Any]:
    """What a kind of people has that others have not."""
    own: dict[str, Any] = {}
    if kind == "synergies":
        own["synergies"] = True
    elif kind == "speed":
        by_speed = co_contraction * float(dice.uniform(0.15, 0.30))
        own |= {"co_contraction": (person.co_contraction[0], 0.0, by_speed), "wandering": 0.1}
    elif kind == "reflex":
        own["delay_s"] = float(dice.uniform(0.03, 0.08))
        own["reflex"] = float(dice.uniform(0.05, 0.15))
        own["reflex_delay_s"] = float(dice.uniform(0.03, 0.05))
    elif kind == "muscles":
        own["system"] = _odd_muscles(person.system, system, dice)
    elif kind == "crosstalk":
        own["heard"] = _heard(system, dice, (0.15, 0.35), MOST_HEARD)
    elif kind == "electrodes":
        way = dice.choice([-1.0, 1.0], len(system.electrodes))
        own["heard"] = _heard(system, dice, (0.3, 0.6), 1)
        own["gain_by_length"] = way * dice.uniform(0.1, 0.3, len(way))
    return own


def _odd_muscles(
    own: MuscleSystem, generic: MuscleSystem, dice: np.random.Generator
) -> MuscleSystem:
    """A third of the muscles each beyond the bounds of force, fibre and slack length."""
    count = len(own.names)

    def beyond(nearest: float, farthest: float) -> np.ndarray:
        scale = np.ones(count)
        some = dice.choice(count, count // 3, replace=False)
        size = dice.uniform(np.log(nearest), np.log(farthest), len(some))
        scale[some] = np.exp(dice.choice([-1.0, 1.0], len(some)) * size)
        return scale

    odd = {
        "max_isometric_force": beyond(2.0, 3.0),
        "optimal_fibre_length": beyond(1.15, 1.30),
        "tendon_slack_length": beyond(1.05, 1.10),
    }
    scales = [
        np.where(scale == 1.0, np.asarray(getattr(own, name)) / getattr(generic, name), scale)
        for name, scale in odd.items()
    ]
    return replace_system(generic, force=scales[0], fibre=scales[1], slack=scales[2])


def _heard(
    system: MuscleSystem, dice: np.random.Generator, share: tuple[float, float], most: int
) -> np.ndarray:
    """What each channel hears of muscles beside those that it is for, shape (c, m)."""
    heard = np.zeros_like(system.electrodes)
    for channel, beside in enumerate(system.beside):
        chosen = dice.choice(beside, min(most, len(beside)), replace=False)
        heard[channel, chosen] = dice.uniform(*share, len(chosen))
    return heard
