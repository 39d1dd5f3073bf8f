"""Generate the demonstration's surface EMG: nobody wore electrodes for it.

The activations that nuchal finds in the demonstration recording, 40 ms earlier, with co-contraction
and a share of their own that no model foresees, become the EMG of four channels with amplifier
noise, some mains, and the heart's beats in one of them; a trial of maximal contractions comes
along. Run it from the repository:

    python examples/make_emg.py
"""

from pathlib import Path

import numpy as np

from nuchal.commands.estimate import EstimateOptions
from nuchal.commands.forces import estimate_recording
from nuchal.commands.plan import plan_of
from nuchal.emg.comparison import model_activations
from nuchal.emg.mapping import map_channels
from nuchal.emg.signals import EmgRecording
from nuchal.io.made import write_made_emg
from nuchal.io.subject import read_subject
from nuchal.synthetic.emg import SyntheticSettings, as_people_do, synthetic_emg

FOLDER = Path(__file__).parent
NAMES = ("RSCM", "LSCM", "RUT", "LUT")
SETTINGS = SyntheticSettings(
    rate_hz=1000.0, mvc_uv=400.0, noise_uv=2.5, ecg_uv=(0.0, 40.0, 0.0, 0.0), mains_uv=1.5
)


def main() -> None:
    """Write the EMG of the trial and of the maximal contractions beside this script."""
    person = read_subject(FOLDER / "person.toml")
    plan = plan_of(person, EstimateOptions(method="optimisation"))
    recording = FOLDER / "demo_recording.trc"
    estimate = estimate_recording(recording, plan).estimate
    mapped = map_channels(recording, NAMES, {})
    model = model_activations(estimate, plan.anatomy, mapped, plan.settings)
    time = np.asarray(estimate.motion.time)
    write_made_emg(emg(time, as_people_do(time, model, seed=4), seed=1), FOLDER / "demo_emg.csv")
    steps = np.arange(0.0, 11.0, 0.01)
    hold = [(steps > 0.5 + 2.5 * k) & (steps < 2.5 + 2.5 * k) for k in range(4)]
    held = np.where(np.stack(hold, axis=1), 1.0, 0.02)
    write_made_emg(emg(steps, held, seed=2), FOLDER / "demo_mvc.csv")


def emg(time: np.ndarray, activation: np.ndarray, *, seed: int) -> EmgRecording:
    """Four channels of surface EMG."""
    return synthetic_emg(time, activation, names=NAMES, settings=SETTINGS, seed=seed).recording


if __name__ == "__main__":
    main()
