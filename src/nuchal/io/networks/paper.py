"""The paper's networks as one file, without pickle: a ``.npz`` of plain arrays.

Beside what all such files have (``io.networks.arrays``; this kind is without ``kind``):

``weight_0``, ``bias_0``, ``weight_1``, ...
    Layers from input to output: (network, inputs, outputs) and (network, outputs).
``input_mean``, ``input_sd``, ``output_mean``, ``output_sd``
    What inputs and forces [N] are scaled by.
``seen_points``, ``seen_border``
    Scaled training inputs, and how far from the nearest of them an input is like them.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from nuchal.conventions import Preset
from nuchal.errors import NetworkError, Setting, phrase
from nuchal.io.networks.arrays import FileKind, read_arrays, write_arrays
from nuchal.model.anatomy import System
from nuchal.model.generic import generic_system
from nuchal.networks.paper.network import Layers, Networks, Scaling, Seen
from nuchal.networks.paper.samples import INPUTS

_KIND: Final = FileKind(
    format=2,
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
    seen = {"seen_points": networks.seen.points, "seen_border": networks.seen.border}
    write_arrays(path, _KIND, about, arrays | vars(networks.scaling) | seen)


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
    seen = Seen(file.array("seen_points"), file.positive("seen_border", ()))
    if seen.points.ndim != 2 or seen.points.shape[1] != inputs or not len(seen.points):
        raise NetworkError(
            "network.shape",
            path,
            array="seen_points",
            found=str(seen.points.shape),
            wanted=f"(points, {inputs})",
            mend=_KIND.mend,
        )
    return StoredNetworks(Networks(layers, scaling, seen), file.about)


def networks_of_preset(preset: Preset, path: Path) -> StoredNetworks:
    """Networks that find the forces of a person's neck: of a preset, from the paper's inputs.

    Raises:
        NetworkError: they are none, of another preset, or of other inputs or muscles.
    """
    stored = read_networks(path)
    about, system = stored.about, generic_system()
    found = about.get("preset")
    if found != preset:
        remedy, other = Setting("preset", found), Setting("network")
        told: dict[str, Any] = {"found": found, "wanted": preset, "other": other}
        raise NetworkError("network.other_preset", path, remedy=remedy, **told)
    sizes = stored.networks.sizes[0], stored.networks.count
    names = about.get("inputs"), about.get("outputs")
    if sizes != (len(INPUTS), system.size) or names != (list(INPUTS), list(system.muscles)):
        raise NetworkError(
            "network.other_inputs",
            path,
            inputs=len(INPUTS),
            muscles=system.size,
            mend=_KIND.mend,
        )
    return stored
