"""Virtual people and patients taken through the pipeline, and what is kept of each."""

import dataclasses
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count, islice
from pathlib import Path
from typing import Final

import numpy as np

from nuchal.assessment.envelopes.geometry import geometry_of
from nuchal.assessment.kinematics import farthest
from nuchal.assessment.muscles.common import cells_of
from nuchal.assessment.muscles.exertion import Exertion, exerted, one_after_another
from nuchal.assessment.muscles.ratios import ratios_of
from nuchal.assessment.ranges.reached import ALL_DIRECTIONS, Ranges, farthest_ranges, ranges_of
from nuchal.assessment.records import exertion_of
from nuchal.commands.forces import healthy_forces
from nuchal.commands.options import ForceOptions
from nuchal.commands.plan import plan_of
from nuchal.commands.virtual import Seen, see_virtual, tracked_trials
from nuchal.errors import Status
from nuchal.model.angles import head_angles_deg
from nuchal.model.norms import norm_of
from nuchal.model.population import Population, draw_people
from nuchal.model.scaling import GENERIC_SUBJECT
from nuchal.synthetic.forces import in_range, true_forces
from nuchal.synthetic.patients import draw_fault, draw_patient
from nuchal.synthetic.people import (
    VirtualPerson,
    Weakness,
    draw_healthy,
    patient_of,
    restricted,
    twin_of,
)
from nuchal.synthetic.recording import Conditions, true_anatomy, true_trials
from nuchal.synthetic.truth import truth_of
from nuchal.synthetic.weakness import limited_by_weakness

SEED: Final = 303
"""Other people than those who set the limits (101) and those by whom choices were made (202)."""
NECKS: Final = 20_000
TOLERANCE: Final = 0.02
HEALTHY: Final = 60
PATIENTS: Final = 40
LESS_DEG: Final = (10.0, 15.0, 20.0, 30.0)
WITH_FORCES: Final = 30
MATCHED: Final = 16
TROUBLED: Final = 10
TROUBLES: Final = {
    "noise 2 mm": (Conditions(noise_m=0.002), 1.0),
    "noise 5 mm": (Conditions(noise_m=0.005), 1.0),
    "markers misplaced by 15 mm": (Conditions(misplaced_m=0.015), 1.0),
    "10 % of frames in gaps": (Conditions(gaps_share=0.1), 1.0),
    "guarded, half as fast": (Conditions(), 2.0),
}
TROUBLED_LESS_DEG: Final = 20.0
WEAK_GROUPS: Final = ("sternocleidomastoid", "trapezius", "splenius", "semispinalis")
WEAK: Final = 4
"""People a group."""
STRENGTHS: Final = (0.5, 0.0)
AVOIDERS: Final = 40
OTHERS_SEED: Final = 505
"""Other people who avoid sore muscles, by whom nothing is chosen or fitted."""
OTHERS: Final = 30
PAPERS: Final = (("right forward", 25.0), ("right backward", 25.0))
"""Our reading of the patient of He, Liu, Li 2026."""
Kept = dict[str, np.ndarray]
Job = tuple[str, Callable[[], Kept]]


def jobs() -> Iterator[Job]:
    """All that the study needs, by name."""
    usual = Conditions()
    paper = patient_of(_person(0), restricted(*PAPERS))
    yield "paper", lambda: _with_truth(paper, match=True)
    for k in range(HEALTHY):
        yield f"healthy_{k}", lambda k=k: _with_truth(_person(k), match=k < MATCHED)
    for k in range(WITH_FORCES):
        patient = patient_of(_person(k), restricted((way_of(k), LESS_DEG[-1])))
        yield f"forces_{k}", lambda p=patient, k=k: _with_truth(p, match=k < MATCHED)
    for k in range(PATIENTS):
        for less in LESS_DEG:
            patient = patient_of(_person(k), restricted((way_of(k), less)))
            yield f"ranges_{k}_{less:.0f}", lambda p=patient: ranges_only(p, usual)
    for n, (conditions, slowness) in enumerate(TROUBLES.values()):
        for k in range(TROUBLED):
            for less in (0.0, TROUBLED_LESS_DEG):
                fault = restricted((way_of(k), less), slowness=slowness)
                patient = patient_of(_person(k), fault)
                name = f"trouble_{n}_{k}_{less:.0f}"
                yield name, lambda p=patient, c=conditions: ranges_only(p, c)
    for n in range(len(WEAK_GROUPS)):
        for k in range(n * WEAK, (n + 1) * WEAK):
            for strength in STRENGTHS:
                yield f"weak_{k}_{strength:g}", lambda k=k, n=n, s=strength: _weak(k, n, s)
    for k in avoiders():
        yield f"avoids_{k}", lambda k=k: _avoids(SEED, k)
        yield f"twin_{k}", lambda k=k: asked_of(twin_of(draw_patient(SEED, k).person))
    for k in avoiders(OTHERS_SEED, OTHERS):
        yield f"other_{k}", lambda k=k: _avoids(OTHERS_SEED, k)


def avoiders(seed: int = SEED, many: int = AVOIDERS) -> list[int]:
    """The first people of the rule who avoid sore muscles."""
    return list(islice((k for k in count() if draw_fault(seed, k)[0] == "avoidance"), many))


def way_of(k: int) -> str:
    """Where patient ``k`` is restricted."""
    return ALL_DIRECTIONS[k % len(ALL_DIRECTIONS)]


