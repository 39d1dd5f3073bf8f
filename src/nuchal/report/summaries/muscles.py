"""The part of ``assessment.json`` on muscles: forces beside those in the healthy movement."""

import numpy as np

from nuchal.assessment.muscles.flags import Asked
from nuchal.assessment.muscles.ratios import KINDS, Kind, Ratio, Ratios
from nuchal.assessment.records import Assessment
from nuchal.model.clinical import Side, side_of
from nuchal.model.generic import MUSCLE_GROUPS, MUSCLES
from nuchal.report.summaries.parts import Part
from nuchal.report.text import muscle_name


class RatioPart(Part):
    """One muscle's force on the person's own movements over that in the healthy movement.

    Attributes:
        ratio: ``null`` where the muscle does too little in the healthy movement.
        actual_N: ``null`` where there is nothing to compare.
        low: Between this and ``high`` are 95 % of healthy virtual people; ``null`` where the muscle
            does too little in all of them.
    """

    ratio: float | None
    actual_N: float | None
    healthy_N: float | None
    low: float | None
    high: float | None


class MusclePart(Part):
    """What the movement asks of one muscle.

    Attributes:
        common: Mean forces in the postures that everybody reaches.
        whole: Mean forces over all frames.
        end: Peak forces.
        matched_end_ratio: Of peaks, against the best match instead of the own neck, as He, Liu and
            Li do.
        finding: Whether it is asked less or more of it in the common range than of healthy people.
        q: Of a finding: the share of healthy people of whom some muscle is as far off.
    """

    name: str
    side: Side
    group: str
    common: RatioPart
    whole: RatioPart
    end: RatioPart
    matched_end_ratio: float | None
    finding: Asked | None
    q: float | None


def muscle_parts(found: Assessment) -> dict[str, MusclePart]:
    """Every muscle, under its name in the model."""
    flags = {flag.muscle: flag for flag in found.flags}
    kinds = {kind: _ratio_parts(found, kind) for kind in KINDS}
    matched = _ratios(_of(found.matched_ratios, "end"), len(MUSCLES))
    return {
        name: MusclePart(
            name=muscle_name(name),
            side=side_of(name),
            group=MUSCLE_GROUPS[m],
            common=kinds["common"][m],
            whole=kinds["whole"][m],
            end=kinds["end"][m],
            matched_end_ratio=matched[m],
            finding=flags[m].kind if m in flags else None,
            q=flags[m].q if m in flags else None,
        )
        for m, name in enumerate(MUSCLES)
    }


def _ratio_parts(found: Assessment, kind: Kind) -> list[RatioPart]:
    ratio, limits = _of(found.ratios, kind), found.limits[kind]
    values, (low, high), varies = _ratios(ratio, len(MUSCLES)), limits.range, limits.sd > 0.0
    return [
        RatioPart(
            ratio=values[m],
            actual_N=None if ratio is None else float(ratio.actual[m]),
            healthy_N=None if ratio is None else float(ratio.healthy[m]),
            low=float(low[m]) if varies[m] else None,
            high=float(high[m]) if varies[m] else None,
        )
        for m in range(len(MUSCLES))
    ]


def _of(ratios: Ratios | None, kind: Kind) -> Ratio | None:
    return None if ratios is None else ratios.of(kind)


def _ratios(ratio: Ratio | None, muscles: int) -> list[float | None]:
    if ratio is None:
        return [None] * muscles
    shown = np.asarray(ratio.value).tolist()
    return [x if known else None for x, known in zip(shown, ratio.defined, strict=True)]
