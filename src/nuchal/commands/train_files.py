"""The folder of ``nuchal train``: weights, metrics, how they came about, figure, model card."""

import csv
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from nuchal import __version__
from nuchal.io.commit import source_commit
from nuchal.io.networks.paper import write_networks
from nuchal.model.generic import MUSCLE_GROUPS, MUSCLES, generic_system
from nuchal.networks.paper.experiment import TrainedNetworks
from nuchal.networks.paper.samples import INPUTS, solved_frames
from nuchal.optimisation.settings import PRESET_SETTINGS
from nuchal.report.cards.paper import in_short, paper_card, what_is_kept_apart
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


def write_training(found: TrainedNetworks, folder: Path) -> None:
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
        "preset_version": PRESET_SETTINGS[options.preset].version,
        "system": generic_system().fingerprint,
        "inputs": list(INPUTS),
        "outputs": list(MUSCLES),
        "data": {**found.data.about, "recipe": in_short(found.data.recipe)},
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
