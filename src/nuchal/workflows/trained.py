"""What ``nuchal train`` may be told, and what a run of it came to."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from nuchal.conventions import Preset
from nuchal.records import LabelledMotions
from nuchal.surrogate.metrics import Accuracy
from nuchal.surrogate.network import Networks
from nuchal.surrogate.split_kinds import SplitKind
from nuchal.surrogate.splits import Split
from nuchal.surrogate.training import Training, TrainingSettings

PAPER_SUBJECTS: Final = 200


@dataclass(frozen=True, kw_only=True)
class TrainOptions:
    """What ``nuchal train`` may be told."""

    preset: Preset = "paper"
    """Which labels to learn; a dataset of another one is refused."""
    split: SplitKind = "random"
    """``random`` over samples, as the paper; ``necks`` and ``movement`` keep these apart."""
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
