"""``nuchal learn``: a preset's own networks, trained, tested, and written with their model card."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from nuchal import __version__
from nuchal.io.commit import source_commit
from nuchal.io.networks.equilibrium import write_neck_network
from nuchal.io.output import check_writable, staged
from nuchal.model.generic import generic_system
from nuchal.networks.equilibrium.records import NeckNetwork
from nuchal.networks.training.evaluation import evaluate
from nuchal.networks.training.records import Evaluation, LearnOptions, recipe_of
from nuchal.networks.training.train import train_neck_network
from nuchal.report.cards.equilibrium import metrics_table, neck_card

WEIGHTS: Final = "neck.npz"
FILES: Final = (WEIGHTS, "metrics.csv", "model_card.md")
# Share of the time that training takes, for the progress bar; tests take the rest.
_TRAINING: Final = 0.6


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


def run_learn(
    *,
    out: Path,
    options: LearnOptions,
    progress: Callable[[str, float], None] = lambda _doing, _share: None,
) -> LearntNetworks:
    """Train the networks that ``nuchal estimate`` uses, and find out how good they are.

    Args:
        out: the folder, whole or not at all.
        options: preset, sizes and seeds.
        progress: told what is being done and which share of it is.

    Raises:
        OutputError: the place cannot be written.
    """
    check_writable(out, names=FILES)
    started = time.perf_counter()
    network = train_neck_network(options, lambda doing, share: progress(doing, _TRAINING * share))
    seconds = time.perf_counter() - started
    tests = evaluate(
        network, options, lambda share: progress("testing", _TRAINING + (0.99 - _TRAINING) * share)
    )
    about = _about(options)
    with staged(out, inputs=(), ours=FILES) as folder:
        write_neck_network(folder / WEIGHTS, network, about)
        (folder / "metrics.csv").write_text(metrics_table(tests.windows), encoding="utf-8")
        card = neck_card(tests, about, seconds=seconds)
        (folder / "model_card.md").write_text(card, encoding="utf-8")
    progress("done", 1.0)
    return LearntNetworks(out=out, network=network, tests=tests, seconds=seconds)


def _about(options: LearnOptions) -> dict[str, Any]:
    """How the networks were made, for the file of weights and the card."""
    recipe = recipe_of(options, seed=options.seed, subjects=options.subjects)
    return {
        "version": __version__,
        "commit": source_commit(),
        "preset": options.preset,
        "system": generic_system().fingerprint,
        "training": asdict(options),
        "movements": asdict(recipe.free),
    }
