"""A stream from its first sample to its last: nothing that happens on the way ends it."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from nuchal.errors import RecordingError
from nuchal.findings import Found, Warned
from nuchal.streaming.feed import Sample
from nuchal.streaming.records import Phase

from .conftest import HEAD, NAMES, head_at, sample

SOME = 400


def run(flow, clock, samples, *, late_s=0.0):
    frames = []
    for one in samples:
        clock.now = one.time + late_s
        frames += list(flow.take(one))
    return frames


def samples(first=0, last=SOME, *, without=(), hidden=lambda _time: ()):
    kept = [k for k in range(first, last) if k not in without]
    return [sample(k / 100, hidden=hidden(k / 100)) for k in kept]


def said(flow):
    return [one.what.what for one in flow.shown.said]


def off_deg(frame) -> float:
    turn = Rotation.from_rotvec(np.radians(frame.angles_deg)).as_matrix()
    return float(np.degrees(Rotation.from_matrix(head_at(frame.time).T @ turn).magnitude()))


def test_every_tick_has_its_forces_once_the_person_is_found(flow, clock) -> None:
    assert flow.phase is Phase.WAITING
    frames = run(flow, clock, samples(0, 50))
    assert (frames, flow.phase) == ([], Phase.SETTLING)
    frames = run(flow, clock, samples(50))
    assert flow.phase is Phase.RUNNING
    assert max(map(off_deg, frames)) < 0.1
    assert np.diff([frame.time for frame in frames]) == pytest.approx(0.01, abs=1e-6)
    assert frames[-1].time == pytest.approx((SOME - 1) / 100 - 0.02)
    shown = flow.shown
    assert (shown.frames, shown.lost) == (len(frames), 0)
    assert shown.delay.total == pytest.approx(20.0)
    assert shown.rate_hz == pytest.approx(100.0)
    # each frame was told what the one before did
    assert [frame.force[0] for frame in frames] == list(range(len(frames)))


def test_who_moves_is_waited_for_and_asked_to_hold_still(flow, clock) -> None:
    moving = [sample(3.0 + k / 100) for k in range(800)]
    assert run(flow, clock, moving) == []
    assert flow.phase is Phase.SETTLING
    assert said(flow) == [Warned.LIVE_MOVING]
    still = [sample(0.5)._replace(time=11.0 + k / 100) for k in range(120)]
    run(flow, clock, still)
    assert flow.phase is Phase.RUNNING


def test_what_cannot_be_told_is_not_waited_for_forever(flow, clock) -> None:
    nobody = [
        Sample(k / 100, np.zeros((len(NAMES), 3)), np.zeros(len(NAMES), dtype=bool))
        for k in range(700)
    ]
    with pytest.raises(RecordingError, match="cameras"):
        run(flow, clock, nobody)
    assert nobody[-1].time > clock.now > 5.9


def test_a_source_that_ends_before_anybody_was_found_is_refused(flow, clock) -> None:
    run(flow, clock, [sample(3.0 + k / 100) for k in range(300)])
    with pytest.raises(RecordingError, match="nobody held the head straight and still"):
        flow.refuse_nobody()


def test_lost_frames_are_bridged(flow, clock) -> None:
    frames = run(flow, clock, samples(without=(250, 300, 301, 302)))
    assert (flow.shown.lost, flow.shown.missed) == (0, 4)
    assert said(flow)[-1] is Warned.LIVE_FRAMES_MISSED
    assert max(map(off_deg, frames)) < 0.5


def test_a_marker_that_is_gone_and_comes_back_is_named(flow, clock) -> None:
    def hidden(time):
        return ("TP",) if 2.0 <= time < 3.2 else ()

    frames = run(flow, clock, samples(hidden=hidden))
    assert said(flow)[-2:] == [Warned.LIVE_MARKER_GONE, Found.LIVE_MARKER_BACK]
    gone, back = (one for one in flow.shown.said[-2:])
    assert (gone.what.values["names"], back.what.values["name"]) == (("TP",), "TP")
    assert gone.time == pytest.approx(2.51, abs=0.02)
    assert back.time == pytest.approx(3.2, abs=0.011)
    assert flow.shown.lost == 0
    assert max(map(off_deg, frames)) < 0.1


def test_a_gap_is_said_and_what_was_carried_is_forgotten(flow, clock) -> None:
    def hidden(time):
        return ("TP", "LH", "LFHD") if 2.0 <= time < 2.6 else ()

    before = run(flow, clock, samples(0, 200, hidden=hidden))
    assert run(flow, clock, samples(200, 255, hidden=hidden)) == []
    assert flow.phase is Phase.GAP
    assert said(flow)[-1] is Warned.LIVE_UNSEEN
    assert flow.shown.said[-1].what.values["names"] == ("TP", "LH", "LFHD")
    after = run(flow, clock, samples(255, hidden=hidden))
    assert flow.phase is Phase.RUNNING
    assert after[0].force[0] == 0.0
    assert max(map(off_deg, [*before, *after])) < 0.1
    assert flow.shown.lost == pytest.approx(60 + 15, abs=2)


def test_silence_and_return_are_said(flow, clock) -> None:
    run(flow, clock, samples(0, 200))
    clock.now = 2.7
    flow.nothing_came()
    assert flow.phase is Phase.SILENT
    assert said(flow)[-1] is Warned.LIVE_SILENT
    frames = run(flow, clock, samples(300))
    assert said(flow)[-1] is Found.LIVE_RETURNED
    assert flow.phase is Phase.RUNNING
    assert frames[0].time > 3.0


def test_a_source_that_begins_anew_is_the_same_person(flow, clock) -> None:
    run(flow, clock, samples(0, 300))
    frames = run(flow, clock, samples(0, 200))
    assert Warned.LIVE_CLOCK_BACK in said(flow)
    assert frames[-1].time == pytest.approx(1.97)
    assert flow.phase is Phase.RUNNING
    assert flow.shown.frames > len(frames) > 150
    assert flow.shown.lost == 0


def test_a_clock_that_leaps_while_the_person_is_looked_for_costs_nothing(flow, clock) -> None:
    odd = [sample(0.0), sample(0.01), sample(0.5)._replace(time=1.7e9)]
    assert run(flow, clock, odd) == []
    later = [sample(0.5)._replace(time=1.7e9 + k / 100) for k in range(1, 150)]
    assert len(run(flow, clock, later)) > 20


def test_samples_without_a_time_are_left_out(flow, clock) -> None:
    run(flow, clock, samples(0, 200))
    none = [sample(2.0)._replace(time=value) for value in (np.nan, np.inf, -np.inf)]
    for one in none:
        assert list(flow.take(one)) == []
    assert len(run(flow, clock, samples(200))) == SOME - 200


def test_frames_out_of_order_and_twice_are_left_out(flow, clock) -> None:
    frames = run(flow, clock, samples(0, 300))
    assert run(flow, clock, [sample(2.9), sample(2.99), sample(2.95)]) == []
    assert frames[-1].time == pytest.approx(2.97)
    assert Warned.LIVE_CLOCK_BACK not in said(flow)


def test_a_head_that_leaps_for_a_frame_is_not_believed(flow, clock) -> None:
    run(flow, clock, samples(0, 300))
    frames = run(flow, clock, [leapt(3.0), *samples(301)])
    assert said(flow)[-1] is Warned.LIVE_LEAPT
    assert max(map(off_deg, frames)) < 0.5
    assert flow.shown.lost == 0


def test_a_head_that_stays_where_it_leapt_is_believed(flow, clock) -> None:
    run(flow, clock, samples(0, 300))
    frames = run(flow, clock, [leapt(3.0 + k / 100) for k in range(60)])
    assert flow.phase is Phase.RUNNING
    assert min(map(off_deg, frames)) == pytest.approx(60.0, abs=0.5)


def leapt(time: float) -> Sample:
    """A head that is turned by 60 degrees more."""
    one = sample(time)
    places = one.values.copy()
    head = places[: len(HEAD)]
    turn = Rotation.from_rotvec(np.radians([0.0, 0.0, 60.0])).as_matrix()
    places[: len(HEAD)] = (head - head.mean(axis=0)) @ turn.T + head.mean(axis=0)
    return one._replace(values=places)


def test_a_rate_that_wavers_is_said_once(flow, clock) -> None:
    run(flow, clock, samples(0, 300))
    slow = [sample(3.0 + k / 60) for k in range(240)]
    frames = run(flow, clock, slow)
    assert said(flow).count(Warned.LIVE_RATE_WAVERS) == 1
    assert max(map(off_deg, frames)) < 0.1


def test_who_is_too_late_leaves_out_and_says_so(flow, clock) -> None:
    run(flow, clock, samples(0, 200))
    assert run(flow, clock, samples(200, 250), late_s=0.5) == []
    assert said(flow)[-1] is Warned.LIVE_LATE
    frames = run(flow, clock, samples(250))
    assert len(frames) == SOME - 250
