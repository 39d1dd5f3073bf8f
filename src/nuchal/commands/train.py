"""``nuchal train``: labelled motions become the paper's networks, with figures and a model card."""

import csv
import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

from nuchal import __version__
from nuchal.errors import DatasetError, Setting
from nuchal.io.commit import source_commit
from nuchal.io.dataset.about import about
from nuchal.io.dataset.store import read_dataset
from nuchal.io.networks.paper import write_networks
from nuchal.io.output import check_writable, staged
from nuchal.model.generic import MUSCLE_GROUPS, MUSCLES, generic_system
from nuchal.model.population import Population
from nuchal.networks.paper.experiment import TrainedNetworks, TrainOptions, train_and_test
from nuchal.networks.paper.samples import INPUTS, solved_frames
from nuchal.networks.training.labelled import gather
from nuchal.networks.training.records import Recipe
from nuchal.records import LabelledMotions
from nuchal.report.cards.paper import paper_card, what_is_kept_apart
from nuchal.report.figures.networks import cycle_figure
from nuchal.report.figures.style import save

WEIGHTS: Final = "networks.npz"
FILES: Final = (
    WEIGHTS,
    "metrics.csv",
    "training.json",
    "model_card.md",
    "forces.png",
    "forces.svg",
)
# Shares of the time that data and training take, for the progress bar.
_MAKING, _TRAINING = 0.2, 0.75


def run_train(
    dataset: Path | None,
    *,
    out: Path,
    options: TrainOptions,
    progress: Callable[[str, float], None] = lambda _doing, _share: None,
) -> TrainedNetworks:
    """Train a network for each muscle; write weights, metrics, a figure and a model card.

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
    progress("training", _MAKING)
    found = train_and_test(
        data, options, lambda doing, share: progress(doing, _MAKING + _TRAINING * share)
    )
    progress("writing", _MAKING + _TRAINING)
    with staged(out, inputs=(), ours=FILES) as folder:
        _write_files(folder, found)
    return found


def paper_recipe(options: TrainOptions) -> Recipe:
    """The paper's labelled set: necks of the pooled population in the standard movement."""
    return Recipe(
        subjects=options.subjects,
        motion="standard",
        preset=options.preset,
        population=Population(seed=options.population_seed, women=None),
    )


def _data(
    dataset: Path | None, options: TrainOptions, progress: Callable[[str, float], None]
) -> LabelledMotions:
    if dataset is None:
        recipe = paper_recipe(options)
        made = gather(recipe, progress=lambda share: progress("making data", _MAKING * share))
        return replace(made, about=about(recipe, source_commit()).model_dump())
    progress("reading", 0.0)
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


def _write_files(folder: Path, found: TrainedNetworks) -> None:
    """Write ``FILES``, the figure only where it is wanted."""
    told = _about(found)
    write_networks(folder / WEIGHTS, found.networks, told)
    _write_metrics(folder / "metrics.csv", found)
    text = json.dumps(told, indent=2, allow_nan=False) + "\n"
    (folder / "training.json").write_text(text, encoding="utf-8")
    (folder / "model_card.md").write_text(paper_card(found, told), encoding="utf-8")
    if found.options.figures:
        save(cycle_figure(found), folder, "forces")


def _about(found: TrainedNetworks) -> dict[str, Any]:
    """How the networks were made: for programs, the card, and the file of weights."""
    options = found.options
    samples = {name: len(part) for name, part in found.split._asdict().items()}
    return {
        "version": __version__,
        "commit": source_commit(),
        "preset": options.preset,
        "system": generic_system().fingerprint,
        "inputs": list(INPUTS),
        "outputs": list(MUSCLES),
        "data": dict(found.data.about),
        "split": {
            "kind": options.split,
            "seed": options.split_seed,
            "kept_apart": what_is_kept_apart(found.data, options.split),
        }
        | samples,
        "left_out_frames": int((~solved_frames(found.data)).sum()),
        "settings": asdict(options.settings),
        "epochs": len(found.training.train_loss),
        "best_epoch": found.training.best_epoch.tolist(),
        "test_r2": found.test.spread("r2")._asdict(),
    }


def _write_metrics(path: Path, found: TrainedNetworks) -> None:
    heads = ("muscle", "group", "judged_by", "r2", "rmse_N", "nrmse", "rmse_share_of_maximum")
    best = found.training.best_epoch
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, (*heads, "best_epoch"), restval="", extrasaction="ignore")
        table.writeheader()
        for row, group, epoch in zip(found.test.rows(MUSCLES), MUSCLE_GROUPS, best, strict=True):
            told = {name: f"{x:.6f}" for name, x in row.items() if isinstance(x, float)}
            judged_by = "rmse_share_of_maximum" if row["flat"] else "r2"
            table.writerow(
                {"muscle": row["muscle"], "group": group, "judged_by": judged_by}
                | told
                | {"best_epoch": int(epoch)}
            )
