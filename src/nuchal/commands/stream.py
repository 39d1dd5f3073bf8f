"""Forces while a person moves: a source is followed frame by frame, until it or the user ends."""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from nuchal.commands.options import ForceOptions, RecordingOptions
from nuchal.commands.plan import Plan, network_person, plan_of
from nuchal.commands.run import Progress, silent
from nuchal.commands.tracked import (
    read_any,
    read_static,
    refuse_idle,
    stated_of_turns,
    with_own_names,
)
from nuchal.conventions import Preset
from nuchal.errors import RecordingError, Setting
from nuchal.findings import Finding
from nuchal.io.live import lsl
from nuchal.io.live.channels import Channels, Understood, understand
from nuchal.io.live.log import ForceLog, check_new
from nuchal.io.live.source import Live, Replay
from nuchal.io.subject import read_subject
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import MUSCLES
from nuchal.model.person import traits_in_doubt
from nuchal.networks.equilibrium.window import WINDOW_FRAMES
from nuchal.orientations import OrientationRecording
from nuchal.records import CoordinateRecording, Recording, Subject
from nuchal.report.summaries.stream import StreamSummary, summarise_stream
from nuchal.report.text import say, sentence
from nuchal.streaming.feed import BodyFeed, Feed, MarkerFeed
from nuchal.streaming.flow import Flow, Wearer
from nuchal.streaming.records import Board, LiveFrame, Said
from nuchal.streaming.step import Whose, Window, stepper
from nuchal.tracking.turned.doubt import LIKELY

# How a stream stands is put up so often [s].
_POST_S: Final = 0.04
LSL: Final = "lsl"


@dataclass(frozen=True, kw_only=True)
class StreamOptions(RecordingOptions):
    """What :func:`run_stream` may be told beside the source and the person.

    Attributes:
        stream_name: Of the stream that is meant, where there are several.
        lsl_scope: How far streams are looked for and offered.
        wait_s: How long a stream is looked for [s].
        publish: Whether forces are offered as a stream of their own.
        longest_s: After which the stream is ended; None leaves it to the source.
    """

    preset: Preset = "recommended"
    network: Path | None = None
    load_kg: float = 0.0
    load_place_m: tuple[float, float, float] | None = None
    stream_name: str | None = None
    lsl_scope: lsl.Scope = "machine"
    wait_s: float = 10.0
    publish: bool = False
    longest_s: float | None = None


@dataclass(frozen=True, kw_only=True)
class Onlooker:
    """Who looks on while a stream runs.

    Attributes:
        board: Where it is put up how the stream stands.
        progress: Told what is being done before frames come.
        ready: Told the person's neck once everything is compiled.
        tell: Told what happens.
        is_over: Asked whether to stop.
    """

    board: Board = field(default_factory=Board)
    progress: Progress = silent
    ready: Callable[[Anatomy], object] = lambda _anatomy: None
    tell: Callable[[Finding], object] = lambda _what: None
    is_over: Callable[[], bool] = lambda: False


def run_stream(
    source: str,
    *,
    subject: Path,
    out: Path | None = None,
    options: StreamOptions,
    onlooker: Onlooker | None = None,
) -> StreamSummary:
    """Follow a source and find the forces of every frame.

    Args:
        source: ``lsl``, or a recording that is played as if it came in now.
        subject: the person's measures, a ``person.toml``.
        out: a file for the forces, as OpenSim's ``.sto``; none is ever replaced.
        options: everything else.
        onlooker: who looks on, and may end it.

    Raises:
        NuchalError: something given cannot be used; the message says what to do.
    """
    onlooker = onlooker or Onlooker()
    person = read_subject(subject)
    if out is not None:
        check_new(out)
    onlooker.progress("reading", 0.0)
    plan = plan_of(person, _forces(options))
    if options.publish or source == LSL:
        lsl.prepare(options.lsl_scope)
    live = _source(source, options)
    onlooker.progress("compiling", 0.3)
    wearer = _wearer(plan, live.feed, person, options)
    onlooker.ready(plan.anatomy)
    onlooker.progress("done", 1.0)
    flow = Flow(live.feed, wearer, live.now)
    with closing(_Hands(flow, out, options)) as hands:
        try:
            _follow(live, flow, hands, onlooker, options.longest_s)
        finally:
            flow.end()
            onlooker.board.post(flow.shown)
    return summarise_stream(flow.feed.source.name, flow.shown, out)


