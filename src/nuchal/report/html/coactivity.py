"""Which muscles work together: the person's network beside that of the healthy movement."""

from typing import Final

import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

from nuchal.assessment.muscles.coactivity import CHANCE, SURROGATES, Coactivity, Network
from nuchal.model.clinical import GROUPS, SIDES, members, side_of
from nuchal.report.figures.style import INK
from nuchal.report.html.in_words import coactivity_in_words
from nuchal.report.html.page import Page, Section, filled
from nuchal.report.html.ratio_pictures import short_group
from nuchal.report.html.svg import inline_svg, pictured
from nuchal.report.text import muscle_name, say

# Muscles whose part in the network differs most from the healthy movement's.
_LISTED: Final = 10
_BLANK, _JOINED, _SILENT = 0, 1, 2
_SHADES: Final = ListedColormap(["#ffffff", "#1F618D", "#dddddd"])


def coactivity(page: Page) -> Section:
    """The networks, as a picture and in numbers."""
    found, part = page.found.coactivity, page.summary.coactivity
    picture, rows = None, []
    if found is not None and found.own is not None and found.healthy is not None:
        figure = network_figure(found.own, found.healthy)
        words = "" if part is None else coactivity_in_words(part)
        picture = inline_svg(figure, key="coactivity", words=words)
        rows = _changed(found)
    body = filled(
        "coactivity.html",
        part=part,
        picture=picture,
        rows=rows,
        surrogates=SURROGATES,
        chance=CHANCE,
    )
    return Section("coactivity", body)


def _changed(found: Coactivity) -> list[dict[str, object]]:
    """Muscles by how much their degree centrality differs, the largest difference first."""
    own, healthy = found.own, found.healthy
    if own is None or healthy is None:
        return []
    both = np.flatnonzero(own.works & healthy.works)
    order = both[np.argsort(-np.abs(own.degree - healthy.degree)[both], kind="stable")]
    return [
        {
            "name": f"{muscle_name(own.names[m])}, {say(f'side.{side_of(own.names[m])}')}",
            "degree": (float(own.degree[m]), float(healthy.degree[m])),
            "clustering": (float(own.clustering[m]), float(healthy.clustering[m])),
        }
        for m in order[:_LISTED]
    ]


@pictured
def network_figure(own: Network, healthy: Network) -> Figure:
    """Edges as a matrix: of the recordings below the diagonal, of the healthy movement above."""
    order, ends = _order()
    count = len(order)
    shown = np.full((count, count), _BLANK)
    below = np.tril(np.ones((count, count), bool), -1)
    for one, half in ((own, below), (healthy, below.T)):
        silent = ~one.works[order]
        shown[half & one.edges[np.ix_(order, order)]] = _JOINED
        shown[half & (silent[:, None] | silent)] = _SILENT
    figure = Figure(figsize=(7.2, 6.6))
    axes = figure.add_axes((0.26, 0.02, 0.72, 0.79))
    axes.imshow(shown, cmap=_SHADES, vmin=0, vmax=2, interpolation="none")
    axes.plot([-0.5, count - 0.5], [-0.5, count - 0.5], color=INK, linewidth=0.8)
    for end in ends[:-1]:
        middle = end == ends[len(GROUPS) - 1]
        for line in (axes.axhline, axes.axvline):
            line(end - 0.5, color=INK if middle else "#b8b8b8", linewidth=0.9 if middle else 0.5)
    middles = [0.5 * (a + b) - 0.5 for a, b in zip([0, *ends[:-1]], ends, strict=True)]
    words = [f"{short_group(group)} {side[0].upper()}" for side in SIDES for group in GROUPS]
    axes.set_yticks(middles, words, fontsize=6.8)
    axes.set_xticks(middles, words, fontsize=6.8, rotation=90)
    axes.tick_params(length=0, top=False, bottom=False, labeltop=True, labelbottom=False)
    axes.grid(visible=False)
    for place, text, align in (
        ((0.985, 0.985), "healthy movement", "right"),
        ((0.015, 0.015), "these recordings", "left"),
    ):
        axes.text(
            *place, text, transform=axes.transAxes, ha=align, fontsize=8.0, fontweight="bold",
            va="top" if align == "right" else "bottom",
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1.5},
        )  # fmt: skip
    return figure


def _order() -> tuple[np.ndarray, list[int]]:
    """Muscles by side and group, and where each group of a side ends."""
    parts = [members(group, side) for side in SIDES for group in GROUPS]
    return np.concatenate(parts), np.cumsum([len(one) for one in parts]).tolist()
