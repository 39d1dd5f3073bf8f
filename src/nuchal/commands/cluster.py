"""Work done elsewhere: on a Dask cluster, or by worker processes of this machine."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING

import lazy_loader

from nuchal import __version__
from nuchal.errors import DatasetError, Setting, need_extra
from nuchal.io.dataset.about import recipe_from, recipe_text
from nuchal.networks.training.labelled import label_shard
from nuchal.networks.training.records import Recipe
from nuchal.records import LabelledMotions

if TYPE_CHECKING:
    import distributed
else:
    distributed = lazy_loader.load("distributed")

# From a recipe and numbers of shards to shards, in the order in which they are finished.
Make = Callable[[Recipe, Sequence[int]], Iterator[tuple[int, LabelledMotions]]]
# How often a shard is made again after an error; a lost worker's shards go to others by themselves.
_TRIES = 5
# Shards a thread that are given out before their turn.
_AHEAD = 3
_PATIENCE_S = 15


@contextmanager
def workers_of(address: str | None, workers: int) -> Iterator[Make]:
    """What makes shards elsewhere, as long as the context lasts.

    Args:
        address: the scheduler's; None for worker processes of this machine.
        workers: how many of these.

    Raises:
        EngineError: dask is not installed.
        DatasetError: nobody answers at the address, or another version of nuchal does.
    """
    need_extra("cluster")
    with ExitStack() as stack:
        client = stack.enter_context(_connect(address, workers, stack))
        _check_versions(client)
        yield partial(_shards, client)


@contextmanager
def cluster_of(address: str) -> Iterator[Executor]:
    """A cluster that takes calls of functions, as long as the context lasts.

    Args:
        address: the scheduler's.

    Raises:
        EngineError: dask is not installed.
        DatasetError: nobody answers at the address, or another version of nuchal does.
    """
    need_extra("cluster")
    with ExitStack() as stack:
        client = stack.enter_context(_connect(address, 0, stack))
        _check_versions(client)
        yield stack.enter_context(client.get_executor(pure=False))


def _shards(
    client: "distributed.Client", recipe: Recipe, shards: Sequence[int]
) -> Iterator[tuple[int, LabelledMotions]]:
    text, waiting = recipe_text(recipe), list(reversed(shards))
    running = distributed.as_completed(with_results=True)

    def give_out() -> None:
        if waiting:
            running.add(client.submit(_make, text, waiting.pop(), retries=_TRIES, pure=False))

    for _ in range(_AHEAD * max(1, sum(client.nthreads().values()))):
        give_out()
    try:
        for _, made in running:
            yield made
            give_out()
    except distributed.KilledWorker as error:
        raise DatasetError("cluster.workers_die") from error


def _make(recipe: str, shard: int) -> tuple[int, LabelledMotions]:
    """Runs on a worker."""
    return shard, label_shard(recipe_from(recipe), shard, threads=1)


def _connect(address: str | None, workers: int, stack: ExitStack) -> "distributed.Client":
    if address is None:
        cluster = distributed.LocalCluster(
            n_workers=workers, threads_per_worker=1, dashboard_address=None
        )
        return distributed.Client(stack.enter_context(cluster))
    try:
        return distributed.Client(address, timeout=_PATIENCE_S)
    except (OSError, TimeoutError, ValueError) as error:
        raise DatasetError("cluster.silent", remedy=Setting("cluster", address)) from error


def _check_versions(client: "distributed.Client") -> None:
    """Data are bit-identical only where all make them with the same version."""
    if not client.nthreads():
        client.wait_for_workers(1, timeout=_PATIENCE_S)
    for worker, version in client.run(_version).items():
        if version != __version__:
            raise DatasetError("cluster.version", worker=worker, theirs=version, ours=__version__)


def _version() -> str:
    return __version__
