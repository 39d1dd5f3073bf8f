"""Recordings of any length as windows of one length, and back; what channels do not tell."""

import numpy as np
import pytest

from nuchal.emg.hidden.windows import (
    beyond_channels,
    evenly_spread,
    join_windows,
    long_stretches,
    window_length,
    windows_covering,
)


@pytest.mark.parametrize("frames", [100, 150, 151, 199, 200])
@pytest.mark.parametrize(("first", "end"), [(0, 200), (7, 612), (3, 420)])
def test_windows_answer_for_every_frame_once(first: int, end: int, frames: int) -> None:
    windows = windows_covering(first, end, frames)
    kept = [frame for w in windows for frame in range(*w.keep)]
    assert kept == list(range(first, end))
    assert all(w.first <= w.keep[0] and w.keep[1] <= w.first + frames for w in windows)
    course = np.random.default_rng(0).normal(size=(end + 5, 2))
    cut = np.stack([course[w.first : w.first + frames] for w in windows])
    whole = join_windows(windows, cut, end + 5)
    np.testing.assert_array_equal(whole[first:end], course[first:end])
    assert not whole[end:].any()


def test_a_stretch_shorter_than_a_window_is_refused() -> None:
    with pytest.raises(ValueError, match="99 frames, window 100"):
        windows_covering(0, 99, 100)


def test_windows_are_long_and_overlap_little() -> None:
    assert window_length([(0, 1000), (0, 120)], longest=200) == 120
    assert window_length([(0, 200)], longest=200) == 200
    length = window_length([(0, 410)], longest=200)
    windows = windows_covering(0, 410, length)
    assert 150 <= length <= 200
    assert len(windows) * length - 410 < 60


def test_short_stretches_are_left_out_and_counted() -> None:
    usable = np.zeros(400, bool)
    usable[10:150] = usable[200:230] = usable[260:400] = True
    assert long_stretches(usable, shortest=100) == ([(10, 150), (260, 400)], 30)


def test_what_is_chosen_is_evenly_spread() -> None:
    assert evenly_spread(3, 8).tolist() == [0, 1, 2]
    assert evenly_spread(9, 3).tolist() == [0, 4, 8]


def test_what_channels_do_not_tell() -> None:
    dice = np.random.default_rng(1)
    channels = dice.normal(size=(50_000, 2))
    apart = dice.normal(size=50_000)
    told = np.stack(
        [channels @ [0.5, 2.0] + 3.0, apart, channels[:, 0] + apart, np.ones(50_000)], axis=1
    )
    np.testing.assert_allclose(beyond_channels(told, channels), [0.0, 1.0, 0.5, 0.0], atol=0.02)
