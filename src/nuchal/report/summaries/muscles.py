"""The part of ``assessment.json`` on muscles: forces beside those in the healthy movement."""

from typing import Literal

import numpy as np

from nuchal.assessment.muscles.ratios import Exertion, Ratios
from nuchal.assessment.records import Assessment, exertion_of
from nuchal.model.clinical import side_of
from nuchal.model.generic import MUSCLE_GROUPS, MUSCLES
from nuchal.report.summaries.parts import Part
from nuchal.report.text import muscle_name


class RatioPart(Part):
    """One muscle's force on the person's own movements over that in the healthy movement.

    Attributes:
        peak_ratio: ``null`` where the muscle does too little in the healthy movement.
        matched_peak_ratio: Against the best match instead of the own neck, as He, Liu and Li do.
        healthy_high: Between these are 95 % of healthy virtual people.
        q: Of a finding: the share of healthy people of whom some muscle is as far off.
    """

    name: str
    side: Literal["right", "left"]
    group: str
    peak_ratio: float | None
    mean_ratio: float | None
    matched_peak_ratio: float | None
    healthy_low: float
    healthy_high: float
    finding: Literal["reduced", "compensating"] | None
    q: float | None
    peak_N: float | None
    healthy_peak_N: float | None


def muscle_parts(found: Assessment) -> dict[str, RatioPart]:
    """Every muscle, under its name in the model."""
    flags = {flag.muscle: flag for flag in found.flags}
    actual, normal = (_peaks(x) for x in (exertion_of(found.trials), found.healthy.exertion))
    low, high = found.limits.range
    return {
        name: RatioPart(
            name=muscle_name(name),
            side=side_of(name),
            group=MUSCLE_GROUPS[m],
            peak_ratio=_ratio(found.ratios, "peak", m),
            mean_ratio=_ratio(found.ratios, "mean", m),
            matched_peak_ratio=_ratio(found.matched_ratios, "peak", m),
            healthy_low=float(low[m]),
            healthy_high=float(high[m]),
            finding=flags[m].kind if m in flags else None,
            q=flags[m].q if m in flags else None,
            peak_N=None if actual is None else float(actual[m]),
            healthy_peak_N=None if normal is None else float(normal[m]),
        )
        for m, name in enumerate(MUSCLES)
    }


def _peaks(exertion: Exertion) -> np.ndarray | None:
    used = np.asarray(exertion.force)[np.asarray(exertion.usable)]
    return used.max(axis=0) if len(used) else None


def _ratio(ratios: Ratios | None, which: str, muscle: int) -> float | None:
    if ratios is None or not ratios.defined[muscle]:
        return None
    return float(getattr(ratios, which)[muscle])
