"""The markers that we know by name: on the head, on the torso, left and right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

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
# Torso markers on the spine and the sternum, which the shoulders don't move.
TRUNK: tuple[str, ...] = ("C7", "T10", "CLAV", "STRN")
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
# What others call them, in small letters without anything else.
ALIASES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "TP": ("tophead", "headtop", "topofhead", "vertex", "htop"),
        "LH": ("ltemple", "lefttemple", "ltemp", "headleft", "lefthead"),
        "RH": ("rtemple", "righttemple", "rtemp", "headright", "righthead"),
        "LFHD": ("leftfronthead", "lfronthead", "lfh"),
        "RFHD": ("rightfronthead", "rfronthead", "rfh"),
        "LBHD": ("leftbackhead", "lbackhead", "lbh"),
        "RBHD": ("rightbackhead", "rbackhead", "rbh"),
        "LEAR": ("leftear", "ltragus", "ltragion"),
        "REAR": ("rightear", "rtragus", "rtragion"),
        "NASION": ("sellion",),
        "FOREHEAD": ("glabella",),
        "INION": ("occiput",),
        "NOSE": ("nosetip",),
        "LEYE": ("lefteye",),
        "REYE": ("righteye",),
        "C7": ("cv7",),
        "T10": ("tv10",),
        "CLAV": ("clavicle", "jugularnotch", "incisurajugularis", "sjn", "ij"),
        "STRN": ("sternum", "stern", "xiphoid", "processusxiphoideus", "px", "sxs"),
        "LSHO": ("lacromium", "lacromion", "lac", "lacr", "leftshoulder", "lshoulder"),
        "RSHO": ("racromium", "racromion", "rac", "racr", "rightshoulder", "rshoulder"),
    }
)
# Stands for a name of the file in a remedy.
_SOME_NAME = "NAME"


@dataclass(frozen=True, kw_only=True)
class MarkerNames:
    """The markers of one recording that are used, by our names, and their names in the file.

    Attributes:
        head: Ours, three or more.
        thorax: Ours, none to six.
    """

    in_file: Mapping[str, str]
    head: tuple[str, ...]
    thorax: tuple[str, ...]

    def files_names(self, ours: Sequence[str]) -> tuple[str, ...]:
        """Names in the file of our names."""
        return tuple(self.in_file[name] for name in ours)


def marker_setting(*ours: str) -> Setting:
    """The setting that says which of the file's markers are these of ours."""
    return Setting("markers", dict.fromkeys(ours, _SOME_NAME))


def pairs_among(names: Sequence[str] | Mapping[str, object]) -> list[tuple[str, str]]:
    """The left and right head markers that are both there."""
    return [pair for pair in SIDES if pair[0] in names and pair[1] in names]
