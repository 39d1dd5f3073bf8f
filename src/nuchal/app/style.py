"""How the page looks: one sheet, no colours that only some people can tell apart."""

from functools import cache
from pathlib import Path
from typing import Final

PRIMARY: Final = "#00558c"
COLOURS: Final = {
    "primary": PRIMARY,
    "secondary": "#4a5560",
    "accent": "#b3541e",
    "positive": "#1b6e53",
    "negative": "#a3260b",
    "warning": "#b7791f",
    "info": PRIMARY,
}
_FILES: Final = Path(__file__).parent / "browser"


@cache
def sheet() -> str:
    """The one sheet of styles."""
    return (_FILES / "page.css").read_text("utf-8")


@cache
def favicon() -> str:
    """The page's small picture, as SVG."""
    return (_FILES / "favicon.svg").read_text("utf-8")


@cache
def drawing(measure: str) -> str:
    """How to take a body measure: an SVG around the generic neck's own bones.

    Args:
        measure: ``neck_length``, ``shoulder_width`` or ``body_mass``.
    """
    return (_FILES / f"{measure}.svg").read_text("utf-8")
