"""A labelled dataset is made, shard by shard, and gone on with where it was cut off."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nuchal.commands.cluster import Make, workers_of
from nuchal.errors import DatasetError, Status
from nuchal.io.commit import source_commit
from nuchal.io.dataset import Store
from nuchal.model.anatomy import MUSCLES
from nuchal.networks.training.labelled import Recipe, label_shards
from nuchal.records import LabelledMotions


@dataclass(frozen=True, kw_only=True)
class GeneratedData:
    """What a run of ``nuchal generate`` came to.

    Attributes:
        shards_made: In this run; the others were there.
        frames: Of all subjects.
        labels: Forces: frames x muscles.
        not_ok: Frames of this run whose muscles could not balance them; None if nothing was made.
    """

    out: Path
    recipe: Recipe
    shards: int
    shards_made: int
    frames: int
    labels: int
    not_ok: int | None
    seconds: float


def run_generate(
    recipe: Recipe,
    out: Path,
    *,
    cluster: str | None = None,
    workers: int | None = None,
    progress: Callable[[str, float], None] = lambda _doing, _share: None,
) -> GeneratedData:
    """Make a dataset, or what is missing of it.

    Args:
        recipe: what to make.
        out: where; a dataset of the same recipe that lies there is gone on with.
        cluster: address of a Dask scheduler that is to do the work.
        workers: or this many worker processes of this machine.
        progress: told what is being done and which share of it is.

    Raises:
        NuchalError: ``out`` can't be used, the cluster does not answer, and the like.
    """
    if cluster is not None and workers is not None:
        raise DatasetError("--cluster and --workers exclude one another; leave one out.")
    started = time.monotonic()
    progress("looking at what is there", 0.0)
    bad = 0
    with ExitStack() as stack:
        make: Make = _shards_here
        if cluster is not None or workers is not None:
            make = stack.enter_context(workers_of(cluster, workers or 0))
        store = Store(out, recipe, source_commit())
        there = store.finished()
        missing = [k for k in range(recipe.shards) if k not in there]
        for done, (shard, made) in enumerate(make(recipe, missing), start=1):
            store.write(shard, made)
            bad += int(np.sum(made.status != Status.OK))
            share = (len(there) + done) / recipe.shards
            progress(f"shard {len(there) + done} of {recipe.shards}", share)
    frames = recipe.subjects * recipe.frames
    return GeneratedData(
        out=out,
        recipe=recipe,
        shards=recipe.shards,
        shards_made=len(missing),
        frames=frames,
        labels=frames * len(MUSCLES),
        not_ok=bad if missing else None,
        seconds=time.monotonic() - started,
    )


def _shards_here(recipe: Recipe, missing: Sequence[int]) -> Iterator[tuple[int, LabelledMotions]]:
    return zip(missing, label_shards(recipe, missing), strict=True)
