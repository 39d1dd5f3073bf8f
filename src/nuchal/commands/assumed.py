"""What the forces of a recording assume, beside what its tracking assumed."""

import math
from collections.abc import Iterable, Iterator

import numpy as np

from nuchal.commands.options import ForceOptions
from nuchal.conventions import HEAD_MASS_SHARE, Preset
from nuchal.errors import Setting
from nuchal.findings import Assumed, Finding, finding
from nuchal.model.areas import generic_areas
from nuchal.model.generic import head_share
from nuchal.model.person import RANGE_KEYS, range_stretch, strength_by_role
from nuchal.optimisation.settings import PRESET_SETTINGS, RecruitmentSettings
from nuchal.records import Subject
from nuchal.tracking.motion import TrackedMotion


def assumptions_of(
    tracked: TrackedMotion, person: Subject, options: ForceOptions, settings: RecruitmentSettings
) -> list[Finding]:
    """Of the person, the trunk, the load and the objective."""
    said = list(assumed_of_person(person, options.preset))
    if np.abs(tracked.gravity - tracked.gravity[:1]).max() > 0.0:
        if options.engine == "jax":
            said.append(finding(Assumed.GRAVITY_LEANS))
        else:
            said.append(finding(Assumed.GRAVITY_UPRIGHT, engine=Setting("engine", "jax")))
    if options.load_kg:
        where = Assumed.LOAD_AT_HEAD if options.load_place_m is None else Assumed.LOAD_AT_PLACE
        said.append(finding(where, load_kg=options.load_kg))
    if settings.capacity == "isometric":
        said.append(finding(Assumed.ISOMETRIC_CAPACITY))
    if not settings.passive:
        said.append(finding(Assumed.NO_PASSIVE_FIBRES))
    if options.weights:
        changed = tuple(f"{term} {weight:g}" for term, weight in options.weights.items())
        said.append(finding(Assumed.WEIGHTS_CHANGED, weights=changed))
    return said


def assumed_of_person(person: Subject, preset: Preset) -> Iterator[Finding]:
    """How heavy, how strong and how soft the neck was taken to be."""
    yield _mass(person)
    if PRESET_SETTINGS[preset].form != "living":
        yield finding(Assumed.GENERIC_STRENGTH)
        measured = {
            "range": person.range_deg,
            "strength": person.strength_Nm,
            "area of muscles": person.muscle_area_cm2,
        }
        for what, given in measured.items():
            if given:
                yield finding(Assumed.MEASURED_UNUSED, what=what, preset=preset)
        return
    if not person.strength_Nm:
        extending, others = strength_by_role(person)
        yield finding(Assumed.STRENGTH_BY_SIZE, extending=extending, others=others)
    areas = person.muscle_area_cm2
    if areas:
        ratio = tuple(area / generic_areas()[name] for name, area in areas.items())
        yield finding(Assumed.STRENGTH_BY_AREA, muscles=tuple(areas), ratio=ratio)
    if person.strength_Nm:
        yield finding(Assumed.STRENGTH_MEASURED, directions=_named(person.strength_Nm))
    stretch = range_stretch(person)
    farther = {name: part for name, part in zip(RANGE_KEYS, stretch, strict=True) if part > 1.0}
    if farther:
        directions, parts = _named(farther), tuple(map(float, farther.values()))
        yield finding(Assumed.OWN_RANGE, directions=directions, stretch=parts)


def _mass(person: Subject) -> Finding:
    """What head and neck weigh, and how much of it the head does."""
    whole = person.head_and_neck_mass_kg
    facts = {"head_and_neck_mass_kg": whole, "head_alone_mass_kg": head_share() * whole}
    body = person.body_mass_kg
    if body is not None and math.isclose(whole, HEAD_MASS_SHARE * body):
        return finding(Assumed.MASS_OF_BODY, share=HEAD_MASS_SHARE, **facts)
    return finding(Assumed.MASS_GIVEN, **facts)


def _named(directions: Iterable[str]) -> tuple[str, ...]:
    return tuple(name.replace("_", " ") for name in directions)
