"""Who tells hidden muscles best, of people of many kinds: the whole comparison.

    python benchmarks/hidden_emg/study.py --joint elbow        # one hour of one core
    python benchmarks/hidden_emg/study.py --joint neck         # four hours
    python benchmarks/hidden_emg/study.py --kinds effort --people 2 --keep elsewhere
    python benchmarks/hidden_emg/study.py --kept               # the page of who is there so far

Eight people of each of seven kinds (``kinds``), elbow and neck, on none of whom anything was
settled: a person who could not do what is asked is left out and counted, and the next takes the
place. What was found of a person stays in the folder of ``--keep`` and is not found again. Writes
benchmarks/results/deep_emg_JOINT.md when all kinds are there. ``--model`` is the folder
of OpenSim's arm26.osim, by default ../shared/reference/arm26; without it there is no elbow.
"""

import argparse
import sys
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from joints import JOINTS, Joint
from kinds import KINDS, Kind
from known import best_told
from methods import (
    OURS,
    by_ours,
    by_synergies,
    fitted_to,
    held_by,
    judged,
    kept,
    plain_methods,
)
from movement import Taught, by_movement, taught
from parameters import recovery
from study_page import KNOWN, KNOWN_ALONE, RIVAL, page

from nuchal.emg.hidden.told import left_open, told_by

RESULTS: Final = Path(__file__).parents[1] / "results"
MODEL: Final = Path(__file__).parents[3] / "shared" / "reference" / "arm26"
KEPT: Final = Path(__file__).parents[2] / "build" / "hidden_emg"
SKIPPED: Final = 77
"""Exit status where the model is missing."""
PEOPLE: Final = 8
FIRST: Final = 5000
"""Number of the first person of the first kind; each kind and joint has a thousand of its own."""


def of_person(joint: Joint, known_of_many: Taught, kind: Kind, number: int) -> dict[str, Any]:
    """Everything that is to be known of one person."""
    system, person = joint.person(kind, number)
    task, lived = joint.fitted(person)
    found: dict[str, Any] = {"lacking": lived.lacking_nm}
    if lived.lacking_nm > joint.most_lacking_nm:
        return found
    test, truth = joint.test(person)
    ours = fitted_to(system, task, joint.settings)
    told, ends = by_ours(ours, test, joint.settings)
    model = ours.committee.whole.model
    told |= by_movement(system, task, model, known_of_many, test, joint.settings)
    told |= plain_methods(system, test) | by_synergies(system, task, test, joint.synergies)
    learnt, known = joint.many(person)
    for name, electrodes in ((KNOWN, True), (KNOWN_ALONE, False)):
        best = best_told(system, learnt, known.excitation, test, electrodes=electrodes)
        told[name] = best, 0.0 * truth.moment, 0.0
    found["told"] = judged(system, told, test, truth)
    found["held"] = held_by(ends, truth, list(system.hidden))
    parameters = told_by(model, task, joint.settings)
    found["recovered"] = recovery(person, system, model, parameters)
    doubt = left_open(model, test, parameters)[..., list(system.hidden)]
    found["open"] = np.sqrt(np.mean(doubt**2, axis=(0, 1))).tolist()
    if kind == "effort":
        found |= joint.further(system, person, ours, (task, lived), (test, truth))
    return found


def people_of(
    joint: Joint, kind: Kind, count: int, home: Path, *, only_kept: bool
) -> list[dict[str, Any]]:
    """So many people who could do what is asked, and those before them who could not."""
    first = FIRST + 1000 * KINDS.index(kind)
    people: list[dict[str, Any]] = []
    common = None if only_kept else taught(joint, home)
    while sum("told" in p for p in people) < count:
        number = first + len(people)
        name = f"{joint.name}_{kind}_{number}"
        if only_kept and not (home / f"{name}.json").exists():
            break
        people.append(kept(home, name, partial(of_person, joint, common, kind, number)))
        print(name, _in_short(people[-1]), flush=True)
    return people


def _in_short(person: dict[str, Any]) -> str:
    if "told" not in person:
        return f"could not: {person['lacking']:.2f} N m"
    means = {
        name: [sum(x) / len(x) for x in zip(*person["told"][name]["scores"], strict=True)]
        for name in (OURS, RIVAL, KNOWN)
    }
    ratio = means[OURS][1] / means[RIVAL][1]
    r = ", ".join(f"{name} {x[0]:.3f}" for name, x in means.items())
    return f"RMSE {ratio:.2f} of MSE's, r: {r}"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--model", type=Path, default=MODEL, help="folder of arm26.osim")
    parser.add_argument("--keep", type=Path, default=KEPT, help="where finished people are kept")
    parser.add_argument("--joint", choices=JOINTS, action="append", help="this one only")
    parser.add_argument("--kinds", choices=KINDS, nargs="+", default=KINDS)
    parser.add_argument("--people", type=int, default=PEOPLE, help="of each kind")
    parser.add_argument("--kept", action="store_true", help="find nobody anew")
    given = parser.parse_args()
    if not (given.model / "arm26.osim").is_file():
        print(f"{given.model / 'arm26.osim'}: no such file, and without it there is no arm.")
        return SKIPPED
    for joint in (JOINTS[name](given.model) for name in given.joint or JOINTS):
        kinds = {
            kind: people_of(joint, kind, given.people, given.keep, only_kept=given.kept)
            for kind in given.kinds
        }
        text = page(joint.name, kinds, joint.hidden)
        if all(sum("told" in p for p in kinds.get(kind, [])) >= PEOPLE for kind in KINDS):
            (RESULTS / f"deep_emg_{joint.name}.md").write_text(text, "utf-8")
        else:
            print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
