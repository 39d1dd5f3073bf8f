"""The people's recordings and surface EMG, written as a laboratory would have them."""

from pathlib import Path
from typing import Final

import numpy as np

from nuchal.emg.activation import group_activation
from nuchal.emg.mapping import map_channels
from nuchal.io.made import made_person, write_made_emg, write_made_recording
from nuchal.reproduction.cast import Cast
from nuchal.synthetic.emg import SyntheticSettings, as_people_do, synthetic_emg
from nuchal.synthetic.forces import true_forces
from nuchal.synthetic.people import VirtualPerson
from nuchal.synthetic.recording import Conditions, recordings_of, true_anatomy, true_trials

LABEL: Final = "made by nuchal reproduce, not measured"
MVC_FILE: Final = "mvc.csv"
# The four channels, and what the patient shows beside what movement asks for, as a share of
# the maximum: figure 6 has the right trapezius raised most, the left one and the right
# sternocleidomastoid as well.
GUARDING: Final = {"RSCM": 0.06, "LSCM": 0.0, "RUT": 0.10, "LUT": 0.06}
CHANNELS: Final = tuple(GUARDING)
_EMG: Final = SyntheticSettings(rate_hz=1000.0, mvc_uv=400.0, noise_uv=2.5)
_MVC_S: Final = (0.5, 2.0)
_AT_REST: Final = 0.02


def write_cast(cast: Cast, folder: Path) -> None:
    """A folder for each of the six, for the healthy person and for the patient."""
    for k, one in enumerate(cast.reference, start=1):
        write_person(one, folder / f"reference_{k}")
    for name, one in (("healthy", cast.healthy), ("patient", cast.patient)):
        write_person(one, folder / name)
        write_emg(one, folder / f"{name}_emg", guarding=name == "patient")


def write_person(person: VirtualPerson, folder: Path) -> list[Path]:
    """Recordings of all trials, and the measures."""
    folder.mkdir(parents=True)
    conditions = Conditions()
    trials = true_trials(person, conditions.rate_hz)
    paths = [
        write_made_recording(one, folder, LABEL)
        for one in recordings_of(person, trials, conditions)
    ]
    (folder / "person.toml").write_text(made_person(person.subject, "nuchal reproduce"), "utf-8")
    return paths


def write_emg(person: VirtualPerson, folder: Path, *, guarding: bool) -> None:
    """EMG of every trial under its recording's name, and of maximal contractions."""
    folder.mkdir(parents=True)
    neck, trials = true_anatomy(person), true_trials(person, Conditions().rate_hz)
    activation = np.asarray(true_forces(person, trials).activation)
    mapped = {m.channel: m.muscles for m in map_channels(folder, CHANNELS, {})}
    over, first = [mapped[channel] for channel in CHANNELS], 0
    for k, trial in enumerate(trials):
        mine = activation[first : first + len(trial.q)]
        first += len(trial.q)
        shown = np.stack([group_activation(neck, mine, one) for one in over], axis=1)
        time = np.arange(len(mine)) / trial.rate_hz
        own = as_people_do(time, shown, seed=person.index + k)
        raised = own + (np.array(list(GUARDING.values())) if guarding else 0.0)
        _write(time, np.clip(raised, 0.0, 1.0), folder / f"{k + 1}_{trial.trial}.csv", seed=k)
    every = sum(_MVC_S)
    steps = np.arange(0.0, every * len(CHANNELS) + _MVC_S[0], 0.01)
    held = [(steps % every > _MVC_S[0]) & (steps // every == k) for k in range(len(CHANNELS))]
    _write(
        steps, np.where(np.stack(held, axis=1), 1.0, _AT_REST), folder / MVC_FILE, seed=len(trials)
    )


def _write(time: np.ndarray, activation: np.ndarray, path: Path, *, seed: int) -> None:
    made = synthetic_emg(time, activation, names=CHANNELS, settings=_EMG, seed=seed)
    write_made_emg(made.recording, path)
