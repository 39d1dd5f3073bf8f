"""Tables and sentences of where network and optimisation part."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from partings import NEAR_S, Class, Kind, classes, kinds, largest_difference, near_unable
from people import Both
from tables import percent, short
from wording import (
    ALL_ABLE,
    BARELY,
    LINGERS,
    NONE_COUNTED,
    PRESET,
    UNSETTLED,
    WHY_COUNTED,
    WHY_UNABLE,
)

from nuchal.conventions import Preset
from nuchal.report.cards.paper import table

PARTING_N: Final = 0.01
"""Difference from which on counted frames are looked at by themselves [N]."""
MUCH: Final = 2.0
"""Times the optimisation's open moment from which on a network's is called much."""
UNABLE: Final = "muscles cannot balance it, by both"


def partings(preset: Preset, recordings: Sequence[Both]) -> str:
    """Where central forces and optimisation part, in tables and words."""
    found, by_size = kinds(recordings), classes(recordings)
    counted = np.concatenate([one.counted for one in recordings])
    difference = np.concatenate([largest_difference(one) for one in recordings])
    inside = difference[counted] if counted.any() else np.zeros(1)
    median, high, worst = (f"{np.quantile(inside, share):.2g}" for share in (0.5, 0.999, 1.0))
    return PRESET.format(
        preset=preset,
        median_n=median,
        high_n=high,
        worst_n=worst,
        near_s=NEAR_S,
        kinds=_kinds(found, len(difference)),
        classes=_classes(by_size, len(difference)),
        why="\n\n".join(_why(recordings, found)),
    )


def _why(recordings: Sequence[Both], found: Sequence[Kind]) -> Iterator[str]:
    yield _why_counted(recordings)
    yield _why_unable(found)
    if recordings[0].case.settings.rate == "causal" and any(x.name == UNABLE for x in found):
        yield LINGERS


def _kinds(found: Sequence[Kind], frames: int) -> str:
    heads = ("frames", "how many", "share", "rms difference [N]", "worst [N]")
    heads += ("share of squared differences", "left open by network [N m]", "by optimisation")
    rows = [
        (
            one.name,
            str(one.frames),
            percent(one.frames / frames),
            short(one.rms_n),
            short(one.worst_n),
            percent(one.part),
            short(one.missing_nm),
            short(one.reserve_nm),
        )
        for one in found
    ]
    return table(heads, rows)


def _classes(found: Sequence[Class], frames: int) -> str:
    heads = ("largest difference [N]", "frames", "share", "counted", "muscles cannot balance")
    heads += ("near such a frame", "largest multiplier [1/(N m)]", "muscles at full activation")
    rows = [
        (
            f"{one.low_n:g} to {one.high_n:g}"
            if np.isfinite(one.high_n)
            else f"over {one.low_n:g}",
            str(one.frames),
            percent(one.frames / frames),
            str(one.counted),
            percent(one.unbalanced),
            percent(one.near),
            short(one.multiplier),
            f"{one.saturated:.0f}",
        )
        for one in found
    ]
    return table(heads, rows)


def _why_counted(recordings: Sequence[Both]) -> str:
    marks = np.concatenate([near_unable(one) for one in recordings])
    counted = np.concatenate([one.counted for one in recordings])
    multiplier = np.concatenate([np.abs(one.multiplier).max(axis=1) for one in recordings])
    full = np.concatenate(
        [np.asarray(one.optimised.forces.saturated).any(axis=1) for one in recordings]
    )
    part = counted & (np.concatenate([largest_difference(x) for x in recordings]) > PARTING_N)
    if not part.any():
        return NONE_COUNTED.format(edge=PARTING_N)
    causal = recordings[0].case.settings.rate == "causal"
    said = WHY_COUNTED if causal else f"{WHY_COUNTED} {BARELY}"
    return said.format(
        frames=int(part.sum()),
        edge=PARTING_N,
        near=percent(float(marks[part].mean())),
        full=percent(float(full[part].mean())),
        near_s=NEAR_S,
        multiplier=short(float(np.median(multiplier[part]))),
        usual=short(float(np.median(multiplier[counted]))),
    )


def _why_unable(found: Sequence[Kind]) -> str:
    unable = next((one for one in found if one.name == UNABLE), None)
    if unable is None:
        return ALL_ABLE
    return WHY_UNABLE.format(
        frames=unable.frames,
        square=percent(unable.part),
        missing=short(unable.missing_nm),
        reserve=short(unable.reserve_nm),
        settled=UNSETTLED if unable.missing_nm > MUCH * unable.reserve_nm else "",
    )
