"""Labelled motions become networks, with their figures and a model card, in one folder."""

import csv
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from nuchal import __version__
from nuchal.conventions import Preset
from nuchal.errors import DatasetError
from nuchal.io.commit import source_commit
from nuchal.io.networks import write_networks
from nuchal.io.output import check_writable, staged
from nuchal.io.store import about, read_dataset
from nuchal.model.anatomy import MUSCLE_GROUPS, MUSCLES, generic_anatomy
from nuchal.model.population import Population
from nuchal.records import LabelledMotions
from nuchal.report.model_card import CardSection, judged, model_card
from nuchal.report.networks import FOUR, cycle_figure
from nuchal.report.style import save
from nuchal.surrogate.dataset import Recipe
from nuchal.surrogate.features import INPUTS, paper_inputs, samples, solved_frames
from nuchal.surrogate.gather import gather
from nuchal.surrogate.metrics import Accuracy, accuracy
from nuchal.surrogate.network import Networks, predict_forces
from nuchal.surrogate.splits import Split, group_split, random_split
from nuchal.surrogate.training import Training, TrainingSettings, train

PAPER_SUBJECTS: Final = 200
WEIGHTS: Final = "networks.npz"
FILES: Final = (
    WEIGHTS,
    "metrics.csv",
    "training.json",
    "model_card.md",
    "forces.png",
    "forces.svg",
)
_MAKING, _TRAINING = 0.2, 0.75
"""Shares of the time that data and training take, for the progress bar."""
LIMITS: Final = (
    "The networks see where three markers are, not how they move: they serve the movement that "
    "they were trained on, at its own timing, and no other (docs/networks.md shows by how much).",
    "The test samples are frames of the same necks and the same movement as the training samples "
    "unless the split says otherwise; accuracy on new people is another figure.",
    "Forces are those of a model with the stated preset, not measured ones.",
    "Forces below zero can come out where a muscle is slack; set them to zero.",
    "Necks far from the population's, loads on the head and other marker places were never seen.",
)


@dataclass(frozen=True, kw_only=True)
class TrainOptions:
    """What ``nuchal train`` may be told."""

    preset: Preset = "paper"
    """Which labels to learn; a dataset of another one is refused."""
    split: str = "random"
    """``random`` over samples, as the paper; ``necks`` keeps people apart."""
    split_seed: int = 1
    subjects: int = PAPER_SUBJECTS
    """How many necks to make where no dataset is given."""
    population_seed: int = 1
    settings: TrainingSettings = field(default_factory=TrainingSettings)
    figures: bool = True


@dataclass(frozen=True, kw_only=True)
class TrainedNetworks:
    """What a run of ``nuchal train`` came to."""

    out: Path
    networks: Networks
    test: Accuracy
    """On the split's test samples."""
    data: LabelledMotions
    split: Split
    training: Training
    seconds: float
    """Of the training alone."""


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
    inputs, forces, neck = samples(data)
    split = (
        random_split(len(inputs), options.split_seed)
        if options.split == "random"
        else group_split(neck, options.split_seed)
    )
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
        _write(folder, found, options, inputs)
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


def _write(folder: Path, found: TrainedNetworks, options: TrainOptions, inputs: np.ndarray) -> None:
    told = _told(found, options)
    write_networks(folder / WEIGHTS, found.networks, told)
    _write_metrics(folder / "metrics.csv", found)
    (folder / "training.json").write_text(
        json.dumps(told, indent=2, allow_nan=False) + "\n", encoding="utf-8"
    )
    card = _card(found, options, inputs, made_by=str(told["commit"] or "of the release"))
    (folder / "model_card.md").write_text(card, encoding="utf-8")
    if options.figures:
        save(_figure(found), folder, "forces")


