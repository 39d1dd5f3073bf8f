"""Table 2: how near the paper's networks come, from its own question to a person's."""

from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from nuchal.io.dataset.store import read_dataset
from nuchal.io.networks.paper import read_networks
from nuchal.model.generic import MUSCLE_GROUPS, MUSCLES, generic_anatomy
from nuchal.model.population import Population
from nuchal.networks.accuracy import Accuracy, accuracy
from nuchal.networks.paper.network import predict_forces
from nuchal.networks.paper.samples import samples, split_samples
from nuchal.networks.training.labelled import gather
from nuchal.networks.training.records import GivenMovement, Recipe
from nuchal.reproduction.judged import Judged

# Beside the muscles' names, whom and what each test asks for.
TESTS: Final = (
    "random_frames",
    "standard_movement",
    "unseen_necks",
    "unseen_person_and_movement",
)
_MAXIMUM: Final = np.asarray(generic_anatomy().max_isometric_force)


class Table2(NamedTuple):
    """Accuracy by each of ``TESTS``.

    Attributes:
        random: On random frames of known necks in the known movement: the paper's protocol.
        standard: The same with the standard movement in place of the averaged one.
        necks: On other necks, in the same movement.
        person: On recordings of somebody whom, and whose movements, no network saw.
    """

    random: Accuracy
    standard: Accuracy
    necks: Accuracy
    person: Accuracy


def on_random_frames(weights: Path, dataset: Path, seed: int) -> Accuracy:
    """On the frames that the training of that seed kept for its test."""
    data = read_dataset(dataset)
    inputs, forces, _ = samples(data)
    test = split_samples(data, "random", seed).test
    predicted = predict_forces(read_networks(weights).networks, inputs[test])
    return accuracy(forces[test], predicted, maximal_force_n=_MAXIMUM)


def on_unseen_necks(weights: Path, given: GivenMovement, *, seed: int, subjects: int) -> Accuracy:
    """On necks of another population in the movement that the networks know."""
    population = Population(seed=seed, women=None)
    made = gather(
        Recipe(
            subjects=subjects, motion="given", given=given, preset="paper", population=population
        )
    )
    inputs, forces, _ = samples(made)
    predicted = predict_forces(read_networks(weights).networks, inputs)
    return accuracy(forces, predicted, maximal_force_n=_MAXIMUM)


def on_a_person(optimised: Judged, by_networks: Judged) -> Accuracy:
    """On a person's recordings, against static optimisation of the same preset."""
    truth, guess = [], []
    for mine, theirs in zip(optimised.estimates, by_networks.estimates, strict=True):
        usable = np.asarray(mine.estimate.quality) & np.asarray(theirs.estimate.quality)
        truth.append(np.asarray(mine.estimate.forces.force)[usable])
        guess.append(np.asarray(theirs.estimate.forces.force)[usable])
    return accuracy(np.concatenate(truth), np.concatenate(guess), maximal_force_n=_MAXIMUM)


def rows_of(found: Table2) -> list[dict[str, object]]:
    """A row for each of the 72 muscles; flat ones are marked, and have no R2."""
    rows = []
    for k, (muscle, group) in enumerate(zip(MUSCLES, MUSCLE_GROUPS, strict=True)):
        row: dict[str, object] = {"muscle": muscle, "group": group}
        for test, one in zip(TESTS, found, strict=True):
            flat = bool(one.flat[k])
            row |= {
                f"{test}_rmse_N": float(one.rmse_n[k]),
                f"{test}_r2": None if flat else float(one.r2[k]),
                f"{test}_nrmse": None if flat else float(one.nrmse[k]),
                f"{test}_flat": flat,
            }
        rows.append(row)
    return rows