def _follow(
    live: Live,
    flow: Flow,
    hands: "_Hands",
    onlooker: Onlooker,
    longest_s: float | None,
) -> None:
    """Take samples until there are no more, or somebody says stop."""
    began = posted = time.monotonic()
    for samples in live.batches():
        if not samples:
            flow.nothing_came()
        for sample in samples:
            for frame in flow.take(sample):
                hands.give(frame)
        now = time.monotonic()
        if now - posted >= _POST_S:
            posted = now
            onlooker.board.post(flow.shown)
        for one in flow.watch.news():
            onlooker.tell(one.what)
            hands.say(one)
        if onlooker.is_over() or (longest_s is not None and now - began > longest_s):
            return
    flow.refuse_nobody()


class _Hands:
    """Where frames and events go: into a file, onto the network, both or nowhere."""

    def __init__(self, flow: Flow, out: Path | None, options: StreamOptions) -> None:
        self._clock = flow.watch.clock
        self._log = None if out is None else ForceLog(out, MUSCLES, say("stream.note"))
        name = flow.feed.source.name
        self._outlet = lsl.Outlet(MUSCLES, name) if options.publish else None

    def give(self, frame: LiveFrame) -> None:
        if self._log is not None:
            self._log.add(frame)
        if self._outlet is not None:
            self._outlet.push(frame, self._clock() - frame.time)

    def say(self, one: Said) -> None:
        if self._outlet is not None:
            self._outlet.say(sentence(one.what), one.time)

    def close(self) -> None:
        if self._log is not None:
            self._log.close()


def _forces(options: StreamOptions) -> ForceOptions:
    return ForceOptions(
        method="network",
        network=options.network,
        preset=options.preset,
        load_kg=options.load_kg,
        load_place_m=options.load_place_m,
    )


def _source(source: str, options: StreamOptions) -> Live:
    """The stream or the recording that is meant.

    Raises:
        RecordingError: it is not there or not understood.
    """
    if source == LSL:
        stated = stated_of_turns(options)

        def understood(channels: Channels) -> Understood:
            return understand(channels, stated, options.units)

        return lsl.Inlet(options.stream_name, options.wait_s, understood)
    path = Path(source)
    read = read_any(path, options)
    if isinstance(read, CoordinateRecording):
        raise RecordingError("stream.coordinates", path)
    refuse_idle(path, read, options)
    return Replay(read)


def _wearer(plan: Plan, feed: Feed, person: Subject, options: StreamOptions) -> Wearer:
    """The person, with everything compiled that a frame needs."""
    assert plan.network is not None
    static = _static(feed, options)
    count = LIKELY if isinstance(feed, BodyFeed) else 0
    step, first = stepper(
        Whose(plan.network.network, plan.settings, network_person(plan)),
        doubt=traits_in_doubt(plan.person, plan.anatomy),
        count=count,
    )
    upright = np.tile(np.eye(3), (1 + count, WINDOW_FRAMES, 1, 1))
    step(Window(upright, 0, np.asarray(plan.anatomy.gravity)), first)
    return Wearer(step=step, first=first, settings=with_own_names(person, options), static=static)


def _static(feed: Feed, options: StreamOptions) -> Recording | OrientationRecording | None:
    """The static trial, if there is one.

    Raises:
        RecordingError: it is of another kind than the source.
    """
    if options.static is None:
        return None
    static, mend = read_static(options.static, options), Setting("static")
    if isinstance(feed, MarkerFeed) and not isinstance(static, Recording):
        raise RecordingError("stream.static_of_orientations", static.source, remedy=mend)
    if isinstance(feed, BodyFeed) and isinstance(static, Recording):
        raise RecordingError("turned.static_of_markers", static.source, remedy=mend)
    return static
