"""The tables of ``nuchal deep-emg``: a folder a recording, and the person's parameters."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from nuchal.conventions import COORDINATES
from nuchal.emg.hidden.nmm_intervals import determined
from nuchal.emg.hidden.records import DeepEmg, TrialFindings
from nuchal.emg.hidden.recruitment import generic_control, traits
from nuchal.io.opensim.storage import write_storage
from nuchal.plain_text import safe_names
from nuchal.report.figures.hidden_emg import DEEP_EMG_FIGURES, deep_emg_figure
from nuchal.report.figures.style import save
from nuchal.report.summaries.hidden_emg import DeepEmgSummary, summarise_deep_emg

TABLES: Final = (
    "deep_emg.sto",
    "deep_emg_low.sto",
    "deep_emg_high.sto",
    "deep_emg_by_synergies.sto",
    "channels.sto",
    "moments.sto",
)
_OF_PERSON: Final = ("deep_emg.json", "parameters.csv")
# Columns of ``parameters.csv``.
PARAMETERS: Final = ("owner", "measured", "parameter", "unit", "generic", "personal", "determined")


class _Parameter(NamedTuple):
    """One kind of parameter of the person, and how its table calls it.

    Attributes:
        known_as: In ``nmm_intervals.determined``.
    """

    name: str
    unit: str
    known_as: str
    generic: np.ndarray
    personal: np.ndarray


def file_names(recordings: Sequence[Path], *, figures: bool) -> tuple[str, ...]:
    """Every file that a run may write, relative to its folder."""
    each = (*TABLES, *DEEP_EMG_FIGURES) if figures else TABLES
    folders = _folders_of(recordings)
    return (*_OF_PERSON, *(f"{folder}/{name}" for folder in folders for name in each))


def _folders_of(recordings: Sequence[Path]) -> tuple[str, ...]:
    """A name for the folder of each recording."""
    return safe_names([path.stem for path in recordings], _OF_PERSON)


def write_deep_emg(found: DeepEmg, folder: Path, *, figures: bool) -> DeepEmgSummary:
    """Write the folder.

    Raises:
        OSError: it cannot be written.
    """
    names = _folders_of([trial.source for trial in found.trials])
    for trial, name in zip(found.trials, names, strict=True):
        write_trial(found, trial, folder / name)
        if figures:
            save(deep_emg_figure(found, trial), folder / name, "deep_emg")
    summary_file, parameters_file = _OF_PERSON
    write_parameters(found, folder / parameters_file)
    summary = summarise_deep_emg(found)
    summary.write(folder / summary_file)
    return summary


def write_trial(found: DeepEmg, trial: TrialFindings, home: Path) -> None:
    """Write one recording's tables into a new folder.

    Raises:
        OSError: the folder cannot be written.
    """
    home.mkdir()
    names = found.system.names
    measured = [name for i, name in enumerate(names) if i not in found.system.hidden]
    note = f"excitation, 0 to 1; beneath electrodes: {', '.join(measured)}"
    tables: dict[str, tuple[Sequence[str], np.ndarray, str]] = {
        "deep_emg": (names, trial.excitation, note),
        "deep_emg_by_synergies": (names, trial.by_synergies, note),
    }
    if found.committee is not None:
        ends = f"{note}; end of an interval made to hold 95 %"
        tables["deep_emg_low"] = (names, trial.low, f"lower {ends}")
        tables["deep_emg_high"] = (names, trial.high, f"upper {ends}")
    tables["channels"] = _channels(found, trial)
    kinds = {
        "inverse_dynamics": trial.moment,
        "model": trial.moment_model,
        "synergies": trial.moment_by_synergies,
    }
    labels = [f"{c}_{kind}" for kind in kinds for c in COORDINATES]
    tables["moments"] = (labels, np.concatenate(list(kinds.values()), axis=1), "N m, by muscles")
    for name, (columns, data, said) in tables.items():
        write_storage(
            home / f"{name}.sto", name=name, labels=columns, time=trial.time, data=data, note=said
        )


def _channels(found: DeepEmg, trial: TrialFindings) -> tuple[list[str], np.ndarray, str]:
    kinds = {"measured": trial.measured, "model": trial.channels}
    if trial.blind is not None:
        kinds["unseen"] = trial.blind
    labels = [f"{label}_{kind}" for kind in kinds for label in found.labels]
    said = "share of the MVC; unseen: by a model that was never told of the channel"
    return labels, np.concatenate(list(kinds.values()), axis=1), said


def write_parameters(found: DeepEmg, path: Path) -> None:
    """Write the personal parameters, a row each, with how far they are determined.

    Raises:
        OSError: the file cannot be written.
    """
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(PARAMETERS)
        table.writerows(_rows(found))


def _rows(found: DeepEmg) -> Iterator[tuple[str, ...]]:
    sure = {} if found.committee is None else determined(found.committee)
    for parameter in _of_muscles(found):
        share = sure.get(parameter.known_as)
        for i, name in enumerate(found.system.names):
            seen = "no" if i in found.system.hidden else "yes"
            known = "" if share is None else f"{share[i]:.3f}"
            yield (
                name, seen, parameter.name, parameter.unit,
                f"{parameter.generic[i]:.6g}", f"{parameter.personal[i]:.6g}", known,
            )  # fmt: skip
    gains = np.asarray(found.fit.model.muscles.gain)
    for c, label in enumerate(found.labels):
        known = f"{sure['gain'][c]:.3f}" if sure else ""
        yield (label, "yes", "channel_gain", "1", "1", f"{gains[c]:.6g}", known)
    usual = traits(generic_control(len(found.system.names)))
    for name, own in traits(found.fit.model.control).items():
        yield ("person", "", name, "1", f"{usual[name]:.6g}", f"{own:.6g}", "")


def _of_muscles(found: DeepEmg) -> list[_Parameter]:
    model, generic = found.fit.model, found.system
    mine, even = model.muscles, np.ones(len(generic.names))
    middle = np.full(len(generic.names), -1.5)
    lists = (
        ("max_isometric_force", "N", "force"),
        ("optimal_fibre_length", "m", "fibre"),
        ("tendon_slack_length", "m", "slack"),
    )
    return [
        *(
            _Parameter(
                name, unit, known,
                np.asarray(getattr(generic, name)), np.asarray(getattr(mine.system, name)),
            )
            for name, unit, known in lists
        ),
        _Parameter("shape_factor", "1", "shape", middle, np.asarray(mine.shape)),
        _Parameter("effort_weight", "1", "weight", even, np.exp(model.control.log_weight)),
        _Parameter("co_contraction_share", "1", "share", even, np.exp(model.control.log_share)),
    ]  # fmt: skip
