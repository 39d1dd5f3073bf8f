"""A preset's own networks: trained, tested, and written with their model card."""

import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from nuchal import __version__
from nuchal.commands.learn_tests import run_tests
from nuchal.commands.learnt import LearnOptions, LearntNetworks
from nuchal.io.commit import source_commit
from nuchal.io.networks.equilibrium import write_neck_network
from nuchal.io.output import check_writable, staged
from nuchal.networks.training.labelled import Recipe
from nuchal.networks.training.preset_networks import recipe_of, teach
from nuchal.report.cards.equilibrium import metrics_table, neck_card

WEIGHTS: Final = "neck.npz"
FILES: Final = (WEIGHTS, "metrics.csv", "model_card.md")
# Share of the time that training takes, for the progress bar; tests take the rest.
_TEACHING: Final = 0.6


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
    network = teach(options.teaching, lambda doing, share: progress(doing, _TEACHING * share))
    seconds = time.perf_counter() - started
    tests = run_tests(
        network, options, lambda share: progress("testing", _TEACHING + (0.99 - _TEACHING) * share)
    )
    found = LearntNetworks(out=out, network=network, tests=tests, seconds=seconds)
    about = _about(options)
    with staged(out, inputs=(), ours=FILES) as folder:
        write_neck_network(folder / WEIGHTS, network, about)
        (folder / "metrics.csv").write_text(metrics_table(tests.windows), encoding="utf-8")
        card = neck_card(tests, about, seconds=seconds)
        (folder / "model_card.md").write_text(card, encoding="utf-8")
    progress("done", 1.0)
    return found


def _about(options: LearnOptions) -> dict[str, Any]:
    """How the networks were made, for the file of weights and the card."""
    teaching = options.teaching
    recipe: Recipe = recipe_of(teaching, seed=teaching.seed, subjects=teaching.subjects)
    return {
        "version": __version__,
        "commit": source_commit(),
        "preset": teaching.preset,
        "training": asdict(teaching),
        "test_subjects": options.test_subjects,
        "recorded_subjects": options.recorded_subjects,
        "movements": asdict(recipe.free),
    }
