"""Who stands for the paper's people: made ones, drawn by a rule, for nobody's recordings are ours.

Of the people of a seed, in the order of their numbers and below 35 years (the paper's six are 25.0
+- 1.6), the first three men and three women are the reference. The next is the healthy person, the
one after is the patient, who lacks 25 degrees to the right forward and to the right backward: our
reading of figure 7a (restricted in right anterior flexion and posterior-lateral flexion). What the
patient's muscles do beyond that is in :mod:`nuchal.reproduction.recorded`. Those after them, one
healthy and one patient in turn, serve to take the overlap to its parts.
"""

from collections.abc import Iterator
from itertools import count, islice
from typing import Final, NamedTuple

from nuchal.synthetic.people import VirtualPerson, draw_healthy, patient_of, restricted

_YOUNGER_THAN: Final = 35.0
_OF_EACH_SEX: Final = 3
LACKING_DEG: Final = (("right forward", 25.0), ("right backward", 25.0))


class Cast(NamedTuple):
    """All people of a reproduction.

    Attributes:
        reference: Six, whose movements are averaged.
        others: Pairs of a healthy person and a patient, without end.
    """

    reference: tuple[VirtualPerson, ...]
    healthy: VirtualPerson
    patient: VirtualPerson
    others: tuple[tuple[VirtualPerson, VirtualPerson], ...]


def cast_of(seed: int, judged: int) -> Cast:
    """The people of a seed, with so many pairs of others."""
    everyone = _young(seed)
    chosen: dict[str, list[VirtualPerson]] = {"male": [], "female": []}
    while min(map(len, chosen.values())) < _OF_EACH_SEX:
        one = next(everyone)
        chosen[str(one.subject.sex)].append(one)
    reference = tuple(one for those in chosen.values() for one in those[:_OF_EACH_SEX])
    healthy, ailing, *rest = islice(everyone, 2 + 2 * judged)
    pairs = tuple((rest[k], _patient(rest[k + 1])) for k in range(0, 2 * judged, 2))
    return Cast(reference, healthy, _patient(ailing), pairs)


def _young(seed: int) -> Iterator[VirtualPerson]:
    for index in count():
        one = draw_healthy(seed, index, form="living")
        if (one.subject.age_years or 0.0) < _YOUNGER_THAN:
            yield one


def _patient(one: VirtualPerson) -> VirtualPerson:
    return patient_of(one, restricted(*LACKING_DEG))
