"""OpenSim's tables of a joint, each checked for its times, its columns and its unit."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from jaxtyping import Float

from nuchal.emg.hidden.joint import Sampled
from nuchal.errors import Place, RecordingError, Setting
from nuchal.io.opensim.storage import read_storage
from nuchal.io.recordings.emg import read_emg

# Beyond these a table is in another unit than metres, or shares of the maximum.
LONGEST_M: Final = 2.0
LONGEST_ARM_M: Final = 0.5
_LARGEST_SHARE: Final = 2.0
_MOST_NEGATIVE: Final = -0.01
# Fewest rows that a quintic spline goes through.
_FEWEST: Final = 6
# Times of two tables that are the same [s].
_SAME_S: Final = 1e-6


class NamedColumns(NamedTuple):
    """A table of OpenSim's, and the file that it is from."""

    source: Path
    time: Float[np.ndarray, " t"]
    labels: tuple[str, ...]
    data: Float[np.ndarray, "t n"]

    def of(self, names: Sequence[str]) -> Float[np.ndarray, "t k"]:
        """Columns by their names.

        Raises:
            RecordingError: one is not there.
        """
        for name in names:
            if name not in self.labels:
                raise RecordingError(
                    "joint.no_column", self.source, column=name, columns=self.labels
                )
        return self.data[:, [self.labels.index(name) for name in names]]


def read_table(path: Path) -> NamedColumns:
    """A ``.sto`` table whose times increase.

    Raises:
        RecordingError: it cannot be read, has too few rows, or times that do not increase.
    """
    table = read_storage(path)
    if len(table.time) < _FEWEST:
        raise RecordingError("joint.few_rows", path, rows=len(table.time), least=_FEWEST)
    back = np.flatnonzero(np.diff(table.time) <= 0.0)
    if len(back):
        place = Place(line=int(table.lines[back[0] + 1]))
        raise RecordingError("joint.times", path, place=place)
    return NamedColumns(path, table.time, table.labels, table.data)


def refuse_beyond(table: NamedColumns, largest: float, what: str) -> None:
    """Refuse a table that seems to be in another unit than metres.

    ``largest`` is the largest value that makes sense, ``what`` the code of the error.

    Raises:
        RecordingError: a value is larger.
    """
    size = np.abs(table.data)
    if size.max(initial=0.0) > largest:
        row, column = np.unravel_index(size.argmax(), size.shape)
        value, name = float(table.data[row, column]), table.labels[column]
        raise RecordingError(what, table.source, muscle=name, value=value, largest=largest)


def refuse_other_times(table: NamedColumns, other: NamedColumns) -> None:
    """Refuse a table with other times than another of the same analysis.

    Raises:
        RecordingError: its times are others.
    """
    same = table.time.shape == other.time.shape
    if not same or np.abs(table.time - other.time).max() > _SAME_S:
        raise RecordingError("joint.other_times", table.source, other=other.source.name)


def read_moments(path: Path, coordinates: Sequence[str]) -> Sampled:
    """Net moments about coordinates, ``COORDINATE_moment`` each [N m].

    Raises:
        RecordingError: the file cannot be read, or lacks one.
    """
    table = read_table(path)
    return Sampled(path, table.time, table.of([f"{name}_moment" for name in coordinates]))


def read_envelopes(
    path: Path, names: Sequence[str], *, rate_hz: float | None, start_s: float
) -> tuple[Sampled, tuple[str, ...]]:
    """Linear envelopes of channels as shares of the MVC, and the columns that are no channels.

    Args:
        path: of any of the formats of ``io.recordings.emg``.
        names: of the channels.
        rate_hz: samples a second, where the file has no times.
        start_s: when a file without times begins [s].

    Raises:
        RecordingError: the file cannot be read, lacks a channel, or holds no such shares.
    """
    read = read_emg(path, rate_hz=rate_hz, rate=Setting("emg_rate_hz"))
    time = read.time if read.timed else read.time - read.start_s + start_s
    table = NamedColumns(path, time, read.names, np.where(read.known, read.values, np.nan))
    values = table.of(names)
    for column, name in zip(values.T, names, strict=True):
        lost = np.flatnonzero(~np.isfinite(column))
        if len(lost):
            at = float(time[lost[0]])
            raise RecordingError("joint.gap", path, channel=name, at_s=at)
        if column.min() < _MOST_NEGATIVE:
            raise RecordingError("joint.negative", path, channel=name, value=float(column.min()))
        if column.max() > _LARGEST_SHARE:
            raise RecordingError("joint.no_share", path, channel=name, value=float(column.max()))
    spare = tuple(name for name in read.names if name not in names)
    return Sampled(path, time, values), spare
