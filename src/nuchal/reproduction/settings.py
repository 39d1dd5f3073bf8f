"""How much of the paper is gone through."""

from dataclasses import dataclass
from typing import Final, NamedTuple


class Sizes(NamedTuple):
    """How many of what.

    Attributes:
        necks: Of the population.
        subjects: Necks whose forces are labelled.
        epochs: Of the networks' training, at most.
        judged: Healthy people, and as many patients, on whom the overlap is taken to parts.
    """

    necks: int
    subjects: int
    epochs: int
    judged: int


WHOLE: Final = Sizes(necks=1_000_000, subjects=200, epochs=60, judged=20)
QUICK: Final = Sizes(necks=1_000_000, subjects=60, epochs=25, judged=4)


@dataclass(frozen=True, kw_only=True)
class ReproduceOptions:
    """The options of ``nuchal reproduce``.

    Attributes:
        sizes: Of everything; ``WHOLE`` is the paper's.
        seed: Of the made people.
    """

    sizes: Sizes = WHOLE
    seed: int = 606
