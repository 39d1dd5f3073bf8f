"""The healthy person and the patient are judged, by static optimisation and by the networks."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from nuchal.assessment.assess import necks_of
from nuchal.commands.given import given_movement
from nuchal.commands.options import ForceOptions
from nuchal.commands.train_files import WEIGHTS
from nuchal.reproduction.averaging import THINNED, averaged_motion
from nuchal.reproduction.forces import Table2, on_a_person, on_random_frames, on_unseen_necks
from nuchal.reproduction.judged import Judged, judge
from nuchal.reproduction.keeping import made_once
from nuchal.reproduction.learning import MOVEMENTS, Movement, labelled, networks
from nuchal.reproduction.outcome import PEOPLE, write_judged, write_table_2
from nuchal.reproduction.settings import ReproduceOptions

_UNSEEN_NECKS: Final = 16


def judge_both(out: Path, options: ReproduceOptions, told: Callable[[float], None]) -> None:
    """Tables 2 and 3, figures 5 to 7."""

    def write(place: Path) -> None:
        found = _found(out, options, told)
        place.mkdir()
        _write_table_2(out, options.seed, found, place / "table_2.csv")
        write_judged(found, place)

    made_once(out / "judged", write)


def _found(
    out: Path, options: ReproduceOptions, told: Callable[[float], None]
) -> dict[tuple[str, str], Judged]:
    motion, people = averaged_motion(out), out / "people"
    necks = necks_of(options.sizes.necks, options.seed)
    ways = {
        "optimisation": ForceOptions(preset="paper", method="optimisation"),
        "networks": ForceOptions(preset="paper", method="paper", network=_weights(out, "averaged")),
        "recommended": ForceOptions(preset="recommended", method="optimisation"),
    }
    found = dict[tuple[str, str], Judged]()
    for k, (whose, way) in enumerate((whose, way) for whose in PEOPLE for way in ways):
        told(0.14 * k)
        emg = people / f"{whose}_emg"
        found[whose, way] = judge(people / whose, emg, motion, necks, ways[way])
    told(0.8)
    return found


def _write_table_2(out: Path, seed: int, found: dict[tuple[str, str], Judged], path: Path) -> None:
    given = given_movement(out / THINNED)
    random, standard = (
        on_random_frames(_weights(out, one), labelled(out, one), seed) for one in MOVEMENTS
    )
    weights = _weights(out, "averaged")
    necks = on_unseen_necks(weights, given, seed=seed + 1, subjects=_UNSEEN_NECKS)
    person = on_a_person(found["healthy", "optimisation"], found["healthy", "networks"])
    write_table_2(Table2(random, standard, necks, person), path)


def _weights(out: Path, movement: Movement) -> Path:
    return networks(out, movement) / WEIGHTS
