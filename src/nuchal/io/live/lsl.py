"""The lab streaming layer: markers or orientations in, forces out, on clocks that agree.

It finds streams by asking around: on this machine alone, unless the user widens the scope.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import lazy_loader
import numpy as np

from nuchal.errors import RecordingError, Setting, need_extra
from nuchal.io.live.channels import Channels, Understood
from nuchal.io.live.source import PATIENCE_S
from nuchal.model.clinical import RESEARCH_USE
from nuchal.plain_text import plain_line
from nuchal.streaming.feed import Feed, Sample
from nuchal.streaming.records import LiveFrame

if TYPE_CHECKING:
    import pylsl
else:
    pylsl = lazy_loader.load("pylsl")

# How far streams are looked for and offered: on this machine, in this network, beyond, or as the
# layer's own settings (``lsl_api.cfg``) say.
Scope: TypeAlias = Literal["machine", "link", "site", "settings"]
NAME: Final = "nuchal"
EVENTS: Final = "nuchal events"
ANGLES: Final = ("flexion", "right bending", "right rotation")
_KIND: Final = "MuscleForces"
_OURS: Final = (NAME, EVENTS)
_LONGEST_NAME: Final = 80
# Axes by the types that the metadata of motion capture streams has for channels.
_PARTS: Final = {
    **{f"position{axis}": f"_{axis}" for axis in "xyz"},
    **{f"orientation{part}": f"_q{part}" for part in "wxyz"},
}
_FORMAT: Final = "float32"


def prepare(scope: Scope) -> None:
    """Say how far streams are to be found, before the first is looked for.

    Raises:
        EngineError: pylsl is not installed.
    """
    need_extra("stream")
    if scope == "settings":
        return
    pylsl.set_config_content(f"[multicast]\nResolveScope = {scope}\n[log]\nlevel = -2\n")


class Inlet:
    """One stream of the network as a source of samples."""

    def __init__(
        self, name: str | None, wait_s: float, understand: Callable[[Channels], Understood]
    ) -> None:
        """Find a stream and ask what its channels are.

        Args:
            name: of the stream; None where there is only one of markers or orientations.
            wait_s: how long it is looked for [s].
            understand: what its channels mean.

        Raises:
            RecordingError: there is none, or several, or one that is not understood.
        """
        info = _found(name, wait_s)
        self._inlet = _opened(info)
        full = self._inlet.info(wait_s)
        self._understood = understand(_channels(full))
        self._name, self._understand = full.name(), understand

    @property
    def feed(self) -> Feed:
        """What the stream is of."""
        return self._understood.feed

    def now(self) -> float:
        """The layer's clock on this machine [s]."""
        return float(pylsl.local_clock())

    def batches(self) -> Iterator[list[Sample]]:
        """Samples as they come, for ever; a source that is gone is waited for."""
        while True:
            try:
                values, times = self._inlet.pull_chunk(
                    PATIENCE_S, max_samples=256, min_samples=1, as_numpy=True
                )
            except pylsl.util.LostError:
                self._find_again()
                yield []
                continue
            yield self._samples(values, times)

    def _samples(self, values: Any, times: Any) -> list[Sample]:
        if not len(times):
            return []
        rows = np.asarray(values, float)
        return [
            Sample(float(time), *self._understood.unpack(row))
            for time, row in zip(times, rows, strict=True)
        ]

    def _find_again(self) -> None:
        """Open the stream of the same name, if it is there again and has the same channels."""
        same = [info for info in pylsl.resolve_streams(PATIENCE_S) if info.name() == self._name]
        if not same:
            return
        inlet = _opened(same[0])
        again = self._understand(_channels(inlet.info(PATIENCE_S)))
        if again.feed.names == self.feed.names:
            self._inlet, self._understood = inlet, again


