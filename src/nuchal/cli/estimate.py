"""``nuchal estimate``: muscle forces from a recording."""

import nuchal
from nuchal.cli import options as ask
from nuchal.cli.progress import progress_bar
from nuchal.cli.summary import show_summary


def estimate(
    recording: ask.RecordingFile,
    subject: ask.SubjectFile,
    out: ask.OutFolder,
    method: ask.Method = "auto",
    correct: ask.Correct = False,
    weights: ask.NetworkFile = None,
    preset: ask.PresetName = "recommended",
    engine: ask.EngineName = "jax",
    weight: ask.Weights = None,
    load_kg: ask.LoadKg = 0.0,
    load_place: ask.LoadPlace = None,
    static: ask.Static = None,
    neutral: ask.Neutral = None,
    marker: ask.Markers = None,
    person: ask.Person = None,
    swap_sides: ask.SwapSides = False,
    mirror: ask.Mirror = None,
    up: ask.Up = None,
    forward: ask.Forward = None,
    units: ask.Units = None,
    rate_hz: ask.RateHz = None,
    in_degrees: ask.InDegrees = None,
    max_gap: ask.MaxGap = 0.25,
    cutoff_hz: ask.CutoffHz = 6.0,
    diagnostics: ask.Diagnostics = False,
    no_figures: ask.NoFigures = False,
    as_json: ask.AsJson = False,
) -> None:
    """Forces of 72 neck muscles from a recording of head markers.

    Example: nuchal estimate walk.trc --subject person.toml --out result
    """
    options = nuchal.EstimateOptions(
        method=method,
        network=weights,
        correct=correct,
        preset=preset,
        engine=engine,
        weights=ask.weights(weight),
        load_kg=load_kg,
        load_place_m=ask.place(load_place),
        static=static,
        units=units,
        rate_hz=rate_hz,
        in_degrees=in_degrees,
        person=person,
        diagnostics=diagnostics,
        figures=not no_figures,
        tracking=nuchal.TrackingSettings(
            markers=ask.pairs(marker, option="--marker", form="OURS=THEIRS"),
            up=up,
            forward=forward,
            swap_sides=swap_sides,
            mirror=mirror,
            max_gap_s=max_gap,
            cutoff_hz=cutoff_hz,
            neutral_window_s=ask.window(neutral),
        ),
    )
    with progress_bar(wanted=not as_json) as progress:
        nuchal.run_estimate(recording, subject=subject, out=out, options=options, progress=progress)
    show_summary(out, as_json=as_json)
