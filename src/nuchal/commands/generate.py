"""``nuchal generate``: a labelled dataset is made shard by shard, or completed where it lies."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nuchal.commands.cluster import Make, workers_of
from nuchal.errors import DatasetError, Setting, Status
from nuchal.io.commit import source_commit
from nuchal.io.dataset.store import Store
from nuchal.model.generic import MUSCLES
from nuchal.networks.training.labelled import label_shards
from nuchal.networks.training.records import Recipe
from nuchal.records import LabelledMotions


@dataclass(frozen=True, kw_only=True)
class GeneratedData:
    """The result of ``nuchal generate``.

    Attributes:
        shards_made: In this run; the others were there.
        not_ok: Frames of this run whose muscles could not balance them; None if nothing was made.
    """

    out: Path
    recipe: Recipe
    shards_made: int
    not_ok: int | None
    seconds: float

    @property
    def frames(self) -> int:
        """Of all subjects."""
        return self.recipe.subjects * self.recipe.frames

    @property
    def labels(self) -> int:
        """Forces: frames x muscles."""
        return self.frames * len(MUSCLES)

    def as_json(self) -> dict[str, object]:
        """What there is to say, for programs."""
        recipe = self.recipe
        return {
            "out": str(self.out),
            "shards": recipe.shards,
            "shards_made": self.shards_made,
            "frames": self.frames,
            "labels": self.labels,
            "not_ok": self.not_ok,
            "seconds": self.seconds,
            "subjects": recipe.subjects,
            "motion": recipe.motion,
            "preset": recipe.preset,
            "seed": recipe.population.seed,
        }


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
        out: where; a dataset of the same recipe that lies there is completed.
        cluster: address of a Dask scheduler that is to do the work.
        workers: or this many worker processes of this machine.
        progress: told what is being done and which share of it is.

    Raises:
        NuchalError: ``out`` can't be used, the cluster does not answer, and the like.
    """
    if cluster is not None and workers is not None:
        raise DatasetError(
            "cluster.two_places", cluster=Setting("cluster"), workers=Setting("workers")
        )
    started = time.monotonic()
    progress("looking at what is there", 0.0)
    with ExitStack() as stack:
        make: Make = _shards_here
        if cluster is not None or workers is not None:
            make = stack.enter_context(workers_of(cluster, workers or 0))
        store = Store(out, recipe, source_commit())
        made, not_ok = _complete(store, make, progress)
    return GeneratedData(
        out=out,
        recipe=recipe,
        shards_made=made,
        not_ok=not_ok if made else None,
        seconds=time.monotonic() - started,
    )


def _complete(store: Store, make: Make, progress: Callable[[str, float], None]) -> tuple[int, int]:
    """Make the shards that are missing; how many, and their frames out of balance."""
    recipe, there, not_ok = store.recipe, store.finished(), 0
    missing = [k for k in range(recipe.shards) if k not in there]
    for done, (shard, made) in enumerate(make(recipe, missing), start=len(there) + 1):
        store.write(shard, made)
        not_ok += int(np.sum(made.status != Status.OK))
        progress(f"shard {done} of {recipe.shards}", done / recipe.shards)
    return len(missing), not_ok


def _shards_here(recipe: Recipe, missing: Sequence[int]) -> Iterator[tuple[int, LabelledMotions]]:
    return zip(missing, label_shards(recipe, missing), strict=True)
