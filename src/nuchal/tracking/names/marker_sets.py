"""The markers that we know by name: on the head, on the torso, left and right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nuchal.errors import Setting

BAND: tuple[str, ...] = ("LFHD", "RFHD", "LBHD", "RBHD")
# Ears (tragi), bridge of the nose, forehead, back of the head, tip of the nose, eyes.
FACE: tuple[str, ...] = (
    "LEAR",
    "REAR",
    "NASION",
    "FOREHEAD",
    "INION",
    "NOSE",
    "LEYE",
    "REYE",
)
# Head markers that we know; any three of them suffice.
HEAD: tuple[str, ...] = ("TP", "LH", "RH", *BAND, *FACE)
# Torso markers on the spine and the sternum, which the shoulders don't move; of T10 and T8 only
# the first that is there is used.
TRUNK: tuple[str, ...] = ("C7", "T10", "T8", "CLAV", "STRN")
# Torso markers that we know.
THORAX: tuple[str, ...] = (*TRUNK, "LSHO", "RSHO")
# Head markers on the left and on the right.
SIDES: tuple[tuple[str, str], ...] = (
    ("LH", "RH"),
    ("LFHD", "RFHD"),
    ("LBHD", "RBHD"),
    ("LEAR", "REAR"),
    ("LEYE", "REYE"),
)
SHOULDERS: tuple[str, str] = ("LSHO", "RSHO")
# Stands for a name of the file in a remedy.
_SOME_NAME = "NAME"


@dataclass(frozen=True, kw_only=True)
class MarkerNames:
    """The markers of one recording that are used, by our names, and their names in the file.

    Attributes:
        head: Ours, three or more.
        thorax: Ours, none to six.
        far_off: Names in the file of markers that are called as if they were on the head, but lie
            where none of its markers can.
    """

    in_file: Mapping[str, str]
    head: tuple[str, ...]
    thorax: tuple[str, ...]
    far_off: tuple[str, ...] = ()

    def files_names(self, ours: Sequence[str]) -> tuple[str, ...]:
        """Names in the file of our names."""
        return tuple(self.in_file[name] for name in ours)


def marker_setting(*ours: str) -> Setting:
    """The setting that says which of the file's markers are these of ours."""
    return Setting("markers", dict.fromkeys(ours, _SOME_NAME))


def pairs_among(names: Sequence[str] | Mapping[str, object]) -> list[tuple[str, str]]:
    """The left and right head markers that are both there."""
    return [pair for pair in SIDES if pair[0] in names and pair[1] in names]


def is_at_a_side(ours: str) -> bool:
    """Whether a head marker of ours sits on the left or the right, not in the middle plane."""
    return any(ours in pair for pair in SIDES)
