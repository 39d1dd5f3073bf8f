"""Electrodes over virtual people: raw surface EMG with its usual faults, conditioned as a real one.

The settings were chosen before any result was seen: 3 uV of noise, 5 uV of mains, crosstalk of a
tenth (neck: a twentieth) from the neighbour, R waves of 10 uV (neck: 25 uV), 300 uV at full
activation.
"""

from dataclasses import replace

import numpy as np
from people import VirtualPerson

from nuchal.emg.filters import ConditioningSettings, condition
from nuchal.emg.hidden.muscles import JointTask
from nuchal.emg.normalise import maxima_of, normalised
from nuchal.emg.signals import at_times
from nuchal.synthetic.emg import SyntheticSettings, synthetic_emg

ARM = SyntheticSettings(
    crosstalk=0.1, neighbours=((0, 1), (2, 3)), ecg_uv=10.0, mains_uv=5.0, noise_uv=3.0
)
NECK = replace(ARM, crosstalk=0.05, neighbours=((0, 2), (1, 3)), ecg_uv=25.0)
FILTERS = ConditioningSettings(mains_hz=50.0)
MVC_S = 4.0


def with_raw_emg(
    task: JointTask, person: VirtualPerson, excitation: np.ndarray, made: SyntheticSettings
) -> JointTask:
    """The same trials, their channels from raw EMG over an MVC that was maximal but for the gain.

    Args:
        task: n trials as a laboratory knows them.
        person: whose electrodes.
        excitation: of all muscles, shape (n, t, m).
        made: what the electrodes see beside their muscles.
    """
    clean = np.einsum("ntm,cm->ntc", excitation, np.asarray(person.system.electrodes))
    names = tuple(f"channel {k + 1}" for k in range(clean.shape[-1]))
    hold = np.arange(0.0, MVC_S, 0.02)
    strongest = np.tile(1.0 / person.gain, (len(hold), 1))
    trial = synthetic_emg(hold, strongest, names=names, settings=made, seed=900 + person.seed)
    maxima = maxima_of([trial.recording], FILTERS)
    channels = []
    for k, (time, course) in enumerate(zip(np.asarray(task.time), clean, strict=True)):
        longer = np.append(time, time[-1] + 0.02)
        held = np.concatenate([course, course[-1:]])
        raw = synthetic_emg(longer, held, names=names, settings=made, seed=1000 * person.seed + k)
        envelopes = normalised(condition(raw.recording, FILTERS).envelopes, maxima)
        channels.append(at_times(envelopes, time)[0])
    return JointTask(**{**vars(task), "channels": np.stack(channels)})
