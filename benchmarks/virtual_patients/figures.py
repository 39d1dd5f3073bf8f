"""Pictures of how well virtual people and patients are judged."""

from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from people import LESS_DEG, avoiders
from scipy.stats import binomtest
from scores import (
    Share,
    curve,
    judged,
    likely,
    muscle_scores,
    restricted,
    truly_at_end,
    unused,
)
from tables import PAPERS_MUSCLES, People, healthy_of, restricted_of

from nuchal.assessment.muscles.changed import LESS
from nuchal.assessment.ranges.reached import ALL_DIRECTIONS
from nuchal.model.generic import MUSCLES
from nuchal.report.figures.style import GRID, INK, SOFT, styled
from nuchal.report.text import muscle_name

_SHADES: Final = ("#A9CCE3", "#5499C7", "#1F618D", "#0B2E4A")
_DASHES: Final[tuple[Any, ...]] = ((0, (1, 1)), (0, (4, 1.5)), (0, (6, 1, 1, 1)), "-")
_PAPER: Final = "#B9770E"


@styled
def roc_figure(people: People) -> Figure:
    """Is anything restricted, is this direction, is less asked of this muscle?"""
    figure = Figure(figsize=(10.2, 4.0))
    panels = figure.subplots(1, 3)
    well = [judged(one) for one in healthy_of(people)]
    for less, shade, dash in zip(LESS_DEG, _SHADES, _DASHES, strict=True):
        ill = [judged(one) for one in restricted_of(people, less)]
        line: Any = {"color": shade, "linestyle": dash, "label": f"{less:.0f}° missing"}
        most = [np.array([likely(one).max() for one in group]) for group in (ill, well)]
        panels[0].plot(*curve(*most), **line)
        ways = np.array(
            [
                2.0
                if unused(one)[k % len(ALL_DIRECTIONS)]
                else likely(one)[k % len(ALL_DIRECTIONS)]
                for k, one in enumerate(ill)
            ]
        )
        panels[1].plot(*curve(ways, np.concatenate([likely(one) for one in well])), **line)
    avoid = [people[f"avoids_{k}"] for k in avoiders()]
    free = -np.concatenate([muscle_scores(one) for one in healthy_of(people)])
    for limit, shade, dash in ((0.8, _SHADES[1], _DASHES[1]), (LESS, _SHADES[3], "-")):
        low = np.concatenate([-muscle_scores(one)[one["asked"][0] < limit] for one in avoid])
        panels[2].plot(
            *curve(low, free), color=shade, linestyle=dash, label=f"truly below {limit:g}"
        )
    titles = ("Is anything restricted?", "Is this direction?", "Is less asked of this muscle?")
    for axes, title in zip(panels, titles, strict=True):
        _roc(axes, title)
    figure.subplots_adjust(left=0.06, right=0.99, top=0.9, bottom=0.14, wspace=0.25)
    return figure


@styled
def amount_figure(people: People) -> Figure:
    """How often the right direction is named, by what is missing, side by side."""
    figure = Figure(figsize=(7.6, 4.0))
    axes = figure.subplots()
    groups = {
        "flexion, extension": (0, 1),
        "bending": (2, 3),
        "rotation": (4, 5),
        "corners": (6, 7, 8, 9),
    }
    marks = ("o", "s", "^", "D")
    for n, (name, ways) in enumerate(groups.items()):
        shares = [_named(people, less, ways) for less in LESS_DEG]
        value = np.array([one.found / max(one.of, 1) for one in shares])
        ends = [binomtest(one.found, one.of).proportion_ci(0.95, "wilson") for one in shares]
        low, high = np.array([[one.low, one.high] for one in ends]).T
        axes.errorbar(
            np.array(LESS_DEG) + 0.35 * (n - 1.5),
            value,
            yerr=np.clip([value - low, high - value], 0.0, None),
            color=_SHADES[3 - n],
            linestyle=_DASHES[n],
            marker=marks[n],
            capsize=2.5,
            label=name,
        )
    axes.axhline(0.95, color=SOFT, linewidth=0.8, linestyle=(0, (2, 2)))
    axes.text(LESS_DEG[0], 0.96, "the goal, from 15°", fontsize=7.5, color=SOFT)
    axes.set(
        xlabel="missing [degrees]",
        ylabel="patients whose direction is named",
        ylim=(-0.03, 1.06),
        title="How often the right direction is called restricted, or hardly used",
    )
    axes.legend(loc="upper left", bbox_to_anchor=(0.02, 0.9))
    figure.subplots_adjust(left=0.09, right=0.98, top=0.9, bottom=0.13)
    return figure


