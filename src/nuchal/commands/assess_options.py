"""What an assessment may be told."""

from dataclasses import dataclass, field

from nuchal.assessment.envelopes.matching import TOLERANCE
from nuchal.commands.emg_options import EmgOptions
from nuchal.commands.estimate_options import EstimateOptions


@dataclass(frozen=True, kw_only=True)
class AssessOptions:
    """What ``nuchal assess`` may be told beside the recordings and the person.

    Attributes:
        estimate: How each recording is read and its forces are found.
        necks: Among how many people of the population the best match is looked for.
        seed: Which population.
        tolerance: By how much the best match's sum of overlaps may be missed.
        emg: MVC trials, channels and filters of EMG that recordings hold; its own ``estimate`` is
            not used.
        pdf: Whether the report is written as PDF too.
        tables: Whether every recording's tables are written too.
    """

    estimate: EstimateOptions = field(default_factory=EstimateOptions)
    necks: int = 1_000_000
    seed: int = 1
    tolerance: float = TOLERANCE
    emg: EmgOptions = field(default_factory=EmgOptions)
    pdf: bool = False
    tables: bool = True
