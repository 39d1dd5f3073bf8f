"""What became of one frame."""

from enum import IntEnum


class Status(IntEnum):
    """What became of one frame. Zero is good; ``report.text`` says what to do about the others."""

    OK = 0
    GAP = 1
    BEYOND_RANGE = 2
    INFEASIBLE = 3
    NOT_CONVERGED = 4
    OUTSIDE_TRAINING = 5
