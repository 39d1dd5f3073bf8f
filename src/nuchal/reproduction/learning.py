"""Labelled necks in the averaged and in the standard movement, and a network for each muscle."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal

from nuchal.commands.generate import run_generate
from nuchal.commands.given import given_movement
from nuchal.commands.train import paper_recipe, run_train
from nuchal.networks.paper.experiment import TrainOptions
from nuchal.networks.paper.training import TrainingSettings
from nuchal.reproduction.averaging import THINNED
from nuchal.reproduction.keeping import made_once
from nuchal.reproduction.settings import ReproduceOptions

Movement = Literal["averaged", "standard"]
MOVEMENTS: Final[tuple[Movement, ...]] = ("averaged", "standard")
Told = Callable[[float], None]


def labelled(out: Path, movement: Movement) -> Path:
    """Where the labelled set of a movement lies."""
    return out / f"labelled_{movement}.zarr"


def networks(out: Path, movement: Movement) -> Path:
    """The folder of the networks of a movement."""
    return out / f"networks_{movement}"


def label(out: Path, movement: Movement, options: ReproduceOptions, told: Told) -> None:
    """Make a labelled set, or what is missing of it."""
    given = given_movement(out / THINNED) if movement == "averaged" else None
    recipe = paper_recipe(_training(options), given)
    run_generate(recipe, labelled(out, movement), progress=lambda _, share: told(share))


def learn(out: Path, movement: Movement, options: ReproduceOptions, told: Told) -> None:
    """Train the networks on random frames, as the paper does."""

    def train(place: Path) -> None:
        run_train(
            labelled(out, movement),
            out=place,
            options=_training(options),
            progress=lambda _, share: told(share),
        )

    made_once(networks(out, movement), train)


def _training(options: ReproduceOptions) -> TrainOptions:
    sizes, seed = options.sizes, options.seed
    return TrainOptions(
        subjects=sizes.subjects,
        population_seed=seed,
        split_seed=seed,
        settings=TrainingSettings(seed=seed, most_epochs=sizes.epochs),
    )
