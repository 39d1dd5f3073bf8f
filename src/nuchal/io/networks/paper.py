"""The paper's networks as one file, without pickle: a ``.npz`` of plain arrays.

Beside what all such files have (``io.networks.arrays``; this kind is without ``kind``):

``weight_0``, ``bias_0``, ``weight_1``, ...
    Layers from input to output: (network, inputs, outputs) and (network, outputs).
``input_mean``, ``input_sd``, ``output_mean``, ``output_sd``
    What inputs and forces [N] are scaled by.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from nuchal.errors import phrase
from nuchal.io.networks.arrays import FileKind, read_arrays, write_arrays
from nuchal.model.anatomy import System
from nuchal.model.generic import generic_system
from nuchal.networks.paper.network import Layers, Networks, Scaling

_KIND: Final = FileKind(
    format=1,
    holds=phrase("network.holds_paper"),
    mend=phrase("network.mend_paper"),
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
    arrays: dict[str, Any] = {}
    layers = networks.layers
    for k, (weight, bias) in enumerate(zip(layers.weights, layers.biases, strict=True)):
        arrays |= {f"weight_{k}": weight, f"bias_{k}": bias}
    write_arrays(path, _KIND, about, arrays | vars(networks.scaling))


def read_networks(path: Path, system: System | None = None) -> StoredNetworks:
    """Read networks that :func:`write_networks` wrote, of the generic system without another.

    Raises:
        NetworkError: the file is missing, damaged, something else, of another format or system.
    """
    file = read_arrays(path, _KIND, system or generic_system())
    count, inputs = file.array("output_mean").size, file.array("input_mean").size
    scaling = Scaling(
        input_mean=file.array("input_mean", (inputs,)),
        input_sd=file.positive("input_sd", (inputs,)),
        output_mean=file.array("output_mean", (count,)),
        output_sd=file.array("output_sd", (count,)),
    )
    layers = Layers(*file.layers("", inputs, 1, lead=(count,)))
    return StoredNetworks(Networks(layers, scaling), file.about)
