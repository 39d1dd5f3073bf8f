"""What workers see in a dropped folder, and that they assess it as the command does."""

import shutil
from pathlib import Path

import pytest

import nuchal
from nuchal.app.study_records import Over, Wishes, told_of_study
from nuchal.app.study_tasks import assess_study, look_at_study
from nuchal.commands.study.given import read_study
from nuchal.errors import NuchalError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One person with one recording, and one without any."""
    folder = tmp_path / "people"
    for name in ("p1", "p2"):
        (folder / name).mkdir(parents=True)
        shutil.copy(nuchal.example_patient("0") / "person.toml", folder / name)
    shutil.copy(nuchal.example_patient("0") / "1_rotation.trc", folder / "p1")
    return folder


def test_who_lacks_something_is_named_and_the_groups_are_the_files_until_others_are_chosen(
    folder: Path, tmp_path: Path
) -> None:
    (folder / "necks.toml").write_text('[groups]\nb = ["p2"]\na = ["p1"]\n', "utf-8")
    seen = look_at_study(folder, Wishes(), tmp_path / "out")
    assert (seen.file, seen.groups) == ("necks.toml", ("b", "a"))
    assert [(one.name, one.group, dict(one.visits)) for one in seen.people] == [
        ("p1", "a", {"1": 1}),
        ("p2", "b", {}),
    ]
    assert seen.visits == (("p1", "1"),)
    (missing,) = seen.missing
    assert missing.startswith("p2: There are no recordings")
    other = look_at_study(folder, Wishes(groups={"p1": "a", "p2": "new"}), tmp_path / "out")
    assert other.groups == ("a", "new")
    alone = look_at_study(folder, Wishes(groups={"p1": "", "p2": ""}), tmp_path / "out")
    assert alone.groups == ()


def test_folders_of_bids_are_understood_without_a_file(tmp_path: Path, folder: Path) -> None:
    bids = tmp_path / "bids"
    for name in ("sub-01/ses-a", "sub-01/ses-b", "sub-02/ses-a"):
        motion = bids / name / "motion"
        motion.mkdir(parents=True)
        (motion / f"{name.replace('/', '_')}_task-turn_motion.tsv").write_text("0\n", "utf-8")
        shutil.copy(folder / "p1" / "person.toml", bids / name.partition("/")[0])
    seen = look_at_study(bids, Wishes(), tmp_path / "out")
    assert seen.sessions == ("ses-a", "ses-b")
    assert seen.visits == (("sub-01", "ses-a"), ("sub-01", "ses-b"), ("sub-02", "ses-a"))
    assert seen.missing == ("sub-02, ses-b: There is no folder sub-02/ses-b/motion.",)


@pytest.mark.parametrize("sessions", [("a", "a"), ("..",), ("a/b",), ("a\\b",)])
def test_names_that_lead_elsewhere_are_none(sessions, folder: Path, tmp_path: Path) -> None:
    with pytest.raises(NuchalError, match="name"):
        look_at_study(folder, Wishes(sessions=sessions), tmp_path / "out")


@pytest.mark.slow
def test_a_study_is_the_commands_and_goes_on_where_it_was(folder: Path, tmp_path: Path) -> None:
    (folder / "study.toml").write_text("[assess]\nnecks = 2000\n", "utf-8")
    out, told = tmp_path / "study", tmp_path / "told.json"
    gone = out / "people" / "p9" / "1"
    gone.mkdir(parents=True)
    first = assess_study(folder, Wishes(), out, told=told, memory_bytes=1)
    assert (first.visits, first.kept) == ((("p1", "1"),), 0)
    assert first.left_out[0].startswith("p2: There are no recordings")
    assert told_of_study(told).over == [Over("p1", "1", "")]
    assert not gone.exists()
    assert all((out / name).is_file() for name in ("study.html", *first.reports))
    wishes = Wishes(groups={"p1": "stiff", "p2": ""})
    again = assess_study(folder, wishes, out, told=told, memory_bytes=1)
    assert again.kept == 1
    said = read_study(out / "study.toml")
    assert said.groups == {"stiff": ["p1"]}
    assert said.options == {"necks": 2000}
