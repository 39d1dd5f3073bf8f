"""The folder of a training run: weights, metrics, a figure and a model card."""

import csv
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np

from nuchal import __version__
from nuchal.commands.trained import TrainedNetworks, TrainOptions
from nuchal.io.commit import source_commit
from nuchal.io.networks.paper import write_networks
from nuchal.model.anatomy import MUSCLE_GROUPS, MUSCLES
from nuchal.networks.paper.features import INPUTS, paper_inputs, solved_frames
from nuchal.networks.paper.network import predict_forces
from nuchal.networks.paper.splits import what_is_kept_apart
from nuchal.report.cards.paper import CardSection, judged, model_card
from nuchal.report.figures.networks import FOUR, cycle_figure
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
LIMITS: Final = (
    "The networks see where three markers are, not how they move: they serve the movement that "
    "they were trained on, at its own timing, and no other (docs/networks.md shows by how much).",
    "Accuracy is that of the split above and says nothing of what that split did not keep apart: "
    "new people, new movements and both at once are three other figures.",
    "Forces are those of a model with the stated preset, not measured ones.",
    "Forces below zero can come out where a muscle is slack; set them to zero.",
    "Necks far from the population's, loads on the head and other marker places were never seen.",
)


def write_files(
    folder: Path, found: TrainedNetworks, options: TrainOptions, inputs: np.ndarray
) -> None:
    """Write ``FILES`` into a folder, the figure only where it is wanted."""
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
        "split": {
            "kind": options.split,
            "seed": options.split_seed,
            "kept_apart": what_is_kept_apart(found.data, options.split),
        }
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
                "kept apart": what_is_kept_apart(data, options.split),
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
