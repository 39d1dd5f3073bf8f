"""What settings are called on the page, in its fields and in sentences about them."""

from collections.abc import Mapping
from typing import Final

from nuchal.errors import Setting, in_python

LABELS: Final[Mapping[str, str]] = {
    "static": "at rest (static trial)",
    "units": "Unit of length",
    "rate_hz": "Frames per second [Hz]",
    "in_degrees": "Unit of angles in MOT, STO and tables",
    "person": "Whose markers, as in NAME:LFHD",
    "swap_sides": "Left and right are exchanged in the file",
    "up": "Axis that points up",
    "forward": "Axis that the person faces",
    "mirror": "Axis that points the wrong way",
    "neutral_window_s": "Neutral from ... to ...",
    "head_name": "Body that is the head",
    "torso_name": "Body that is the trunk",
    "nod_window_s": "Nod from ... to ...",
    "device": "What measured it",
    "quaternion": "Order of the four numbers",
    "euler": "Order of the three angles",
    "left_handed": "The axes are left-handed, as in Unity",
    "columns": "Columns of the head start with",
}

# What an axis can be, and how a field says that nothing was chosen.
AXES: Final = ("+X", "-X", "+Y", "-Y", "+Z", "-Z")
FOUND: Final = "as found"


def given(value: str) -> str | None:
    """What was chosen in a field; None for what was found."""
    return None if value == FOUND else value


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
