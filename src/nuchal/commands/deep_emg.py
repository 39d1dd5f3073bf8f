"""Recordings with EMG of one person become excitations of all 72 muscles, and their error."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from nuchal.commands.deep_emg_files import file_names, write_parameters, write_trial
from nuchal.commands.deep_emg_options import DeepEmgOptions
from nuchal.commands.deep_emg_trials import (
    Trial,
    Trials,
    cut_alike,
    given_recordings,
    read_one,
    stacked,
)
from nuchal.commands.estimate import Progress
from nuchal.emg.hidden.mse import Extrapolated, extrapolate, fit_mse
from nuchal.emg.hidden.muscles import JointTask, channels_of
from nuchal.emg.hidden.neck import neck_system
from nuchal.emg.hidden.nmm import Reconstruction
from nuchal.emg.hidden.nmm_fit import Fit, fit_nmm, read_trials
from nuchal.emg.hidden.nmm_intervals import Committee, fit_committee, read_with_intervals
from nuchal.emg.hidden.results import DeepEmg, TrialFindings
from nuchal.emg.hidden.windows import evenly_spread, join_windows
from nuchal.errors import NuchalError
from nuchal.io.output import check_writable, staged
from nuchal.io.subject import read_subject
from nuchal.model.anatomy import MUSCLES, Anatomy
from nuchal.model.scaling import personalise
from nuchal.optimisation.settings import PRESET_SETTINGS
from nuchal.records import Subject
from nuchal.report.figures.hidden_emg import write_deep_emg_figure
from nuchal.report.summaries.hidden_emg import write_deep_emg

# Shares of the whole at which fitting begins, reading begins, and writing begins.
_FITTED, _TOLD, _READING = 0.1, 0.7, 0.9
MVC_NEEDED: Final = (
    "Hidden muscles need the level of the channels, so give a trial of maximal voluntary "
    "contraction with --mvc; nuchal emg does without."
)


def run_deep_emg(
    recordings: Sequence[Path],
    *,
    subject: Path,
    out: Path,
    options: DeepEmgOptions,
    progress: Progress = lambda _doing, _share: None,
) -> DeepEmg:
    """Fit one person's muscles and recruitment, and tell the excitations of all 72 muscles.

    Args:
        recordings: markers or coordinates; C3D and Nexus CSV may hold the EMG as well.
        subject: the person's measures, a ``person.toml``; ``[emg]`` may name channels.
        out: the folder for the results; whole or not at all.
        options: everything else.
        progress: told what is being done and which share of it is.

    Raises:
        NuchalError: something given cannot be used; the message says what to do.
    """
    given = given_recordings(tuple(recordings), options)
    static = () if options.estimate.static is None else (options.estimate.static,)
    sources = [g.recording for g in given] + [g.emg for g in given if g.emg is not None]
    inputs = [subject, *sources, *options.mvc, *static]
    names = file_names([g.recording.stem for g in given], figures=True)
    check_writable(out, inputs=inputs, names=names)
    if not options.mvc:
        raise NuchalError(MVC_NEEDED)
    progress("reading", 0.0)
    person = read_subject(subject)
    anatomy = personalise(person, inertias=PRESET_SETTINGS[options.estimate.preset].inertias)
    reads = [read_one(one, person, anatomy, options) for one in given]
    trials = cut_alike(reads, anatomy, options)
    found = tell(trials, person, anatomy, options, progress)
    progress("writing", _READING)
    with staged(out, inputs=inputs, ours=names) as folder:
        for trial in found.trials:
            write_trial(found, trial, folder)
        write_parameters(found, folder / "parameters.csv")
        write_deep_emg(found, folder / "deep_emg.json")
        if options.estimate.figures:
            for trial in found.trials:
                progress(f"drawing {trial.source.name}", _READING)
                write_deep_emg_figure(found, trial, folder / trial.source.stem)
    progress("done", 1.0)
    return found


def tell(
    trials: Trials, person: Subject, anatomy: Anatomy, options: DeepEmgOptions, progress: Progress
) -> DeepEmg:
    """Fit to the recordings that are not held out, then read all of them."""
    seen = channels_of(MUSCLES, tuple(m.muscles for m in trials.mapped))
    system = neck_system(anatomy, tuple(tuple(MUSCLES[i] for i in some) for some in seen))
    fitted = _fitted(trials, options)
    started = time.perf_counter()

    def fitting(share: float) -> None:
        progress("fitting", _FITTED + (_TOLD - _FITTED) * share)

    committee: Committee | None = None
    if options.intervals:
        committee = fit_committee(system, fitted, options.nmm, seed=options.seed, progress=fitting)
        fit = committee.whole
    else:
        fit = fit_nmm(system, fitted, options.nmm, seed=options.seed, progress=fitting)
    mse = fit_mse(system, fitted, options.mse, seed=options.seed)
    took = time.perf_counter() - started
    count = len(fitted.time)
    told = []
    for k, trial in enumerate(trials.trials):
        share = _TOLD + (_READING - _TOLD) * k / len(trials.trials)
        progress(f"reading {trial.given.recording.name}", share)
        tasks = stacked(trial.tasks, count=count)
        by_synergies = [extrapolate(mse, task) for task in tasks]
        lots = [_read(fit, committee, task, options) for task in tasks]
        told.append(_findings(trial, tasks, lots, by_synergies))
    return DeepEmg(
        system=system,
        labels=tuple(m.label for m in trials.mapped),
        fit=fit,
        committee=committee,
        mse=mse,
        trials=tuple(told),
        fitted_s=_amounts(trials, fitted)[0],
        seconds={"fit": took, "read": time.perf_counter() - started - took},
        assumptions=(*trials.sentences, *_sentences(trials, fitted, person, options)),
    )


def _fitted(trials: Trials, options: DeepEmgOptions) -> JointTask:
    """Windows of the recordings that are fitted, evenly spread over all of them."""
    every = [task for trial in trials.trials if not trial.given.held_out for task in trial.tasks]
    length_s = len(every[0].time) * every[0].step_s
    most = max(1, round(options.fitted_s / length_s))
    chosen = [every[k] for k in evenly_spread(len(every), most)]
    return stacked(chosen, count=len(chosen))[0]


def _read(
    fit: Fit, committee: Committee | None, task: JointTask, options: DeepEmgOptions
) -> dict[str, np.ndarray]:
    """What the model says of some windows, each field of shape (n, f, ...)."""
    if committee is None:
        told = _told(read_trials(fit.model, task, options.nmm))
        return {**told, "low": told["excitation"], "high": told["excitation"]}
    doubted = read_with_intervals(committee, task, options.nmm)
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
    """Windows joined to courses over the recording's known frames."""
    frames, known = len(trial.time), trial.known

    def course(parts: Sequence[np.ndarray]) -> np.ndarray:
        whole = np.concatenate(parts)[: len(trial.windows)]
        return np.asarray(join_windows(trial.windows, whole, frames)[known])

    return TrialFindings(
        source=trial.given.recording,
        held_out=trial.given.held_out,
        load_kg=trial.given.load_kg,
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
    known = sum(int(t.known.sum()) for t in trials.trials if not t.given.held_out)
    return min(known, fitted.time.size) * fitted.step_s, known * fitted.step_s


def _sentences(
    trials: Trials, fitted: JointTask, person: Subject, options: DeepEmgOptions
) -> list[str]:
    """What was assumed of the person and the fit."""
    amount, whole = _amounts(trials, fitted)
    said = [
        f"Everything above T1 weighs {person.head_mass_kg:.2f} kg; joints are as stiff as the "
        "generic neck's.",
        f"{amount:.1f} of {whole:.1f} s were fitted, in {len(fitted.time)} windows.",
        "A channel is the mean excitation of the muscles beneath it, times a gain from "
        "1/1.5 to 1.5.",
        "All muscles share one drive for each coordinate, as in whoever minimises effort; a muscle "
        "that is driven in another way is told wrongly.",
    ]
    if not options.intervals:
        said.append("No intervals were asked for, so nothing says how far to trust this.")
    return said
