import numpy as np
import pytest

from nuchal.io.recordings.left_out import whole_rows

TIME = np.arange(20) / 40.0
VALUES = np.stack([3.0 * TIME, 1.0 - TIME], axis=1)


@pytest.mark.parametrize("left_out", [slice(5, 9), slice(1, 2), slice(0, 0), [3, 4, 9, 17]])
def test_rows_left_out_are_frames_not_known(left_out) -> None:
    there = np.delete(np.arange(20), left_out)
    rows = whole_rows(TIME[there], VALUES[there], evenly_spaced=False)
    assert rows.time == pytest.approx(TIME)
    assert rows.values == pytest.approx(VALUES)
    assert (np.flatnonzero(rows.known) == there).all()
    assert (there[rows.row[rows.known]] == there).all()


@pytest.mark.parametrize(
    "time",
    [
        np.sort(np.r_[TIME, 0.51]),
        np.r_[TIME, 1e6],
        np.r_[TIME, 0.2],
        np.r_[TIME, np.nan],
        TIME[:1],
    ],
    ids=["uneven", "too far", "back", "blank", "one"],
)
def test_other_times_are_left_to_whoever_judges_them(time: np.ndarray) -> None:
    rows = whole_rows(time, np.ones((len(time), 6)), evenly_spaced=False)
    np.testing.assert_array_equal(rows.time, time)
    assert rows.known.all()


def test_evenly_spaced_if_the_user_says_so() -> None:
    there = np.delete(np.arange(20), [7, 8])
    assert len(whole_rows(TIME[there], VALUES[there], evenly_spaced=True).time) == 18
