"""Generate the demonstration's surface EMG: nobody wore electrodes for it.

The activations that nuchal finds in the demonstration recording, 40 ms earlier, with co-contraction
and a share of their own that no model foresees, become the EMG of four channels with amplifier
noise, some mains, and the heart's beats in one of them; a trial of maximal contractions comes
along. Run it from the repository:

    python examples/make_emg.py
"""

from pathlib import Path

import numpy as np
from scipy import ndimage

from nuchal.commands.estimate import EstimateOptions
from nuchal.commands.forces import estimate_recording
from nuchal.commands.plan import plan_of
from nuchal.emg.comparison import model_activations
from nuchal.emg.mapping import map_channels
from nuchal.emg.signals import EmgRecording
from nuchal.io.subject import read_subject
from nuchal.synthetic.emg import SyntheticSettings, synthetic_emg

FOLDER = Path(__file__).parent
NAMES = ("RSCM", "LSCM", "RUT", "LUT")
LEAD_S = 0.040
CO_CONTRACTION = 0.15
OWN = 0.35
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
    write("demo_emg.csv", emg(time, as_a_person_would(time, model), seed=1))
    steps = np.arange(0.0, 11.0, 0.01)
    hold = [(steps > 0.5 + 2.5 * k) & (steps < 2.5 + 2.5 * k) for k in range(4)]
    write("demo_mvc.csv", emg(steps, np.where(np.stack(hold, axis=1), 1.0, 0.02), seed=2))


def as_a_person_would(time: np.ndarray, model: np.ndarray) -> np.ndarray:
    """Earlier, with co-contraction, and in part otherwise than static optimisation thinks."""
    early = np.stack([np.interp(time + LEAD_S, time, a) for a in model.T], axis=1)
    shared = CO_CONTRACTION * early.mean(axis=1, keepdims=True)
    noise = np.random.default_rng(4).standard_normal(early.shape)
    slow = ndimage.gaussian_filter1d(noise, 20.0, axis=0)
    own = np.exp(OWN * slow / slow.std(axis=0))
    return np.clip((early + shared) * own, 0.0, 1.0)


def emg(time: np.ndarray, activation: np.ndarray, *, seed: int) -> EmgRecording:
    """Four channels of surface EMG."""
    return synthetic_emg(time, activation, names=NAMES, settings=SETTINGS, seed=seed).recording


def write(name: str, made: EmgRecording) -> None:
    """Write one file of times [s] and channels [uV]."""
    head = ",".join(("time [s]", *(f"{channel} [uV]" for channel in made.names)))
    rows = [
        ",".join((f"{t:.3f}", *(f"{v:.1f}" for v in row)))
        for t, row in zip(made.time, made.values, strict=True)
    ]
    (FOLDER / name).write_text("\n".join([head, *rows]) + "\n", "utf-8")


if __name__ == "__main__":
    main()
