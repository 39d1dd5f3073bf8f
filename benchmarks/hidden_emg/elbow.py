"""Who tells hidden muscles best: virtual people whose deep excitations are known.

    python benchmarks/hidden_emg/elbow.py                   # an hour of one core
    python benchmarks/hidden_emg/elbow.py --only grouped    # ten minutes

Writes benchmarks/results/deep_emg.md of people who share effort, and deep_emg_grouped.md of people
who recruit in fixed groups. Takes ten minutes for each of the former and three for each of the
latter on one core; what was found of a person stays in the folder of ``--keep`` and is not found
again. ``--model`` is the folder of OpenSim's arm26.osim, by default ../shared/reference/arm26.
"""

import argparse
import sys
from functools import partial
from pathlib import Path
from typing import Any

from arm import elbow_system
from elbow_forward import drift
from elbow_page import grouped_page, page
from elbow_trials import FITTED, HELD_OUT, elbow_trials
from electrodes import ARM, with_raw_emg
from methods import (
    by_nmm,
    by_synergies,
    judged,
    kept,
    plain_methods,
    with_intervals,
)
from parameters import recovery
from people import VirtualPerson, draw_person

from nuchal.emg.hidden.muscles import MuscleSystem
from nuchal.emg.hidden.records import MseSettings, NmmSettings

RESULTS = Path(__file__).parents[1] / "results"
MODEL = Path(__file__).parents[3] / "shared" / "reference" / "arm26"
KEPT = Path(__file__).parents[2] / "build" / "hidden_emg"
SKIPPED = 77
"""Exit status where the model is missing."""
KINDS = ("fresh", "grouped")
PEOPLE = {"fresh": 5, "grouped": 4}
FIRST = {"fresh": 200, "grouped": 300}
"""Seed of the first person, of whom as of those that follow nothing was settled."""
MOST_LACKING_NM = 0.6
"""Whose muscles lack more than that in a hundredth of the frames could not do what was asked."""
MSE = {
    "MSE, NMF": MseSettings(),
    "MSE, NMF, all synergies": MseSettings(synergies=4),
    "MSE, PCA": MseSettings(factorisation="pca"),
}


def of_person(
    folder: Path, system: MuscleSystem, person: VirtualPerson, *, whole: bool
) -> dict[str, Any]:
    """Everything that is to be known of one person; little more than scores unless ``whole``."""
    fitted, lived = elbow_trials(folder, person, FITTED, 1)
    lacking = {"lacking": lived.lacking_nm}
    if lived.lacking_nm > MOST_LACKING_NM:
        return lacking
    test, truth = elbow_trials(folder, person, HELD_OUT, 2)
    settings = NmmSettings()
    told = plain_methods(system, test) | by_synergies(system, fitted, test, MSE)
    ours, fit = by_nmm(system, fitted, test, settings)
    found: dict[str, Any] = {**lacking, "clean": judged(system, told | ours, test, truth)}
    found["parameters"] = recovery(person, system, fit, None)
    if not whole:
        return found
    held, committee = with_intervals(system, fitted, test, truth, settings)
    found |= {"intervals": held, "parameters": recovery(person, system, fit, committee)}
    found["forward"] = drift(folder, test, fit.model, ours["NMM"][0])
    raw = [with_raw_emg(t, person, x.excitation, ARM) for t, x in ((fitted, lived), (test, truth))]
    told = plain_methods(system, raw[1]) | by_synergies(system, *raw, {"MSE, NMF": MSE["MSE, NMF"]})
    found["raw"] = judged(system, told | by_nmm(system, *raw, settings)[0], raw[1], truth)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--model", type=Path, default=MODEL, help="folder of arm26.osim")
    parser.add_argument("--keep", type=Path, default=KEPT, help="where finished people are kept")
    parser.add_argument("--only", choices=KINDS, help="these people and their page only")
    given = parser.parse_args()
    folder = given.model
    if not (folder / "arm26.osim").is_file():
        print(f"{folder / 'arm26.osim'}: no such file, and without it there is no arm.")
        return SKIPPED
    system = elbow_system()

    def find(kind: str, seed: int) -> dict[str, Any]:
        person = draw_person(system, seed, synergies=kind == "grouped")
        work = partial(of_person, folder, system, person, whole=kind == "fresh")
        found = kept(given.keep, f"elbow_{kind}_{seed}", work)
        scores = found.get("clean", {}).get("NMM", {}).get("scores")
        print(kind, seed, found["lacking"], scores, flush=True)
        return found

    for kind in KINDS if given.only is None else (given.only,):
        people: list[dict[str, Any]] = []
        while sum("clean" in p for p in people) < PEOPLE[kind]:
            people.append(find(kind, FIRST[kind] + len(people)))
        able = [p for p in people if "clean" in p]
        left_out = len(people) - len(able)
        if kind == "fresh":
            (RESULTS / "deep_emg.md").write_text(page(system, able, left_out), "utf-8")
        else:
            text = grouped_page(system, able, left_out)
            (RESULTS / "deep_emg_grouped.md").write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
