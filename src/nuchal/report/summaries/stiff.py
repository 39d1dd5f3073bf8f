"""The part of ``assessment.json`` on the other reading of a short range: that the neck is stiff."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from nuchal.assessment.muscles.flags import Asked
from nuchal.assessment.records import Assessment, StiffReading
from nuchal.model.clinical import DIRECTIONS, side_of
from nuchal.model.generic import MUSCLES
from nuchal.report.summaries.parts import Part
from nuchal.report.text import Language, listed, muscle_name, say

# Muscles that a sentence names.
_NAMED: Final = 6


class StiffMuscle(Part):
    """One muscle's mean force in the common range over that in the healthy movement.

    Attributes:
        ratio: Both of the stiff neck; ``null`` where the muscle does too little.
        finding: Whether it would be asked less or more of it than of healthy people.
        q: Of a finding, as in ``muscles``.
    """

    ratio: float | None
    actual_N: float
    healthy_N: float
    finding: Asked | None
    q: float | None


class StiffPart(Part):
    """What would hold if the neck were stiff and its owner did not merely stop early.

    Attributes:
        range_deg: The person's own range in the directions in which it is short.
        mean_deg: Of the person's age, in the same directions.
        force_ratio: Of all muscles together in the common range, over what ``muscles`` has.
        judged: Whether enough directions were tested to say anything of muscles.
        both: Muscles that stand out alike under both readings, and what is asked of them.
        early_only: Those that stand out only if the owner stops early.
        stiff_only: Those that stand out only if the neck is stiff.
        text: The same in sentences.
    """

    range_deg: dict[str, float]
    mean_deg: dict[str, float]
    force_ratio: float
    judged: bool
    both: dict[str, Asked]
    early_only: dict[str, Asked]
    stiff_only: dict[str, Asked]
    muscles: dict[str, StiffMuscle]
    text: list[str]


def stiff_part(found: Assessment) -> StiffPart | None:
    """The other reading; None where no range is short."""
    stiff, first = found.stiff, None if found.ratios is None else found.ratios.common
    if stiff is None or first is None:
        return None
    mean = found.geometry.healthy.norm.mean_deg
    short = [k for k in range(len(DIRECTIONS)) if stiff.share[k] < 1.0]
    early = {(flag.muscle, flag.kind) for flag in found.flags}
    named = {(flag.muscle, flag.kind) for flag in stiff.flags}
    part = StiffPart(
        range_deg={DIRECTIONS[k]: float(stiff.share[k] * mean[k]) for k in short},
        mean_deg={DIRECTIONS[k]: float(mean[k]) for k in short},
        force_ratio=float(stiff.ratio.actual.sum() / first.actual.sum()),
        judged=stiff.judged,
        both=_names(early & named),
        early_only=_names(early - named),
        stiff_only=_names(named - early),
        muscles=_muscles(stiff),
        text=[],
    )
    return part.model_copy(update={"text": stiff_sentences(part)})


def stiff_sentences(part: StiffPart, language: Language = "en") -> list[str]:
    """What a reader is told of it."""
    ways = [
        say(
            "stiff.way",
            language,
            way=say(f"direction.{way}", language),
            own_deg=own,
            mean_deg=part.mean_deg[way],
        )
        for way, own in part.range_deg.items()
    ]
    said = [
        say("stiff.short", language, ways=listed(ways, language)),
        say("stiff.force", language, ratio=part.force_ratio),
    ]
    for code in ("both", "early_only", "stiff_only"):
        if muscles := getattr(part, code):
            said.append(say(f"stiff.{code}", language, muscles=_in_words(muscles, language)))
    if part.judged and not (part.both or part.early_only or part.stiff_only):
        said.append(say("stiff.nothing", language))
    return said


def _in_words(muscles: Mapping[str, Asked], language: Language) -> str:
    named = [
        say(
            "stiff.muscle",
            language,
            name=muscle_name(name, language),
            side=say(f"side.{side_of(name)}", language),
            asked=say(f"stiff.{kind}", language),
        )
        for name, kind in muscles.items()
    ]
    left = len(named) - _NAMED
    if left > 0:
        named = [*named[:_NAMED], say("stiff.more_muscles", language, count=left)]
    return "; ".join(named)


def _names(flags: set[tuple[int, Asked]]) -> dict[str, Asked]:
    return {MUSCLES[muscle]: kind for muscle, kind in sorted(flags)}


def _muscles(stiff: StiffReading) -> dict[str, StiffMuscle]:
    ratio, flags = stiff.ratio, {flag.muscle: flag for flag in stiff.flags}
    value = np.asarray(ratio.value)
    return {
        name: StiffMuscle(
            ratio=float(value[m]) if ratio.defined[m] else None,
            actual_N=float(ratio.actual[m]),
            healthy_N=float(ratio.healthy[m]),
            finding=flags[m].kind if m in flags else None,
            q=flags[m].q if m in flags else None,
        )
        for m, name in enumerate(MUSCLES)
    }
