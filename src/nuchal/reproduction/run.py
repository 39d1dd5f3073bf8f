"""The paper from end to end, stage by stage; each is kept, so that a killed run goes on."""

from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from nuchal.assessment.assess import necks_of
from nuchal.commands.average import AverageOptions, run_average
from nuchal.commands.generate import run_generate
from nuchal.commands.given import given_movement
from nuchal.commands.options import ForceOptions
from nuchal.commands.run import Progress, silent
from nuchal.commands.train import paper_recipe, run_train
from nuchal.conventions import COORDINATES
from nuchal.io.opensim.storage import write_storage
from nuchal.movements.standard import FRAMES
from nuchal.networks.paper.experiment import TrainOptions
from nuchal.networks.paper.training import TrainingSettings
from nuchal.networks.training.moves import motion_of
from nuchal.records import Motion
from nuchal.reproduction.cast import Cast, cast_of
from nuchal.reproduction.forces import on_a_person, on_random_frames, on_unseen_necks
from nuchal.reproduction.judged import Judged, judge
from nuchal.reproduction.keeping import made_once, open_run
from nuchal.reproduction.outcome import write_judged, write_part, write_table_1, write_table_2
from nuchal.reproduction.page import write_page
from nuchal.reproduction.parts import overlaps_of
from nuchal.reproduction.population import measured_groups
from nuchal.reproduction.recorded import write_cast
from nuchal.reproduction.settings import ReproduceOptions
from nuchal.synthetic.people import VirtualPerson

PAGE: Final = "reproduction.html"
_UNSEEN_NECKS: Final = 16
# Share of the time that is over when a stage begins, on two cores.
_SHARES: Final = {
    "people": 0.0, "averaging": 0.05, "table 1": 0.1, "labelling": 0.12, "training": 0.25,
    "judging": 0.5, "parts": 0.65, "page": 0.98,
}  # fmt: skip


class _Run(NamedTuple):
    """Where a run lies, and what it is told."""

    out: Path
    options: ReproduceOptions
    progress: Progress

    def tell(self, stage: str, share: float = 0.0) -> None:
        names = list(_SHARES)
        after = [*_SHARES.values(), 1.0][names.index(stage) + 1]
        self.progress(stage, _SHARES[stage] + share * (after - _SHARES[stage]))


def run_reproduce(out: Path, *, options: ReproduceOptions, progress: Progress = silent) -> Path:
    """Go through the paper, or go on with a run that was broken off.

    Args:
        out: the folder; new, empty, or of a run of the same settings.
        options: how much.
        progress: told what is being done and which share of it is.

    Returns:
        The page.

    Raises:
        OutputError: the folder holds something else, or cannot be written.
    """
    open_run(out, options)
    run, sizes = _Run(out, options, progress), options.sizes
    cast = cast_of(options.seed, sizes.judged)
    run.tell("people")
    made_once(out / "people", lambda place: write_cast(cast, place))
    run.tell("averaging")
    made_once(out / "movement.mot", lambda place: _average(out / "people", place))
    made_once(out / "movement_600.mot", lambda place: _thinned(out / "movement.mot", place))
    run.tell("table 1")
    made_once(
        out / "table_1.csv",
        lambda place: write_table_1(measured_groups(options.seed, sizes.necks), place),
    )
    _learn(run)
    _judge(run)
    _take_apart(run, cast)
    run.tell("page")
    write_page(out, options, out / PAGE)
    progress("done", 1.0)
    return out / PAGE


def _average(people: Path, place: Path) -> None:
    folders = sorted(people.glob("reference_*"))
    run_average(folders, out=place, options=AverageOptions(preset="paper"))


def _thinned(movement: Path, place: Path) -> None:
    """The averaged movement in as many frames as the paper labels."""
    given = given_movement(movement)
    q = np.array(given.q)
    time = np.arange(len(q)) / given.rate_hz
    at = np.linspace(0.0, time[-1], FRAMES)
    write_storage(
        place,
        name=place.stem,
        labels=COORDINATES,
        time=np.round(at, 6),
        data=np.degrees(np.stack([np.interp(at, time, column) for column in q.T], axis=1)),
        in_degrees=True,
    )


def _learn(run: _Run) -> None:
    """200 labelled necks, and a network for each muscle."""
    sizes, seed, out = run.options.sizes, run.options.seed, run.out
    given = given_movement(out / "movement_600.mot")
    options = TrainOptions(
        subjects=sizes.subjects,
        population_seed=seed,
        split_seed=seed,
        settings=TrainingSettings(seed=seed, most_epochs=sizes.epochs),
    )
    labelled = out / "labelled.zarr"
    run_generate(
        paper_recipe(options, given),
        labelled,
        progress=lambda _, share: run.tell("labelling", share),
    )
    made_once(
        out / "networks",
        lambda place: _trained(run, labelled, options, place),
    )


def _trained(run: _Run, labelled: Path, options: TrainOptions, place: Path) -> None:
    run_train(
        labelled,
        out=place,
        options=options,
        progress=lambda _, share: run.tell("training", share),
    )


def _judge(run: _Run) -> None:
    """The healthy person and the patient, by optimisation and by the networks."""
    made_once(run.out / "judged", lambda place: _judged(run, place))


def _judged(run: _Run, place: Path) -> None:
    out, sizes, seed = run.out, run.options.sizes, run.options.seed
    weights = out / "networks" / "networks.npz"
    motion = motion_of(given_movement(out / "movement.mot"))
    ways = {
        "optimisation": ForceOptions(preset="paper", method="optimisation"),
        "networks": ForceOptions(preset="paper", method="paper", network=weights),
    }
    necks, found = necks_of(sizes.necks, seed), dict[tuple[str, str], Judged]()
    for k, (person, way) in enumerate((p, w) for p in ("healthy", "patient") for w in ways):
        run.tell("judging", 0.2 * k)
        people = out / "people"
        found[person, way] = judge(
            people / person, people / f"{person}_emg", motion, necks, ways[way]
        )
    place.mkdir()
    run.tell("judging", 0.8)
    given = given_movement(out / "movement_600.mot")
    unseen = on_unseen_necks(weights, given, seed=seed + 1, subjects=_UNSEEN_NECKS)
    alone = on_a_person(found["healthy", "optimisation"], found["healthy", "networks"])
    random = on_random_frames(weights, out / "labelled.zarr", seed)
    write_table_2(random, unseen, alone, place / "table_2.csv")
    write_judged(found, place)


def _take_apart(run: _Run, cast: Cast) -> None:
    """The overlap of other people and patients, way by way."""
    motion = motion_of(given_movement(run.out / "movement.mot"))
    folder = run.out / "parts"
    folder.mkdir(exist_ok=True)
    for k, pair in enumerate(cast.others):
        for kind, person in zip(("healthy", "patient"), pair, strict=True):
            run.tell("parts", (2 * k + (kind == "patient")) / (2 * len(cast.others)))
            made_once(
                folder / f"{kind}_{k:02d}.json",
                partial(_one_part, run.options.sizes.necks, motion, person),
            )


def _one_part(necks: int, averaged: Motion, person: VirtualPerson, place: Path) -> None:
    options = ForceOptions(preset="paper", method="optimisation")
    write_part(overlaps_of(person, averaged, options, necks), place)
