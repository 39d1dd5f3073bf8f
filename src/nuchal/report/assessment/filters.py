"""How numbers are written on a page: with a true minus sign, a dash where there is none."""

from collections.abc import Callable
from typing import Final

from nuchal.report.assessment.words import percent

NOTHING: Final = "–"
Written = float | None


def number(value: Written, digits: int = 1) -> str:
    """With so many digits after the point."""
    if value is None:
        return NOTHING
    text = f"{value:.{digits}f}".replace("-", "−")
    return text.lstrip("−") if not text.strip("−0.") else text


def signed(value: Written, digits: int = 1) -> str:
    """The same with a plus sign where it is due."""
    text = number(value, digits)
    return text if value is None or value <= 0.0 or not text.strip("0.") else f"+{text}"


def degrees(value: Written, digits: int = 0) -> str:
    """An angle."""
    return NOTHING if value is None else f"{number(value, digits)}°"


def scientific(value: Written) -> str:
    """A small number by its power of ten."""
    if value is None:
        return NOTHING
    return "< 1e−9" if abs(value) < 1e-9 else f"{value:.0e}".replace("-", "−")


def small(value: Written) -> str:
    """A probability."""
    if value is None:
        return NOTHING
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def p_value(value: float) -> str:
    """The same, with its name."""
    return f"p {small(value)}" if value < 0.001 else f"p = {small(value)}"


def thousands(value: int) -> str:
    """A large whole number."""
    return f"{value:,}"


def share(value: Written) -> str:
    """A share in percent."""
    return NOTHING if value is None else percent(value)


FILTERS: Final[dict[str, Callable[..., str]]] = {
    "number": number,
    "signed": signed,
    "degrees": degrees,
    "scientific": scientific,
    "small": small,
    "p_value": p_value,
    "thousands": thousands,
    "percent": share,
}
