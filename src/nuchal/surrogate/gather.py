"""Labelled motions in memory, made shard by shard."""

from collections.abc import Callable, Sequence
from dataclasses import fields

import numpy as np

from nuchal.records import LabelledMotions
from nuchal.surrogate.dataset import Recipe, label_shards


def gather(
    recipe: Recipe,
    *,
    shards: Sequence[int] | None = None,
    progress: Callable[[float], None] = lambda _share: None,
) -> LabelledMotions:
    """Make some shards of a recipe, or all, and join them.

    Args:
        recipe: what to make.
        shards: which; all without.
        progress: told which share is done.
    """
    numbers = range(recipe.shards) if shards is None else shards
    made = []
    for part in label_shards(recipe, numbers):
        made.append(part)
        progress(len(made) / len(numbers))
    return join(made)


def join(parts: Sequence[LabelledMotions]) -> LabelledMotions:
    """Put labelled motions that share their times and their origin into one.

    Raises:
        ValueError: no parts, or their times differ.
    """
    if not parts or any(not np.array_equal(part.time, parts[0].time) for part in parts):
        raise ValueError("parts have to share their times")
    arrays = {
        f.name: np.concatenate([getattr(part, f.name) for part in parts])
        for f in fields(LabelledMotions)
        if f.name not in ("time", "about")
    }
    return LabelledMotions(time=parts[0].time, about=parts[0].about, **arrays)
