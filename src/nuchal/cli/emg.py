"""``nuchal emg``: measured muscle activity beside the model's."""

import nuchal
from nuchal.cli import emg_options as emg_ask
from nuchal.cli import options as ask
from nuchal.cli.emg_summary import show_agreement
from nuchal.cli.progress import progress_bar


def emg(
    recording: ask.RecordingFile,
    subject: ask.SubjectFile,
    out: ask.OutFolder,
    mvc: emg_ask.Mvc = None,
    emg_file: emg_ask.EmgFile = None,
    channel: emg_ask.Channels = None,
    delay: emg_ask.Delay = None,
    emg_rate_hz: emg_ask.EmgRateHz = None,
    emg_units: emg_ask.EmgUnits = None,
    band: emg_ask.Band = "20,450",
    lowpass_hz: emg_ask.LowpassHz = 10.0,
    notch: emg_ask.Notch = None,
    drift_window: emg_ask.DriftWindow = None,
    method: ask.Method = "auto",
    weights: ask.NetworkFile = None,
    preset: ask.PresetName = "recommended",
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
    no_figures: ask.NoFigures = False,
    as_json: ask.AsJson = False,
) -> None:
    """Surface EMG beside the activations that the model finds for the same movement.

    Example: nuchal emg trial.c3d --subject person.toml --mvc mvc.c3d --out result
    """
    estimate = nuchal.EstimateOptions(
        method=method,
        network=weights,
        preset=preset,
        load_kg=load_kg,
        load_place_m=ask.place(load_place),
        static=static,
        units=units,
        rate_hz=rate_hz,
        in_degrees=in_degrees,
        person=person,
        figures=not no_figures,
        tracking=nuchal.TrackingSettings(
            markers=ask.pairs(marker, option="--marker", form="OURS=THEIRS"),
            up=up, forward=forward, swap_sides=swap_sides, mirror=mirror,
            max_gap_s=max_gap, cutoff_hz=cutoff_hz, neutral_window_s=ask.window(neutral),
        ),
    )  # fmt: skip
    options = nuchal.EmgOptions(
        emg=emg_file,
        mvc=tuple(mvc or ()),
        channels=ask.pairs(channel, option="--channel", form="OURS=THEIRS"),
        delay_s=emg_ask.delay(delay),
        rate_hz=emg_rate_hz,
        units=emg_units,
        conditioning=emg_ask.conditioning(band, lowpass_hz, notch, drift_window),
        estimate=estimate,
    )
    with progress_bar(wanted=not as_json) as bar:
        nuchal.run_emg(recording, subject=subject, out=out, options=options, progress=bar)
    show_agreement(out, as_json=as_json)
