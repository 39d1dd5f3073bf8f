"""Which marker of a file is which: common sets by name, an explicit mapping first."""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from nuchal.errors import RecordingError

# Head markers that we know; any three of them suffice.
HEAD: tuple[str, ...] = ("TP", "LH", "RH", "LFHD", "RFHD", "LBHD", "RBHD")
# Torso markers that we know.
THORAX: tuple[str, ...] = ("C7", "T10", "CLAV", "STRN", "LSHO", "RSHO")
# Torso markers on the spine and the sternum, which the shoulders don't move.
TRUNK: tuple[str, ...] = ("C7", "T10", "CLAV", "STRN")

_BAND = ("LFHD", "RFHD", "LBHD", "RBHD")
_ALIASES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "TP": ("tophead", "headtop", "topofhead", "vertex", "htop"),
        "LH": ("ltemple", "lefttemple", "ltemp", "headleft", "lefthead"),
        "RH": ("rtemple", "righttemple", "rtemp", "headright", "righthead"),
        "LFHD": ("leftfronthead", "lfronthead", "lfh"),
        "RFHD": ("rightfronthead", "rfronthead", "rfh"),
        "LBHD": ("leftbackhead", "lbackhead", "lbh"),
        "RBHD": ("rightbackhead", "rbackhead", "rbh"),
        "C7": ("cv7",),
        "T10": ("tv10",),
        "CLAV": ("clavicle", "jugularnotch", "incisurajugularis", "sjn", "ij"),
        "STRN": ("sternum", "stern", "xiphoid", "processusxiphoideus", "px", "sxs"),
        "LSHO": ("lacromium", "lacromion", "lac", "lacr", "leftshoulder", "lshoulder"),
        "RSHO": ("racromium", "racromion", "rac", "racr", "rightshoulder", "rshoulder"),
    }
)
_MIRROR: Mapping[str, str] = MappingProxyType(
    {
        a: b
        for pair in (("LH", "RH"), ("LFHD", "RFHD"), ("LBHD", "RBHD"), ("LSHO", "RSHO"))
        for a, b in (pair, pair[::-1])
    }
)


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


def recognise(
    names: Sequence[str],
    *,
    source: Path,
    explicit: Mapping[str, str] = MappingProxyType({}),
    swap_sides: bool = False,
    unseen: Sequence[str] = (),
) -> MarkerNames:
    """Find the head and torso markers among a file's marker names.

    ``explicit`` maps our names to the file's and goes first; the rest is recognised by common
    names, whatever their case, separators or subject prefix (``Sub1:LFHD``). ``swap_sides``
    exchanges left and right of what was found. ``unseen`` are names in the file whose markers no
    frame shows; they are mentioned where one is missing.

    Raises:
        RecordingError: fewer than three head markers, a mapped name that the file lacks, or
            two persons in one file.
    """
    found = _explicit_names(names, explicit, source)
    for ours in (*HEAD, *THORAX):
        if ours not in found:
            match = _find(ours, names, set(found.values()), source)
            if match is not None:
                found[ours] = match
    if swap_sides:
        found = {_MIRROR.get(ours, ours): name for ours, name in found.items()}
    head = tuple(name for name in HEAD if name in found)
    if len(head) < 3:
        raise RecordingError(source, _too_few_head_markers(names, head, found, unseen))
    return MarkerNames(in_file=found, head=head, thorax=_torso_set(found))


def closest(name: str, names: Sequence[str], *, cutoff: float = 0.5) -> tuple[str, ...]:
    """Up to three of a file's names that look like a name that it lacks.

    ``cutoff`` is the least share of letters in common, as ``difflib`` counts them.
    """
    by_key = {_key(n): n for n in names}
    keys = difflib.get_close_matches(_key(name), by_key, n=3, cutoff=cutoff)
    return tuple(by_key[k] for k in keys)


