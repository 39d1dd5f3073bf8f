"""The folder of ``nuchal learn``: weights, metrics, and the model card."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from nuchal import __version__
from nuchal.io.commit import source_commit
from nuchal.io.networks.equilibrium import write_neck_network
from nuchal.model.generic import generic_system
from nuchal.networks.equilibrium.records import NeckNetwork
from nuchal.networks.training.records import Evaluation, LearnOptions, recipe_of
from nuchal.optimisation.settings import PRESET_SETTINGS
from nuchal.report.cards.equilibrium import metrics_table, neck_card

WEIGHTS: Final = "neck.npz"
FILES: Final = (WEIGHTS, "metrics.csv", "model_card.md")


@dataclass(frozen=True, kw_only=True)
class LearntNetworks:
    """The result of ``nuchal learn``.

    Attributes:
        seconds: Of the training, data included.
    """

    out: Path
    network: NeckNetwork
    tests: Evaluation
    seconds: float

    def as_json(self) -> dict[str, object]:
        """What there is to say, for programs: R2 and coverage on each test set."""
        r2 = {
            name: one.accuracy.spread("r2")._asdict() | {"coverage": float(one.coverage.mean())}
            for name, one in self.tests.windows.items()
        }
        return {"out": str(self.out), "seconds": self.seconds, "r2": r2}


def write_learnt(found: LearntNetworks, options: LearnOptions, folder: Path) -> None:
    """Write ``FILES``.

    Raises:
        OSError: the folder cannot be written.
    """
    about = _about(options)
    write_neck_network(folder / WEIGHTS, found.network, about)
    metrics = metrics_table(found.tests.windows)
    (folder / "metrics.csv").write_text(metrics, encoding="utf-8")
    card = neck_card(found.tests, about, seconds=found.seconds)
    (folder / "model_card.md").write_text(card, encoding="utf-8")


def _about(options: LearnOptions) -> dict[str, Any]:
    """How the networks were made, for the file of weights and the card."""
    recipe = recipe_of(options, seed=options.seed, subjects=options.subjects)
    return {
        "version": __version__,
        "commit": source_commit(),
        "preset": options.preset,
        "preset_version": PRESET_SETTINGS[options.preset].version,
        "system": generic_system().fingerprint,
        "training": asdict(options),
        "movements": asdict(recipe.free),
    }
