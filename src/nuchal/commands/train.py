"""Labelled motions become networks, with their figures and a model card, in one folder."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from nuchal.commands.train_files import FILES, write_files
from nuchal.commands.trained import TrainedNetworks, TrainOptions
from nuchal.errors import DatasetError
from nuchal.io.commit import source_commit
from nuchal.io.dataset import about, read_dataset
from nuchal.io.output import check_writable, staged
from nuchal.model.anatomy import generic_anatomy
from nuchal.model.population import Population
from nuchal.networks.paper.features import samples
from nuchal.networks.paper.network import predict_forces
from nuchal.networks.paper.splits import split_samples
from nuchal.networks.paper.training import train
from nuchal.networks.training.accuracy import accuracy
from nuchal.networks.training.labelled import Recipe, gather
from nuchal.records import LabelledMotions

# Shares of the time that data and training take, for the progress bar.
_MAKING, _TRAINING = 0.2, 0.75


def run_train(
    dataset: Path | None,
    *,
    out: Path,
    options: TrainOptions,
    progress: Callable[[str, float], None] = lambda _doing, _share: None,
) -> TrainedNetworks:
    """Train a network a muscle and write weights, metrics, a figure and a model card.

    Args:
        dataset: what ``nuchal generate`` made; without one the paper's set is made in memory.
        out: the folder, whole or not at all.
        options: everything else.
        progress: told what is being done and which share of it is.

    Raises:
        DatasetError: a dataset that can't be used, is of another preset, or is too small.
        OutputError: the place cannot be written.
    """
    check_writable(out, names=FILES)
    data = _data(dataset, options, progress)
    inputs, forces, _ = samples(data)
    split = split_samples(data, options.split, options.split_seed)
    progress("training", _MAKING)
    started = time.perf_counter()
    training = train(
        inputs,
        forces,
        train_on=split.train,
        validate_on=split.validation,
        settings=options.settings,
        progress=lambda doing, share: progress(doing, _MAKING + _TRAINING * share),
    )
    seconds = time.perf_counter() - started
    test = accuracy(
        forces[split.test],
        predict_forces(training.networks, inputs[split.test]),
        maximal_force_n=np.asarray(generic_anatomy().max_isometric_force),
    )
    found = TrainedNetworks(
        out=out,
        networks=training.networks,
        test=test,
        data=data,
        split=split,
        training=training,
        seconds=seconds,
    )
    progress("writing", _MAKING + _TRAINING)
    with staged(out, inputs=(), ours=FILES) as folder:
        write_files(folder, found, options, inputs)
    return found


def _data(
    dataset: Path | None, options: TrainOptions, progress: Callable[[str, float], None]
) -> LabelledMotions:
    if dataset is None:
        recipe = paper_recipe(options)
        made = gather(recipe, progress=lambda share: progress("making data", _MAKING * share))
        described = about(recipe, source_commit()).model_dump()
        return replace(made, about=described)
    progress("reading", 0.0)
    data = read_dataset(dataset)
    recipe_read = data.about.get("recipe")
    preset = recipe_read.get("preset") if isinstance(recipe_read, Mapping) else None
    if preset != options.preset:
        raise DatasetError(
            f"{dataset}: holds forces of preset {preset}, not {options.preset}; give --preset "
            f"{preset}, or another dataset."
        )
    return data


def paper_recipe(options: TrainOptions) -> Recipe:
    """The paper's labelled set: necks of the pooled population in the standard movement."""
    return Recipe(
        subjects=options.subjects,
        motion="standard",
        preset=options.preset,
        population=Population(seed=options.population_seed, women=None),
    )
