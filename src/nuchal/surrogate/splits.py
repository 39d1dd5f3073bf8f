"""Who is learnt from, who says when to stop, and who judges.

The paper splits at random over samples, so that frames of one neck and one movement lie on all
sides: it asks how well a network interpolates. To ask how it fares on new people or new movements,
split by whole groups of samples.
"""

from typing import Final, NamedTuple

import numpy as np
from jaxtyping import Bool, Int

from nuchal.errors import DatasetError

TEST_SHARE: Final = 0.2
VALIDATION_SHARE: Final = 0.2
"""Of what the test leaves: 64, 16 and 20 % of all (He, Liu, Li 2026)."""
FEWEST_SAMPLES: Final = 10


class Split(NamedTuple):
    """Numbers of samples, sorted; no sample is in two parts."""

    train: Int[np.ndarray, " a"]
    validation: Int[np.ndarray, " b"]
    test: Int[np.ndarray, " c"]


def random_split(
    count: int,
    seed: int,
    *,
    test_share: float = TEST_SHARE,
    validation_share: float = VALIDATION_SHARE,
) -> Split:
    """The paper's split over samples.

    Args:
        count: how many samples there are.
        seed: of the draw.
        test_share: of all, for the test.
        validation_share: of the rest, for validation.

    Raises:
        DatasetError: too few to have all three parts.
    """
    if count < FEWEST_SAMPLES:
        raise DatasetError(
            f"{count} samples are too few to split into training, validation and test; give "
            f"{FEWEST_SAMPLES} or more."
        )
    tested = max(1, round(test_share * count))
    validated = max(1, round(validation_share * (count - tested)))
    order = np.random.default_rng(seed).permutation(count)
    parts = np.split(order, [tested, tested + validated])
    return Split(*(np.sort(part) for part in (parts[2], parts[1], parts[0])))


def held_out_split(
    held_out: Bool[np.ndarray, " s"], seed: int, *, validation_share: float = VALIDATION_SHARE
) -> Split:
    """A split whose test is given; validation is drawn at random over the other samples.

    Args:
        held_out: which samples are the test.
        seed: of the draw.
        validation_share: of the samples that are not the test.

    Raises:
        DatasetError: no sample for the test, or too few for the others.
    """
    rest = np.flatnonzero(~held_out)
    if not held_out.any() or len(rest) < FEWEST_SAMPLES:
        raise DatasetError(
            f"{int(held_out.sum())} samples to test and {len(rest)} others are too few to train "
            "and test on different parts of the movement; give more subjects."
        )
    order = np.random.default_rng(seed).permutation(rest)
    validated = max(1, round(validation_share * len(rest)))
    return Split(np.sort(order[validated:]), np.sort(order[:validated]), np.flatnonzero(held_out))


def group_split(
    group: Int[np.ndarray, " s"],
    seed: int,
    *,
    test_share: float = TEST_SHARE,
    validation_share: float = VALIDATION_SHARE,
) -> Split:
    """A split in which every group of samples is on one side as a whole.

    Args:
        group: what each sample belongs to: its neck, or its movement.
        seed: of the draw.
        test_share: of the groups, for the test.
        validation_share: of the other groups, for validation.

    Raises:
        DatasetError: fewer than three groups.
    """
    names, member = np.unique(group, return_inverse=True)
    count = len(names)
    if count < 3:
        raise DatasetError(
            f"{count} necks or movements are too few to keep training, validation and test "
            "apart; give 3 or more."
        )
    tested = min(max(1, round(test_share * count)), count - 2)
    validated = min(max(1, round(validation_share * (count - tested))), count - tested - 1)
    part = np.zeros(count, dtype=int)
    order = np.random.default_rng(seed).permutation(count)
    part[order[:tested]] = 2
    part[order[tested : tested + validated]] = 1
    return Split(*(np.flatnonzero(part[member] == k) for k in range(3)))
