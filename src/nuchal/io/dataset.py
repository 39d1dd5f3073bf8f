"""Datasets on disk: zarr version 3, one chunk a shard, written whole and with a checksum.

``xarray.open_zarr`` opens them. A shard is finished once its checksum lies beside it, which is
written last; what was cut off before is made again.
"""

import hashlib
import json
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import zarr
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from nuchal import __version__
from nuchal.conventions import COORDINATES, MARKERS
from nuchal.errors import DatasetError, Status
from nuchal.io.output import staged, told_plainly
from nuchal.model.anatomy import MUSCLES
from nuchal.networks.training.labelled import SUBJECTS_PER_SHARD, Recipe
from nuchal.records import LabelledMotions

FORMAT: Final = 1
_ABOUT: Final = "nuchal"
_CHECKSUM: Final = "checksum"
_RECIPES: Final = TypeAdapter(Recipe)


class _Variable(NamedTuple):
    dims: tuple[str, ...]
    dtype: str
    units: str
    says: str


_VARIABLES: Final[Mapping[str, _Variable]] = {
    "subject": _Variable((), "int64", "1", "number in the population"),
    "measures": _Variable(
        ("measure",), "float64", "m, m, kg", "neck length, shoulder width, head mass"
    ),
    "load_mass_kg": _Variable((), "float64", "kg", "load on the head"),
    "load_place_m": _Variable(("axis",), "float64", "m", "centre of the load, skull frame"),
    "rhythm": _Variable(("angle",), "float64", "1", "upper neck's part of pitch, roll, yaw"),
    "markers": _Variable(("time", "marker", "axis"), "float32", "m", "in the thorax frame"),
    "q": _Variable(("time", "coordinate"), "float32", "rad", "coordinates"),
    "qd": _Variable(("time", "coordinate"), "float32", "rad s-1", "their velocities"),
    "qdd": _Variable(("time", "coordinate"), "float32", "rad s-2", "their accelerations"),
    "force": _Variable(("time", "muscle"), "float32", "N", "tendon force"),
    "activation": _Variable(("time", "muscle"), "float32", "1", "activation, 0 to 1"),
    "status": _Variable(("time",), "int8", "1", "what became of the frame"),
}
_LABELS: Final = {
    "measure": ("neck_length_m", "shoulder_width_m", "head_mass_kg"),
    "axis": ("x", "y", "z"),
    "angle": ("pitch", "roll", "yaw"),
    "marker": MARKERS,
    "coordinate": COORDINATES,
    "muscle": MUSCLES,
}


