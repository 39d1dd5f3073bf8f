"""What can be known of hidden muscles at all, from what electrodes and movement show.

Somebody who had measured the hidden muscles of this very person in many other trials could learn
how they follow from everything else. What such a pupil tells of new trials bounds what any method
can hope for: it knows the person's muscles, weights and habits as far as they show, and not what
nothing shows. Its own error, of so many trials as it has, is in the bound: who does better is not
wrong.

Two pupils learn, many trees and a network, from channels and moments around each frame and the
movement; for each person the one counts that does better in trials kept apart.
"""

from typing import Final

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.ensemble import ExtraTreesRegressor
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from nuchal.emg.hidden.muscles import JointTask, MuscleSystem

LAGS: Final = (-8, -4, -2, -1, 0, 1, 2, 4, 8)
"""Frames around each one."""
KEPT_APART: Final = 0.25
"""Of the trials."""


def best_told(
    system: MuscleSystem,
    learnt: JointTask,
    excitation: np.ndarray,
    test: JointTask,
    *,
    electrodes: bool = True,
) -> np.ndarray:
    """Excitations of the test trials by the better pupil, zero for muscles that are measured.

    Args:
        system: which muscles are hidden.
        learnt: many trials of the person.
        excitation: of all muscles in these.
        test: trials to be told.
        electrodes: whether channels are shown; else movement, load and moments alone.
    """
    seen, later = (_shown(task, electrodes=electrodes) for task in (learnt, test))
    hidden = list(system.hidden)
    wanted = excitation[..., hidden]
    apart = max(1, round(KEPT_APART * len(seen)))
    chosen, least = None, np.inf
    for pupil in _pupils():
        pupil.fit(_rows(seen[:-apart]), _rows(wanted[:-apart]))
        error = float(np.mean((pupil.predict(_rows(seen[-apart:])) - _rows(wanted[-apart:])) ** 2))
        if error < least:
            chosen, least = pupil, error
    assert chosen is not None
    chosen.fit(_rows(seen), _rows(wanted))
    told = np.zeros((*later.shape[:2], len(system.names)))
    told[..., hidden] = chosen.predict(_rows(later)).reshape(*later.shape[:2], len(hidden))
    return np.clip(told, 0.0, 1.0)


def _pupils() -> list[RegressorMixin]:
    trees = ExtraTreesRegressor(60, min_samples_leaf=5, max_features=0.4, random_state=0)
    network = MLPRegressor(
        hidden_layer_sizes=(128, 64), alpha=1e-3, max_iter=60, early_stopping=True, random_state=0
    )
    return [trees, make_pipeline(StandardScaler(), network)]


def _shown(task: JointTask, *, electrodes: bool) -> np.ndarray:
    """Movement and load of each frame, moments around it, and channels around it."""
    around = [np.asarray(task.moment)] + ([np.asarray(task.channels)] if electrodes else [])
    frames = np.arange(task.time.shape[1])
    late = [x[:, np.clip(frames + k, 0, len(frames) - 1)] for x in around for k in LAGS]
    return np.concatenate([np.asarray(task.motion), *late], axis=-1)


def _rows(x: np.ndarray) -> np.ndarray:
    return x.reshape(-1, x.shape[-1])
