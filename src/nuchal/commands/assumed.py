"""What the forces of a recording assume, beside what its tracking assumed."""

import numpy as np

from nuchal.commands.options import ForceOptions
from nuchal.errors import Setting
from nuchal.findings import Assumed, Finding, finding
from nuchal.optimisation.settings import RecruitmentSettings
from nuchal.records import Subject
from nuchal.tracking.pipeline import TrackedMotion


def assumptions_of(
    tracked: TrackedMotion, person: Subject, options: ForceOptions, settings: RecruitmentSettings
) -> list[Finding]:
    """Of the person, the trunk, the load and the objective."""
    said = [finding(Assumed.GENERIC_STRENGTH, head_mass_kg=person.head_mass_kg)]
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