@styled
def paper_figure(people: People) -> Figure:
    """Muscles of our reading of the paper's patient: what is found, and what is true."""
    found, twin = people["paper"], people["healthy_0"]
    truth = truly_at_end(found, twin)
    names = [name for group in PAPERS_MUSCLES.values() for name in group]
    figure = Figure(figsize=(9.6, 4.6))
    for panel, (axes, side) in enumerate(
        zip(figure.subplots(1, 2, sharey=True), ("right", "left"), strict=True)
    ):
        which = [MUSCLES.index(name + ("" if side == "right" else "_L")) for name in names]
        place = np.arange(len(which))[::-1]
        for ratio, label, mark, colour in (
            (found["mine"] / found["matched"], "against the match", "s", _SHADES[1]),
            (found["mine"] / found["healthy"], "against the own neck", "o", _SHADES[3]),
            (truth, "truly, against the healthy twin", "x", _PAPER),
        ):
            axes.plot(ratio[which], place, linestyle="", marker=mark, color=colour, label=label)
        axes.axvline(1.0, color=INK, linewidth=0.8)
        axes.set(xscale="log", xlabel="peak force over peak force", title=f"{side} side")
        axes.set_xticks([0.25, 0.5, 1.0, 2.0, 4.0], ["¼", "½", "1", "2", "4"])
        axes.set_xticks([], minor=True)
        axes.grid(axis="y", color=GRID)
        if panel == 0:
            axes.set_yticks(place, [muscle_name(name) for name in names])
            split = len(which) - len(PAPERS_MUSCLES["reduced on the right"]) - 0.5
        axes.axhline(split, color=SOFT, linewidth=0.8, linestyle=(0, (2, 2)))
    figure.legend(
        *axes.get_legend_handles_labels(), loc="lower center", ncols=3, bbox_to_anchor=(0.55, 0.0)
    )
    figure.text(
        0.01, 0.965, "Above the dashed line: muscles that the paper found reduced on the right; "
        "below: raised", fontsize=8, color=SOFT,
    )  # fmt: skip
    figure.subplots_adjust(left=0.23, right=0.985, top=0.88, bottom=0.2, wspace=0.06)
    return figure


def _named(people: People, less: float, ways: tuple[int, ...]) -> Share:
    count, of = 0, 0
    for k, one in enumerate(restricted_of(people, less)):
        way = k % len(ALL_DIRECTIONS)
        if way in ways:
            found = judged(one)
            count += bool(restricted(found)[way] or unused(found)[way])
            of += 1
    return Share(count, of)


def _roc(axes: Axes, title: str) -> None:
    axes.plot([0.0, 1.0], [0.0, 1.0], color=GRID, linewidth=1.0)
    axes.axvline(0.05, color=SOFT, linewidth=0.8, linestyle=(0, (2, 2)))
    axes.axhline(0.95, color=SOFT, linewidth=0.8, linestyle=(0, (2, 2)))
    axes.set(
        xlabel="healthy, named wrongly (1 - specificity)",
        ylabel="patients, named rightly (sensitivity)" if title.startswith("Is any") else "",
        xlim=(-0.01, 1.01),
        ylim=(-0.01, 1.01),
        title=title,
        aspect="equal",
    )
    axes.legend(loc="lower right")
