"""What a test asks: frames between known ones, people never seen, or movements never seen."""

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

import numpy as np

from nuchal.errors import DatasetError
from nuchal.motion.protocol import PARTS, part_of
from nuchal.records import LabelledMotions
from nuchal.surrogate.features import solved_frames
from nuchal.surrogate.splits import Split, group_split, held_out_split, random_split

SplitKind: TypeAlias = Literal["random", "necks", "movement"]

HELD_OUT: Final = "combined movement"
"""The part of the standard movement that a split by movement keeps for the test: who has learnt
each axis by itself is asked for all of them together."""


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