class Outlet:
    """Forces for whoever listens, and what happens to the stream."""

    def __init__(self, muscles: Sequence[str], origin: str) -> None:
        """Offer two streams.

        Args:
            muscles: names.
            origin: of the source, which tells this stream from others.
        """
        self._out = pylsl.StreamOutlet(_offered(muscles, origin))
        events = pylsl.StreamInfo(EVENTS, "Markers", 1, 0.0, "string", f"{EVENTS} of {origin}")
        self._events = pylsl.StreamOutlet(events)

    def push(self, frame: LiveFrame, delay_s: float) -> None:
        """Give a frame at the moment that it is of."""
        numbers = [
            *frame.angles_deg, *frame.force, *frame.low, *frame.high, 1e3 * delay_s,
            float(frame.like_training),
        ]  # fmt: skip
        self._out.push_sample(numbers, frame.time)

    def say(self, text: str, time: float) -> None:
        """Give an event."""
        self._events.push_sample([text], time)


def _found(name: str | None, wait_s: float) -> Any:
    """The one stream that is meant.

    Raises:
        RecordingError: there is none or there are several.
    """
    if name is not None:
        streams = pylsl.resolve_byprop("name", name, 1, wait_s)
        if not streams:
            mend = Setting("lsl_scope")
            raise RecordingError("stream.no_such", Path(name), wait_s=wait_s, scope=mend)
        return streams[0]
    waited = 0.0
    while True:
        step_s = min(1.0, max(0.1, wait_s))
        streams = [info for info in pylsl.resolve_streams(step_s) if _may_be(info)]
        waited += step_s
        if streams or waited >= wait_s:
            break
    names = sorted({plain_line(info.name())[:_LONGEST_NAME] for info in streams})
    if not streams:
        mend = Setting("lsl_scope")
        raise RecordingError("stream.none", Path("lsl"), wait_s=wait_s, scope=mend)
    if len(streams) > 1:
        remedy = Setting("stream_name", names[0])
        raise RecordingError("stream.several", Path("lsl"), names=names, remedy=remedy)
    return streams[0]


def _may_be(info: Any) -> bool:
    """Whether a stream of numbers is not one of ours."""
    is_text = info.channel_format() == pylsl.cf_string
    return not is_text and info.name() not in _OURS and info.channel_count() >= 3


def _opened(info: Any) -> Any:
    return pylsl.StreamInlet(info, max_buflen=10, processing_flags=pylsl.proc_clocksync)


def _channels(info: Any) -> Channels:
    """Names and units of the channels, as far as the stream describes them."""
    labels, units = [], []
    channel = info.desc().child("channels").child("channel")
    for k in range(info.channel_count()):
        labels.append(_label(channel) or f"channel {k + 1}")
        units.append(plain_line(channel.child_value("unit"))[:_LONGEST_NAME])
        channel = channel.next_sibling("channel")
    rate = float(info.nominal_srate())
    return Channels(
        source=Path(plain_line(info.name())[:_LONGEST_NAME].replace("/", " ") or "stream"),
        labels=tuple(labels),
        units=tuple(units),
        rate_hz=rate if math.isfinite(rate) and rate > 0.0 else None,
    )


def _label(channel: Any) -> str:
    """The name of a channel; of marker or body and part where these are told apart."""

    def told(key: str) -> str:
        return str(plain_line(channel.child_value(key))[:_LONGEST_NAME])

    part = _PARTS.get(told("type").lower().replace(" ", ""))
    whose = told("marker") or told("object")
    if part and whose:
        return whose + part
    return told("label")


def _offered(muscles: Sequence[str], origin: str) -> Any:
    rows = [
        *((f"{name}", "degrees", "Angle") for name in ANGLES),
        *((name, "N", "Force") for name in muscles),
        *((f"{name}_low", "N", "ForceLow") for name in muscles),
        *((f"{name}_high", "N", "ForceHigh") for name in muscles),
        ("delay", "ms", "Delay"),
        ("like_training", "1", "Flag"),
    ]
    info = pylsl.StreamInfo(NAME, _KIND, len(rows), 0.0, _FORMAT, f"{NAME} of {origin}")
    desc = info.desc()
    desc.append_child_value("manufacturer", NAME)
    desc.append_child_value("notice", RESEARCH_USE)
    channels = desc.append_child("channels")
    for label, unit, kind in rows:
        channel = channels.append_child("channel")
        channel.append_child_value("label", label)
        channel.append_child_value("unit", unit)
        channel.append_child_value("type", kind)
    return info
