"""``nuchal estimate``: muscle forces from a recording."""

import dataclasses

import nuchal
from nuchal.cli import options as ask
from nuchal.cli.progress import progress_bar
from nuchal.cli.reading import finds_forces
from nuchal.cli.summary import show_summary


@finds_forces
def estimate(
    recording: ask.RecordingFile,
    subject: ask.SubjectFile,
    out: ask.OutFolder,
    estimate: "nuchal.EstimateOptions",
    correct: ask.Correct = False,
    engine: ask.EngineName = "jax",
    weight: ask.Weights = None,
    diagnostics: ask.Diagnostics = False,
    no_figures: ask.NoFigures = False,
    as_json: ask.AsJson = False,
) -> None:
    """Forces of 72 neck muscles from a recording of head markers.

    Example: nuchal estimate walk.trc --subject person.toml --out result
    """
    options = dataclasses.replace(
        estimate,
        correct=correct,
        engine=engine,
        weights=ask.weights(weight),
        diagnostics=diagnostics,
        figures=not no_figures,
    )
    with progress_bar(wanted=not as_json) as progress:
        nuchal.run_estimate(recording, subject=subject, out=out, options=options, progress=progress)
    show_summary(out, as_json=as_json)
