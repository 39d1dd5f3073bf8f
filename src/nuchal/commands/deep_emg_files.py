"""The tables of ``nuchal deep-emg``: a folder a recording, and the person's parameters."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import equinox as eqx
import numpy as np

from nuchal.commands.tables import (
    NECK_FILE,
    Table,
    activation_table,
    coordinate_table,
    ends_of,
    force_table,
    moment_table,
    reaction_table,
    reserve_table,
    write_table,
)
from nuchal.emg.hidden.courses import Between, DeepEmg, NeckFrames, NeckLoads, TrialFindings
from nuchal.emg.hidden.recruitment import by_trait, generic_control, traits
from nuchal.io.opensim.external_loads import LOADS_FILE, TABLE_FILE, write_external_loads
from nuchal.io.opensim.model import write_osim
from nuchal.model.anatomy import Anatomy
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
    "moments_compared.sto",
    "forces.sto",
    "forces_low.sto",
    "forces_high.sto",
    "activations.sto",
    "activations_low.sto",
    "activations_high.sto",
    "reserves.sto",
)
# Of the neck alone.
NECK_TABLES: Final = (
    "coordinates.mot",
    "moments.sto",
    "reactions.sto",
    "reactions_low.sto",
    "reactions_high.sto",
    NECK_FILE,
    LOADS_FILE,
    TABLE_FILE,
)
_HOLDS: Final = "of intervals made to hold 90 %"
_OF_PERSON: Final = ("deep_emg.json", "parameters.csv")
# Columns of ``parameters.csv``.
PARAMETERS: Final = ("owner", "measured", "parameter", "unit", "generic", "personal", "determined")


class _Parameter(NamedTuple):
    """One kind of parameter of the person, and how its table calls it.

    Attributes:
        told: How far the trials tell it, 0 to 1.
    """

    name: str
    unit: str
    generic: np.ndarray
    personal: np.ndarray
    told: np.ndarray


def file_names(names: Sequence[str], *, figures: bool, neck: bool = True) -> tuple[str, ...]:
    """Every file that a run of recordings of these names may write, relative to its folder."""
    each = (*TABLES, *(NECK_TABLES if neck else ()), *(DEEP_EMG_FIGURES if figures else ()))
    folders = safe_names(names, _OF_PERSON)
    return (*_OF_PERSON, *(f"{folder}/{name}" for folder in folders for name in each))


def write_deep_emg(found: DeepEmg, folder: Path, *, figures: bool) -> DeepEmgSummary:
    """Write the folder.

    Raises:
        OSError: it cannot be written.
    """
    names = safe_names([trial.name for trial in found.trials], _OF_PERSON)
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
    tables = [*_excitations(found, trial), *_of_muscles(found, trial)]
    if trial.neck is not None:
        tables += _of_neck(trial.neck, sure=found.sure)
    for table in tables:
        write_table(table, home, trial.time)
    if trial.neck is not None:
        _write_for_opensim(found, trial.neck.frames, home)


def _write_for_opensim(found: DeepEmg, frames: NeckFrames, home: Path) -> None:
    """The person's neck, and forces on the head from outside where there are any."""
    if frames.head_forces is None:
        return
    own = found.fit.model.muscles.system
    neck: Anatomy = eqx.tree_at(
        lambda a: (a.max_isometric_force, a.optimal_fibre_length, a.tendon_slack_length),
        frames.anatomy,
        (own.max_isometric_force, own.optimal_fibre_length, own.tendon_slack_length),
    )
    write_osim(home / NECK_FILE, neck, load=frames.load if frames.load.mass else None)
    write_external_loads(home, frames.head_forces, frames.head_force_time)


def _excitations(found: DeepEmg, trial: TrialFindings) -> list[Table]:
    names = found.system.names
    measured = [name for i, name in enumerate(names) if i not in found.system.hidden]
    note = f"excitation, 0 to 1; beneath electrodes: {', '.join(measured)}"
    told = Table("deep_emg.sto", names, trial.excitation, note)
    sure = ends_of(told, trial.low, trial.high, _HOLDS) if found.sure else []
    by_synergies = Table("deep_emg_by_synergies.sto", names, trial.by_synergies, note)
    return [told, *sure, by_synergies, _channels(found, trial), _compared(found, trial)]


