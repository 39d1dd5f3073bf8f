"""Which file of EMG belongs to which recording."""

from pathlib import Path

import pytest

from nuchal.commands.emg_of_recordings import emg_of_recordings
from nuchal.errors import NuchalError

RECORDINGS = [Path("a/flexion.trc"), Path("a/bending 1.trc"), Path("a/bending_2.trc")]


def found(*names: str) -> list[str | None]:
    files = emg_of_recordings(RECORDINGS, [Path("b") / name for name in names])
    return [None if file is None else file.name for file in files]


def test_names_tell_in_any_order_and_for_some_recordings_only() -> None:
    assert found("EMG_Bending2.csv", "flexion-emg.csv") == [
        "flexion-emg.csv", None, "EMG_Bending2.csv",
    ]  # fmt: skip


def test_other_names_go_by_order() -> None:
    assert found("x1.csv", "x3.csv", "x2.csv") == ["x1.csv", "x3.csv", "x2.csv"]
    assert found("all.csv", "all.csv", "all.csv") == ["all.csv"] * 3


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["x1.csv", "x2.csv"], "2 files of EMG for 3 recordings, and their names do not say"),
        (["x1.csv"] * 4, "4 files of EMG for 3 recordings; give one for each recording"),
        (["x1.csv", "flexion.csv", "x2.csv"], "in the place of bending 1.trc"),
    ],
)
def test_what_cannot_be_told_is_refused_in_one_sentence(names: list[str], said: str) -> None:
    with pytest.raises(NuchalError, match=said) as refused:
        found(*names)
    assert str(refused.value).count("\n") == 0
