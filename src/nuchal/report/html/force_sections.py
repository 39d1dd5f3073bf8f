"""Sections on forces: curves, ratios, sides, loads."""

import numpy as np

from nuchal.assessment.muscles.limits import FEWEST
from nuchal.assessment.muscles.ratios import Exertion
from nuchal.assessment.trial import exertion_of
from nuchal.model.anatomy import MUSCLES
from nuchal.model.clinical import GROUPS, SIDES, group_force
from nuchal.report.figures.emg import emg_figure
from nuchal.report.html.curve_picture import SHOWN, curves_figure
from nuchal.report.html.loads import level_loads, loads_figure
from nuchal.report.html.page import Page, Section, filled
from nuchal.report.html.ratio_pictures import muscle_pairs, ratios_figure, sides_figure
from nuchal.report.html.svg import inline_svg
from nuchal.report.html.words import percent, tested_of, use_of


def forces(page: Page) -> Section:
    """Forces over time beside those of the healthy movement."""
    stretch = page.actual[0][1]
    some = any(np.any(one.kind > 0) for _, one in page.actual)
    nets = [one.network for one in page.found.estimates if one.network is not None]
    words = "Forces of four muscles over time, right and left, beside the healthy movement."
    picture = curves_figure(page.actual, page.healthy) if some else None
    pairs = muscle_pairs()
    groups = [
        (
            group.capitalize(),
            [
                {"name": one.name, "place": k, "chosen": MUSCLES[one.right] == SHOWN[0]}
                for k, one in enumerate(pairs)
                if one.group == group
            ],
        )
        for group in GROUPS
    ]
    body = filled(
        "forces.html",
        age=page.age,
        picture=None if picture is None else inline_svg(picture, key="curves", words=words),
        frames=stretch.frames,
        stretch_ms=f"{1e3 * stretch.step_s:.0f}",
        banded=bool(nets),
        coverage=percent(nets[0].intervals.coverage) if nets else "",
        live=page.live and some,
        groups=groups,
        trials=page.found.trials,
    )
    return Section("forces", "Muscle forces over time", body)


def ratios(page: Page) -> Section:
    """All 72 muscles, by group and side."""
    found = page.found
    picture = None
    if found.ratios is not None:
        flags = found.flags if tested_of(found) >= FEWEST else ()
        picture = inline_svg(
            ratios_figure(found.ratios, found.limits, flags),
            key="ratios",
            words="Ratios of peak forces of all muscles; the table below has the numbers.",
        )
    parts = page.summary.muscles
    groups = [
        (
            group,
            [
                (parts[MUSCLES[one.right]], parts[MUSCLES[one.left]])
                for one in muscle_pairs()
                if one.group == group
            ],
        )
        for group in GROUPS
    ]
    judged = tested_of(found) >= FEWEST
    body = filled(
        "ratios.html",
        picture=picture,
        groups=groups,
        use=use_of(found),
        judged=judged,
        people=found.limits.people,
    )
    return Section("ratios", "All 72 muscles: actual over healthy", body)


def sides(page: Page) -> Section:
    """Left against right."""
    found = page.found
    picture = None
    if found.ratios is not None:
        words = "Ratios of muscles on the left against those on the right."
        picture = inline_svg(sides_figure(found.ratios), key="sides", words=words)
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
    body = filled("sides.html", picture=picture, groups=rows)
    return Section("sides", "Left against right", body)


def loads(page: Page) -> Section:
    """Loads by level."""
    found = level_loads(page.found)
    words = "Compression and shear at the eight levels; the table below has the numbers."
    picture = inline_svg(loads_figure(found), key="loads", words=words) if found else None
    return Section("loads", "Loads by level", filled("loads.html", loads=found, picture=picture))


def emg(page: Page) -> Section | None:
    """Measured EMG beside modelled activations; None without any."""
    if not page.summary.emg:
        return None
    found = zip(page.found.trials, page.found.estimates, page.emg, strict=True)
    pictures = {
        trial.name: inline_svg(
            emg_figure(measured, estimate),
            key=f"emg{k}",
            words=f"Measured EMG and modelled activation over time in {trial.name}.",
        )
        for k, (trial, estimate, measured) in enumerate(found)
        if measured is not None
    }
    body = filled("emg.html", emg=page.summary.emg, pictures=pictures)
    return Section("emg", "Measured muscle activity (EMG) beside the model's", body)


def _group_peaks(exertion: Exertion) -> dict[str, tuple[float | None, float | None]]:
    """Peak of the sum of each group's muscles, right and left [N]."""
    used = np.asarray(exertion.force)[np.asarray(exertion.usable)]
    if not len(used):
        return dict.fromkeys(GROUPS, (None, None))
    peaks: dict[str, tuple[float | None, float | None]] = {}
    for group in GROUPS:
        right, left = (float(group_force(used, group, side).max()) for side in SIDES)
        peaks[group] = (right, left)
    return peaks


def _over(top: float | None, bottom: float | None) -> float | None:
    return None if top is None or not bottom else top / bottom
