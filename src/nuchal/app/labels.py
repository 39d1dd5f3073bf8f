"""How the page names settings: the labels of its fields, in the form and in what errors say."""

from collections.abc import Mapping
from typing import Final

from nuchal.errors import Setting

LABELS: Final[Mapping[str, str]] = {
    "units": "Unit of length",
    "in_degrees": "Unit of angles in MOT and STO",
    "rate_hz": "Frames per second [Hz]",
    "person": "Whose markers, as in NAME:LFHD",
    "markers": "Markers",
    "swap_sides": "Left and right are exchanged in the file",
    "up": "Axis that points up",
    "forward": "Axis that the person faces",
    "mirror": "Axis that points the wrong way",
    "neutral_window_s": "Neutral from and to [s]",
    "static": "At rest (static trial)",
}
_STEP_2: Final = ("units", "in_degrees", "rate_hz", "person", "static")


def as_field(setting: Setting) -> str:
    """A setting as its field on the page, with the value to choose; others by their own name."""
    label = LABELS.get(setting.name)
    if label is None:
        return setting.name.replace("_", " ")
    step = 2 if setting.name in _STEP_2 else 3
    return f'"{label}" in step {step}{_value(setting)}'


def _value(setting: Setting) -> str:
    value = setting.value
    if setting.name == "in_degrees" and value is not None:
        value = "degrees" if value else "radians"
    if value is None or value is True:
        return ""
    if isinstance(value, Mapping):
        value = ", ".join(f"{ours} = {theirs}" for ours, theirs in value.items())
    return f" ({value})"
