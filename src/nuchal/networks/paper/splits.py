"""Who is learnt from, who says when to stop, and who judges.

The paper splits at random over samples, so that frames of one neck and one movement lie on all
sides: it asks how well a network interpolates. To ask how it fares on new people or new movements,
split by whole groups of samples.
"""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple, TypeAlias

import numpy as np
from jaxtyping import Bool, Int

from nuchal.errors import DatasetError
from nuchal.movements.standard import PARTS, part_of
from nuchal.networks.paper.features import solved_frames
from nuchal.records import LabelledMotions

TEST_SHARE: Final = 0.2
# Of what the test leaves: 64, 16 and 20 % of all (He, Liu, Li 2026).
VALIDATION_SHARE: Final = 0.2
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


SplitKind: TypeAlias = Literal["random", "necks", "movement"]

# The part of the standard movement that a split by movement keeps for the test: who has learnt each
# axis by itself is asked for all of them together.
HELD_OUT: Final = "combined movement"


def split_samples(data: LabelledMotions, kind: SplitKind, seed: int) -> Split:
    """Split the solved frames of a dataset, in the order of ``features.samples``.

    Args:
        data: the dataset.
        kind: ``random`` over frames, as the paper; ``necks`` keeps each neck on one side;
            ``movement`` keeps movements on one side: of the standard movement the combined part is
            the test, for all necks, and of free movements each one is on one side as a whole, and
            its neck with it, since every neck has a movement of its own.
        seed: of the draw.

    Raises:
        DatasetError: too few frames, necks or movements; or data that don't say how they move.
    """
    solved = solved_frames(data)
    if kind == "random":
        return random_split(int(solved.sum()), seed)
    neck = np.broadcast_to(np.arange(len(solved))[:, None], solved.shape)[solved]
    if kind == "necks" or _motion(data) == "free":
        return group_split(neck, seed)
    tested = part_of(data.time) == PARTS.index(HELD_OUT)
    return held_out_split(np.broadcast_to(tested, solved.shape)[solved], seed)


def what_is_kept_apart(data: LabelledMotions, kind: SplitKind) -> str:
    """One sentence for people: what the test samples share with those that were learnt from."""
    if kind == "random":
        return "nothing: frames are drawn at random, all necks and movements are on all sides"
    free = _motion(data) == "free"
    if kind == "necks":
        moved = "and so is its movement" if free else "the movement is the same on all sides"
        return f"every neck is in training, validation or test as a whole; {moved}"
    if free:
        return (
            "every movement is in training, validation or test as a whole, and so is its neck, "
            "since each neck has a movement of its own"
        )
    learnt = ", ".join(part for part in PARTS if part != HELD_OUT)
    return (
        f"learnt from: {learnt}; validated on a random fifth of their frames; tested on: "
        f"{HELD_OUT}, never seen in training, of the same necks"
    )


def _motion(data: LabelledMotions) -> str:
    recipe = data.about.get("recipe")
    motion = recipe.get("motion") if isinstance(recipe, Mapping) else None
    if motion not in ("standard", "free"):
        raise DatasetError("the data do not say which movement they are of; split them at random.")
    return str(motion)
