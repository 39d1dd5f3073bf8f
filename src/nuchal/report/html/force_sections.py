"""Sections on forces: curves, ratios, sides, loads."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from markupsafe import Markup
from matplotlib.figure import Figure

from nuchal.assessment.muscles.common import COMMON_SHARE
from nuchal.assessment.muscles.exertion import Exertion
from nuchal.assessment.muscles.flags import FEWEST, NAMING
from nuchal.assessment.records import Assessment, exertion_of
from nuchal.conventions import LEVELS
from nuchal.model.clinical import GROUPS, SIDES, group_force, muscle_pairs
from nuchal.model.generic import MUSCLES
from nuchal.report.figures.emg import emg_figure
from nuchal.report.figures.style import INK
from nuchal.report.html.curve_picture import SHOWN, curves_figure
from nuchal.report.html.page import Page, Section, filled
from nuchal.report.html.ratio_pictures import ratios_figure, sides_figure
from nuchal.report.html.svg import inline_svg, pictured
from nuchal.report.text import muscle_name, percent, say

# Of a ratio: by so much it has to change between readings to be listed.
_CHANGED: Final = 0.05


@dataclass(frozen=True, kw_only=True)
class LevelLoad:
    """Of one level, over all frames of all recordings that can be used [N].

    Attributes:
        shear_peak_n: Of forward and sideways shear together.
        anterior_n: Least and greatest; positive where the upper body is pushed forward.
        right_n: Positive where it is pushed to the right.
    """

    level: str
    compression_peak_n: float
    compression_mean_n: float
    shear_peak_n: float
    anterior_n: tuple[float, float]
    right_n: tuple[float, float]


def forces(page: Page) -> Section:
    """Forces over time beside those of the healthy movement."""
    stretch = page.actual[0][1]
    some = any(np.any(one.kind > 0) for _, one in page.actual)
    picture = _picture(curves_figure(page.actual, page.healthy), "forces") if some else None
    sure = [one.intervals for one in page.found.estimates if one.intervals is not None]
    places = [(k, muscle_name(one.name), one) for k, one in enumerate(muscle_pairs())]
    body = filled(
        "forces.html",
        age=page.age(),
        picture=picture,
        frames=stretch.frames,
        stretch_ms=f"{1e3 * stretch.step_s:.0f}",
        banded=bool(sure),
        coverage=percent(sure[0].coverage) if sure else "",
        live=page.live and some,
        groups=[(group, [x for x in places if x[2].group == group]) for group in GROUPS],
        chosen=SHOWN[0],
        trials=page.found.trials,
    )
    return Section("forces", body)


def ratios(page: Page) -> Section:
    """All muscles, by group and side."""
    found, parts = page.found, page.summary.muscles
    judged = page.tested >= FEWEST
    picture = None
    if found.ratios is not None:
        flags = found.flags if judged else ()
        picture = _picture(ratios_figure(found.ratios, found.limits, flags), "ratios")
    rows = [
        (one.group, (parts[MUSCLES[one.right]], parts[MUSCLES[one.left]])) for one in muscle_pairs()
    ]
    body = filled(
        "ratios.html",
        picture=picture,
        groups=[(group, [pair for of, pair in rows if of == group]) for group in GROUPS],
        muscles=len(parts),
        use=page.use,
        judged=judged,
        people=found.limits[NAMING].people,
        share=COMMON_SHARE,
        common=found.ratios is not None and found.ratios.of(NAMING) is not None,
    )
    return Section("ratios", body)


def stiff(page: Page) -> Section | None:
    """The other reading of a short range; None where no range is short."""
    part = page.summary.if_stiff
    if part is None:
        return None
    rows = []
    for name, early in page.summary.muscles.items():
        other = part.muscles[name]
        change = _over(other.ratio, early.common.ratio)
        changed = change is not None and abs(change - 1.0) >= _CHANGED
        if changed or early.finding or other.finding:
            rows.append((name, early, other))
    return Section("stiff", filled("stiff.html", part=part, rows=rows, least=_CHANGED))


def sides(page: Page) -> Section:
    """Left against right."""
    found = page.found
    common = None if found.ratios is None else found.ratios.common
    picture = None if common is None else _picture(sides_figure(common), "sides")
    mine, theirs = (_group_peaks(x) for x in (exertion_of(found.trials), found.healthy.exertion))
    rows = [
        {
            "group": group,
            "right": right,
            "left": left,
            "ratio": _over(left, right),
            "healthy": _over(theirs[group][1], theirs[group][0]),
        }
        for group, (right, left) in mine.items()
    ]
    return Section("sides", filled("sides.html", picture=picture, groups=rows))


def loads(page: Page) -> Section:
    """Loads by level."""
    found = level_loads(page.found)
    picture = _picture(loads_figure(found), "loads") if found else None
    return Section("loads", filled("loads.html", loads=found, picture=picture))


def level_loads(found: Assessment) -> tuple[LevelLoad, ...]:
    """From C7-T1 up; none where no frame can be used."""
    usable = [np.asarray(one.quality) for one in found.estimates]
    if not any(one.any() for one in usable):
        return ()
    names = ("compression", "anterior_shear", "right_shear")
    down, ahead, right = (
        np.concatenate(
            [
                np.asarray(getattr(one.reactions, name))[keep]
                for one, keep in zip(found.estimates, usable, strict=True)
            ]
        )
        for name in names
    )
    return tuple(
        LevelLoad(
            level=level,
            compression_peak_n=float(down[:, k].max()),
            compression_mean_n=float(down[:, k].mean()),
            shear_peak_n=float(np.hypot(ahead[:, k], right[:, k]).max()),
            anterior_n=(float(ahead[:, k].min()), float(ahead[:, k].max())),
            right_n=(float(right[:, k].min()), float(right[:, k].max())),
        )
        for k, level in enumerate(LEVELS)
    )


@pictured
def loads_figure(loads: tuple[LevelLoad, ...]) -> Figure:
    """Peak and mean compression, and the extremes of both shears, at the eight levels [N]."""
    figure = Figure(figsize=(7.2, 2.9))
    heights = np.arange(len(LEVELS))
    panels = figure.subplots(1, 3, sharey=True, width_ratios=[1.35, 1, 1])
    figure.subplots_adjust(left=0.08, right=0.99, top=0.9, bottom=0.2, wspace=0.08)
    peak = [one.compression_peak_n for one in loads]
    mean = [one.compression_mean_n for one in loads]
    panels[0].barh(
        heights, peak, 0.62, facecolor="#dbe6ef", edgecolor="#00558C", hatch="....", linewidth=0.8
    )
    panels[0].plot(mean, heights, "D", color=INK, markersize=4)
    panels[0].set_title("Compression: bar peak, ◆ mean")
    panels[0].set_yticks(heights, LEVELS)
    panels[0].set_ylabel("Level")
    for axes, title, ends in (
        (panels[1], "Shear: − back, + forward", [one.anterior_n for one in loads]),
        (panels[2], "Shear: − left, + right", [one.right_n for one in loads]),
    ):
        low, high = np.array(ends).T
        axes.barh(
            heights, high - low, 0.4, left=low, facecolor="#efe3d3", edgecolor="#9a5a10",
            linewidth=0.8,
        )  # fmt: skip
        axes.axvline(0.0, color=INK, linewidth=0.9)
        axes.set_title(title)
    for axes in panels:
        axes.set_xlabel("Force [N]")
    return figure


def emg(page: Page) -> Section | None:
    """Measured EMG beside modelled activations; None without any."""
    if not page.summary.emg:
        return None
    found = zip(page.found.trials, page.found.estimates, page.emg, strict=True)
    pictures = {
        trial.name: inline_svg(
            emg_figure(measured, estimate),
            key=f"emg{k}",
            words=say("picture.emg", recording=trial.name),
        )
        for k, (trial, estimate, measured) in enumerate(found)
        if measured is not None
    }
    agreements = page.summary.emg
    readings = {k: read for one in agreements.values() for k, read in one.readings.items()}
    body = filled(
        "emg.html",
        emg=agreements,
        pictures=pictures,
        readings=readings,
        recordings=len(agreements),
    )
    return Section("emg", body)


def _picture(figure: Figure, key: str) -> Markup:
    return inline_svg(figure, key=f"{key}-picture", words=say(f"picture.{key}"))


def _group_peaks(exertion: Exertion) -> dict[str, tuple[float | None, float | None]]:
    """Peak of the sum of each group's muscles, right and left [N]."""
    used = exertion.used
    if not len(used):
        return dict.fromkeys(GROUPS, (None, None))
    peaks: dict[str, tuple[float | None, float | None]] = {}
    for group in GROUPS:
        right, left = (float(group_force(used, group, side).max()) for side in SIDES)
        peaks[group] = (right, left)
    return peaks


def _over(top: float | None, bottom: float | None) -> float | None:
    return None if top is None or not bottom else top / bottom
