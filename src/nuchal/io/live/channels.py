"""What the channels of a running source mean: markers or bodies, as the columns of a table do.

Names, units and orders of numbers are understood as in plain tables (``io.recordings.columns``,
``io.orientations.labels``), so that whatever can be read from a file can come in as it happens.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from nuchal.errors import Place, RecordingError, Setting
from nuchal.io.orientations.assemble import right_handed
from nuchal.io.orientations.bodies import Body, turns_of
from nuchal.io.orientations.format import Options
from nuchal.io.orientations.labels import are_of_bodies, bodies_in_labels
from nuchal.io.recordings.columns import markers_in_labels
from nuchal.io.recordings.units import LARGEST_PLACE_M, LENGTH_UNITS, length_unit
from nuchal.streaming.feed import BodyFeed, Feed, MarkerFeed


@dataclass(frozen=True, kw_only=True)
class Channels:
    """What a source says of itself.

    Attributes:
        source: What it is called.
        labels: Of the channels.
        units: Of the channels; empty where none is stated.
        rate_hz: None where it does not say.
    """

    source: Path
    labels: tuple[str, ...]
    units: tuple[str, ...]
    rate_hz: float | None


class Values(NamedTuple):
    """One sample of a feed."""

    values: Float[np.ndarray, "n 3"] | Float[np.ndarray, "n 3 3"]
    known: Bool[np.ndarray, " n"]


class Understood(NamedTuple):
    """A source whose channels are understood.

    Attributes:
        unpack: From the numbers of one sample, one a channel, to what they mean.
    """

    feed: Feed
    unpack: Callable[[Float[np.ndarray, " c"]], Values]


def understand(channels: Channels, options: Options, units: str | None) -> Understood:
    """Markers or bodies in the channels of a source.

    Args:
        channels: what the source says.
        options: what is stated of orientations.
        units: of length, where the source does not say.

    Raises:
        RecordingError: neither is there, or what the source leaves open is not stated.
    """
    path, labels = channels.source, channels.labels
    stated = bool(options.stated())
    bodies = bodies_in_labels(path, labels, channels.units, None, sure=not stated)
    if bodies and (stated or are_of_bodies(path, labels, channels.units)):
        return _bodies(channels, _wanted(channels, bodies, options), options)
    markers = markers_in_labels(path, labels, None)
    if markers is not None:
        return _markers(channels, markers.markers, units)
    raise RecordingError("stream.no_columns", path, labels=labels[:12])


def _wanted(channels: Channels, bodies: Sequence[Body], options: Options) -> list[Body]:
    """All bodies, or those that the user names by what their channels start with."""
    if not options.columns:
        return list(bodies)
    by_name = {body.name.lower(): body for body in bodies}
    found = []
    for name, prefix in options.columns.items():
        body = by_name.get(str(prefix).lower())
        if body is None:
            raise RecordingError(
                "stream.no_such_body",
                channels.source,
                given=Setting("columns", {name: prefix}),
                found=tuple(body.name for body in bodies),
            )
        found.append(
            Body(name=name, columns=body.columns, letters=body.letters, degrees=body.degrees)
        )
    return found


def _bodies(channels: Channels, bodies: Sequence[Body], options: Options) -> Understood:
    path = channels.source

    def turns(numbers: Float[np.ndarray, "1 c"]) -> Values:
        found = turns_of(path, bodies, numbers, options, lambda _row: Place())
        rotation, known = found.rotation[0], found.known[0]
        return Values(right_handed(rotation) if options.left_handed else rotation, known)

    unseen = Values(np.tile(np.eye(3), (len(bodies), 1, 1)), np.zeros(len(bodies), dtype=bool))

    def unpack(numbers: Float[np.ndarray, " c"]) -> Values:
        try:
            return turns(numbers[None])
        except RecordingError:  # numbers that are no rotation: sensors send zeros while they start
            return unseen

    # Whatever has to be stated is asked for now, and not in the middle of a stream.
    turns(np.full((1, len(channels.labels)), np.nan))
    feed = BodyFeed(
        source=path, names=tuple(body.name for body in bodies), rate_hz=channels.rate_hz
    )
    return Understood(feed, unpack)


def _markers(channels: Channels, markers: Any, given: str | None) -> Understood:
    path = channels.source
    order = [column for columns in markers.values() for column in columns]
    metres = LENGTH_UNITS[_unit(channels, order, given)]

    def unpack(numbers: Float[np.ndarray, " c"]) -> Values:
        places = metres * numbers[order].reshape(-1, 3)
        known = np.asarray(np.isfinite(places).all(axis=1) & places.any(axis=1))
        known &= (np.abs(np.where(known[:, None], places, 0.0)) < LARGEST_PLACE_M).all(axis=1)
        return Values(np.where(known[:, None], places, 0.0), known)

    return Understood(
        MarkerFeed(source=path, names=tuple(markers), rate_hz=channels.rate_hz), unpack
    )


def _unit(channels: Channels, order: Sequence[int], given: str | None) -> str:
    path = channels.source
    stated = {channels.units[column] for column in order} - {""}
    units = {length_unit(unit) for unit in stated}
    if given is not None:
        unit = length_unit(given)
        if unit is None:
            raise RecordingError("recording.no_length_unit", path, given=Setting("units", given))
        return unit
    if len(units) > 1 or None in units:
        raise RecordingError("stream.odd_units", path, units=sorted(stated), mend=Setting("units"))
    if not units:
        raise RecordingError("stream.no_unit", path, mend=Setting("units"))
    return str(units.pop())
