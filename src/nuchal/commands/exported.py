"""What an export is told, and what it came to."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nuchal.conventions import Preset
from nuchal.io.onnx.export import Port


@dataclass(frozen=True, kw_only=True)
class ExportOptions:
    """What ``nuchal export`` may be told.

    Attributes:
        network: Weights of one's own, in place of those that come with nuchal.
        batch: How many frames the graph takes at once.
        force: Replace a file that is none of ours.
    """

    preset: Preset = "recommended"
    network: Path | None = None
    batch: int = 1
    force: bool = False


@dataclass(frozen=True, kw_only=True)
class ExportedNetwork:
    """A graph that was written, and how near onnxruntime comes to JAX with it.

    Attributes:
        version: Of nuchal, when the weights were trained.
        latency_s: From the frame that forces belong to until the last of its window.
        largest_difference: Of any force in any of them, as a share of maximal isometric force.
    """

    out: Path
    preset: Preset
    version: str
    batch: int
    size_bytes: int
    latency_s: float
    frames_compared: int
    largest_difference: float
    inputs: Mapping[str, Port]
    outputs: Mapping[str, Port]
