"""One person's muscles and recruitment, fitted to recordings, and the excitations in these."""

import time
from collections.abc import Callable
from typing import NamedTuple

import jax
import numpy as np

from nuchal.emg.hidden.courses import Between, DeepEmg, Pulls, TrialFindings
from nuchal.emg.hidden.forces import carry, carry_with_intervals, force_between
from nuchal.emg.hidden.mse import extrapolate, fit_mse
from nuchal.emg.hidden.muscles import JointTask, MuscleSystem
from nuchal.emg.hidden.neck import neck_loads
from nuchal.emg.hidden.nmm_fit import fit_nmm, read_trials
from nuchal.emg.hidden.nmm_intervals import fit_committee, read_with_intervals
from nuchal.emg.hidden.records import Committee, Extrapolation, Fit, HiddenSettings
from nuchal.emg.hidden.told import told_by
from nuchal.emg.hidden.trials import Trial, Trials, stacked
from nuchal.emg.hidden.windows import evenly_spread, join_windows
from nuchal.findings import Assumed, Finding, Found, Warned, finding
from nuchal.plain_text import plain_line

# Shares of the whole at which fitting begins, reading begins, and both are done.
_FITTED, _TOLD, _READ = 0.1, 0.7, 0.9


class _Lot(NamedTuple):
    """What is told of some windows, each of shape (n, f, ...), or of a recording, (t, ...)."""

    excitation: np.ndarray
    low: np.ndarray
    high: np.ndarray
    channels: np.ndarray
    blind: np.ndarray | None
    moment_model: np.ndarray
    activation: Between
    pulls: Pulls
    by_synergies: np.ndarray
    moment_by_synergies: np.ndarray
    measured: np.ndarray
    moment: np.ndarray


def fit_and_read(
    trials: Trials, settings: HiddenSettings, progress: Callable[[str, float], None]
) -> DeepEmg:
    """Fit to the recordings that are not held out, then read all of them.

    ``progress`` is told what is being done and which share of it is.
    """
    system = trials.system
    fitted = _fitted(trials, settings)
    started = time.perf_counter()

    committee, fit = _fit(system, fitted, settings, progress)
    mse = fit_mse(system, fitted, settings.mse, seed=settings.seed)
    took = time.perf_counter() - started
    told = []
    for k, trial in enumerate(trials.trials):
        share = _TOLD + (_READ - _TOLD) * k / len(trials.trials)
        progress(f"reading {plain_line(trial.name)}", share)
        told.append(_read_trial(trial, fit, committee, mse, len(fitted.time), settings))
    return DeepEmg(
        system=system,
        labels=trials.labels,
        coordinates=trials.coordinates,
        fit=fit,
        committee=committee,
        told=told_by(fit.model, fitted, settings.nmm),
        mse=mse,
        trials=tuple(told),
        fitted_s=_amounts(trials, fitted)[0],
        seconds={"fit": took, "read": time.perf_counter() - started - took},
        assumptions=(
            *trials.findings,
            *_assumptions(trials, fitted, settings),
        ),
    )


def _fit(
    system: MuscleSystem,
    fitted: JointTask,
    settings: HiddenSettings,
    progress: Callable[[str, float], None],
) -> tuple[Committee | None, Fit]:
    """The person's model, and those without each channel if there are to be intervals."""

    def fitting(share: float) -> None:
        progress("fitting", _FITTED + (_TOLD - _FITTED) * share)

    if not settings.intervals:
        fit = fit_nmm(system, fitted, settings.nmm, seed=settings.seed, progress=fitting)
        return None, fit
    committee = fit_committee(system, fitted, settings.nmm, seed=settings.seed, progress=fitting)
    return committee, committee.whole


def _fitted(trials: Trials, settings: HiddenSettings) -> JointTask:
    """Windows of the recordings that are fitted, evenly spread over all of them."""
    every = [task for trial in trials.trials if not trial.held_out for task in trial.tasks]
    length_s = len(every[0].time) * every[0].step_s
    most = max(1, round(settings.fitted_s / length_s))
    chosen = [every[k] for k in evenly_spread(len(every), most)]
    return stacked(chosen, count=len(chosen))[0]


def _read_trial(
    trial: Trial,
    fit: Fit,
    committee: Committee | None,
    mse: Extrapolation,
    count: int,
    settings: HiddenSettings,
) -> TrialFindings:
    """One recording, so many windows at once."""
    lots = [
        _read(fit, committee, mse, task, settings) for task in stacked(trial.tasks, count=count)
    ]
    return _findings(trial, jax.tree.map(lambda *parts: _course(trial, parts), *lots))


def _read(
    fit: Fit,
    committee: Committee | None,
    mse: Extrapolation,
    task: JointTask,
    settings: HiddenSettings,
) -> _Lot:
    """What both methods say of some windows."""
    by_synergies = extrapolate(mse, task)
    if committee is None:
        read, blind = read_trials(fit.model, task, settings.nmm), None
        low = high = np.asarray(read.excitation)
        carried = carry(fit, task, read)
    else:
        doubted = read_with_intervals(committee, task, settings.nmm)
        read, blind, low, high = doubted.read, doubted.blind, doubted.low, doubted.high
        carried = carry_with_intervals(committee, task, doubted)
    return _Lot(
        excitation=np.asarray(read.excitation),
        low=low,
        high=high,
        channels=np.asarray(read.channels),
        blind=blind,
        moment_model=np.asarray(read.moment),
        activation=carried.activation,
        pulls=carried.pulls,
        by_synergies=by_synergies.excitation,
        moment_by_synergies=by_synergies.moment,
        measured=np.asarray(task.channels),
        moment=np.asarray(task.moment),
    )


def _course(trial: Trial, parts: tuple[np.ndarray, ...]) -> np.ndarray:
    """Windows as a course over the recording's known frames."""
    whole = np.concatenate(parts)[: len(trial.windows)]
    return np.asarray(join_windows(trial.windows, whole, len(trial.time))[trial.known])


def _findings(trial: Trial, told: _Lot) -> TrialFindings:
    fields = told._asdict()
    pulls = fields.pop("pulls")
    return TrialFindings(
        name=trial.name,
        source=trial.source,
        held_out=trial.held_out,
        load_kg=trial.load_kg,
        time=trial.time[trial.known],
        force=force_between(pulls),
        neck=None if trial.neck is None else neck_loads(trial.neck, trial.known, pulls),
        **fields,
    )


def _amounts(trials: Trials, fitted: JointTask) -> tuple[float, float]:
    """How much was fitted, and how much there was to fit [s]; overlaps count once."""
    known = sum(int(t.known.sum()) for t in trials.trials if not t.held_out)
    return min(known, fitted.time.size) * fitted.step_s, known * fitted.step_s


def _assumptions(trials: Trials, fitted: JointTask, settings: HiddenSettings) -> list[Finding]:
    """What was assumed of the person and the fit."""
    amount, whole = _amounts(trials, fitted)
    windows = {"fitted_s": amount, "known_s": whole, "windows": len(fitted.time)}
    said = [
        finding(Found.WINDOWS_FITTED, **windows),
        finding(Assumed.CHANNEL_IS_MEAN_EXCITATION),
        finding(Assumed.ONE_DRIVE_FOR_ALL),
    ]
    return said if settings.intervals else [*said, finding(Warned.NO_INTERVALS)]
