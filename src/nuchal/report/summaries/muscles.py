"""The part of ``assessment.json`` on muscles: forces beside those in the healthy movement."""

from collections.abc import Mapping
from typing import Literal

import numpy as np

from nuchal.assessment.muscles.changed import LEAST_PROBABILITY, LESS, MORE
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
        probability_less: That its true force in the common range is below 0.75 of the healthy one;
            ``null`` where that is not known.
        probability_more: The same of above 1.33.
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
    probability_less: float | None
    probability_more: float | None


class CandidatePart(Part):
    """A muscle that may truly be asked much less or more of.

    Attributes:
        asked: Less than ``below`` of the force of a healthy movement, or more than ``above``.
        ratio: As measured, in the common range.
        low: Between this and ``high`` are 95 % of healthy people whose other side does the same.
        matched_end_ratio: As in the muscle's own part.
        by_peaks: What that ratio is called by He, Liu and Li: a trend, whatever its size.
        finding: Whether the muscle stands out by the rule for healthy people, too.
    """

    muscle: str
    name: str
    side: Side
    asked: Asked
    probability: float
    ratio: float
    low: float
    high: float
    matched_end_ratio: float | None
    by_peaks: Literal["reduced", "compensatory"] | None
    finding: Asked | None


class CandidatesPart(Part):
    """All of them, the likeliest first.

    Attributes:
        below: Less than that share of the force in a healthy movement counts as asked less.
        above: More than that, as asked more.
        least_probability: Whoever has less is not listed.
    """

    below: float
    above: float
    least_probability: float
    muscles: list[CandidatePart]


def candidates_part(found: Assessment, muscles: Mapping[str, MusclePart]) -> CandidatesPart | None:
    """None where probabilities are not known.

    Args:
        found: the assessment.
        muscles: as :func:`muscle_parts` gives them.
    """
    if found.changes is None:
        return None
    listed = []
    for one in found.changes.candidates:
        part = muscles[MUSCLES[one.muscle]]
        listed.append(
            CandidatePart(
                muscle=MUSCLES[one.muscle],
                name=part.name,
                side=part.side,
                asked=one.asked,
                probability=one.probability,
                ratio=one.ratio,
                low=one.low,
                high=one.high,
                matched_end_ratio=part.matched_end_ratio,
                by_peaks=_by_peaks(part.matched_end_ratio),
                finding=part.finding,
            )
        )
    return CandidatesPart(
        below=LESS, above=MORE, least_probability=LEAST_PROBABILITY, muscles=listed
    )


def _by_peaks(ratio: float | None) -> Literal["reduced", "compensatory"] | None:
    if ratio is None:
        return None
    return "reduced" if ratio < 1.0 else "compensatory"


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
            probability_less=_probability(found, "less", m),
            probability_more=_probability(found, "more", m),
        )
        for m, name in enumerate(MUSCLES)
    }


def _probability(found: Assessment, asked: Asked, m: int) -> float | None:
    changes = found.changes
    return float(changes.of(asked)[m]) if changes is not None and changes.judged[m] else None


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
