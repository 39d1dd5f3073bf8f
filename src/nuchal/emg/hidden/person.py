"""One person's muscles and recruitment, fitted to recordings, and the excitations in these."""

import time
from collections.abc import Callable, Sequence

import numpy as np

from nuchal.emg.hidden.mse import extrapolate, fit_mse
from nuchal.emg.hidden.muscles import JointTask, MuscleSystem
from nuchal.emg.hidden.neck import neck_system
from nuchal.emg.hidden.nmm_fit import fit_nmm, read_trials
from nuchal.emg.hidden.nmm_intervals import fit_committee, read_with_intervals
from nuchal.emg.hidden.records import (
    Committee,
    DeepEmg,
    Extrapolated,
    Extrapolation,
    Fit,
    HiddenSettings,
    Reconstruction,
    TrialFindings,
)
from nuchal.emg.hidden.trials import Trial, Trials, stacked
from nuchal.emg.hidden.windows import evenly_spread, join_windows
from nuchal.findings import Assumed, Finding, Found, Warned, finding
from nuchal.model.anatomy import Anatomy
from nuchal.plain_text import file_name

# Shares of the whole at which fitting begins, reading begins, and both are done.
_FITTED, _TOLD, _READ = 0.1, 0.7, 0.9


def fit_and_read(
    trials: Trials,
    head_and_neck_mass_kg: float,
    anatomy: Anatomy,
    settings: HiddenSettings,
    progress: Callable[[str, float], None],
) -> DeepEmg:
    """Fit to the recordings that are not held out, then read all of them.

    ``head_and_neck_mass_kg`` is that of everything above T1; ``progress`` is told what is being
    done and which share of it is.
    """
    system = neck_system(anatomy, tuple(m.muscles for m in trials.mapped))
    fitted = _fitted(trials, settings)
    started = time.perf_counter()

    committee, fit = _fit(system, fitted, settings, progress)
    mse = (
        fit_mse(system, fitted, settings.mse, seed=settings.seed)
        if committee is None
        else committee.by_synergies
    )
    took = time.perf_counter() - started
    told = []
    for k, trial in enumerate(trials.trials):
        share = _TOLD + (_READ - _TOLD) * k / len(trials.trials)
        progress(f"reading {file_name(trial.recorded.source)}", share)
        told.append(_read_trial(trial, fit, committee, mse, len(fitted.time), settings))
    return DeepEmg(
        system=system,
        labels=tuple(m.label for m in trials.mapped),
        fit=fit,
        committee=committee,
        mse=mse,
        trials=tuple(told),
        fitted_s=_amounts(trials, fitted)[0],
        seconds={"fit": took, "read": time.perf_counter() - started - took},
        assumptions=(
            *trials.findings,
            *_assumptions(trials, fitted, head_and_neck_mass_kg, settings),
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
    committee = fit_committee(
        system, fitted, settings.nmm, settings.mse, seed=settings.seed, progress=fitting
    )
    return committee, committee.whole


def _fitted(trials: Trials, settings: HiddenSettings) -> JointTask:
    """Windows of the recordings that are fitted, evenly spread over all of them."""
    every = [task for trial in trials.trials if not trial.recorded.held_out for task in trial.tasks]
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
    tasks = stacked(trial.tasks, count=count)
    by_synergies = [extrapolate(mse, task) for task in tasks]
    lots = [_read(fit, committee, task, settings) for task in tasks]
    return _findings(trial, tasks, lots, by_synergies)


def _read(
    fit: Fit, committee: Committee | None, task: JointTask, settings: HiddenSettings
) -> dict[str, np.ndarray]:
    """What the model says of some windows, each field of shape (n, f, ...)."""
    if committee is None:
        told = _told(read_trials(fit.model, task, settings.nmm))
        return {**told, "low": told["excitation"], "high": told["excitation"]}
    doubted = read_with_intervals(committee, task, settings.nmm)
    told = _told(doubted.read)
    return {**told, "low": doubted.low, "high": doubted.high, "blind": doubted.blind}


def _told(read: Reconstruction) -> dict[str, np.ndarray]:
    return {
        "excitation": np.asarray(read.excitation),
        "channels": np.asarray(read.channels),
        "moment_model": np.asarray(read.moment),
    }


def _findings(
    trial: Trial,
    tasks: list[JointTask],
    lots: list[dict[str, np.ndarray]],
    by_synergies: Sequence[Extrapolated],
) -> TrialFindings:
    """Windows join_windows to courses over the recording's known frames."""
    frames, known = len(trial.time), trial.known

    def course(parts: Sequence[np.ndarray]) -> np.ndarray:
        whole = np.concatenate(parts)[: len(trial.windows)]
        return np.asarray(join_windows(trial.windows, whole, frames)[known])

    return TrialFindings(
        source=trial.recorded.source,
        held_out=trial.recorded.held_out,
        load_kg=float(trial.recorded.load.mass),
        time=trial.time[known],
        by_synergies=course([found.excitation for found in by_synergies]),
        moment_by_synergies=course([found.moment for found in by_synergies]),
        measured=course([np.asarray(task.channels) for task in tasks]),
        moment=course([np.asarray(task.moment) for task in tasks]),
        blind=course([lot["blind"] for lot in lots]) if "blind" in lots[0] else None,
        **{
            name: course([lot[name] for lot in lots])
            for name in ("excitation", "low", "high", "channels", "moment_model")
        },
    )


def _amounts(trials: Trials, fitted: JointTask) -> tuple[float, float]:
    """How much was fitted, and how much there was to fit [s]; overlaps count once."""
    known = sum(int(t.known.sum()) for t in trials.trials if not t.recorded.held_out)
    return min(known, fitted.time.size) * fitted.step_s, known * fitted.step_s


def _assumptions(
    trials: Trials, fitted: JointTask, head_and_neck_mass_kg: float, settings: HiddenSettings
) -> list[Finding]:
    """What was assumed of the person and the fit."""
    amount, whole = _amounts(trials, fitted)
    windows = {"fitted_s": amount, "known_s": whole, "windows": len(fitted.time)}
    said = [
        finding(Assumed.GENERIC_STIFFNESS, head_and_neck_mass_kg=head_and_neck_mass_kg),
        finding(Found.WINDOWS_FITTED, **windows),
        finding(Assumed.CHANNEL_IS_MEAN_EXCITATION),
        finding(Assumed.ONE_DRIVE_FOR_ALL),
    ]
    return said if settings.intervals else [*said, finding(Warned.NO_INTERVALS)]
