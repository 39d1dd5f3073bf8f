"""Sections on forces: curves, ratios, sides, EMG."""

from typing import Final

import numpy as np
from markupsafe import Markup
from matplotlib.figure import Figure

from nuchal.assessment.muscles.common import COMMON_SHARE
from nuchal.assessment.muscles.exertion import Exertion
from nuchal.assessment.muscles.flags import FEWEST, NAMING
from nuchal.assessment.records import exertion_of
from nuchal.model.clinical import GROUPS, SIDES, group_force, muscle_pairs
from nuchal.model.generic import MUSCLES
from nuchal.report.figures.emg import emg_figure
from nuchal.report.html.curve_picture import SHOWN, curves_figure
from nuchal.report.html.in_words import (
    emg_in_words,
    forces_in_words,
    ratios_in_words,
    sides_in_words,
)
from nuchal.report.html.page import Page, Section, filled
from nuchal.report.html.ratio_pictures import ratios_figure, sides_figure
from nuchal.report.html.svg import inline_svg
from nuchal.report.text import muscle_name, percent

# Of a ratio: by so much it has to change between readings to be listed.
_CHANGED: Final = 0.05


def forces(page: Page) -> Section:
    """Forces over time beside those of the healthy movement."""
    stretch = page.actual[0][1]
    some = any(np.any(one.kind > 0) for _, one in page.actual)
    words = forces_in_words(page.summary.muscles, SHOWN)
    picture = _picture(curves_figure(page.actual, page.healthy), "forces", words) if some else None
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
        words = ratios_in_words(parts, judged=judged)
        picture = _picture(ratios_figure(found.ratios, found.limits, flags), "ratios", words)
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
    words = sides_in_words(page.summary.muscles)
    picture = None if common is None else _picture(sides_figure(common), "sides", words)
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


def emg(page: Page) -> Section | None:
    """Measured EMG beside modelled activations; None without any."""
    if not page.summary.emg:
        return None
    found = zip(page.found.trials, page.found.estimates, page.emg, strict=True)
    pictures = {
        trial.name: inline_svg(
            emg_figure(measured, estimate),
            key=f"emg{k}",
            words=emg_in_words(page.summary.emg[trial.name]),
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


def _picture(figure: Figure, key: str, words: str) -> Markup:
    return inline_svg(figure, key=f"{key}-picture", words=words)


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
