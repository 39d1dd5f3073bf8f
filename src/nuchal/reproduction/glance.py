"""The paper's figures that are known, each beside ours."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from nuchal.model.generic import MUSCLES
from nuchal.movements.standard import FRAMES
from nuchal.networks.accuracy import OverMuscles
from nuchal.report.text import say
from nuchal.reproduction.outcome import PEOPLE, WAYS
from nuchal.reproduction.settings import ReproduceOptions

GOOD_R2: Final = 0.95


class Accuracies(NamedTuple):
    """One test of the networks over all muscles.

    Attributes:
        good: Muscles above ``GOOD_R2``.
        varying: Muscles that are not flat.
    """

    r2: OverMuscles
    good: int
    varying: int


class Line(NamedTuple):
    """One figure of the paper beside ours, and why they differ."""

    what: str
    paper: str
    here: str
    why: str


def at_a_glance(
    options: ReproduceOptions,
    accuracy: Mapping[str, Accuracies],
    mean_r: Mapping[str, float | None],
    mean_iou: Mapping[str, float | None],
    table_3: Mapping[str, Any],
    ranges: Mapping[str, tuple[float, float, float]],
) -> list[Line]:
    """All lines, in the order of the paper."""
    sizes, test = options.sizes, table_3["paired_test"]
    samples = sizes.subjects * FRAMES * len(MUSCLES)
    lines = [
        _line("necks", f"{sizes.necks:,}"),
        _line("samples", f"{samples:,}"),
        *(_of_networks(name, one) for name, one in accuracy.items()),
        _line("emg", "; ".join(_short(way, mean_r[f"healthy_{way}"]) for way in WAYS)),
        *(_line(f"iou_{whose}", _number(mean_iou[whose])) for whose in PEOPLE),
        _line("paired_test", "-" if test is None else f"p = {test['p']:.3f}"),
    ]
    spans = (
        f"{say(f'way.{way}')} {low:.2f} to {high:.2f}"
        for way, low, high in (
            (way, ranges[f"healthy_{way}"][0], ranges[f"healthy_{way}"][2]) for way in WAYS
        )
    )
    return [*lines, _line("ratios", "; ".join(spans))]


def _of_networks(name: str, one: Accuracies) -> Line:
    here = say(
        "glance.r2_here", worst=one.r2.worst, median=one.r2.median, good=one.good,
        varying=one.varying, limit=GOOD_R2,
    )  # fmt: skip
    return _line(name, here)


def _line(key: str, here: str) -> Line:
    words = (say(f"glance.{key}_{part}") for part in ("what", "paper", "why"))
    what, paper, why = words
    return Line(what, paper, here, why)


def _short(way: str, value: float | None) -> str:
    return f"{say(f'way.{way}')} {_number(value)}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
