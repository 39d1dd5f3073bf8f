"""What is chosen on the page is what the command would be told."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nuchal.app.choices import Choices, Span, TurnChoices, person_said
from nuchal.commands.options import RecordingOptions
from nuchal.errors import NuchalError, SubjectError
from nuchal.io.subject import read_subject


def test_the_form_writes_a_person_that_the_command_reads(tmp_path: Path) -> None:
    choices = Choices()
    for name, value in {
        "neck_length_m": 0.112,
        "shoulder_width_m": 0.395,
        "body_mass_kg": 74.0,
        "age_years": 34.0,
        "sex": "female",
    }.items():
        choices.measure(name, value)
    person = read_subject(choices.write_person(tmp_path))
    assert person.neck_length_m == 0.112
    assert person.head_and_neck_mass_kg == pytest.approx(0.08 * 74.0)
    assert (person.age_years, person.sex) == (34.0, "female")


def test_the_heads_own_mass_stays_when_the_body_is_weighed() -> None:
    choices = Choices(person={"head_alone_mass_kg": 4.4})
    choices.measure("body_mass_kg", 74.0)
    assert choices.person == {"head_alone_mass_kg": 4.4, "body_mass_kg": 74.0}
    choices.measure("body_mass_kg", None)
    assert choices.person == {"head_alone_mass_kg": 4.4}


def test_a_file_fills_the_form_and_the_marker_names(tmp_path: Path) -> None:
    path = tmp_path / "person.toml"
    path.write_text(
        "neck_length_m = 0.1\nshoulder_width_m = 0.4\nhead_and_neck_mass_kg = 6\n"
        '[markers]\nTP = "Top.Head"\n',
        "utf-8",
    )
    choices = Choices(markers={"LH": "a"})
    choices.take_person(person_said(path))
    assert choices.person == {
        "neck_length_m": 0.1,
        "shoulder_width_m": 0.4,
        "head_and_neck_mass_kg": 6,
    }
    assert choices.reading.markers == {"LH": "a", "TP": "Top.Head"}


def test_a_broken_file_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "person.toml"
    path.write_text("neck_length_m = 11\n", "utf-8")
    choices = Choices(person={"neck_length_m": 0.1})
    with pytest.raises(SubjectError, match="shoulder_width_m is missing"):
        choices.take_person(person_said(path))
    assert choices.person == {"neck_length_m": 0.1}


@given(
    st.dictionaries(
        st.sampled_from(["neck_length_m", "sex", "note"]),
        st.floats(allow_nan=False, allow_infinity=False) | st.text(st.characters(codec="ascii")),
    )
)
def test_whatever_is_typed_stays_one_value(tmp_path_factory, person) -> None:
    path = Choices(person=dict(person)).write_person(tmp_path_factory.mktemp("person"))
    read = tomllib.loads(path.read_text("utf-8"))
    assert read.keys() == person.keys()
    for name, value in person.items():
        if isinstance(value, str):
            assert read[name] == "".join(c if c.isprintable() else " " for c in value)
        else:
            assert read[name] == value


def test_a_window_for_the_neutral_pose_needs_both_ends_in_order() -> None:
    choices = Choices(neutral_from_s=1.0)
    assert choices.neutral_s is None
    choices.neutral_to_s = 2.5
    assert choices.neutral_s == (1.0, 2.5)
    choices.neutral_to_s = 0.5
    with pytest.raises(NuchalError, check=lambda error: error.what == "page.neutral_ends_early"):
        assert choices.neutral_s


def test_times_of_sensors_are_of_one_recording_alone() -> None:
    turns = TurnChoices(nods={"a.sto": Span(from_s=1.0, to_s=4.0)})
    assert turns.nod_s("a.sto") == (1.0, 4.0)
    assert turns.nod_s("b.sto") is None
    turns.nods["a.sto"].to_s = 0.5
    with pytest.raises(NuchalError, check=lambda error: error.what == "page.nod_ends_early"):
        turns.nod_s("a.sto")
    turns.forget("a.sto")
    assert turns.nod_s("a.sto") is None


def test_what_is_not_chosen_is_the_commands_default() -> None:
    assert Choices().reading == Choices().reading_turns == RecordingOptions()
