"""Figures as part of the page: scalable, with text that can be found and read aloud."""

import re
from collections.abc import Callable
from functools import wraps
from io import BytesIO
from typing import Any, Final, ParamSpec

import matplotlib as mpl
from markupsafe import Markup, escape
from matplotlib.figure import Figure

from nuchal.report.figures.style import styled

# Text stays text; where the first font is missing the next one is about as wide.
_TEXT: Final[Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "nuchal",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial", "Helvetica"],
    "path.simplify": True,
    "path.simplify_threshold": 0.3,
}
_Args = ParamSpec("_Args")


def pictured(build: Callable[_Args, Figure]) -> Callable[_Args, Figure]:
    """Build a figure in the house style, its text in fonts that readers have."""

    @wraps(build)
    def inside(*args: _Args.args, **kwargs: _Args.kwargs) -> Figure:
        with mpl.rc_context(_TEXT):
            return build(*args, **kwargs)

    return styled(inside)


def inline_svg(figure: Figure, *, key: str, words: str) -> Markup:
    """A figure as an element of a page.

    Args:
        figure: from a function under :func:`pictured`.
        key: what its identifiers begin with, so that no two figures of a page share one.
        words: what it shows, for those who don't see it.
    """
    with mpl.rc_context(_TEXT):
        made = BytesIO()
        figure.savefig(made, format="svg", metadata={"Date": None, "Creator": None})
    text = made.getvalue().decode("utf-8")
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"<!--.*?-->\n?", "", text, flags=re.DOTALL)
    text = re.sub(r'\bid="', f'id="{key}-', text)
    text = re.sub(r"url\(#", f"url(#{key}-", text)
    text = re.sub(r'href="#', f'href="#{key}-', text)
    box = re.search(r'viewBox="[^"]*"', text)
    assert box is not None
    head = f'<svg class="figure" role="img" aria-label="{escape(words)}" {box[0]} xmlns:xlink="http://www.w3.org/1999/xlink">'
    return Markup(head + text[text.index(">", box.end()) + 1 :])
