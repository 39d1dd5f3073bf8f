"""What stands around a live neck: the state, figures, the muscles that pull most, what was said."""

import time
from typing import Final, NamedTuple

import numpy as np
from nicegui import ui
from nicegui.element import Element

from nuchal.app import live_words
from nuchal.app.access import part
from nuchal.app.live_watch import Watch
from nuchal.app.live_words import DASH, Fact, has_forces
from nuchal.arrays import Muscles
from nuchal.model.anatomy import Anatomy
from nuchal.model.clinical import side_of
from nuchal.report.text import muscle_name
from nuchal.streaming.records import LiveFrame, Shown

_STRONGEST: Final = 6
# How long the same muscles are named, so that they can be read [s].
_READ_S: Final = 1.0
# Where bars end at first, and by how much they grow [N].
_STEP_N: Final = 20.0
_LINES: Final = 8


class State:
    """What the stream is doing, said aloud by a screen reader when it changes."""

    def __init__(self) -> None:
        self._label = ui.label().props('role="status" aria-live="polite"').classes("state")
        self._kind = ""

    def tell(self, shown: Shown) -> None:
        """Say what it is doing now."""
        kind, words = live_words.state_of(shown)
        if kind != self._kind:
            self._label.classes(add=kind, remove=self._kind)
            self._kind = kind
        self._label.text = words


class Figure:
    """One figure with what it means."""

    def __init__(self, title: str) -> None:
        with ui.element("div").classes("figure"):
            ui.label(title).classes("what")
            self._value = ui.label(DASH).classes("value")
            self._about = ui.label().classes("small")

    def tell(self, fact: Fact) -> None:
        """Show another value."""
        self._value.text, self._about.text = fact.value, fact.about
        self._value.classes(**{"add" if fact.is_odd else "remove": "odd"})


class Figures:
    """All figures of a stream."""

    def __init__(self) -> None:
        with ui.element("div").classes("figures"):
            self._delay = Figure("Delay of the forces")
            self._rate = Figure("Frames a second")
            self._force = Figure("Force of all muscles")
            self._training = Figure("Like the training")

    def tell(self, shown: Shown) -> None:
        """Show what is now."""
        frame = shown.frame if has_forces(shown) else None
        self._delay.tell(live_words.delay_fact(shown.delay))
        self._rate.tell(live_words.rate_fact(shown))
        self._force.tell(live_words.force_fact(frame))
        self._training.tell(live_words.training_fact(frame))


class _Bar(NamedTuple):
    name: ui.label
    value: ui.label
    interval: Element
    mark: Element


class Strongest:
    """The muscles with most force, each with the interval in which the true force lies."""

    def __init__(self, anatomy: Anatomy) -> None:
        self._names = [f"{muscle_name(one)}, {side_of(one)}" for one in anatomy.system.muscles]
        self._chosen: list[int] = []
        self._until = 0.0
        self._end = _STEP_N
        with ui.element("div").classes("card"):
            part("Muscles with the most force now")
            with ui.element("div").classes("bars"):
                self._bars = [_bar() for _ in range(_STRONGEST)]
            self._scale = ui.label().classes("small")

    def tell(self, shown: Shown) -> None:
        """Show what is now."""
        if shown.frame is None or not has_forces(shown):
            for bar in self._bars:
                bar.value.text = DASH
                bar.interval.style("width: 0")
                bar.mark.style("visibility: hidden")
            return
        self._choose(np.asarray(shown.frame.force))
        for m, bar in zip(self._chosen, self._bars, strict=True):
            self._show(bar, m, shown.frame)
        self._scale.text = (
            f"Bars end at {self._end:.0f} N. The line is the force, the band is where the true "
            "force lies with 90 %."
        )

    def _choose(self, force: Muscles) -> None:
        now = time.monotonic()
        if now >= self._until:
            self._chosen = np.argsort(-np.asarray(force))[:_STRONGEST].tolist()
            self._until = now + _READ_S

    def _show(self, bar: _Bar, m: int, frame: LiveFrame) -> None:
        force, low, high = (
            float(np.asarray(one)[m]) for one in (frame.force, frame.low, frame.high)
        )
        self._end = max(self._end, _STEP_N * np.ceil(max(force, high) / _STEP_N))
        left, mark, right = (
            100.0 * min(max(one, 0.0) / self._end, 1.0) for one in (low, force, high)
        )
        bar.name.text = self._names[m]
        bar.value.text = f"{force:.0f} N ({low:.0f} to {high:.0f})"
        bar.interval.style(f"left: {left:.1f}%; width: {right - left:.1f}%")
        bar.mark.style(f"left: {mark:.1f}%; visibility: visible")


class SaidLately:
    """What the stream said, the latest first."""

    def __init__(self) -> None:
        with ui.element("div").classes("card"):
            part("Said lately")
            self._lines = ui.element("div").classes("said").props('role="log"')
        self._told: object = None

    def tell(self, watch: Watch) -> None:
        """Show what is new."""
        if watch.heard is self._told:
            return
        self._told = watch.heard
        self._lines.clear()
        with self._lines:
            for one in watch.heard[:_LINES]:
                with ui.element("div").classes("line-said").classes(one.level):
                    ui.label(one.clock).classes("clock")
                    ui.label(one.text)
            if not watch.heard:
                ui.label("Nothing yet.").classes("small")


def _bar() -> _Bar:
    name = ui.label(DASH).classes("muscle")
    with ui.element("div").classes("track").props('aria-hidden="true"'):
        interval = ui.element("div").classes("interval")
        mark = ui.element("div").classes("mark").style("visibility: hidden")
    return _Bar(name, ui.label(DASH).classes("number"), interval, mark)
