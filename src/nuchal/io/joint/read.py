"""Reads a joint's folder: the tables of every trial, the muscles and the channels, side by side."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from nuchal.emg.hidden.joint import Joint, JointRecording, Sampled
from nuchal.emg.hidden.muscles import MuscleSystem, channels_of
from nuchal.errors import RecordingError, Setting
from nuchal.findings import Assumed, Finding, Found, finding
from nuchal.io.joint.folder import TrialFiles, trials_in
from nuchal.io.joint.muscles import (
    CHANNELS_FILE,
    MuscleRow,
    MuscleTable,
    find_muscles,
    read_channels,
)
from nuchal.io.joint.tables import (
    LONGEST_ARM_M,
    LONGEST_M,
    NamedColumns,
    read_envelopes,
    read_moments,
    read_table,
    refuse_beyond,
    refuse_other_times,
)

# A muscle whose arms never exceed this does not move the joint [m].
_NO_ARM_M: Final = 1e-4
# Lengths of fibres over optimal ones, on average; beyond, tables do not belong together.
_FIBRES: Final = (0.1, 3.0)
# Moments over what all muscles could make at most.
_BEYOND: Final = 3.0


class _Geometry(NamedTuple):
    """Lengths, and moment arms by coordinate."""

    length: NamedColumns
    arms: tuple[NamedColumns, ...]


def read_joint(
    folder: Path, *, hold_out: Collection[str] = (), emg_rate_hz: float | None = None
) -> Joint:
    """Everything that a folder says of a joint.

    Args:
        folder: with the trials, the muscles and the channels.
        hold_out: names of trials that are read, but not fitted.
        emg_rate_hz: samples a second of EMG files without times, which start with the lengths.

    Raises:
        RecordingError: something is missing, damaged, or in another unit.
    """
    if not folder.is_dir():
        raise RecordingError("joint.no_folder", folder)
    files = trials_in(folder)
    _refuse_others(folder, [one.name for one in files], hold_out)
    muscles, coordinates = find_muscles(folder), tuple(files[0].moment_arms)
    geometries = [_geometry(one, coordinates) for one in files]
    names, idle = _moving(geometries)
    seen = read_channels(folder / CHANNELS_FILE, names)
    system = _system(muscles, names, tuple(seen.values()))
    recordings, spare = [], list[str]()
    for one, geometry in zip(files, geometries, strict=True):
        length, arms = _sampled(geometry, names)
        _refuse_unlike(length, system, muscles)
        moment = read_moments(one.moment, coordinates)
        _refuse_unreachable(moment, arms, system)
        channels, others = read_envelopes(
            one.emg, tuple(seen), rate_hz=emg_rate_hz, start_s=float(length.time[0])
        )
        spare += others
        held_out = one.name in hold_out
        recordings.append(JointRecording(one.name, held_out, length, arms, moment, channels))
    said = _said(coordinates, idle, tuple(dict.fromkeys(spare)))
    return Joint(system, tuple(seen), coordinates, tuple(recordings), said)


def _refuse_others(folder: Path, names: Sequence[str], hold_out: Collection[str]) -> None:
    remedy = Setting("hold_out")
    for name in hold_out:
        if name not in names:
            raise RecordingError("joint.no_trial", folder, remedy=remedy, trial=name, trials=names)
    if set(names) <= set(hold_out):
        raise RecordingError("joint.all_held_out", folder, remedy=remedy)


def _said(
    coordinates: tuple[str, ...], idle: tuple[str, ...], spare: tuple[str, ...]
) -> tuple[Finding, ...]:
    said = [finding(Assumed.MUSCLES_SUPPLY_ALL, coordinates=coordinates)]
    if idle:
        said.append(finding(Found.MUSCLES_LEFT_OUT, muscles=idle))
    if spare:
        said.append(finding(Found.COLUMNS_LEFT_OUT, columns=spare))
    return tuple(said)


def _geometry(files: TrialFiles, coordinates: Sequence[str]) -> _Geometry:
    length = read_table(files.length)
    refuse_beyond(length, LONGEST_M, "joint.long")
    arms = []
    for coordinate in coordinates:
        if coordinate not in files.moment_arms:
            wanted = f"*_MuscleAnalysis_MomentArm_{coordinate}.sto"
            home = files.length.parent
            raise RecordingError("joint.no_file", home, trial=files.name, wanted=wanted)
        table = read_table(files.moment_arms[coordinate])
        refuse_other_times(table, length)
        refuse_beyond(table, LONGEST_ARM_M, "joint.long_arm")
        arms.append(table)
    return _Geometry(length, tuple(arms))


def _moving(every: Sequence[_Geometry]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Muscles that move the joint in some trial, and those that never do."""
    names = every[0].length.labels
    largest = np.zeros(len(names))
    for length, arms in every:
        length.of(names)
        for arm in arms:
            largest = np.maximum(largest, np.abs(arm.of(names)).max(axis=0))
    moving = tuple(name for name, most in zip(names, largest, strict=True) if most > _NO_ARM_M)
    if not moving:
        raise RecordingError("joint.nothing_moves", every[0].arms[0].source)
    return moving, tuple(name for name in names if name not in moving)


def _system(
    muscles: MuscleTable, names: tuple[str, ...], seen: tuple[tuple[str, ...], ...]
) -> MuscleSystem:
    for name in names:
        if name not in muscles.rows:
            raise RecordingError("joint.unlisted", muscles.source, muscle=name)
    rows = np.array([muscles.rows[name] for name in names])
    return MuscleSystem(
        **dict(zip(MuscleRow._fields, rows.T, strict=True)),
        passive_scale=np.ones(len(names)),
        names=names,
        seen=channels_of(names, seen),
    )


def _sampled(geometry: _Geometry, names: Sequence[str]) -> tuple[Sampled, Sampled]:
    length, arms = geometry
    every = np.stack([arm.of(names) for arm in arms], axis=1)
    return (
        Sampled(length.source, length.time, length.of(names)),
        Sampled(arms[0].source, arms[0].time, every),
    )


def _refuse_unlike(length: Sampled, system: MuscleSystem, muscles: MuscleTable) -> None:
    """Refuse lengths that fibres of these muscles cannot have, such as those of another model."""
    tendon = np.asarray(system.tendon_slack_length)
    fibres = (length.values - tendon) / np.asarray(system.optimal_fibre_length)
    for name, fibre in zip(system.names, np.median(fibres, axis=0), strict=True):
        if not _FIBRES[0] <= fibre <= _FIBRES[1]:
            table = muscles.source.name
            raise RecordingError(
                "joint.unlike", length.source, table=table, muscle=name, fibre=float(fibre)
            )


def _refuse_unreachable(moment: Sampled, arms: Sampled, system: MuscleSystem) -> None:
    """Refuse moments that these muscles could never make, such as those in N mm."""
    able = np.max(np.abs(arms.values) @ np.asarray(system.max_isometric_force), axis=0)
    asked = np.max(np.abs(moment.values), axis=0)
    worst = int(np.argmax(asked / able.clip(1e-9)))
    if asked[worst] > _BEYOND * able[worst]:
        most, least = float(asked[worst]), float(able[worst])
        raise RecordingError("joint.unreachable", moment.source, asked=most, able=least)
