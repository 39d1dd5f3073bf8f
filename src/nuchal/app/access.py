"""What people with a keyboard or a screen reader need, and NiceGUI leaves out."""

from functools import cache
from pathlib import Path
from typing import Final

from nicegui import ui

_SCRIPT: Final = Path(__file__).parent / "browser" / "access.js"
_PART: Final = 3


def heading(text: str, *, level: int = _PART) -> ui.label:
    """A heading that screen readers find; most are of parts of a step.

    Args:
        text: what it says.
        level: 1 is the page, 2 a step.
    """
    return ui.label(text).props(f'role="heading" aria-level="{level}"')


def part(text: str) -> ui.label:
    """The heading of a part of a step."""
    return heading(text).classes("part")


def unseen_heading(text: str) -> ui.label:
    """A heading for those who do not see what it heads; takes the focus when its step begins."""
    return heading(text, level=2).classes("unseen").props('tabindex="-1"')


def alert(text: str = "") -> ui.label:
    """Where a problem is said, at once also by a screen reader."""
    return ui.label(text).classes("problem").props('role="alert"')


@cache
def script() -> str:
    """What makes the steps of the page a group of buttons, as HTML."""
    return f"<script>{_SCRIPT.read_text('utf-8')}</script>"
