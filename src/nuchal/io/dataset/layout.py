"""The arrays of a dataset: names, axes, units, chunks and checksums."""

import hashlib
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import lazy_loader
import numpy as np

from nuchal.conventions import COORDINATES, MARKERS
from nuchal.errors import DatasetError, Setting, Status, need_extra
from nuchal.io.dataset.about import About
from nuchal.model.clinical import DIRECTIONS, RESEARCH_USE
from nuchal.model.generic import generic_system
from nuchal.model.traits import trait_names
from nuchal.networks.training.records import SUBJECTS_PER_SHARD, Recipe

if TYPE_CHECKING:
    import zarr
else:
    zarr = lazy_loader.load("zarr")

ABOUT: Final = "nuchal"
CHECKSUM: Final = "checksum"
# What zarr and its codecs raise for files that are not what they should be.
_DAMAGE: Final = (
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)
_DIGEST_BYTES: Final = hashlib.sha256().digest_size


class _Variable(NamedTuple):
    dims: tuple[str, ...]
    dtype: str
    units: str
    long_name: str


VARIABLES: Final[Mapping[str, _Variable]] = {
    "subject": _Variable((), "int64", "1", "number in the population"),
    "measures": _Variable(("measure",), "float64", "m, m, kg", "body measures"),
    "load_mass_kg": _Variable((), "float64", "kg", "load on the head"),
    "load_place_m": _Variable(("axis",), "float64", "m", "centre of load in skull"),
    "traits": _Variable(("trait",), "float64", "1", "traits of the neck"),
    "reach": _Variable(("direction",), "float64", "1", "own range over the mean"),
    "markers": _Variable(("time", "marker", "axis"), "float32", "m", "in the thorax frame"),
    "q": _Variable(("time", "coordinate"), "float32", "rad", "coordinates"),
    "qd": _Variable(("time", "coordinate"), "float32", "rad s-1", "their velocities"),
    "qdd": _Variable(("time", "coordinate"), "float32", "rad s-2", "their accelerations"),
    "force": _Variable(("time", "muscle"), "float32", "N", "tendon force"),
    "activation": _Variable(("time", "muscle"), "float32", "1", "activation, 0 to 1"),
    "status": _Variable(("time",), "int8", "1", "status of the frame"),
}
_LABELS: Final = {
    "measure": ("neck_length_m", "shoulder_width_m", "head_and_neck_mass_kg"),
    "axis": ("x", "y", "z"),
    "direction": DIRECTIONS,
    "marker": MARKERS,
    "coordinate": COORDINATES,
    "muscle": generic_system().muscles,
}


def open_group(path: Path) -> "zarr.Group":
    """Open a dataset.

    Raises:
        DatasetError: there is none, or something else.
        EngineError: zarr is not installed.
    """
    need_extra("dataset")
    if not path.exists():
        raise DatasetError("dataset.missing", path)
    try:
        return zarr.open_group(path, mode="r+", zarr_format=3, use_consolidated=False)
    except _DAMAGE as error:
        raise DatasetError("dataset.foreign", path, remedy=Setting("out")) from error


def array_of(path: Path, group: "zarr.Group", name: str) -> "zarr.Array[Any]":
    """One array of a dataset.

    Raises:
        DatasetError: it is missing, damaged or something else.
    """
    try:
        found = group[name]
    except _DAMAGE as error:
        raise DatasetError("dataset.no_array", path, array=name) from error
    if not isinstance(found, zarr.Array):
        raise DatasetError("dataset.no_array", path, array=name)
    return found


def values_of(path: Path, group: "zarr.Group", name: str) -> np.ndarray:
    """All values of one array.

    Raises:
        DatasetError: it is no array, or damaged.
    """
    try:
        return np.asarray(array_of(path, group, name))
    except _DAMAGE as error:
        raise DatasetError("dataset.array_damaged", path, array=name) from error


def lay_out(folder: Path, recipe: Recipe, described: About) -> None:
    """An empty dataset."""
    attributes: dict[str, Any] = {
        "title": f"Muscle forces of {recipe.subjects} necks, {recipe.motion} movement",
        "institution": RESEARCH_USE,
        "references": "doi:10.3390/s26020752, doi:10.1371/journal.pone.0199912",
        ABOUT: described.model_dump(),
    }
    group = zarr.open_group(folder, mode="w", zarr_format=3, attributes=attributes)
    for name, variable in VARIABLES.items():
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
        CHECKSUM,
        shape=(recipe.shards, _DIGEST_BYTES),
        chunks=(1, _DIGEST_BYTES),
        dtype="uint8",
        fill_value=0,
        dimension_names=("shard", "byte"),
        attributes={"long_name": "SHA-256 of chunks by name"},
    )
    _label_axes(group, recipe)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Consolidated metadata")
        zarr.consolidate_metadata(folder)


def _label_axes(group: "zarr.Group", recipe: Recipe) -> None:
    time = group.create_array(
        "time",
        shape=(recipe.frames,),
        dtype="float64",
        dimension_names=("time",),
        attributes={"units": "s", "long_name": "time"},
    )
    time[:] = np.arange(recipe.frames) * (1.0 / recipe.rate_hz)
    for name, labels in _labels(recipe).items():
        texts = group.create_array(name, shape=(len(labels),), dtype=str, dimension_names=(name,))
        texts[:] = np.array(labels, dtype=object)


def _attributes(name: str, variable: _Variable) -> dict[str, Any]:
    told: dict[str, Any] = {"units": variable.units, "long_name": variable.long_name}
    if name == "status":
        told["flag_values"] = [int(s) for s in Status]
        told["flag_meanings"] = " ".join(s.name for s in Status)
    return told


def _shape(recipe: Recipe, variable: _Variable) -> tuple[int, ...]:
    labels = {name: len(of_axis) for name, of_axis in _labels(recipe).items()}
    sizes = {"time": recipe.frames} | labels
    return (recipe.subjects, *(sizes[name] for name in variable.dims))


def _labels(recipe: Recipe) -> dict[str, tuple[str, ...]]:
    return _LABELS | {"trait": trait_names(recipe.settings.neck)}


def check_layout(path: Path, group: "zarr.Group", recipe: Recipe) -> None:
    """Make sure that a dataset has all arrays of its recipe.

    Raises:
        DatasetError: one is missing, or of another shape or kind of numbers.
    """
    expected = {name: (_shape(recipe, v), v.dtype) for name, v in VARIABLES.items()}
    expected["time"] = (recipe.frames,), "float64"
    expected[CHECKSUM] = (recipe.shards, _DIGEST_BYTES), "uint8"
    for name, (shape, dtype) in expected.items():
        found = array_of(path, group, name)
        most = (max(size, SUBJECTS_PER_SHARD) for size in shape)
        if (
            found.shape != shape
            or found.dtype != np.dtype(dtype)
            or any(chunk > room for chunk, room in zip(found.chunks, most, strict=True))
        ):
            raise DatasetError("dataset.layout", path, array=name, shape=str(shape))


def checksum_of(path: Path, group: "zarr.Group", shard: int) -> bytes | None:
    """Of a shard's chunks in the order of their names; None where one is missing."""
    digest = hashlib.sha256()
    try:
        for chunk in _chunks(path, group, shard):
            digest.update(chunk.read_bytes())
    except FileNotFoundError:
        return None
    return digest.digest()


def _chunks(path: Path, group: "zarr.Group", shard: int) -> Iterator[Path]:
    for name, variable in sorted(VARIABLES.items()):
        index = (shard, *(0 for _ in variable.dims))
        yield path / name / array_of(path, group, name).metadata.encode_chunk_key(index)