class About(BaseModel):
    """What a dataset says of itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: int
    version: str
    commit: str | None
    recipe: dict[str, Any]


def about(recipe: Recipe, commit: str | None) -> About:
    """What a dataset of this recipe, made by this software, says of itself."""
    return About(format=FORMAT, version=__version__, commit=commit, recipe=_plain(recipe))


def _plain(value: Any) -> Any:
    """Records, mappings and tuples as JSON has them."""
    if is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value


def recipe_text(recipe: Recipe) -> str:
    """A recipe as JSON, to be sent elsewhere."""
    return json.dumps(_plain(recipe), allow_nan=False)


def recipe_from(text: str) -> Recipe:
    """The recipe of :func:`recipe_text`."""
    return _RECIPES.validate_json(text)


class Store:
    """A dataset to be written shard by shard; begun, or gone on with."""

    def __init__(self, path: Path, recipe: Recipe, commit: str | None) -> None:
        """Open a dataset, or lay out an empty one.

        Raises:
            DatasetError: something else lies there, or a dataset of other settings.
            OutputError: the place can't be written.
        """
        self.path, self.recipe = path, recipe
        mine = about(recipe, commit)
        if path.exists() or path.is_symlink():
            _refuse_another(path, _about(path), mine)
            _sweep(path)
        else:
            _lay_out(path, recipe, mine)
        self._group = _group(path)

    def finished(self) -> set[int]:
        """Shards that are there, whole and undamaged."""
        found = np.asarray(self._group[_CHECKSUM])
        return {
            k
            for k in np.flatnonzero(found.any(axis=1)).tolist()
            if _checksum(self.path, self._group, k) == found[k].tobytes()
        }

    def write(self, shard: int, labelled: LabelledMotions) -> None:
        """Write a shard; it counts from the moment its checksum is there.

        Raises:
            OutputError: the disk is full, or the like.
        """
        first = shard * SUBJECTS_PER_SHARD
        part = slice(first, first + len(labelled.subject))
        with told_plainly(self.path):
            for name in _VARIABLES:
                _array(self._group, name)[part] = getattr(labelled, name)
            digest = _checksum(self.path, self._group, shard)
            if digest is None:
                raise DatasetError(f"{self.path}: shard {shard} vanished while it was written.")
            _array(self._group, _CHECKSUM)[shard] = np.frombuffer(digest, np.uint8)


def read_dataset(path: Path) -> LabelledMotions:
    """Read a whole dataset, once its schema and its checksums hold.

    Raises:
        DatasetError: it is missing, foreign, incomplete, damaged or of another format.
    """
    described = _about(path)
    try:
        recipe = _RECIPES.validate_python(described.recipe)
    except ValidationError as error:
        raise DatasetError(f"{path}: its recipe is damaged; make the dataset again.") from error
    group = _group(path)
    _check_layout(path, group, recipe)
    for shard, digest in enumerate(np.asarray(group[_CHECKSUM])):
        if not digest.any():
            done = int(np.asarray(group[_CHECKSUM]).any(axis=1).sum())
            raise DatasetError(
                f"{path}: only {done} of its {recipe.shards} shards are there; run the same "
                "`nuchal generate` again to finish it."
            )
        if _checksum(path, group, shard) != digest.tobytes():
            raise DatasetError(
                f"{path}: shard {shard} is damaged; run the same `nuchal generate` again to make "
                "it anew."
            )
    arrays = {name: np.asarray(group[name]) for name in ("time", *_VARIABLES)}
    return LabelledMotions(**arrays, about=described.model_dump())


def _sweep(path: Path) -> None:
    """Remove the files that a killed run had begun: zarr writes beside and renames."""
    with told_plainly(path):
        for begun in path.glob("*/c/**/*.partial"):
            begun.unlink(missing_ok=True)


def _lay_out(path: Path, recipe: Recipe, described: About) -> None:
    """An empty dataset, which appears whole."""
    with staged(path, inputs=()) as folder:
        _make_arrays(folder, recipe, described)


def _make_arrays(folder: Path, recipe: Recipe, described: About) -> None:
    title = f"Muscle forces of {recipe.subjects} necks, {recipe.motion} movement"
    attributes: dict[str, Any] = {
        "title": title,
        "institution": "made by nuchal; simulated, research use, not a medical device",
        "references": "doi:10.3390/s26020752, doi:10.1371/journal.pone.0199912",
        _ABOUT: described.model_dump(),
    }
    group = zarr.open_group(folder, mode="w", zarr_format=3, attributes=attributes)
    for name, variable in _VARIABLES.items():
        shape = _shape(recipe, variable)
        group.create_array(
            name,
            shape=shape,
            chunks=(SUBJECTS_PER_SHARD, *shape[1:]),
            dtype=variable.dtype,
            fill_value=np.nan if "float" in variable.dtype else -1,
            dimension_names=("subject", *variable.dims),
            attributes=_attributes(name, variable),
        )
    group.create_array(
        _CHECKSUM,
        shape=(recipe.shards, hashlib.sha256().digest_size),
        chunks=(1, hashlib.sha256().digest_size),
        dtype="uint8",
        fill_value=0,
        dimension_names=("shard", "byte"),
        attributes={"long_name": "SHA-256 of the shard's chunks in the order of their names"},
    )
    step_s = 1.0 / (recipe.free.rate_hz if recipe.motion == "free" else 100.0)
    time = group.create_array(
        "time",
        shape=(recipe.frames,),
        dtype="float64",
        dimension_names=("time",),
        attributes={"units": "s", "long_name": "time"},
    )
    time[:] = np.arange(recipe.frames) * step_s
    for name, labels in _LABELS.items():
        texts = group.create_array(name, shape=(len(labels),), dtype=str, dimension_names=(name,))
        texts[:] = np.array(labels, dtype=object)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Consolidated metadata")
        zarr.consolidate_metadata(folder)


def _attributes(name: str, variable: _Variable) -> dict[str, Any]:
    told: dict[str, Any] = {"units": variable.units, "long_name": variable.says}
    if name == "status":
        told["flag_values"] = [int(s) for s in Status]
        told["flag_meanings"] = " ".join(s.name for s in Status)
    return told


def _shape(recipe: Recipe, variable: _Variable) -> tuple[int, ...]:
    sizes = {"time": recipe.frames} | {name: len(labels) for name, labels in _LABELS.items()}
    return (recipe.subjects, *(sizes[name] for name in variable.dims))


def _about(path: Path) -> About:
    found = _group(path).attrs.asdict().get(_ABOUT)
    if found is None:
        raise DatasetError(
            f"{path}: is no dataset of nuchal's; give one made by `nuchal generate`, or another "
            "--out."
        )
    try:
        described = About.model_validate(found)
    except ValidationError as error:
        raise DatasetError(
            f"{path}: what it says of itself is damaged or of another version of nuchal; make the "
            "dataset again, or choose another --out."
        ) from error
    if described.format != FORMAT:
        raise DatasetError(
            f"{path}: is of format {described.format}, this nuchal reads {FORMAT}; use the version "
            f"that made it, {described.version}."
        )
    return described


def _group(path: Path) -> zarr.Group:
    if not path.exists():
        raise DatasetError(f"{path}: there is no such dataset.")
    try:
        return zarr.open_group(path, mode="r+", zarr_format=3, use_consolidated=False)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DatasetError(
            f"{path}: is no dataset of nuchal's, or its zarr.json is damaged; give one made by "
            "`nuchal generate`, or another --out."
        ) from error


def _array(group: zarr.Group, name: str) -> zarr.Array[Any]:
    found = group[name]
    if not isinstance(found, zarr.Array):
        raise DatasetError(f"{group.store_path}: {name} is no array; make the dataset again.")
    return found


def _refuse_another(path: Path, theirs: About, mine: About) -> None:
    """Settings never mix: whatever differs is named."""
    one, other = _flat(theirs.model_dump()), _flat(mine.model_dump())
    unlike = [k for k in sorted(one | other) if one.get(k) != other.get(k)]
    if unlike:
        first = unlike[0]
        more = f" and {len(unlike) - 1} more settings" if len(unlike) > 1 else ""
        raise DatasetError(
            f"{path}: was made with {first} = {one.get(first)}, now it is {other.get(first)}"
            f"{more}; datasets don't mix settings, so choose another --out."
        )


def _flat(nested: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in nested.items():
        name = key if prefix in ("", "recipe") else f"{prefix}.{key}"
        flat |= _flat(value, name) if isinstance(value, Mapping) else {name: value}
    return flat


def _check_layout(path: Path, group: zarr.Group, recipe: Recipe) -> None:
    expected = {name: _shape(recipe, v) for name, v in _VARIABLES.items()}
    expected |= {"time": (recipe.frames,), _CHECKSUM: (recipe.shards, 32)}
    for name, shape in expected.items():
        found = group.get(name)
        if not isinstance(found, zarr.Array) or found.shape != shape:
            raise DatasetError(
                f"{path}: its array {name} is missing or not of the shape {shape}; make the "
                "dataset again."
            )


def _chunks(path: Path, group: zarr.Group, shard: int) -> Iterator[Path]:
    for name, variable in sorted(_VARIABLES.items()):
        index = (shard, *(0 for _ in variable.dims))
        yield path / name / _array(group, name).metadata.encode_chunk_key(index)


def _checksum(path: Path, group: zarr.Group, shard: int) -> bytes | None:
    digest = hashlib.sha256()
    try:
        for chunk in _chunks(path, group, shard):
            digest.update(chunk.read_bytes())
    except FileNotFoundError:
        return None
    return digest.digest()
