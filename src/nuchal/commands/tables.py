"""The tables of an estimate, in OpenSim's formats, and what became of every frame."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from jaxtyping import Bool

from nuchal.arrays import CoordsT, LevelsT, Time
from nuchal.conventions import COORDINATES, LEVELS
from nuchal.errors import Status
from nuchal.io.opensim.storage import write_storage
from nuchal.model.angles import CLINICAL_SIGNS
from nuchal.model.clinical import frame_status
from nuchal.model.generic import MUSCLES
from nuchal.records import Estimate, JointMoments, JointReactions, Motion

_ARMS: Final = tuple(f"moment_arms_{name}.sto" for name in COORDINATES)
# The neck that forces from outside act on, for OpenSim's tools.
NECK_FILE: Final = "neck.osim"
# Columns of ``head_on_thorax.mot``.
HEAD_ANGLES: Final = ("pitch", "roll", "yaw")
# What became of every frame.
STATUS_FILE: Final = "status.csv"
# Names of all tables, those of a network and of ``--diagnostics`` included.
TABLES: Final = (
    "coordinates.mot",
    "head_on_thorax.mot",
    "forces.sto",
    "forces_low.sto",
    "forces_high.sto",
    "activations.sto",
    "moments.sto",
    "reserves.sto",
    "reactions.sto",
    "lengths.sto",
    *_ARMS,
    STATUS_FILE,
)
_SIGNS: Final = "degrees; extension, right bending, left rotation positive"


class Table(NamedTuple):
    """One table in OpenSim's format, before its times are known."""

    file: str
    labels: Sequence[str]
    data: np.ndarray
    note: str


def write_tables(estimate: Estimate, folder: Path, *, diagnostics: bool) -> None:
    """Write the tables of an estimate into a folder; ``docs/files.md`` describes each.

    Frames inside a gap have no rows, for nothing is known of them; ``status.csv`` has all frames.
    """
    rows = rows_known(estimate)
    tables = _tables(estimate) + _intervals(estimate)
    tables += _diagnostics(estimate) if diagnostics else []
    time = np.asarray(estimate.motion.time)[rows]
    for table in tables:
        write_table(table._replace(data=table.data[rows]), folder, time)
    write_status(estimate, folder)


def write_table(table: Table, folder: Path, time: Time) -> None:
    """Write one table into a folder; ``time`` is of its rows [s].

    Raises:
        OSError: It cannot be written.
    """
    write_storage(
        folder / table.file,
        name=table.file.partition(".")[0],
        labels=table.labels,
        time=np.asarray(time),
        data=table.data,
        in_degrees=table.file.endswith(".mot"),
        note=table.note,
    )


def rows_known(estimate: Estimate) -> Bool[np.ndarray, " t"]:
    """Frames that tables have rows for: all but those inside gaps."""
    return np.asarray(frame_status(estimate) != Status.GAP)


def write_status(estimate: Estimate, folder: Path) -> None:
    """``status.csv``, a row a frame: number, time, status, and whether its forces can be used."""
    status, path = frame_status(estimate), folder / STATUS_FILE
    time, usable = np.asarray(estimate.motion.time), np.asarray(estimate.quality)
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(("frame", "time", "status", "usable"))
        for k, moment in enumerate(time.tolist()):
            table.writerow((k + 1, repr(moment), Status(status[k]).name, int(usable[k])))


def _tables(estimate: Estimate) -> list[Table]:
    head = estimate.head_angles_deg * CLINICAL_SIGNS
    force, activation = (np.asarray(x) for x in (estimate.forces.force, estimate.forces.activation))
    return [
        coordinate_table(estimate.motion),
        Table("head_on_thorax.mot", HEAD_ANGLES, head, _SIGNS),
        force_table(MUSCLES, force),
        activation_table(MUSCLES, activation),
        moment_table(estimate.moments),
        reserve_table(COORDINATES, np.asarray(estimate.forces.reserve)),
        reaction_table(estimate.reactions),
    ]


def coordinate_table(motion: Motion) -> Table:
    """``coordinates.mot``."""
    return Table("coordinates.mot", COORDINATES, np.degrees(motion.q), _SIGNS)


def force_table(muscles: Sequence[str], force: np.ndarray) -> Table:
    """``forces.sto`` [N]."""
    return Table("forces.sto", muscles, force, "N, along the tendon")


def activation_table(muscles: Sequence[str], activation: np.ndarray) -> Table:
    """``activations.sto``."""
    return Table("activations.sto", muscles, activation, "0 to 1")


def moment_table(moments: JointMoments) -> Table:
    """``moments.sto`` [N m]."""
    kinds = {"net": moments.net, "passive": moments.passive, "external": moments.external}
    return Table(
        "moments.sto",
        [f"{name}_{kind}" for name in COORDINATES for kind in kinds],
        _interleaved(list(kinds.values())),
        "N m; net is what the muscles supply, the others act on the neck",
    )


def reserve_table(coordinates: Sequence[str], reserve: np.ndarray) -> Table:
    """``reserves.sto`` [N m]."""
    said = "N m of the net moment that the muscles do not supply"
    return Table("reserves.sto", coordinates, reserve, said)


def reaction_table(reactions: JointReactions) -> Table:
    """``reactions.sto`` [N]."""
    loads = {
        "compression": reactions.compression,
        "anterior_shear": reactions.anterior_shear,
        "right_shear": reactions.right_shear,
    }
    return Table(
        "reactions.sto",
        [f"{level}_{load}" for level in LEVELS for load in loads],
        _interleaved(list(loads.values())),
        "N, of the upper on the lower vertebra in the lower one's axes",
    )


def ends_of(table: Table, low: np.ndarray, high: np.ndarray, holds: str) -> list[Table]:
    """``NAME_low`` and ``NAME_high`` of a table: ends of intervals, and what these hold."""
    name, _, kind = table.file.partition(".")
    return [
        Table(f"{name}_low.{kind}", table.labels, low, f"{table.note}; lower ends {holds}"),
        Table(f"{name}_high.{kind}", table.labels, high, f"{table.note}; upper ends {holds}"),
    ]


def _intervals(estimate: Estimate) -> list[Table]:
    """Where forces are to be sought that a network told, or of a motion that is in doubt."""
    found = estimate.intervals
    if found is None:
        return []
    holds = f"of intervals made to hold {100 * found.coverage:g} % of forces"
    return [
        Table("forces_low.sto", MUSCLES, np.asarray(found.low), f"N, lower ends {holds}"),
        Table("forces_high.sto", MUSCLES, np.asarray(found.high), f"N, upper ends {holds}"),
    ]


def _diagnostics(estimate: Estimate) -> list[Table]:
    arms = np.asarray(estimate.moment_arms)
    return [
        Table("lengths.sto", MUSCLES, np.asarray(estimate.length), "m, muscle and tendon"),
        *(Table(file, MUSCLES, arms[:, k], "m/rad, -dL/dq") for k, file in enumerate(_ARMS)),
    ]


def _interleaved(columns: Sequence[CoordsT | LevelsT]) -> np.ndarray:
    """Columns of each place next to one another; (t, n) arrays become (t, n * kinds)."""
    stacked = np.stack([np.asarray(c) for c in columns], axis=-1)
    return stacked.reshape(len(stacked), -1)
