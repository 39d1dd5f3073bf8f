"""The networks of one preset as one file (``io.networks.arrays``), and the files in the package.

Arrays:

``proposal_weight_0``, ``proposal_bias_0``, ... , ``proposal_input_mean``, ``proposal_input_sd``,
``proposal_output_scale``
    The network that proposes multipliers, from input to output.
``spread_weight_0``, ... , ``spread_output_scale``, ``spread_margins``
    The network that gives scales, likewise, and the margins of its intervals.
``filters``
    From windows of head angles to their motion.
``filter_errors``
    Root mean square error of their accelerations.
``domain_centre``, ``domain_shape``
    Where the training frames lie.
"""

from collections.abc import Mapping
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Final, NamedTuple

from nuchal.conventions import PRESETS, Preset
from nuchal.errors import NetworkError, Setting, phrase
from nuchal.io.networks.arrays import FileKind, NetworkFile, read_arrays, write_arrays
from nuchal.model.anatomy import System
from nuchal.model.generic import generic_system
from nuchal.model.traits import trait_names
from nuchal.networks.equilibrium.intervals import SITUATIONS, spread_inputs
from nuchal.networks.equilibrium.proposal import FEATURES
from nuchal.networks.equilibrium.records import Domain, NeckNetwork, Network, Spread
from nuchal.networks.equilibrium.window import NOISE_LEVELS_RAD, WINDOW_FRAMES
from nuchal.optimisation.settings import PRESET_SETTINGS
from nuchal.records import RESPECTS

_KIND: Final = FileKind(
    format=3,
    holds=phrase("network.holds_neck"),
    mend=phrase("network.mend_neck"),
    largest_bytes=20_000_000,
    word="neck",
)
_SCALING: Final = ("input_mean", "input_sd", "output_scale")


class StoredNeckNetwork(NamedTuple):
    """Networks of one preset, and how they were made.

    Attributes:
        about: At least ``preset`` and ``version``.
    """

    network: NeckNetwork
    about: Mapping[str, Any]


def stored_network(preset: Preset, path: Path | None = None) -> StoredNeckNetwork:
    """The networks of a preset in a file, or those that come with nuchal.

    Raises:
        NetworkError: there are none, the file is damaged, or of another preset.
    """
    if path is None:
        return shipped_network(preset)
    stored = read_neck_network(path)
    found = stored.about["preset"]
    if found != preset:
        raise NetworkError(
            "network.other_preset",
            path,
            found=found,
            wanted=preset,
            remedy=Setting("preset", found),
            other=Setting("network"),
        )
    return stored


def shipped_network(preset: Preset) -> StoredNeckNetwork:
    """The networks that come with nuchal.

    Raises:
        NetworkError: there are none for this preset.
    """
    weights = files("nuchal.networks.equilibrium") / "weights"
    there = [name for name in PRESETS if (weights / f"{name}.npz").is_file()]
    if preset not in there:
        raise NetworkError("network.not_shipped", preset=preset, there=there)
    with as_file(weights / f"{preset}.npz") as path:
        return read_neck_network(path)


def write_neck_network(path: Path, network: NeckNetwork, about: Mapping[str, Any]) -> None:
    """Write the networks of one preset; the same networks give the same bytes.

    ``about`` tells how they were made: ``preset`` and ``version`` have to be there, and ``system``
    where they are not of the generic neck.

    Raises:
        ValueError: ``about`` says no preset or version.
        OutputError: the place cannot be written.
    """
    if not _says_what_it_is(about):
        raise ValueError("no preset or version")
    arrays = _arrays("proposal", network.proposal) | _arrays("spread", network.spread.network)
    arrays |= {
        "spread_margins": network.spread.margins,
        "filters": network.filters,
        "filter_errors": network.filter_errors,
        "domain_centre": network.domain.centre,
        "domain_shape": network.domain.shape,
    }
    write_arrays(path, _KIND, about, arrays)


def read_neck_network(path: Path, system: System | None = None) -> StoredNeckNetwork:
    """Read networks that :func:`write_neck_network` wrote, of the generic system without another.

    Raises:
        NetworkError: the file is missing, damaged, something else, of another format or system.
    """
    file = read_arrays(path, _KIND, system or generic_system())
    if not _says_what_it_is(file.about):
        raise NetworkError("network.unnamed", path, mend=_KIND.mend)
    levels, respects = len(NOISE_LEVELS_RAD), len(RESPECTS)
    muscles = file.array("spread_output_scale").size
    inputs = spread_inputs(muscles, _traits(file.about["preset"]))
    margins = file.array("spread_margins", (2, len(SITUATIONS), muscles))
    network = NeckNetwork(
        proposal=_network(file, "proposal", len(FEATURES), 6),
        spread=Spread(_network(file, "spread", inputs, muscles), margins),
        filters=file.array("filters", (levels, 3, WINDOW_FRAMES)),
        filter_errors=file.array("filter_errors", (levels,)),
        domain=Domain(
            file.array("domain_centre", (respects, 4)), file.array("domain_shape", (respects, 4, 4))
        ),
    )
    return StoredNeckNetwork(network, file.about)


def _traits(preset: Preset) -> int:
    return len(trait_names(PRESET_SETTINGS[preset].neck))


def _says_what_it_is(about: Mapping[str, Any]) -> bool:
    version = about.get("version")
    return about.get("preset") in PRESETS and isinstance(version, str) and bool(version)


def _arrays(name: str, network: Network) -> dict[str, Any]:
    arrays: dict[str, Any] = {}
    for k, (weight, bias) in enumerate(zip(network.weights, network.biases, strict=True)):
        arrays |= {f"{name}_weight_{k}": weight, f"{name}_bias_{k}": bias}
    return arrays | {f"{name}_{part}": getattr(network, part) for part in _SCALING}


def _network(file: NetworkFile, name: str, inputs: int, outputs: int) -> Network:
    weights, biases = file.layers(f"{name}_", inputs, outputs)
    return Network(
        weights,
        biases,
        input_mean=file.array(f"{name}_input_mean", (inputs,)),
        input_sd=file.positive(f"{name}_input_sd", (inputs,)),
        output_scale=file.array(f"{name}_output_scale", (outputs,)),
    )
