"""A source and a client over loopback: what goes in and comes out of the lab streaming layer."""

import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from nuchal.errors import RecordingError
from nuchal.io.live import lsl
from nuchal.io.live.channels import Channels, Understood, understand
from nuchal.io.orientations.format import Options
from nuchal.model.generic import MUSCLES

from .test_log import frame

pylsl = pytest.importorskip("pylsl")
LABELS = [f"{name}_{axis}" for name in ("TP", "LH", "RH") for axis in "xyz"]


@pytest.fixture(scope="module", autouse=True)
def _on_this_machine() -> None:
    lsl.prepare("machine")


@pytest.fixture
def name() -> str:
    return f"test {uuid.uuid4()}"


def understood(channels: Channels) -> Understood:
    return understand(channels, Options(), None)


def offered(name: str, *, labelled: str = "label", source_id: str = "") -> "pylsl.StreamOutlet":
    info = pylsl.StreamInfo(name, "MoCap", len(LABELS), 100.0, "float32", source_id or name)
    listed = info.desc().append_child("channels")
    for label in LABELS:
        channel = listed.append_child("channel")
        if labelled == "label":
            channel.append_child_value("label", label)
        else:
            channel.append_child_value("marker", label[:-2])
            channel.append_child_value("type", f"Position{label[-1].upper()}")
        channel.append_child_value("unit", "millimeters")
    return pylsl.StreamOutlet(info)


def next_samples(inlet: lsl.Inlet, count: int) -> list:
    """So many samples, if they come within ten seconds."""
    found, until = [], time.monotonic() + 10.0
    for batch in inlet.batches():
        found += batch
        if len(found) >= count or time.monotonic() > until:
            return found
    return found


def pushing(outlet: "pylsl.StreamOutlet", stop: threading.Event) -> Iterator[None]:
    k = 0
    while not stop.is_set():
        outlet.push_sample([float(k), *range(1, 9)])
        k += 1
        time.sleep(0.01)
        yield


@pytest.mark.parametrize("labelled", ["label", "type"])
def test_samples_come_with_names_units_and_times(name, labelled) -> None:
    outlet = offered(name, labelled=labelled)
    inlet = lsl.Inlet(name, 10.0, understood)
    assert inlet.feed.names == ("TP", "LH", "RH")
    assert inlet.feed.rate_hz == 100.0
    stop = threading.Event()
    thread = threading.Thread(target=lambda: [None for _ in pushing(outlet, stop)])
    thread.start()
    try:
        samples = next_samples(inlet, 30)
    finally:
        stop.set()
        thread.join()
    assert len(samples) >= 30
    times = np.array([one.time for one in samples])
    assert (np.diff(times) > 0).all()
    assert abs(inlet.now() - times[-1]) < 5.0
    assert samples[3].values[1] == pytest.approx([0.003, 0.004, 0.005])
    first = [one.values[0, 0] for one in samples]
    assert np.diff(first) == pytest.approx(0.001, abs=1e-6)


def test_nobody_there_is_a_sentence(name) -> None:
    with pytest.raises(RecordingError, match=r"no stream of that name was found within 0.3 s"):
        lsl.Inlet(name, 0.3, understood)


def test_a_source_without_marks_is_refused(name) -> None:
    outlet = pylsl.StreamOutlet(pylsl.StreamInfo(name, "EEG", 8, 100.0, "float32", name))
    with pytest.raises(RecordingError, match="channel 1"):
        lsl.Inlet(name, 10.0, understood)
    del outlet


def test_a_source_that_stops_and_returns_goes_on(name) -> None:
    outlet = offered(name)
    inlet = lsl.Inlet(name, 10.0, understood)
    batches, got = inlet.batches(), []

    def take(wanted: int, outlet: "pylsl.StreamOutlet | None") -> int:
        before, until = len(got), time.monotonic() + 30.0
        while len(got) - before < wanted and time.monotonic() < until:
            if outlet is not None:
                outlet.push_sample(list(range(1, 10)))
            got.extend(next(batches))
        return len(got) - before

    assert take(5, outlet) >= 5
    del outlet
    for batch in islice(batches, 12):
        got.extend(batch)
    again = offered(name)
    assert take(5, again) >= 5


def test_forces_go_out_with_names_units_and_the_moment_they_are_of() -> None:
    origin = f"test {uuid.uuid4()}"
    outlet = lsl.Outlet(MUSCLES, origin)
    found = pylsl.resolve_byprop("source_id", f"nuchal of {origin}", 1, 10.0)
    events = pylsl.resolve_byprop("source_id", f"nuchal events of {origin}", 1, 10.0)
    assert (len(found), len(events)) == (1, 1)
    inlet, told = pylsl.StreamInlet(found[0]), pylsl.StreamInlet(events[0])
    inlet.open_stream(10.0)
    told.open_stream(10.0)
    info = inlet.info(10.0)
    assert info.get_channel_labels()[3:75] == list(MUSCLES)
    assert info.get_channel_units()[:4] == ["degrees", "degrees", "degrees", "N"]
    assert "not a medical device" in info.as_xml()
    now = pylsl.local_clock()
    outlet.push(replace(frame(7), time=now - 0.03), 0.031)
    outlet.say("Nothing comes in.", now)
    values, stamp = inlet.pull_sample(10.0)
    assert stamp == pytest.approx(now - 0.03)
    assert values[3:75] == pytest.approx(frame(7).force.tolist(), rel=1e-5)
    assert values[75:147] == pytest.approx(frame(7).low.tolist(), rel=1e-5)
    assert values[147:219] == pytest.approx(frame(7).high.tolist(), rel=1e-5)
    assert values[219:] == pytest.approx([31.0, 0.0])
    assert told.pull_sample(10.0)[0] == ["Nothing comes in."]
