"""What settings are called on the page, in its fields and in sentences about them."""

from collections.abc import Mapping
from typing import Final

from nuchal.errors import Setting, in_python

LABELS: Final[Mapping[str, str]] = {
    "static": "at rest (static trial)",
    "units": "Unit of length",
    "rate_hz": "Frames per second [Hz]",
    "in_degrees": "Unit of angles in MOT and STO",
    "person": "Whose markers, as in NAME:LFHD",
    "swap_sides": "Left and right are exchanged in the file",
    "up": "Axis that points up",
    "forward": "Axis that the person faces",
    "mirror": "Axis that points the wrong way",
    "neutral_window_s": "Neutral from ... to ...",
}


def on_the_page(setting: Setting) -> str:
    """A setting as the page has it: its field's label, and what to choose there."""
    if setting.name == "markers":
        given: Mapping[str, str] = setting.value or {}
        named = ", ".join(
            f"the marker {k}" if v == "NAME" else f"{v} for {k}" for k, v in given.items()
        )
        return f"{named or 'the markers'} in step 3"
    label = LABELS.get(setting.name)
    if label is None:
        return f"{in_python(setting)} (not on this page)"
    chosen = isinstance(setting.value, str | float)
    return f'"{label}: {setting.value}"' if chosen else f'"{label}"'
