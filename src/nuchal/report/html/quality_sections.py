"""Sections on how far all this can be trusted: recordings, quality, assumptions, methods."""

from typing import Any

import numpy as np

from nuchal.errors import Status
from nuchal.model.clinical import frame_status
from nuchal.records import Estimate
from nuchal.report.html.page import Page, Section, filled
from nuchal.report.summaries.frames import reserves_summary, tracking_summary
from nuchal.report.summaries.network import network_summary
from nuchal.report.summaries.paper import paper_summary
from nuchal.report.text import percent, references, say, sentence, status_meaning


def recordings(page: Page) -> Section:
    """What each recording reads as."""
    return Section("recordings", filled("recordings.html", summary=page.summary))


def quality(page: Page) -> Section:
    """Gaps, residuals, reserves, domain, alignment."""
    pairs = zip(page.summary.trials, page.found.estimates, strict=True)
    body = filled(
        "quality.html",
        quality=page.quality,
        warnings=page.warnings,
        rows=[{"trial": trial, **_row(estimate)} for trial, estimate in pairs],
        reasons=_reasons(page),
        methods=_methods(page),
        alignment=page.summary.alignment,
        places=page.places_measured,
    )
    return Section("quality", body)


def assumptions(page: Page) -> Section:
    """What had to be assumed, each thing once."""
    where: dict[str, list[str]] = {sentence(one): [] for one in page.found.assumptions}
    for trial, estimate in zip(page.found.trials, page.found.estimates, strict=True):
        for words in map(sentence, estimate.assumptions):
            where.setdefault(words, []).append(trial.name)
    every = len(page.found.trials)
    found = [
        {"words": words, "where": "" if len(names) in (0, every) else ", ".join(names)}
        for words, names in where.items()
    ]
    return Section("assumptions", filled("assumptions.html", assumptions=found))


def methods(page: Page) -> Section:
    """How it was done, and after whom."""
    body = filled(
        "methods.html",
        summary=page.summary,
        muscles=len(page.summary.muscles),
        references=references(),
    )
    return Section("methods", body)


def _row(estimate: Estimate) -> dict[str, Any]:
    """Numbers of one recording, the missing moment where it is greatest."""
    reserves = reserves_summary(estimate)
    most = max(reserves, key=lambda name: reserves[name].rms_Nm or 0.0)
    rms = reserves[most].rms_Nm
    return {
        "tracking": tracking_summary(estimate),
        "rms_Nm": rms,
        "worst_Nm": None
        if rms is None
        else max(abs(one.worst_Nm or 0.0) for one in reserves.values()),
        "about": say(f"coordinate.{most}") if rms is not None and rms >= 0.005 else "",
        "outside": _outside(estimate),
    }


def _outside(estimate: Estimate) -> str:
    """Share of the frames that are unlike what networks were trained on."""
    network, paper = network_summary(estimate), paper_summary(estimate)
    if network is not None:
        return percent(network.domain.share_outside)
    return "–" if paper is None else percent(paper.share_outside)


def _reasons(page: Page) -> list[dict[str, Any]]:
    status = np.concatenate([frame_status(one) for one in page.found.estimates])
    return [
        {"count": int(np.sum(status == member)), "sentence": status_meaning(member)}
        for member in Status
        if member is not Status.OK and np.any(status == member)
    ]


def _methods(page: Page) -> list[str]:
    """How forces were found, each way once."""
    said = [
        say("picture.forces_by", method=one.method, reason=sentence(one.method_reason))
        for one in page.found.estimates
    ]
    return list(dict.fromkeys(said))
