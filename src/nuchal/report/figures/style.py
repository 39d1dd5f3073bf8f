"""How every figure looks: fonts, colours that survive greyscale, headings, keys, sides.

Colours are those of Okabe and Ito (2008) or near them, told apart by people with any colour
vision; lightness and line style tell them apart in black and white.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import numpy as np
from jaxtyping import UInt8
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import imsave
from matplotlib.patches import Patch
from matplotlib.style import context

from nuchal.report.text import say

INK: Final = "#222222"
SOFT: Final = "#6b6b6b"
GRID: Final = "#e3e3e3"
SIDE_LINES: Final[dict[str, dict[str, Any]]] = {
    "right": {"color": "#00558C", "linestyle": "-", "linewidth": 1.8},
    "left": {"color": "#F08A3C", "linestyle": (0, (3.2, 1.4)), "linewidth": 1.6},
}
# Flexion, bending, rotation.
ANGLE_LINES: Final[tuple[dict[str, Any], ...]] = (
    {"color": "#222222", "linestyle": "-", "linewidth": 1.3},
    {"color": "#009E73", "linestyle": (0, (4, 1.4)), "linewidth": 1.3},
    {"color": "#CC79A7", "linestyle": (0, (1, 1)), "linewidth": 1.6},
)

_DPI: Final = 200
# Builds a figure in the house style and leaves matplotlib's settings as they were.
styled: Final = context("nuchal.report.figures.house")


def save(figure: Figure, folder: Path, name: str) -> list[Path]:
    """Write ``name.png`` (200 dpi) and ``name.svg`` into an existing folder."""
    return save_all({name: figure}, folder)


@styled
def save_all(figures: Mapping[str, Figure], folder: Path) -> list[Path]:
    """:func:`save` of several, each under its name; pixels are packed while others are drawn."""
    paths = []
    with ThreadPoolExecutor(1) as beside:
        packed = []
        for name, figure in figures.items():
            png, svg = (folder / f"{name}.{suffix}" for suffix in ("png", "svg"))
            packed.append(beside.submit(imsave, png, _pixels(figure), dpi=_DPI))
            figure.savefig(svg, metadata={"Date": None})
            paths += [png, svg]
        for one in packed:
            one.result()
    return paths


def _pixels(figure: Figure) -> UInt8[np.ndarray, "height width 4"]:
    figure.set_dpi(_DPI)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())


@styled
def save_png(figure: Figure, path: Path) -> None:
    """Write one ``.png`` (200 dpi)."""
    figure.savefig(path, dpi=_DPI)


@styled
def save_vector(figure: Figure, path: Path) -> None:
    """Write one ``.svg``, the same bytes for the same figure."""
    figure.savefig(path, metadata={"Date": None})


def heading(figure: Figure, title: str, beneath: str) -> None:
    """Title above, a line beneath it, research use at the foot; a file's name is no formula."""
    width, height = figure.get_size_inches()
    left = 0.16 / width
    words: dict[str, Any] = {"va": "top", "parse_math": False}
    figure.text(left, 1 - 0.13 / height, title, fontsize=12.5, fontweight="bold", **words)
    figure.text(left, 1 - 0.38 / height, beneath, fontsize=8.5, color=SOFT, **words)
    notice = say("report.notice")
    figure.text(1 - left, 0.06 / height, notice, fontsize=7, color=SOFT, ha="right", va="bottom")


def corner_note(axes: Axes, words: str, *, rise: float = 5.0) -> None:
    """A few words above the upper right corner of a panel."""
    axes.annotate(
        words, (1.0, 1.0), (0, rise), xycoords="axes fraction", textcoords="offset points",
        ha="right", va="baseline", fontsize=7.5, color=SOFT,
    )  # fmt: skip


def zero_line(axes: Axes) -> None:
    """A fine line at zero."""
    axes.axhline(0.0, color="#9a9a9a", linewidth=0.7, zorder=1)


def labelled(axes: Axes) -> dict[str, Artist]:
    """What a panel shows, by its labels."""
    handles, names = axes.get_legend_handles_labels()
    return dict(zip(names, handles, strict=True))


def key(
    where: Figure | Axes, shown: Mapping[str, Artist], patches: Sequence[Patch], **look: Any
) -> None:
    """A legend: lines by the words for them, then areas by their own labels."""
    words = [*shown, *(str(patch.get_label()) for patch in patches)]
    where.legend([*shown.values(), *patches], words, **look)
