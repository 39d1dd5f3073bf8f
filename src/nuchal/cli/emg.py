"""``nuchal emg``: measured muscle activity beside the model's."""

import dataclasses

import nuchal
from nuchal.cli import emg_options as emg_ask
from nuchal.cli import options as ask
from nuchal.cli.emg_summary import show_agreement
from nuchal.cli.progress import progress_bar
from nuchal.cli.reading import finds_forces


@finds_forces
def emg(
    recording: ask.RecordingFile,
    subject: ask.SubjectFile,
    out: ask.OutFolder,
    estimate: "nuchal.EstimateOptions",
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
    no_figures: ask.NoFigures = False,
    as_json: ask.AsJson = False,
) -> None:
    """Surface EMG beside the activations that the model finds for the same movement.

    Example: nuchal emg trial.c3d --subject person.toml --mvc mvc.c3d --out result
    """
    options = nuchal.EmgOptions(
        emg=emg_file,
        mvc=tuple(mvc or ()),
        channels=ask.pairs(channel, option="--channel", form="OURS=THEIRS"),
        delay_s=emg_ask.delay(delay),
        rate_hz=emg_rate_hz,
        units=emg_units,
        conditioning=emg_ask.conditioning(band, lowpass_hz, notch, drift_window),
        estimate=dataclasses.replace(estimate, figures=not no_figures),
    )
    with progress_bar(wanted=not as_json) as bar:
        nuchal.run_emg(recording, subject=subject, out=out, options=options, progress=bar)
    show_agreement(out, as_json=as_json)
