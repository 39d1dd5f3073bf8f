"""Values of settings from the words of the command line."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Literal

import typer

_LARGEST_WEIGHT: Final = 1e6
_LARGEST_PLACE_M: Final = 1.0


def numbers(text: str, *, option: str, form: str) -> tuple[float, ...]:
    """Numbers separated by commas.

    Args:
        text: what was given.
        option: its name.
        form: what it should look like, e.g. ``X,Y,Z``.

    Raises:
        typer.BadParameter: something else was given.
    """
    wanted = form.count(",") + 1
    try:
        values = tuple(float(part) for part in text.split(","))
    except ValueError:
        values = ()
    if len(values) != wanted or not all(map(math.isfinite, values)):
        many = f", {wanted} numbers with commas between them" if wanted > 1 else ""
        raise typer.BadParameter(f"{option} takes {form}{many}, not {text!r}")
    return values


def pairs(items: Sequence[str] | None, *, option: str, form: str) -> Mapping[str, str]:
    """``NAME=VALUE`` items as a mapping; empty for None.

    Raises:
        typer.BadParameter: an item of another form, or a name given twice.
    """
    found: dict[str, str] = {}
    for item in items or ():
        name, _, value = (part.strip() for part in item.partition("="))
        if not (name and value):
            raise typer.BadParameter(f"{option} takes {form}, not {item!r}")
        if name in found:
            raise typer.BadParameter(f"{option} names {name} twice; give it once")
        found[name] = value
    return found


def markers(items: Sequence[str] | None) -> Mapping[str, str]:
    """Ours and theirs of ``--marker``."""
    return pairs(items, option="--marker", form="OURS=THEIRS")


def columns(items: Sequence[str] | None) -> Mapping[str, str]:
    """Bodies and prefixes of ``--columns``."""
    return pairs(items, option="--columns", form="BODY=PREFIX")


def channels(items: Sequence[str] | None) -> Mapping[str, str]:
    """Ours and theirs of ``--channel``."""
    return pairs(items, option="--channel", form="OURS=THEIRS")


def files(paths: Sequence[Path] | None) -> tuple[Path, ...]:
    """A flag's files, given as often as needed."""
    return tuple(paths or ())


def files_or_none(paths: Sequence[Path] | None) -> tuple[Path | None, ...]:
    """A flag's files, given as often as needed; the word ``none`` stands for no file."""
    return tuple(None if str(path) == "none" else path for path in paths or ())


def weights(items: Sequence[str] | None) -> Mapping[str, float]:
    """Terms and weights of ``--weight``; which terms there are, the mechanics know.

    Raises:
        typer.BadParameter: no number, or a negative one.
    """
    found = {}
    for term, text in pairs(items, option="--weight", form="TERM=NUMBER").items():
        (value,) = numbers(text, option=f"--weight {term}=", form="NUMBER")
        if not 0.0 <= value <= _LARGEST_WEIGHT:
            raise typer.BadParameter(
                f"--weight {term}={text} must be zero or more, and at most {_LARGEST_WEIGHT:g}"
            )
        found[term] = value
    return found


def place(text: str | None) -> tuple[float, float, float] | None:
    """``X,Y,Z`` of ``--load-place`` [m].

    Raises:
        typer.BadParameter: no three numbers, or a place far from the head.
    """
    return _near_head(text, "--load-place")


def force_place(text: str | None) -> tuple[float, float, float] | None:
    """``X,Y,Z`` of ``--force-place`` [m].

    Raises:
        typer.BadParameter: no three numbers, or a place far from the head.
    """
    return _near_head(text, "--force-place")


def units(text: str | None) -> tuple[str, str] | None:
    """``FORCE,LENGTH`` of ``--force-units``; which units there are, the reader knows.

    Raises:
        typer.BadParameter: no two words.
    """
    if text is None:
        return None
    words = tuple(word.strip() for word in text.split(","))
    if len(words) != 2 or not all(words):
        raise typer.BadParameter(f"--force-units takes FORCE,LENGTH, such as N,mm, not {text!r}")
    return words[0], words[1]


def _near_head(text: str | None, option: str) -> tuple[float, float, float] | None:
    if text is None:
        return None
    x, y, z = numbers(text, option=option, form="X,Y,Z")
    if max(abs(x), abs(y), abs(z)) > _LARGEST_PLACE_M:
        raise typer.BadParameter(
            f"{option} {text} lies more than {_LARGEST_PLACE_M:g} m from the head, which looks "
            "like another unit; give metres"
        )
    return x, y, z


def window(text: str | None) -> tuple[float, float] | None:
    """``START,END`` of ``--neutral`` [s].

    Raises:
        typer.BadParameter: an end that is not after the start.
    """
    if text is None:
        return None
    start, end = numbers(text, option="--neutral", form="START,END")
    if not end > start:
        raise typer.BadParameter(f"--neutral {text} ends before it starts")
    return start, end


def band(text: str) -> tuple[float, float]:
    """``LOW,HIGH`` of ``--band`` [Hz].

    Raises:
        typer.BadParameter: no two numbers, or the wrong way round.
    """
    low, high = numbers(text, option="--band", form="LOW,HIGH")
    if not 0.0 < low < high:
        raise typer.BadParameter(f"--band {text} has to go up from above zero, as 20,450 does")
    return low, high


def delay(text: str | None) -> float | Literal["auto"] | None:
    """Seconds of ``--delay``, or ``auto``.

    Raises:
        typer.BadParameter: something else.
    """
    if text is None:
        return None
    if text.strip().lower() == "auto":
        return "auto"
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not math.isfinite(seconds):
        raise typer.BadParameter(f"--delay takes SECONDS or auto, not {text!r}")
    return seconds
