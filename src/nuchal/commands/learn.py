"""A preset's own networks are trained, tested, and written with their model card."""

import time
from pathlib import Path

from nuchal.commands.learn_files import FILES, LearntNetworks, write_learnt
from nuchal.commands.run import Progress, run_into, silent
from nuchal.errors import need_extra
from nuchal.networks.training.evaluation import evaluate
from nuchal.networks.training.records import LearnOptions
from nuchal.networks.training.train import train_neck_network

# Shares of the time that training and tests take, for the progress bar.
_TRAINING, _TESTING = 0.6, 0.3


def run_learn(
    *,
    out: Path,
    options: LearnOptions,
    progress: Progress = silent,
) -> LearntNetworks:
    """Train the networks that ``nuchal estimate`` uses, and find out how good they are.

    Args:
        out: the folder, whole or not at all.
        options: preset, sizes and seeds.
        progress: told what is being done and which share of it is.

    Raises:
        EngineError: the extra ``train`` is not installed.
        OutputError: the place cannot be written.
    """
    need_extra("train")

    def find() -> LearntNetworks:
        started = time.perf_counter()
        network = train_neck_network(options, lambda say, share: progress(say, _TRAINING * share))
        seconds = time.perf_counter() - started
        tests = evaluate(
            network, options, lambda share: progress("testing", _TRAINING + _TESTING * share)
        )
        return LearntNetworks(out=out, network=network, tests=tests, seconds=seconds)

    def write(found: LearntNetworks, folder: Path) -> None:
        write_learnt(found, options, folder)

    return run_into(out, inputs=(), names=FILES, find=find, write=write, progress=progress).found
