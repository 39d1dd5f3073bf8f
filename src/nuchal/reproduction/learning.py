"""Labelled necks in the averaged movement, and a network for each muscle."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from nuchal.commands.generate import run_generate
from nuchal.commands.given import given_movement
from nuchal.commands.train import paper_recipe, run_train
from nuchal.networks.paper.experiment import TrainOptions
from nuchal.networks.paper.training import TrainingSettings
from nuchal.reproduction.averaging import THINNED
from nuchal.reproduction.keeping import made_once
from nuchal.reproduction.settings import ReproduceOptions

LABELLED: Final = "labelled.zarr"
WEIGHTS: Final = Path("networks", "networks.npz")
Told = Callable[[float], None]


def label(out: Path, options: ReproduceOptions, told: Told) -> None:
    """Make the labelled set, or what is missing of it."""
    recipe = paper_recipe(_training(options), given_movement(out / THINNED))
    run_generate(recipe, out / LABELLED, progress=lambda _, share: told(share))


def learn(out: Path, options: ReproduceOptions, told: Told) -> None:
    """Train the networks on random frames, as the paper does."""

    def train(place: Path) -> None:
        run_train(
            out / LABELLED,
            out=place,
            options=_training(options),
            progress=lambda _, share: told(share),
        )

    made_once(out / WEIGHTS.parent, train)


def _training(options: ReproduceOptions) -> TrainOptions:
    sizes, seed = options.sizes, options.seed
    return TrainOptions(
        subjects=sizes.subjects,
        population_seed=seed,
        split_seed=seed,
        settings=TrainingSettings(seed=seed, most_epochs=sizes.epochs),
    )