def _of_muscles(found: DeepEmg, trial: TrialFindings) -> list[Table]:
    """Activations, forces, and what these leave of the moments."""
    names, sure = found.system.names, found.sure
    activation = activation_table(names, trial.activation.value)
    force = force_table(names, trial.force.value)
    return [
        *_with_ends(activation, trial.activation, sure=sure),
        *_with_ends(force, trial.force, sure=sure),
        reserve_table(found.coordinates, trial.reserve),
    ]


def _with_ends(table: Table, course: Between, *, sure: bool) -> list[Table]:
    return [table, *(ends_of(table, course.low, course.high, _HOLDS) if sure else ())]


def _of_neck(loads: NeckLoads, *, sure: bool) -> list[Table]:
    value, low, high = map(reaction_table, (loads.reactions, loads.low, loads.high))
    ends = ends_of(value, low.data, high.data, _HOLDS) if sure else []
    return [coordinate_table(loads.motion), moment_table(loads.moments), value, *ends]


def _compared(found: DeepEmg, trial: TrialFindings) -> Table:
    """Moments by inverse dynamics and by excitations, beside each other."""
    kinds = {
        "inverse_dynamics": trial.moment,
        "model": trial.moment_model,
        "synergies": trial.moment_by_synergies,
    }
    labels = [f"{c}_{kind}" for kind in kinds for c in found.coordinates]
    data = np.concatenate(list(kinds.values()), axis=1)
    return Table("moments_compared.sto", labels, data, "N m, by muscles")


def _channels(found: DeepEmg, trial: TrialFindings) -> Table:
    kinds = {"measured": trial.measured, "model": trial.channels}
    if trial.blind is not None:
        kinds["unseen"] = trial.blind
    labels = [f"{label}_{kind}" for kind in kinds for label in found.labels]
    said = "share of the MVC; unseen: by a model that was never told of the channel"
    return Table("channels.sto", labels, np.concatenate(list(kinds.values()), axis=1), said)


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
    for parameter in _parameters(found):
        for i, name in enumerate(found.system.names):
            seen = "no" if i in found.system.hidden else "yes"
            yield (
                name, seen, parameter.name, parameter.unit,
                f"{parameter.generic[i]:.6g}", f"{parameter.personal[i]:.6g}",
                f"{parameter.told[i]:.3f}",
            )  # fmt: skip
    gains = np.asarray(found.fit.model.muscles.gain)
    for label, gain, known in zip(found.labels, gains, found.told.person.gain, strict=True):
        yield (label, "yes", "channel_gain", "1", "1", f"{gain:.6g}", f"{known:.3f}")
    usual = traits(generic_control(len(found.system.names)))
    told = by_trait(found.told.control)
    for name, own in traits(found.fit.model.control).items():
        yield ("person", "", name, "1", f"{usual[name]:.6g}", f"{own:.6g}", f"{told[name]:.3f}")


def _parameters(found: DeepEmg) -> list[_Parameter]:
    model, generic, told = found.fit.model, found.system, found.told
    mine, even = model.muscles, np.ones(len(generic.names))
    lists = (
        ("max_isometric_force", "N", told.person.force),
        ("optimal_fibre_length", "m", told.person.fibre),
        ("tendon_slack_length", "m", told.person.slack),
    )
    weight, share = model.control.log_weight, model.control.log_share
    return [
        *(
            _Parameter(
                name, unit,
                np.asarray(getattr(generic, name)), np.asarray(getattr(mine.system, name)),
                np.asarray(known),
            )
            for name, unit, known in lists
        ),
        _Parameter("shape_factor", "1", -1.5 * even, np.asarray(mine.shape), told.shape_factor),
        _Parameter(
            "effort_weight", "1", even, np.exp(weight), np.asarray(told.control.log_weight)
        ),
        _Parameter(
            "co_contraction_share", "1", even, np.exp(share), np.asarray(told.control.log_share)
        ),
    ]  # fmt: skip
