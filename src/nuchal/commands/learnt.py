"""What a training of a preset's own networks gives, and what it is asked for."""

from dataclasses import dataclass
from pathlib import Path

from nuchal.networks.equilibrium.inference import NeckNetwork
from nuchal.networks.training.evaluation import Trials
from nuchal.networks.training.preset_networks import TeachingSettings


@dataclass(frozen=True, kw_only=True)
class LearnOptions:
    """What ``nuchal learn`` may be told.

    Attributes:
        test_subjects: Necks, none of them in training, on each test set; each moves in a way of its
            own.
        recorded_subjects: Of these with six seconds each, from which their rhythm is learnt.
    """

    teaching: TeachingSettings
    test_subjects: int = 200
    recorded_subjects: int = 40


@dataclass(frozen=True, kw_only=True)
class LearntNetworks:
    """What a training gave.

    Attributes:
        seconds: Of the training, data included.
    """

    out: Path
    network: NeckNetwork
    tests: Trials
    seconds: float