def kept(folder: Path, job: Job) -> Kept:
    """What was kept of a person, made now if it is not there yet."""
    name, make = job
    path = folder / f"{name}.npz"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part.npz")
        np.savez(part, **make())
        part.rename(path)
    with np.load(path) as stored:
        return dict(stored)


def assessed(person: VirtualPerson, conditions: Conditions, *, match: bool = False) -> Kept:
    """Ranges, ratios in the common range, and peaks of forces, own and healthy."""
    seen = see_virtual(person, conditions, ForceOptions())
    found = {
        **_of_ranges(person, farthest(seen.trials)),
        **_ratios(seen),
        "network": np.array([method == "network" for method in seen.methods]),
    }
    return found | (_matched(seen) if match else {})


def ranges_only(person: VirtualPerson, conditions: Conditions) -> Kept:
    """Ranges alone, for which no forces are needed."""
    plan = plan_of(person.subject, ForceOptions(method="optimisation"))
    found = []
    for one in tracked_trials(person, plan, conditions):
        known = ~np.isin(one.motion.status, (Status.GAP, Status.NOT_CONVERGED))
        found.append(ranges_of(one.head_angles_deg(plan.anatomy), known))
    return _of_ranges(person, farthest_ranges(found))


def _ratios(seen: Seen) -> Kept:
    strength = np.asarray(seen.plan.anatomy.max_isometric_force)
    mean_deg = seen.healthy.norm.mean_deg
    found = ratios_of(exertion_of(seen.trials), seen.own.exertion, strength, mean_deg)
    if found is None or found.common is None:
        raise RuntimeError("A virtual person does not go through the common range.")
    return {
        "common": found.common.value,
        "mine": found.end.actual,
        "healthy": found.end.healthy,
    }


def asked_of(person: VirtualPerson) -> Kept:
    """What an assessment finds that the movement asks of every muscle."""
    return _ratios(see_virtual(person, Conditions(), ForceOptions()))


def _avoids(seed: int, k: int) -> Kept:
    """What is said of muscles, and what is asked of them in truth."""
    person = draw_patient(seed, k).person
    asked = truth_of(person, Conditions().rate_hz).asked
    return asked_of(person) | {"asked": np.array(asked)}


def _person(k: int) -> VirtualPerson:
    return draw_healthy(SEED, k)


def _of_ranges(person: VirtualPerson, ranges: Ranges) -> Kept:
    return {
        "reach": ranges.reach_deg,
        "corner": ranges.corner_deg,
        "true_reach": person.reached_deg,
        "age": np.array(person.subject.age_years),
    }


def _with_truth(person: VirtualPerson, *, match: bool) -> Kept:
    found = assessed(person, Conditions(), match=match)
    return found | _truth(person)


def _truth(person: VirtualPerson) -> Kept:
    """Peaks of true forces, and their means in the cells of the common range."""
    exertion = _true_exertion(person)
    cells = cells_of(exertion, norm_of(person.subject.age_years).mean_deg)
    peaks = exertion.used.max(axis=0)
    return {"true_end": peaks, "true_place": cells.place, "true_force": cells.force}


def _true_exertion(person: VirtualPerson) -> Exertion:
    """Inside the generic neck's range, where alone forces can be estimated."""
    trials, neck = true_trials(person, Conditions().rate_hz), true_anatomy(person)
    ends = np.cumsum([len(one.q) for one in trials])[:-1]
    force = np.split(np.asarray(true_forces(person, trials).force), ends)
    usable = np.split(in_range(person, trials), ends)
    angles = [head_angles_deg(neck, one.q) for one in trials]
    return one_after_another([exerted(*one) for one in zip(force, usable, angles, strict=True)])


def _weak(k: int, group: int, strength: float) -> Kept:
    """True forces; and where the head stops, the pipeline's view of it."""
    weakness = Weakness(group=WEAK_GROUPS[group], left=bool(k % 2), strength=strength)
    fault = dataclasses.replace(restricted(), weakness=weakness)
    patient = limited_by_weakness(patient_of(_person(k), fault))
    lost = np.asarray(patient.fault.less_deg)
    found = {"lost": lost, "group": np.array(group), **_truth(patient)}
    return found | (ranges_only(patient, Conditions()) if lost.any() else {})


def _matched(seen: Seen) -> Kept:
    person = seen.plan.person
    geometry = geometry_of(
        seen.trials,
        seen.healthy,
        anatomy=seen.plan.anatomy,
        own_neck=person.neck_length_m / GENERIC_SUBJECT.neck_length_m,
        necks=_necks(),
        tolerance=TOLERANCE,
    )
    match = geometry.match
    neck = person.neck_length_m if match is None else match.neck * GENERIC_SUBJECT.neck_length_m
    other = plan_of(dataclasses.replace(person, neck_length_m=neck), seen.plan.options)
    forces = healthy_forces(other, seen.healthy.motion, "matched")
    return {
        "iou": np.array([one.with_match.iou or 0.0 for one in geometry.envelopes]),
        "own_iou": np.array([one.with_own.iou or 0.0 for one in geometry.envelopes]),
        "matched": forces.exertion.used.max(axis=0),
        "missing": np.array([one.share for one in geometry.missing]),
    }


@cache
def _necks() -> np.ndarray:
    people = draw_people(Population(seed=1), np.arange(NECKS))
    return np.asarray(people.neck_length_m) / GENERIC_SUBJECT.neck_length_m
