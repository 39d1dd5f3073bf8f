"""One experiment with the paper's networks: a dataset is split, trained on and tested on."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from nuchal.conventions import Preset
from nuchal.model.generic import generic_anatomy
from nuchal.networks.accuracy import Accuracy, accuracy
from nuchal.networks.paper.network import Networks, predict_forces
from nuchal.networks.paper.samples import Split, SplitKind, samples, split_samples
from nuchal.networks.paper.training import Training, TrainingSettings, train
from nuchal.records import LabelledMotions


@dataclass(frozen=True, kw_only=True)
class TrainOptions:
    """The options of ``nuchal train``.

    Attributes:
        preset: Of the forces to learn; a dataset of another preset is refused.
        split: ``random`` over frames, as in the paper; ``necks`` and ``movement`` keep these apart.
        subjects: How many necks to simulate where no dataset is given.
    """

    preset: Preset = "paper"
    split: SplitKind = "random"
    split_seed: int = 1
    subjects: int = 200
    population_seed: int = 1
    settings: TrainingSettings = field(default_factory=TrainingSettings)
    figures: bool = True


@dataclass(frozen=True, kw_only=True)
class TrainedNetworks:
    """The result of ``nuchal train``.

    Attributes:
        test: On the split's test samples.
        seconds: Of the training alone.
    """

    options: TrainOptions
    data: LabelledMotions
    split: Split
    training: Training
    test: Accuracy
    seconds: float

    @property
    def networks(self) -> Networks:
        """The networks, each with the weights of its best epoch."""
        return self.training.networks

    def as_json(self, muscles: Sequence[str]) -> dict[str, object]:
        """What there is to say, for programs."""
        return {
            "samples": {name: len(part) for name, part in self.split._asdict().items()},
            "epochs": len(self.training.train_loss),
            "seconds": self.seconds,
            "r2": self.test.spread("r2")._asdict(),
            "nrmse": self.test.spread("nrmse")._asdict(),
            "muscles": list(self.test.rows(muscles)),
        }


def train_and_test(
    data: LabelledMotions,
    options: TrainOptions,
    progress: Callable[[str, float], None] = lambda _doing, _share: None,
) -> TrainedNetworks:
    """Train one network for each muscle and test them on samples that were kept apart.

    Raises:
        DatasetError: too few samples, necks or movements.
    """
    inputs, forces, _ = samples(data)
    split = split_samples(data, options.split, options.split_seed)
    started = time.perf_counter()
    training = train(
        inputs,
        forces,
        train_on=split.train,
        validate_on=split.validation,
        settings=options.settings,
        progress=progress,
    )
    seconds = time.perf_counter() - started
    test = accuracy(
        forces[split.test],
        predict_forces(training.networks, inputs[split.test]),
        maximal_force_n=np.asarray(generic_anatomy().max_isometric_force),
    )
    return TrainedNetworks(
        options=options, data=data, split=split, training=training, test=test, seconds=seconds
    )
