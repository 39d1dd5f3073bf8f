"""Labelled motions become the paper's networks, with figures and a model card."""

from dataclasses import replace
from pathlib import Path

from nuchal.commands.given import given_movement
from nuchal.commands.run import Progress, run_into, silent
from nuchal.commands.train_files import FILES, write_training
from nuchal.errors import DatasetError, Setting, need_extra
from nuchal.io.commit import source_commit
from nuchal.io.dataset.about import about
from nuchal.io.dataset.store import read_dataset
from nuchal.model.population import Population
from nuchal.networks.paper.experiment import TrainedNetworks, TrainOptions, train_and_test
from nuchal.networks.training.labelled import gather
from nuchal.networks.training.records import GivenMovement, Recipe
from nuchal.records import LabelledMotions

# Shares of the time that data and training take, for the progress bar.
_MAKING, _TRAINING = 0.2, 0.7


def run_train(
    dataset: Path | None,
    *,
    out: Path,
    options: TrainOptions,
    motion: Path | None = None,
    progress: Progress = silent,
) -> TrainedNetworks:
    """Train a network for each muscle; write weights, metrics, a figure and a model card.

    Args:
        dataset: what ``nuchal generate`` made; without one the paper's set is made in memory.
        out: the folder, whole or not at all.
        options: everything else.
        motion: without a dataset, a file with the movement that all necks make, in place of the
            standard one.
        progress: told what is being done and which share of it is.

    Raises:
        DatasetError: a dataset that can't be used, is of another preset, or is too small.
        EngineError: the extra ``train`` is not installed.
        OutputError: the place cannot be written.
    """
    need_extra("train")

    def find() -> TrainedNetworks:
        data = _data(dataset, motion, options, progress)
        progress("training", _MAKING)
        return train_and_test(
            data, options, lambda doing, share: progress(doing, _MAKING + _TRAINING * share)
        )

    done = run_into(
        out, inputs=(motion,), names=FILES, find=find, write=write_training, progress=progress
    )
    return done.found


def paper_recipe(options: TrainOptions, given: GivenMovement | None = None) -> Recipe:
    """The paper's labelled set: necks of the pooled population in one movement."""
    return Recipe(
        subjects=options.subjects,
        motion="standard" if given is None else "given",
        given=given,
        preset=options.preset,
        population=Population(seed=options.population_seed, women=None),
    )


def _data(
    dataset: Path | None, motion: Path | None, options: TrainOptions, progress: Progress
) -> LabelledMotions:
    if dataset is None:
        recipe = paper_recipe(options, None if motion is None else given_movement(motion))
        made = gather(recipe, progress=lambda share: progress("making data", _MAKING * share))
        return replace(made, about=about(recipe, source_commit()).model_dump())
    if motion is not None:
        raise DatasetError("dataset.moves_already", dataset, remedy=Setting("motion"))
    data = read_dataset(dataset)
    preset = data.recipe.get("preset")
    if preset != options.preset:
        raise DatasetError(
            "dataset.other_preset",
            dataset,
            found=preset,
            wanted=options.preset,
            remedy=Setting("preset", preset),
        )
    return data
