"""Trained networks as one file, without pickle: a ``.npz`` of plain arrays.

Arrays, all single precision but for the first two:

``format``
    The number 1; a file of another format is refused.
``about``
    Bytes of a JSON object in UTF-8: how the networks were made.
``weight_0``, ``bias_0``, ``weight_1``, ...
    Layers from input to output: (network, inputs, outputs) and (network, outputs).
``input_mean``, ``input_sd``, ``output_mean``, ``output_sd``
    What inputs and forces [N] are scaled by.

The archive's own checksums show damage. Any language that reads NumPy's arrays can use it.
"""

import json
import zipfile
import zlib
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from nuchal.errors import NetworkError
from nuchal.io.output import told_plainly
from nuchal.surrogate.network import Layers, Networks, Scaling

FORMAT: Final = 1
_SCALING: Final = ("input_mean", "input_sd", "output_mean", "output_sd")
_REMEDY: Final = "train the networks again with: nuchal train"
_LARGEST_BYTES: Final = 500_000_000


class StoredNetworks(NamedTuple):
    """Networks, and how they were made."""

    networks: Networks
    about: Mapping[str, Any]


def write_networks(path: Path, networks: Networks, about: Mapping[str, Any]) -> None:
    """Write networks; the same networks give the same bytes.

    Raises:
        OutputError: the place cannot be written.
    """
    arrays: dict[str, Any] = {
        "format": np.asarray(FORMAT),
        "about": np.frombuffer(json.dumps(about, allow_nan=False).encode(), np.uint8),
    }
    layers = networks.layers
    for k, (weight, bias) in enumerate(zip(layers.weights, layers.biases, strict=True)):
        arrays |= {f"weight_{k}": np.asarray(weight), f"bias_{k}": np.asarray(bias)}
    arrays |= {name: np.asarray(getattr(networks.scaling, name)) for name in _SCALING}
    with told_plainly(path), path.open("wb") as file:
        np.savez_compressed(file, **arrays)


def read_networks(path: Path) -> StoredNetworks:
    """Read networks that :func:`write_networks` wrote.

    Raises:
        NetworkError: the file is missing, damaged, something else, or of another format.
    """
    arrays = _arrays(path)
    found = arrays.get("format")
    if found is None or found.shape != () or found.dtype.kind not in "iu":
        raise NetworkError(f"{path}: holds no networks of nuchal's; {_REMEDY}.")
    if int(found) != FORMAT:
        raise NetworkError(
            f"{path}: holds networks of format {int(found)}, this nuchal reads {FORMAT}; "
            f"{_REMEDY}, or use the version that made them."
        )
    try:
        about = json.loads(arrays["about"].tobytes())
        networks = _networks(arrays)
    except (KeyError, ValueError) as error:
        raise NetworkError(f"{path}: lacks a part of its networks; {_REMEDY}.") from error
    if not isinstance(about, dict) or not _fits(networks):
        raise NetworkError(f"{path}: its arrays do not fit together; {_REMEDY}.")
    return StoredNetworks(networks, about)


def _arrays(path: Path) -> dict[str, np.ndarray]:
    """All arrays of the file; nothing that would have to be unpickled."""
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise NetworkError(f"{path}: is too large for a file of networks; {_REMEDY}.")
        with zipfile.ZipFile(path) as archive:
            if sum(item.file_size for item in archive.infolist()) > _LARGEST_BYTES:
                raise NetworkError(f"{path}: is too large for a file of networks; {_REMEDY}.")
        with np.load(path, allow_pickle=False) as stored:
            return {name: np.asarray(stored[name]) for name in stored.files}
    except FileNotFoundError as error:
        raise NetworkError(f"{path}: there is no such file of networks.") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError) as error:
        raise NetworkError(f"{path}: is damaged or holds no networks; {_REMEDY}.") from error


def _networks(arrays: Mapping[str, np.ndarray]) -> Networks:
    count = sum(name.startswith("weight_") for name in arrays)
    if not count:
        raise ValueError("no layers")
    numbers = range(count)
    layers = [[arrays[f"{kind}_{k}"] for k in numbers] for kind in ("weight", "bias")]
    plain = [*layers[0], *layers[1], *(arrays[name] for name in _SCALING)]
    if any(x.dtype != np.float32 or not np.isfinite(x).all() for x in plain):
        raise ValueError("not of finite single-precision numbers")
    if any(x.ndim != n for kind, n in zip(layers, (3, 2), strict=True) for x in kind):
        raise ValueError("layers of another shape")
    scaling = [arrays[name] for name in _SCALING]
    if any(x.ndim != 1 for x in scaling):
        raise ValueError("scaling of another shape")
    return Networks(Layers(tuple(layers[0]), tuple(layers[1])), Scaling(*scaling))


def _fits(networks: Networks) -> bool:
    """Whether every layer takes what the one before gives, for as many networks as forces."""
    count, scaling = networks.count, networks.scaling
    weights, biases = networks.layers.weights, networks.layers.biases
    return (
        all(w.shape[0] == count for w in weights)
        and all(a.shape[2] == b.shape[1] for a, b in pairwise(weights))
        and all(b.shape == (count, w.shape[2]) for w, b in zip(weights, biases, strict=True))
        and weights[-1].shape[2] == 1
        and scaling.input_mean.shape == scaling.input_sd.shape == weights[0].shape[1:2]
        and scaling.output_mean.shape == scaling.output_sd.shape == (count,)
        and bool((np.asarray(scaling.input_sd) > 0).all())
    )
