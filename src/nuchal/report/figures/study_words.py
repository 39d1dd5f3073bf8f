"""What the figures of a study show, for those who do not see them; the numbers are the figures'."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from jaxtyping import Float

from nuchal.model.clinical import DIRECTIONS
from nuchal.report.figures.study_cells import Cell, Rows, rows_of
from nuchal.report.summaries.study import Comparison
from nuchal.report.text import say

_MEASURES: Final = ("reach_deg", "peak_speed_deg_s", "smoothness")


def ranges_in_words(directions: Rows, cells: Sequence[Cell]) -> str:
    """Mean reach of every group into each direction, and of how many."""
    rows = [row for row in directions if row["verdict"] != "not tested"]
    said = []
    for way in DIRECTIONS:
        each = []
        for cell in cells:
            values = [row["reach_deg"] for row in rows_of(rows, cell) if row["direction"] == way]
            if values:
                mean = float(np.mean(values))
                each.append(
                    say("study.ranges_one", group=cell.words, mean=mean, people=len(values))
                )
        if each:
            said.append(f"{way}: {', '.join(each)}")
    return say("study.ranges_said", ways="; ".join(said))


def curves_in_words(
    curves: Mapping[tuple[str, str, str], Mapping[str, Float[np.ndarray, " p"]]],
    cells: Sequence[Cell],
    name: str,
) -> str:
    """The greatest value of every group's mean curve into each direction."""
    said = []
    for way in DIRECTIONS:
        each = []
        for cell in cells:
            people = curves.get((way, cell.group, cell.session), {})
            if people:
                most = float(np.mean(list(people.values()), axis=0).max())
                each.append(f"{cell.words} {most:.0f}")
        if each:
            said.append(f"{way}: {', '.join(each)}")
    what = say(f"study.{name}_axis")
    return say("study.curves_said", title=say(f"study.{name}"), what=what, ways="; ".join(said))


def effects_in_words(those: Sequence[Comparison], kind: str, title: str) -> str:
    """Effect sizes of directions one by one, of muscles how many are sure."""
    moved = [one for one in those if one.quantity in _MEASURES]
    if kind == "directions":
        each = [
            say(
                "study.effects_one",
                quantity=say(f"study.{one.quantity}"),
                of=one.of,
                size=one.effect_size,
            )
            for one in moved
        ]
        return say("study.effects_said", title=title, effect=moved[0].effect, each="; ".join(each))
    muscles = [one for one in those if one.quantity == "common_ratio"]
    sure = sum(one.p_corrected is not None and one.p_corrected < 0.05 for one in muscles)
    sizes = [one.effect_size for one in muscles]
    return say(
        "study.effects_of_muscles_said",
        title=title,
        effect=muscles[0].effect,
        low=min(sizes),
        high=max(sizes),
        muscles=len(muscles),
        sure=sure,
    )
