"""What a training of a preset's own networks gives, and what it is asked for."""

from dataclasses import dataclass
from pathlib import Path

from nuchal.surrogate.inference import NeckNetwork
from nuchal.surrogate.teaching import TeachingSettings
from nuchal.surrogate.trials import Trials


@dataclass(frozen=True, kw_only=True)
class LearnOptions:
    """What ``nuchal learn`` may be told."""

    teaching: TeachingSettings
    test_subjects: int = 200
    """Necks, none of them in training, on each test set; each moves in a way of its own."""
    recorded_subjects: int = 40
    """Of these with six seconds each, from which their rhythm is learnt."""


@dataclass(frozen=True, kw_only=True)
class LearntNetworks:
    """What a training gave."""

    out: Path
    network: NeckNetwork
    tests: Trials
    seconds: float
    """Of the training, data included."""
