"""Datasets on disk: zarr version 3, one chunk a shard, written whole and with a checksum.

``xarray.open_zarr`` opens them. A shard is finished once its checksum lies beside it, which is
written last; a shard that was cut off before is made again.
"""

from pathlib import Path

import numpy as np

from nuchal.errors import DatasetError, need_extra
from nuchal.io.dataset.about import about, checked, refuse_another, stored_recipe
from nuchal.io.dataset.layout import (
    ABOUT,
    CHECKSUM,
    VARIABLES,
    array_of,
    check_layout,
    checksum_of,
    lay_out,
    open_group,
    values_of,
)
from nuchal.io.output.failures import told_plainly
from nuchal.io.output.folders import staged
from nuchal.networks.training.records import SUBJECTS_PER_SHARD, Recipe
from nuchal.records import LabelledMotions


class Store:
    """A dataset to be written shard by shard; one that was cut off is continued."""

    def __init__(self, path: Path, recipe: Recipe, commit: str | None) -> None:
        """Open a dataset, or lay out an empty one.

        Raises:
            DatasetError: something else lies there, or a dataset of other settings.
            EngineError: zarr is not installed.
            OutputError: the place can't be written.
        """
        self.path, self.recipe = path, recipe
        mine = about(recipe, commit)
        if path.exists() or path.is_symlink():
            found = checked(path, open_group(path).attrs.asdict().get(ABOUT))
            refuse_another(path, found, mine)
            _sweep(path)
        else:
            need_extra("dataset")
            with staged(path, inputs=()) as folder:
                lay_out(folder, recipe, mine)
        self._group = open_group(path)

    def finished(self) -> set[int]:
        """Shards that are there, whole and undamaged."""
        found = values_of(self.path, self._group, CHECKSUM)
        return {
            k
            for k in np.flatnonzero(found.any(axis=1)).tolist()
            if checksum_of(self.path, self._group, k) == found[k].tobytes()
        }

    def write(self, shard: int, labelled: LabelledMotions) -> None:
        """Write a shard; it counts from the moment its checksum is there.

        Raises:
            OutputError: the disk is full, or the like.
        """
        first = shard * SUBJECTS_PER_SHARD
        part = slice(first, first + len(labelled.subject))
        with told_plainly(self.path):
            for name in VARIABLES:
                array_of(self.path, self._group, name)[part] = getattr(labelled, name)
            digest = checksum_of(self.path, self._group, shard)
            if digest is None:
                raise DatasetError("dataset.shard_vanished", self.path, shard=shard)
            array_of(self.path, self._group, CHECKSUM)[shard] = np.frombuffer(digest, np.uint8)


def read_dataset(path: Path) -> LabelledMotions:
    """Read a whole dataset, once its schema and its checksums hold.

    Raises:
        DatasetError: it is missing, foreign, incomplete, damaged or of another format.
        EngineError: zarr is not installed.
    """
    group = open_group(path)
    described = checked(path, group.attrs.asdict().get(ABOUT))
    recipe = stored_recipe(path, described)
    check_layout(path, group, recipe)
    digests = values_of(path, group, CHECKSUM)
    for shard, digest in enumerate(digests):
        if not digest.any():
            done = int(digests.any(axis=1).sum())
            raise DatasetError("dataset.unfinished", path, done=done, shards=recipe.shards)
        if checksum_of(path, group, shard) != digest.tobytes():
            raise DatasetError("dataset.shard_damaged", path, shard=shard)
    arrays = {name: values_of(path, group, name) for name in ("time", *VARIABLES)}
    return LabelledMotions(**arrays, about=described.model_dump())


def _sweep(path: Path) -> None:
    """Remove the files that a killed run had begun: zarr writes beside and renames."""
    with told_plainly(path):
        for begun in path.glob("*/c/**/*.partial"):
            begun.unlink(missing_ok=True)
