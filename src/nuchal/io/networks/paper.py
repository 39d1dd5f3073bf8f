"""Trained networks as one file, without pickle: a ``.npz`` of plain arrays.

Beside what all such files have (``network_files``; this kind is without ``kind``), in single
precision:

``weight_0``, ``bias_0``, ``weight_1``, ...
    Layers from input to output: (network, inputs, outputs) and (network, outputs).
``input_mean``, ``input_sd``, ``output_mean``, ``output_sd``
    What inputs and forces [N] are scaled by.
"""

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from nuchal.errors import NetworkError
from nuchal.io.networks.arrays import FileKind, read_arrays, write_arrays
from nuchal.networks.paper.network import Layers, Networks, Scaling

FORMAT: Final = 1
_SCALING: Final = ("input_mean", "input_sd", "output_mean", "output_sd")
_KIND: Final = FileKind(
    format=FORMAT,
    holds="those of 'nuchal train'",
    remedy="train the networks again with: nuchal train",
    largest_bytes=500_000_000,
)


class StoredNetworks(NamedTuple):
    """Networks, and how they were made."""

    networks: Networks
    about: Mapping[str, Any]


def write_networks(path: Path, networks: Networks, about: Mapping[str, Any]) -> None:
    """Write networks; the same networks give the same bytes.

    Raises:
        OutputError: the place cannot be written.
    """
    arrays: dict[str, np.ndarray] = {}
    layers = networks.layers
    for k, (weight, bias) in enumerate(zip(layers.weights, layers.biases, strict=True)):
        arrays |= {f"weight_{k}": np.asarray(weight), f"bias_{k}": np.asarray(bias)}
    arrays |= {name: np.asarray(getattr(networks.scaling, name)) for name in _SCALING}
    write_arrays(path, _KIND, about, arrays)


def read_networks(path: Path) -> StoredNetworks:
    """Read networks that :func:`write_networks` wrote.

    Raises:
        NetworkError: the file is missing, damaged, something else, or of another format.
    """
    arrays, about = read_arrays(path, _KIND)
    try:
        networks = _networks(arrays)
    except (KeyError, ValueError) as error:
        raise NetworkError(f"{path}: lacks a part of its networks; {_KIND.remedy}.") from error
    if not _fits(networks):
        raise NetworkError(f"{path}: its arrays do not fit together; {_KIND.remedy}.")
    return StoredNetworks(networks, about)


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
