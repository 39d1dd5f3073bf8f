"""Places for electrodes on the neck, the model's muscles beneath, and what people call them."""

import re
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from nuchal.conventions import LEFT_SUFFIX

Side = Literal["right", "left"]
SIDES: Final[tuple[Side, Side]] = ("right", "left")


@dataclass(frozen=True)
class Site:
    """Where an electrode may be.

    Attributes:
        name: As the options and ``[emg]`` spell it, behind ``right_`` or ``left_``.
        muscles: Model muscles of the right side.
        pattern: Of a channel's name without its side, in lower case and without separators.
    """

    name: str
    muscles: tuple[str, ...]
    bends: Literal["forward", "back"]
    pattern: str


# Surface electrodes see what lies under them: sternocleidomastoid is the model's three heads, upper
# trapezius its clavicular and acromial parts (He, Liu, Li 2026, doi 10.3390/s26020752); cervical
# extensors at C4 are splenius and semispinalis capitis.
SITES: Final = (
    Site(
        "sternocleidomastoid",
        ("stern_mast", "cleid_mast", "cleid_occ"),
        "forward",
        r"scm|stcm|sternocleido|sternocleidomast(oid(eus)?)?|sternomast(oid)?|sterno",
    ),
    Site(
        "upper_trapezius",
        ("trap_cl", "trap_acr"),
        "back",
        r"ut|utrap|(upper|up|u)trap(ezius)?|trap(ezius)?(upper|up|u|sup(erior)?|"
        r"desc(endens)?|parsdescendens)|trapezius|trap",
    ),
    Site(
        "splenius_capitis",
        ("splen_cap_sklc6", "splen_cap_sklthx"),
        "back",
        r"spl|splen|splenius|spl(en(ius)?)?cap(itis)?",
    ),
    Site(
        "semispinalis_capitis",
        ("semi_cap_sklc5", "semi_cap_sklthx"),
        "back",
        r"ssc|semi|semispin(alis)?|semi(spin(alis)?)?cap(itis)?",
    ),
    Site(
        "cervical_extensors",
        ("splen_cap_sklc6", "splen_cap_sklthx", "semi_cap_sklc5", "semi_cap_sklthx"),
        "back",
        r"ces|cervicalextensors?|neckextensors?|cervicalerectorspinae|cerverectorspinae|"
        r"(cervical)?paraspinals?",
    ),
    Site("levator_scapulae", ("levator_scap",), "back", r"lev|levator|lev(ator)?scap(ulae?)?"),
    Site(
        "scalenes",
        ("scalenus_ant", "scalenus_med", "scalenus_post"),
        "forward",
        r"scal|scalenes?|scalenus|scaleni|(anterior|ant)scal(ene|enus)?",
    ),
    Site(
        "infrahyoids",
        ("Sterno_hyoid", "SternoThyroid", "Omo_hyoid"),
        "forward",
        r"infrahyoids?|sternohyoid(eus)?",
    ),
    Site(
        "suprahyoids",
        ("digastric_ant", "Mylohyoid_Ant", "Mylohyoid_Post", "Geniohyoid"),
        "forward",
        r"suprahyoids?|digastric|submental",
    ),
)

_SIDE_WORDS: Final[dict[str, Side]] = {
    **dict.fromkeys(("r", "rt", "right", "re", "rechts", "dx", "d", "droit", "droite"), "right"),
    **dict.fromkeys(("l", "lt", "left", "li", "links", "sx", "g", "gauche"), "left"),
}
_NOISE: Final = frozenset(
    {"emg", "semg", "im", "sensor", "channel", "ch", "avanti", "trigno", "raw", "analog", "voltage"}
    | {"musc", "muscle", "m", "v", "mv", "uv", "eim", "noraxon", "delsys", "device"}
)
_BRACKETS: Final = re.compile(r"\[[^\]]*\]|\([^)]*\)")
_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


class Guess(NamedTuple):
    """What a channel's name says."""

    site: Site | None
    side: Side | None


def site_named(name: str) -> Site | None:
    """The site of that name, as the options spell it."""
    return next((site for site in SITES if site.name == name), None)


def sided(muscles: tuple[str, ...], side: Side) -> tuple[str, ...]:
    """The muscles of one side."""
    return muscles if side == "right" else tuple(f"{name}{LEFT_SUFFIX}" for name in muscles)


def guess(channel: str) -> Guess:
    """The site and side that a channel's usual name stands for, where it has one.

    ``RSCM``, ``SCM_L``, ``Left Upper Trap``, ``Trap_sup.EMG6``, ``emg_scm_right`` and their like.
    """
    words = [word.lower() for word in _WORDS.findall(_BRACKETS.sub(" ", channel))]
    words = [word for word in words if word not in _NOISE and not word.isdigit()]
    sides = {_SIDE_WORDS[word] for word in words if word in _SIDE_WORDS}
    rest = "".join(word for word in words if word not in _SIDE_WORDS)
    if len(sides) > 1:
        return Guess(None, None)
    if sides:
        return Guess(_matching(rest), sides.pop())
    whole = _matching(rest)
    if whole is not None:
        return Guess(whole, None)
    for inner, letter in ((rest[1:], rest[:1]), (rest[:-1], rest[-1:])):
        site = _matching(inner) if letter in ("r", "l") else None
        if site is not None:
            return Guess(site, _SIDE_WORDS[letter])
    return Guess(None, None)


def _matching(words: str) -> Site | None:
    return next((site for site in SITES if words and re.fullmatch(site.pattern, words)), None)
