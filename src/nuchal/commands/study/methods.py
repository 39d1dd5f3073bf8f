"""The paragraph of a paper that says how a study was computed, with versions."""

import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any, Final

from nuchal.commands.study.plan import StudyPlan
from nuchal.report.summaries.study import Comparison, VisitPart
from nuchal.report.text import listed, say

_LIBRARIES: Final = ("nuchal", "jax", "numpy", "scipy", "statsmodels")


def methods_of(
    plan: StudyPlan,
    visits: Sequence[VisitPart],
    people: Sequence[Mapping[str, Any]],
    statistics: Sequence[Comparison],
) -> str:
    """Sentences to paste into a paper, of what was really done."""
    presets = listed(sorted({row["preset"] for row in people}))
    tests = {one.test for one in statistics}
    options = ", ".join(f"{name} = {value}" for name, value in plan.options.items())
    versions: dict[str, Any] = {f"{name}_version": version(name) for name in _LIBRARIES}
    said = [
        say(
            "study.methods_people",
            people=len({one.person for one in visits}),
            visits=len(visits),
            recordings=sum(one.recordings for one in visits),
        ),
        say("study.methods_assessment", preset=presets, **versions),
        say("study.methods_options", options=options) if options else "",
        say("study.methods_ranges"),
        say("study.methods_welch") if "Welch t" in tests else "",
        say("study.methods_paired") if "paired t" in tests else "",
        say("study.methods_anova") if "one-way ANOVA" in tests else "",
        "" if not tests else say(
            "study.methods_correction", correction=say(f"study.{plan.correction}"), **versions
        ),
        say("study.methods_software", python=platform.python_version(), **versions),
    ]  # fmt: skip
    return " ".join(one for one in said if one)
