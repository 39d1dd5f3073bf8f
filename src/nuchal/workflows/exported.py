"""What an export is told, and what it came to."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nuchal.conventions import Preset
from nuchal.io.onnx_export import Port


@dataclass(frozen=True, kw_only=True)
class ExportOptions:
    """What ``nuchal export`` may be told."""

    preset: Preset = "recommended"
    network: Path | None = None
    """Weights of one's own, in place of those that come with nuchal."""
    batch: int = 1
    """How many frames the graph takes at once."""
    force: bool = False
    """Replace a file that is none of ours."""


@dataclass(frozen=True, kw_only=True)
class ExportedNetwork:
    """A graph that was written, and how near onnxruntime comes to JAX with it."""

    out: Path
    preset: Preset
    version: str
    """Of nuchal, when the weights were trained."""
    batch: int
    size_bytes: int
    latency_s: float
    """From the frame that forces belong to until the last of its window."""
    frames_compared: int
    largest_difference: float
    """Of any force in any of them, as a share of maximal isometric force."""
    inputs: Mapping[str, Port]
    outputs: Mapping[str, Port]
