"""What the forces of a recording assume, beside what its tracking assumed."""

from collections.abc import Iterable, Iterator

import numpy as np

from nuchal.commands.options import ForceOptions
from nuchal.conventions import Preset
from nuchal.errors import Setting
from nuchal.findings import Assumed, Finding, finding
from nuchal.model.person import RANGE_KEYS, range_stretch, strength_by_role
from nuchal.optimisation.settings import PRESET_SETTINGS, RecruitmentSettings
from nuchal.records import Subject
from nuchal.tracking.pipeline import TrackedMotion


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
    """How strong and how soft the neck was taken to be."""
    if PRESET_SETTINGS[preset].form != "living":
        yield finding(Assumed.GENERIC_STRENGTH, head_mass_kg=person.head_mass_kg)
        for what, given in (("range", person.range_deg), ("strength", person.strength_Nm)):
            if given:
                yield finding(Assumed.MEASURED_UNUSED, what=what, preset=preset)
        return
    if person.strength_Nm:
        yield finding(Assumed.STRENGTH_MEASURED, directions=_named(person.strength_Nm))
    else:
        extending, others = strength_by_role(person)
        facts = {"head_mass_kg": person.head_mass_kg, "extending": extending, "others": others}
        yield finding(Assumed.STRENGTH_BY_SIZE, **facts)
    stretch = range_stretch(person)
    farther = {name: part for name, part in zip(RANGE_KEYS, stretch, strict=True) if part > 1.0}
    if farther:
        directions, parts = _named(farther), tuple(map(float, farther.values()))
        yield finding(Assumed.OWN_RANGE, directions=directions, stretch=parts)


def _named(directions: Iterable[str]) -> tuple[str, ...]:
    return tuple(name.replace("_", " ") for name in directions)
