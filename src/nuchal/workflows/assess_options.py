"""What an assessment may be told."""

from dataclasses import dataclass, field

from nuchal.assessment.matching import TOLERANCE
from nuchal.workflows.emg_options import EmgOptions
from nuchal.workflows.estimate_options import EstimateOptions


@dataclass(frozen=True, kw_only=True)
class AssessOptions:
    """What ``nuchal assess`` may be told beside the recordings and the person."""

    estimate: EstimateOptions = field(default_factory=EstimateOptions)
    """How each recording is read and its forces are found."""
    necks: int = 1_000_000
    """Among how many people of the population the best match is looked for."""
    seed: int = 1
    """Which population."""
    tolerance: float = TOLERANCE
    """By how much the best match's sum of overlaps may be missed."""
    emg: EmgOptions = field(default_factory=EmgOptions)
    """MVC trials, channels and filters of EMG that recordings hold; its own ``estimate`` is not
    used."""
    pdf: bool = False
    """Whether the report is written as PDF too."""
    tables: bool = True
    """Whether every recording's tables are written too."""
