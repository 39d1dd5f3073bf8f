"""What is learnt for one preset as one file (``network_files``), and the files in the package.

Arrays, all in single precision:

``proposal_weight_0``, ``proposal_bias_0``, ... , ``proposal_input_mean``, ``proposal_input_sd``,
``proposal_output_scale``
    The network that proposes multipliers, from input to output.
``spread_weight_0``, ... , ``spread_output_scale``, ``spread_margins``
    The network that tells scales, likewise, and the margins of its intervals.
``filters``
    From windows of head angles to their motion.
``filter_errors``
    Root mean square error of their accelerations.
``domain_centre``, ``domain_shape``
    Where the training frames lie.
"""

from collections.abc import Mapping
from importlib.resources import as_file, files
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from nuchal.conventions import N_MUSCLES, PRESETS, Preset
from nuchal.errors import NetworkError
from nuchal.io.networks.arrays import FileKind, read_arrays, write_arrays
from nuchal.networks.equilibrium.domain import RESPECTS, Domain
from nuchal.networks.equilibrium.inference import NeckNetwork
from nuchal.networks.equilibrium.intervals import SITUATIONS, SPREAD_INPUTS, Spread
from nuchal.networks.equilibrium.proposal import FEATURES, Network
from nuchal.networks.equilibrium.window import NOISE_LEVELS_RAD, WINDOW_FRAMES

FORMAT: Final = 2
_KIND: Final = FileKind(
    format=FORMAT,
    holds="those of one neck and preset",
    remedy="use the networks that come with nuchal, or train others with: nuchal learn",
    largest_bytes=20_000_000,
    word="neck",
)
_SCALING: Final = ("input_mean", "input_sd", "output_scale")
# Inputs and outputs of the two networks.
_SIZES: Final = {
    "proposal": (len(FEATURES), 6),
    "spread": (SPREAD_INPUTS, N_MUSCLES),
}
_SHAPES: Final = {
    "spread_margins": (2, len(SITUATIONS), N_MUSCLES),
    "filters": (len(NOISE_LEVELS_RAD), 3, WINDOW_FRAMES),
    "filter_errors": (len(NOISE_LEVELS_RAD),),
    "domain_centre": (len(RESPECTS), 4),
    "domain_shape": (len(RESPECTS), 4, 4),
}


class StoredNeckNetwork(NamedTuple):
    """Networks of one preset, and how they were made.

    Attributes:
        about: At least ``preset`` and ``version``.
    """

    network: NeckNetwork
    about: Mapping[str, Any]


def shipped_network(preset: Preset) -> StoredNeckNetwork:
    """The networks that come with nuchal.

    Raises:
        NetworkError: there are none for this preset.
    """
    weights = files("nuchal.networks.equilibrium") / "weights"
    there = [name for name in PRESETS if (weights / f"{name}.npz").is_file()]
    if preset not in there:
        instead = f"use preset {' or '.join(there)}, or o" if there else "o"
        raise NetworkError(
            f"no networks come with nuchal for preset {preset}; {instead}ptimisation, "
            "or train your own with: nuchal learn."
        )
    with as_file(weights / f"{preset}.npz") as path:
        return read_neck_network(path)


def write_neck_network(path: Path, network: NeckNetwork, about: Mapping[str, Any]) -> None:
    """Write the networks of one preset; the same networks give the same bytes.

    Args:
        path: the ``.npz`` file.
        network: all that is learnt.
        about: how; ``preset`` and ``version`` have to be there.

    Raises:
        ValueError: ``about`` says no preset or version.
        OutputError: the place cannot be written.
    """
    if not _says_what_it_is(about):
        raise ValueError("about lacks the preset or the version")
    arrays = _arrays("proposal", network.proposal) | _arrays("spread", network.spread.network)
    arrays |= {
        "spread_margins": network.spread.margins,
        "filters": network.filters,
        "filter_errors": network.filter_errors,
        "domain_centre": network.domain.centre,
        "domain_shape": network.domain.shape,
    }
    plain = {name: np.asarray(array, np.float32) for name, array in arrays.items()}
    write_arrays(path, _KIND, about, plain)


def read_neck_network(path: Path) -> StoredNeckNetwork:
    """Read networks that :func:`write_neck_network` wrote.

    Raises:
        NetworkError: the file is missing, damaged, something else, or of another format.
    """
    arrays, about = read_arrays(path, _KIND)
    if not _says_what_it_is(about):
        raise NetworkError(
            f"{path}: does not say which preset and version its networks are of; {_KIND.remedy}."
        )
    for name, array in arrays.items():
        if array.dtype != np.float32 or not np.isfinite(array).all():
            raise NetworkError(
                f"{path}: {name} is not of finite numbers in single precision; {_KIND.remedy}."
            )
    for name, shape in _SHAPES.items():
        found = arrays.get(name)
        if found is None or found.shape != shape:
            wrong = "is missing" if found is None else f"has shape {found.shape}, not {shape}"
            raise NetworkError(f"{path}: {name} {wrong}; {_KIND.remedy}.")
    network = NeckNetwork(
        proposal=_network(path, arrays, "proposal"),
        spread=Spread(_network(path, arrays, "spread"), arrays["spread_margins"]),
        filters=arrays["filters"],
        filter_errors=arrays["filter_errors"],
        domain=Domain(arrays["domain_centre"], arrays["domain_shape"]),
    )
    return StoredNeckNetwork(network, about)


def _says_what_it_is(about: Mapping[str, Any]) -> bool:
    version = about.get("version")
    return about.get("preset") in PRESETS and isinstance(version, str) and bool(version)


def _arrays(name: str, network: Network) -> dict[str, Any]:
    arrays: dict[str, Any] = {}
    for k, (weight, bias) in enumerate(zip(network.weights, network.biases, strict=True)):
        arrays |= {f"{name}_weight_{k}": weight, f"{name}_bias_{k}": bias}
    return arrays | {f"{name}_{part}": getattr(network, part) for part in _SCALING}


def _network(path: Path, arrays: Mapping[str, np.ndarray], name: str) -> Network:
    """One network, which has to take and give what is asked of it."""
    layers = range(sum(key.startswith(f"{name}_weight_") for key in arrays))
    try:
        weights = tuple(arrays[f"{name}_weight_{k}"] for k in layers)
        biases = tuple(arrays[f"{name}_bias_{k}"] for k in layers)
        scaling = [arrays[f"{name}_{part}"] for part in _SCALING]
    except KeyError as error:
        raise NetworkError(f"{path}: {error.args[0]} is missing; {_KIND.remedy}.") from error
    inputs, outputs = _SIZES[name]
    fits = (
        len(weights) > 0
        and all(w.ndim == 2 for w in weights)
        and all(b.shape == w.shape[1:] for w, b in zip(weights, biases, strict=True))
        and all(a.shape[1] == b.shape[0] for a, b in pairwise(weights))
        and (weights[0].shape[0], weights[-1].shape[1]) == (inputs, outputs)
        and [x.shape for x in scaling] == [(inputs,), (inputs,), (outputs,)]
        and bool((scaling[1] > 0.0).all())
    )
    if not fits:
        raise NetworkError(
            f"{path}: the arrays of {name} do not lead from {inputs} inputs to {outputs} outputs; "
            f"{_KIND.remedy}."
        )
    return Network(weights, biases, *scaling)