def _explicit_names(
    names: Sequence[str], explicit: Mapping[str, str], source: Path
) -> dict[str, str]:
    known = {ours.upper(): ours for ours in (*HEAD, *THORAX)}
    found: dict[str, str] = {}
    for given, name in explicit.items():
        ours = known.get(given.upper())
        if ours is None:
            raise RecordingError(
                source,
                f"{given} is not a marker that this program knows; in --marker OURS=THEIRS and "
                f"under [markers] the left side is one of {', '.join(known.values())}.",
            )
        match = _in_file(name, names)
        if match is None:
            near = closest(name, names)
            hint = f"the nearest are {_listed(near)}" if near else f"it has {_listed(names)}"
            raise RecordingError(
                source,
                f"there is no marker {name} in this file, {hint}; say which one is {ours} with "
                f"--marker {ours}=NAME.",
            )
        if match in found.values():
            twin = next(k for k, v in found.items() if v == match)
            raise RecordingError(
                source, f"the marker {match} was given for both {twin} and {ours}; name each once."
            )
        found[ours] = match
    return found


def _in_file(name: str, names: Sequence[str]) -> str | None:
    if name in names:
        return name
    matches = [n for n in names if _key(n) == _key(name) or _key(n, prefix=True) == _key(name)]
    return matches[0] if len(matches) == 1 else None


def _find(ours: str, names: Sequence[str], taken: set[str], source: Path) -> str | None:
    keys = (_key(ours), *_ALIASES[ours])
    for key in keys:
        matches = [n for n in names if _key(n) == key and n not in taken]
        if len(matches) == 1:
            return matches[0]
        if matches:
            raise RecordingError(
                source,
                f"{_listed(matches)} could each be {ours}; say which one belongs to the person "
                f"with --marker {ours}=NAME, and the same for the other markers.",
            )
    return None


def _torso_set(found: Mapping[str, str]) -> tuple[str, ...]:
    """Spine and sternum where three of them are there: the shoulders move against the thorax."""
    trunk = tuple(name for name in TRUNK if name in found)
    return trunk if len(trunk) >= 3 else tuple(name for name in THORAX if name in found)


def _key(name: str, *, prefix: bool = False) -> str:
    bare = name if prefix else name.rsplit(":", 1)[-1]
    return re.sub(r"[^a-z0-9]", "", bare.lower())


def _listed(names: Sequence[str], limit: int = 24) -> str:
    shown = ", ".join(names[:limit])
    return shown + (f" and {len(names) - limit} more" if len(names) > limit else "")


def _too_few_head_markers(
    names: Sequence[str], head: Sequence[str], found: Mapping[str, str], unseen: Sequence[str]
) -> str:
    needed = "three head markers are needed (TP, LH, RH, or three of LFHD, RFHD, LBHD, RBHD)"
    if not names:
        return f"{needed}, but the file has no markers; label the trial and export it again."
    wanted = _BAND if set(head) & set(_BAND) else ("TP", "LH", "RH")
    missing = [name for name in wanted if name not in head]
    have = f"only {', '.join(head)} were" if len(head) > 1 else f"{head[0] if head else 'none'} was"
    hidden = [
        name for name in unseen if any(_key(name) in (_key(m), *_ALIASES[m]) for m in missing)
    ]
    never = f" ({', '.join(hidden)} is there, but not seen in any frame)" if hidden else ""
    options = ", ".join(f"--marker {name}=NAME" for name in missing)
    near = _guesses(missing, names, found, cutoff=0.5 if head else 0.75)
    guess = f", perhaps {', '.join(f'--marker {m}={n}' for m, n in near.items())}" if near else ""
    return (
        f"{needed} and {have} recognised among {_listed(names)}{never}; name what is missing with "
        f"{options}{guess}."
    )


def _guesses(
    missing: Sequence[str], names: Sequence[str], found: Mapping[str, str], *, cutoff: float
) -> Mapping[str, str]:
    """Markers in the file that may be the missing ones: by likeness, or by being left over.

    A file that shows no head marker at all may be of another part of the body, so that only
    names that are much alike should be suggested there.
    """
    free = [name for name in names if name not in found.values()]
    near: dict[str, str] = {}
    for wanted in missing:
        for key in (wanted, *_ALIASES[wanted]):
            left = [n for n in free if n not in near.values()]
            for name in closest(key, left, cutoff=cutoff)[:1]:
                near.setdefault(wanted, name)
    rest = [name for name in free if name not in near.values()]
    lacking = [name for name in missing if name not in near]
    if len(rest) == len(lacking) == 1:
        near[lacking[0]] = rest[0]
    return near
