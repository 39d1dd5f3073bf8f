"""What ``nuchal train`` may be told, and what a run of it came to."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from nuchal.conventions import Preset
from nuchal.networks.paper.network import Networks
from nuchal.networks.paper.splits import Split, SplitKind
from nuchal.networks.paper.training import Training, TrainingSettings
from nuchal.networks.training.accuracy import Accuracy
from nuchal.records import LabelledMotions

PAPER_SUBJECTS: Final = 200


@dataclass(frozen=True, kw_only=True)
class TrainOptions:
    """What ``nuchal train`` may be told.

    Attributes:
        preset: Which labels to learn; a dataset of another one is refused.
        split: ``random`` over samples, as the paper; ``necks`` and ``movement`` keep these apart.
        subjects: How many necks to make where no dataset is given.
    """

    preset: Preset = "paper"
    split: SplitKind = "random"
    split_seed: int = 1
    subjects: int = PAPER_SUBJECTS
    population_seed: int = 1
    settings: TrainingSettings = field(default_factory=TrainingSettings)
    figures: bool = True


@dataclass(frozen=True, kw_only=True)
class TrainedNetworks:
    """What a run of ``nuchal train`` came to.

    Attributes:
        test: On the split's test samples.
        seconds: Of the training alone.
    """

    out: Path
    networks: Networks
    test: Accuracy
    data: LabelledMotions
    split: Split
    training: Training
    seconds: float
