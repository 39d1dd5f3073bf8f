"""What was found, assumed or is wrong: codes with values. ``report.text`` puts them into words."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

Level: TypeAlias = Literal["found", "assumed", "warned"]


class Found(StrEnum):
    """Facts of a recording or a person that the results rest on."""

    PLAIN = "plain"

    COLUMNS_LEFT_OUT = "columns_left_out"
    EMG_UNIT_GIVEN = "emg_unit_given"
    HEADER_RATE = "header_rate"
    MODEL_OUTPUTS = "model_outputs"
    MORE_FRAMES = "more_frames"
    NEVER_VISIBLE = "never_visible"
    OTHER_COLUMNS = "other_columns"
    OTHER_MARKER_COUNT = "other_marker_count"
    PREFIX_REMOVED = "prefix_removed"
    TIMES_AND_HEADER_DIFFER = "times_and_header_differ"
    TIMES_REPLACED = "times_replaced"
    UNIT_REPLACED = "unit_replaced"
    UNLABELLED_LEFT_OUT = "unlabelled_left_out"


class Assumed(StrEnum):
    """Choices that had to be made, and what the method takes for granted."""

    PLAIN = "plain"

    CHANNELS_NUMBERED = "channels_numbered"
    LATIN_1 = "latin_1"
    OLD_MOT_DEGREES = "old_mot_degrees"
    PART_IS_MISSING = "part_is_missing"
    RADIANS = "radians"
    ZERO_IS_MISSING = "zero_is_missing"


class Warned(StrEnum):
    """What looks wrong, and asks for a check."""

    PLAIN = "plain"

    MAYBE_RADIANS = "maybe_radians"


What: TypeAlias = Found | Assumed | Warned


@dataclass(frozen=True)
class Finding:
    """One thing that was found, assumed or is wrong.

    Attributes:
        what: Its code.
        values: The numbers and names that belong to it, in the units that their names end in.
        about: The recording that it is of, where there are several.
    """

    what: What
    values: Mapping[str, Any]
    about: str | None = None

    @property
    def level(self) -> Level:
        """Which of the three it is."""
        return _LEVELS[type(self.what)]

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self.what, dict(self.values), self.about)


_LEVELS: dict[type, Level] = {Found: "found", Assumed: "assumed", Warned: "warned"}


def _again(what: What, values: dict[str, Any], about: str | None) -> Finding:
    return Finding(what, MappingProxyType(values), about)


def finding(what: What, /, **values: Any) -> Finding:
    """One finding with its values."""
    return Finding(what, MappingProxyType(values))
