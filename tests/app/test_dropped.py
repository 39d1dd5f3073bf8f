"""The list of a dropped folder: what is wanted of it, and what is refused before it is sent."""

import contextlib
import json
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nuchal.app.dropped import Dropped, dropped
from nuchal.app.limits import PageLimits
from nuchal.errors import NuchalError

LIMITS = PageLimits(file_bytes=1000, study_files=5, study_bytes=2500)


def listed(*paths: str, size: int = 10) -> Dropped:
    return dropped(json.dumps([[path, size] for path in paths]).encode(), LIMITS)


def wanted(*paths: str) -> list[str]:
    return [str(one.path) for one in listed(*paths).files.values()]


def test_the_folder_itself_is_no_part_of_its_paths() -> None:
    found = listed("my study/p1/person.toml", "my study/p1/a.trc", "my study/study.toml")
    assert found.name == "my study"
    assert [str(one.path) for one in found.files.values()] == [
        "p1/person.toml", "p1/a.trc", "study.toml",
    ]  # fmt: skip
    assert list(found.files) == [0, 1, 2]


def test_several_folders_dropped_together_are_people() -> None:
    found = listed("p1/a.trc", "p1/person.toml", "p2/a.trc")
    assert found.name == ""
    assert [str(one.path) for one in found.files.values()] == [
        "p1/a.trc", "p1/person.toml", "p2/a.trc",
    ]  # fmt: skip


def test_hidden_files_results_and_what_no_study_uses_stay_where_they_are() -> None:
    assert wanted(
        "s/p1/a.trc",
        "s/p1/.a.trc",
        "s/.git/a.json",
        "s/p1/photo.jpg",
        "s/p1/notes.docx",
        "s/lying about.trc",
        "s/__MACOSX/p1/a.trc",
        "s/old result/study.json",
        "s/old result/tables/people.csv",
        "s/old result/people/p1/1/forces.sto",
    ) == ["p1/a.trc"]


@pytest.mark.parametrize(
    ("paths", "what"),
    [
        ([], "page.study_nothing"),
        (["s/photo.jpg"], "page.study_nothing"),
        (["s/study.toml"], "page.study_nothing"),
        (["p1/person.toml", "p1/a.trc"], "page.study_one_person"),
        (["s/../../etc/a.trc"], "page.study_leads_out"),
        (["/s/p1/a.trc"], "page.study_leads_out"),
        (["s//a.trc"], "page.study_leads_out"),
        (["s/p1/."], "page.study_leads_out"),
        (["s/p1/a\0.trc"], "page.study_leads_out"),
        (["s/p1/a\\..\\..\\b.trc"], "page.study_odd_name"),
        (["s/p1/C:a.trc"], "page.study_odd_name"),
        (["s/p1/con.trc"], "page.study_odd_name"),
        (["s/p1 /a.trc"], "page.study_odd_name"),
        (["s/p1/a\u202eb.trc"], "page.study_odd_name"),
        (["s/p1/\ud800.trc"], "page.study_no_list"),
        (["s/p1/" + "x" * 200 + ".trc"], "page.study_odd_name"),
        (["s/" + "deep/" * 9 + "a.trc"], "page.study_too_deep"),
        (["s/p1/a.trc", "s/P1/b.trc"], "page.study_alike"),
        (["s/p1/a.trc", "s/p1/A.trc"], "page.study_alike"),
        (["s/p1/a.trc", "s/p1/a.trc"], "page.study_alike"),
        (["s/p1/a.trc/b.trc", "s/p1/a.trc"], "page.study_alike"),
        (["s/p1/a.trc", "s/p1/a.trc/b.trc"], "page.study_alike"),
        ([f"s/p1/{k}.trc" for k in range(6)], "page.study_too_many"),
    ],
)
def test_what_is_refused(paths: list[str], what: str) -> None:
    with pytest.raises(NuchalError, check=lambda error: error.what == what):
        listed(*paths)


def test_sizes_are_bounded_for_each_and_for_all() -> None:
    with pytest.raises(NuchalError) as large:
        listed("s/p1/a.trc", size=1001)
    assert large.value.what == "page.file_too_large"
    assert str(large.value).startswith("p1/a.trc: has ")
    with pytest.raises(NuchalError, check=lambda error: error.what == "page.all_too_large"):
        listed("s/p1/a.trc", "s/p1/b.trc", "s/p1/c.trc", size=900)


@pytest.mark.parametrize(
    "text", ["", "[", "{}", '"s"', '[["a", -1]]', '[["a", 1.5]]', '[["a"]]', "[[1, 1]]", "\xff"]
)
def test_what_is_no_list(text: str) -> None:
    with pytest.raises(NuchalError, check=lambda error: error.what == "page.study_no_list"):
        dropped(text.encode("latin-1"), LIMITS)


@given(st.lists(st.text(st.sampled_from("ab./\\.trc \0é:"), max_size=30), max_size=4))
def test_no_path_leads_out(paths: list[str]) -> None:
    with contextlib.suppress(NuchalError):
        for one in listed(*(f"{path}.trc" for path in paths)).files.values():
            assert not one.path.is_absolute()
            assert ".." not in one.path.parts
            assert one.path == PurePosixPath(*one.path.parts)
            assert len(one.path.parts) > 1
