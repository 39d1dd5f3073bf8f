"""People in one file, told apart by what stands before or behind the names of their markers."""

from pathlib import Path

import numpy as np
import pytest

from nuchal.errors import RecordingError, Setting
from nuchal.findings import Found, finding
from nuchal.io.recordings.marker_names import person_names

PATH = Path("walk.trc")
NAMES = ("LFHD", "RFHD", "LBHD", "RBHD", "C7", "CLAV", "STRN", "T10")
FORMS = (
    "Anna:{}", "Anna_{}", "Anna.{}", "Anna-{}", "Anna {}", "Sub01_Anna_{}", "T1:Anna_{}",
    "{}_1", "{}-1", "{} 1", "{}1", "{}01", "Anna_{}_1", "S01{}",
)  # fmt: skip
PAIRS = (
    ("Anna:{}", "Ben:{}", "Anna", "Ben"),
    ("Anna_{}", "Ben_{}", "Anna", "Ben"),
    ("Anna.{}", "Ben.{}", "Anna", "Ben"),
    ("Anna {}", "Ben {}", "Anna", "Ben"),
    ("Sub01_Anna_{}", "Sub01_Ben_{}", "Sub01_Anna", "Sub01_Ben"),
    ("T1:Anna_{}", "T1:Ben_{}", "Anna", "Ben"),
    ("{}_1", "{}_2", "1", "2"),
    ("{}1", "{}2", "1", "2"),
)


def written(form: str, names: tuple[str, ...] = NAMES) -> list[str]:
    return [form.format(name) for name in names]


def found(labels: list[str], person: str | None = None, seen: list[bool] | None = None):
    shown = np.ones(len(labels), bool) if seen is None else np.array(seen)
    return person_names(PATH, labels, shown, person)


@pytest.mark.parametrize("form", FORMS)
def test_the_names_of_one_person(form: str) -> None:
    keep, names, notes = found(written(form))
    assert (keep, names) == (list(range(len(NAMES))), NAMES)
    removed = {Found.PREFIX_REMOVED, Found.SUFFIX_REMOVED}
    assert notes
    assert {note.what for note in notes} <= removed


@pytest.mark.parametrize(("one", "other", "first", "second"), PAIRS)
def test_two_people_are_told_apart(one: str, other: str, first: str, second: str) -> None:
    labels = written(one) + written(other)
    with pytest.raises(RecordingError) as caught:
        found(labels)
    assert caught.value.what == "recording.several_people"
    assert caught.value.values["prefixes"] == [first, second]
    assert caught.value.remedy == Setting("person")
    keep, names, _ = found(labels, person=second.lower())
    assert (keep, names) == (list(range(len(NAMES), len(labels))), NAMES)


@pytest.mark.parametrize("mark", [":", "_", ".", " "])
def test_a_thing_without_a_head_is_no_person(mark: str) -> None:
    labels = written(f"Anna{mark}{{}}") + written(f"Stick{mark}{{}}", ("tip", "mid", "end"))
    assert set(NAMES) <= set(found(labels)[1])


def test_bare_names_that_show_a_head_go_before_names_with_a_prefix() -> None:
    labels = written("Filtered_{}") + list(NAMES)
    keep, names, notes = found(labels)
    assert (keep, names, notes) == (list(range(len(NAMES), len(labels))), NAMES, ())
    assert found(labels, person="filtered")[:2] == (list(range(len(NAMES))), NAMES)


def test_names_of_sets_with_separators_are_no_prefixes() -> None:
    for names in (
        ["L_HDF", "R_HDF", "L_HDB", "L_SAE"],
        ["Top.Head", "Front.Head", "Rear.Head"],
        ["Left Ear", "Right Ear", "Head Top", "Left Shoulder"],
    ):
        assert found(names)[1:] == (tuple(names), ())


def test_a_prefix_before_too_few_head_markers_is_removed_all_the_same() -> None:
    _, names, notes = found(["Anna_LFHD", "Anna_RFHD", "Anna_C7"])
    assert names == ("LFHD", "RFHD", "C7")
    assert notes == (finding(Found.PREFIX_REMOVED, prefix="Anna_"),)


def test_a_head_that_no_frame_shows_keeps_its_person() -> None:
    labels = written("Anna_{}")
    assert found(labels, seen=["HD" not in label for label in labels])[1] == NAMES


def test_nobody_of_that_name() -> None:
    with pytest.raises(RecordingError) as caught:
        found(written("Anna_{}"), person="Ann")
    assert caught.value.what == "recording.no_such_person"
    assert caught.value.values["hint"].values["name"] == "Anna"


def test_numbered_markers_of_things_are_a_cluster_not_people() -> None:
    labels = written("Head:{}", ("M1", "M2", "M3")) + written("Chest:{}", ("M1", "M2", "M3"))
    with pytest.raises(RecordingError) as caught:
        found(labels)
    assert caught.value.what == "markers.cluster"
    assert caught.value.values["names"] == ("Head:M1", "Head:M2", "Head:M3")
