"""The rule by which patients are drawn, from a seed and an index alone.

It was written down before any result was seen. Person ``index`` of population ``seed`` is a healthy
person with a neck of living people (``draw_healthy(seed, index, form="living")``).
``np.random.default_rng([seed, index, 4])`` then draws what ails them: first of which of ``KINDS``
they are, by their shares, then

- ``restriction``: one of the six directions, each as likely, and by how much the head goes less far
  there (``LESS_DEG``, uniform);
- ``corners``: two neighbouring corners, one of ``PAIRS``, and the same for each of the two;
- ``guarded``: how many times as long every move takes (``SLOWNESS``, uniform);
- ``avoidance``: one of ``GROUPS`` and its side, each as likely: those muscles are sore, and moves
  avoid them as ``synthetic.avoidance`` says;
- ``weakness``: one of ``GROUPS`` and its side, and what is left of its strength (``STRENGTH``,
  uniform). The head stops where the weak neck cannot hold it; hardly ever does it have to, so
  these are a control of what movement cannot tell;
- ``healthy``: nothing.
"""

from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple, TypeAlias

import numpy as np

from nuchal.model.clinical import DIRECTIONS
from nuchal.synthetic.avoidance import SLOWER, avoiding
from nuchal.synthetic.people import (
    Avoidance,
    Fault,
    VirtualPerson,
    Weakness,
    draw_healthy,
    patient_of,
    restricted,
)
from nuchal.synthetic.weakness import limited_by_weakness

Kind: TypeAlias = Literal["restriction", "corners", "guarded", "avoidance", "weakness", "healthy"]
# How many of all patients are of a kind.
KINDS: Final = MappingProxyType[Kind, float](
    {
        "restriction": 0.25,
        "corners": 0.15,
        "guarded": 0.10,
        "avoidance": 0.25,
        "weakness": 0.10,
        "healthy": 0.15,
    }
)
PAIRS: Final = (
    ("right forward", "right backward"),
    ("left forward", "left backward"),
    ("right forward", "left forward"),
    ("right backward", "left backward"),
)
GROUPS: Final = (
    "sternocleidomastoid",
    "scalenes",
    "trapezius",
    "splenius",
    "semispinalis",
    "levator scapulae",
    "suboccipitals",
)
LESS_DEG: Final = (10.0, 30.0)
SLOWNESS: Final = (1.3, 2.0)
STRENGTH: Final = (0.0, 0.6)


class Patient(NamedTuple):
    """Someone drawn by the rule; the healthy twin is ``twin_of(person)``."""

    kind: Kind
    person: VirtualPerson


def draw_patient(seed: int, index: int) -> Patient:
    """One patient; the same for the same numbers, whoever else is drawn."""
    kind, fault = draw_fault(seed, index)
    person = patient_of(draw_healthy(seed, index, form="living"), fault)
    if fault.avoidance is not None:
        person = avoiding(person, fault.avoidance)
    if fault.weakness is not None:
        person = limited_by_weakness(person)
    return Patient(kind, person)


def draw_fault(seed: int, index: int) -> tuple[Kind, Fault]:
    """What ails a patient, as drawn: not yet how they avoid it, or how far weakness lets them."""
    dice = np.random.default_rng([seed, index, 4])
    kind = tuple(KINDS)[dice.choice(len(KINDS), p=tuple(KINDS.values()))]
    return kind, _fault(kind, dice)


def _fault(kind: Kind, dice: np.random.Generator) -> Fault:
    match kind:
        case "restriction":
            direction = DIRECTIONS[dice.integers(len(DIRECTIONS))]
            return restricted((direction, dice.uniform(*LESS_DEG)))
        case "corners":
            pair = PAIRS[dice.integers(len(PAIRS))]
            return restricted(*((corner, dice.uniform(*LESS_DEG)) for corner in pair))
        case "guarded":
            return Fault(slowness=dice.uniform(*SLOWNESS))
        case "avoidance":
            return Fault(avoidance=Avoidance(**_where(dice)), slowness=SLOWER)
        case "weakness":
            return Fault(weakness=Weakness(**_where(dice), strength=dice.uniform(*STRENGTH)))
        case "healthy":
            return Fault()


def _where(dice: np.random.Generator) -> dict[str, Any]:
    return {"group": GROUPS[dice.integers(len(GROUPS))], "left": bool(dice.random() < 0.5)}
