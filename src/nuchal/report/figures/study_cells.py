"""Groups in sessions of a study as its figures show them: colours, markers, lines, one legend."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from nuchal.report.summaries.study import StudySummary

Rows: TypeAlias = Sequence[Mapping[str, Any]]
SIZE_IN: Final = (9.6, 9.4)
# A row of panels for each plane, a column for each of its sides.
GRID: Final[Mapping[str, float]] = {
    "left": 0.075, "right": 0.985, "top": 0.885, "bottom": 0.115, "hspace": 0.34, "wspace": 0.2,
}  # fmt: skip
# Told apart by people with any colour vision, and by marker and lightness in black and white.
_COLOURS: Final = ("#00558C", "#E07B2A", "#009E73", "#B3588F", "#222222", "#4FA3D1")
_MARKERS: Final = ("o", "s", "^", "D", "v", "P")
_LINES: Final[tuple[Any, ...]] = ("-", (0, (4, 1.6)), (0, (1, 1.2)), (0, (6, 1.5, 1, 1.5)))


class Cell(NamedTuple):
    """One group in one session."""

    group: str
    session: str
    words: str
    colour: str
    marker: str
    line: Any


def cells_of(summary: StudySummary) -> list[Cell]:
    """Groups in sessions that somebody is in, each with its look."""
    there = {(one.group, one.session) for one in summary.visits}
    several, alone = len(summary.sessions) > 1, len(summary.groups) == 1
    found = []
    for g, group in enumerate(summary.groups):
        for s, session in enumerate(summary.sessions):
            if (group, session) in there:
                look = s if alone else g
                words = [] if alone and several else [group]
                found.append(
                    Cell(
                        group, session, ", ".join([*words, session] if several else words),
                        _COLOURS[look % len(_COLOURS)],
                        _MARKERS[(g * len(summary.sessions) + s) % len(_MARKERS)],
                        _LINES[s % len(_LINES)],
                    )
                )  # fmt: skip
    return found


def rows_of(rows: Rows, cell: Cell) -> Iterator[Mapping[str, Any]]:
    """Those of a table that are of one cell."""
    return (r for r in rows if (r["group"], r["session"]) == (cell.group, cell.session))


def key_of(figure: Figure, cells: Sequence[Cell], *, lines: bool) -> None:
    """A legend at the foot, over the line on research use."""
    look: Callable[[Cell], dict[str, Any]] = (
        (lambda c: {"linestyle": c.line, "linewidth": 1.8})
        if lines
        else (lambda c: {"linestyle": "none", "marker": c.marker, "markersize": 6})
    )
    handles = [Line2D([], [], color=one.colour, **look(one)) for one in cells]
    figure.legend(
        handles, [one.words for one in cells], loc="lower center", ncols=min(4, len(cells)),
        bbox_to_anchor=(0.5, 0.02), fontsize=9, handlelength=3.0 if lines else 1.2,
    )  # fmt: skip