def _told(found: TrainedNetworks, options: TrainOptions) -> dict[str, Any]:
    """How the networks were made, for programs; goes into the file of weights, too."""
    worst, median, best = found.test.spread("r2")
    return {
        "version": __version__,
        "commit": source_commit(),
        "preset": options.preset,
        "inputs": list(INPUTS),
        "outputs": list(MUSCLES),
        "data": dict(found.data.about),
        "split": {"kind": options.split, "seed": options.split_seed}
        | {name: len(part) for name, part in found.split._asdict().items()},
        "left_out_frames": int((~solved_frames(found.data)).sum()),
        "settings": asdict(options.settings),
        "epochs": len(found.training.train_loss),
        "best_epoch": found.training.best_epoch.tolist(),
        "test_r2": {"worst": worst, "median": median, "best": best},
    }


def _write_metrics(path: Path, found: TrainedNetworks) -> None:
    test = found.test
    heads = ("muscle", "group", "judged_by", "r2", "rmse_N", "nrmse", "rmse_share_of_maximum")
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow((*heads, "best_epoch"))
        for k, name in enumerate(MUSCLES):
            figures = (test.rmse_n[k], test.nrmse[k], test.share_of_maximum[k])
            flat = bool(test.flat[k])
            table.writerow(
                (
                    name,
                    MUSCLE_GROUPS[k],
                    "rmse_share_of_maximum" if flat else "r2",
                    "" if flat else f"{test.r2[k]:.6f}",
                    f"{figures[0]:.6f}",
                    "" if flat else f"{figures[1]:.6f}",
                    f"{figures[2]:.6f}",
                    int(found.training.best_epoch[k]),
                )
            )


def _figure(found: TrainedNetworks) -> Any:
    data = found.data
    solved = solved_frames(data)
    neck = int(solved.sum(axis=1).argmax())
    columns = [MUSCLES.index(name) for name in FOUR]
    predicted = predict_forces(found.networks, paper_inputs(data.markers, data.measures)[neck])
    length, width, mass = data.measures[neck]
    return cycle_figure(
        data.time,
        data.force[neck][:, columns],
        predicted[:, columns],
        solved=solved[neck],
        names=FOUR,
        captions=tuple(judged(found.test, k) for k in columns),
        subtitle=f"Neck {data.subject[neck]} of the population: neck length {100 * length:.1f} cm, "
        f"shoulder width {100 * width:.1f} cm, head mass {mass:.1f} kg; figures are of all test "
        "samples",
    )


def _card(
    found: TrainedNetworks, options: TrainOptions, inputs: np.ndarray, *, made_by: str
) -> str:
    data, split, settings = found.data, found.split, options.settings
    sections = (
        CardSection(
            title="Data",
            facts={
                "necks": str(len(data.subject)),
                "frames of each": str(len(data.time)),
                "frames left out, whose muscles could not balance": str(
                    int((~solved_frames(data)).sum())
                ),
                "preset": options.preset,
                "made by": f"nuchal {__version__}, commit {made_by}",
                "recipe": f"`{json.dumps(data.about.get('recipe', {}))}`",
            },
        ),
        CardSection(
            title="Inputs",
            facts={
                name: f"{low:.4f} to {high:.4f}"
                for name, low, high in zip(
                    INPUTS, inputs.min(axis=0), inputs.max(axis=0), strict=True
                )
            },
            note="Markers in the thorax frame [m]. Beyond these ranges nothing was learnt.",
        ),
        CardSection(
            title="Splits and training",
            facts={
                "split": f"{options.split}, seed {options.split_seed}",
                "training, validation, test samples": ", ".join(str(len(p)) for p in split),
                "networks": f"{found.networks.count} of {'-'.join(map(str, found.networks.sizes))}",
                "seed": str(settings.seed),
                "epochs": f"{len(found.training.train_loss)} of at most {settings.most_epochs}",
                "best epochs": f"{found.training.best_epoch.min()} to "
                f"{found.training.best_epoch.max()}",
                "minibatch, learning rate": f"{settings.batch}, {settings.learning_rate:g} to "
                f"{settings.last_learning_rate:g}",
            },
        ),
    )
    title = f"{found.networks.count} networks for muscle forces, preset {options.preset}"
    return model_card(title=title, sections=sections, test=found.test, limits=LIMITS)
