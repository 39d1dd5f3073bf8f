"""What visitors bring: bounded, private, apart, and gone when they are."""

import contextlib
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nuchal.app.limits import PageLimits
from nuchal.app.names import plain_name
from nuchal.app.visit import Visit
from nuchal.app.visits import Visits
from nuchal.errors import NuchalError


@pytest.fixture
def visits():
    visits = Visits(PageLimits(file_bytes=100, files=3, total_bytes=250, visitors=2, idle_s=60.0))
    with contextlib.closing(visits):
        yield visits


def bring(visit: Visit, name: str, content: bytes) -> Path:
    """Keep an upload of this content."""
    arrived = visit.draft()
    arrived.write_bytes(content)
    return visit.keep(name, arrived)


def test_folders_and_files_are_the_visitors_own(visits) -> None:
    path = bring(visits.begin(), "a.trc", b"1")
    modes = [stat.S_IMODE(p.stat().st_mode) for p in (path, *path.parents[:3])]
    assert modes == [0o600, 0o700, 0o700, 0o700]
    assert path.parents[2] == visits.root


def test_visitors_do_not_share(visits) -> None:
    one, other = visits.begin(), visits.begin()
    bring(one, "a.trc", b"1")
    assert [path.name for path in one.recordings] == ["a.trc"]
    assert other.recordings == ()
    assert visits.find(one.key) is one
    assert visits.find("") is None
    assert visits.find(None) is None


def test_uploads_are_bounded_in_size_number_and_sum(visits) -> None:
    visit = visits.begin()
    with pytest.raises(NuchalError, check=lambda error: error.what == "page.file_too_large"):
        bring(visit, "big.trc", b"1" * 101)
    for name in ("a.trc", "b.trc"):
        bring(visit, name, name.encode() * 20)
    with pytest.raises(NuchalError, check=lambda error: error.what == "page.files_too_large"):
        bring(visit, "c.trc", b"1" * 60)
    bring(visit, "c.trc", b"1")
    with pytest.raises(NuchalError, check=lambda error: error.what == "page.too_many_files"):
        bring(visit, "d.trc", b"1")


def test_the_same_file_again_takes_no_more_room_and_another_of_its_name_gets_a_number(
    visits,
) -> None:
    visit = visits.begin()
    bring(visit, "a.trc", b"1")
    bring(visit, "a.trc", b"1")
    bring(visit, "a.trc", b"2")
    assert [path.name for path in visit.recordings] == ["a.trc", "a (2).trc"]


def test_those_who_left_leave_nothing(visits) -> None:
    left, there = visits.begin(), visits.begin()
    for visit in (left, there):
        bring(visit, "a.trc", b"1")
    visits.sweep()
    assert len(visits) == 2
    left.has_entered = there.has_entered = True
    there.connected.add("a page")
    left.last_seen -= 61.0
    there.last_seen -= 61.0
    visits.sweep()
    assert not left.folder.exists()
    assert there.recordings != ()
    assert len(visits) == 1
    there.connected, there.busy = set(), True
    visits.sweep()
    assert there.recordings != ()
    visits.close()
    assert not visits.root.exists()


def test_removing_a_static_trial_forgets_the_choice(visits) -> None:
    visit = visits.begin()
    bring(visit, "static.trc", b"1")
    visit.choices.static = "static.trc"
    assert visit.trials == ()
    visit.remove("static.trc")
    assert visit.static is None
    assert visit.choices.static is None


@given(st.text(max_size=300))
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    plain = plain_name(name)
    assert plain == Path(plain).name
    assert plain not in ("", ".", "..")
    assert not plain.startswith(".")
    assert len(plain) <= 100


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\data\\trial 1.c3d", "trial 1.c3d"),
        ("<img src=x onerror=alert(1)>.trc", "_img src_x onerror_alert(1)_.trc"),
        ("..", "file"),
        ("x" * 200 + ".trc", "x" * 96 + ".trc"),
    ],
)
def test_names_keep_what_is_harmless(given: str, kept: str) -> None:
    assert plain_name(given) == kept


def test_files_are_counted_whatever_they_are_called(visits) -> None:
    visit = visits.begin()
    for k in range(3):
        bring(visit, "a.trc", bytes([k]))
    with pytest.raises(NuchalError, check=lambda error: error.what == "page.too_many_files"):
        bring(visit, "a.trc", b"another")
    assert len(visit.recordings) == 3
    assert list((visit.folder / "arriving").iterdir()) == []
    bring(visit, "a.trc", b"\1")
    assert len(visit.recordings) == 3


def test_files_of_one_name_count_together(visits) -> None:
    visit = visits.begin()
    for k in range(2):
        bring(visit, "a.trc", bytes([k]) * 100)
    with pytest.raises(NuchalError, check=lambda error: error.what == "page.files_too_large"):
        bring(visit, "a.trc", b"2" * 60)


def test_what_is_under_way_counts_too(visits) -> None:
    visit = visits.begin()
    bring(visit, "a.trc", b"1" * 100)
    with visit.receiving(100):
        with (
            pytest.raises(NuchalError, check=lambda error: error.what == "page.all_too_large"),
            visit.receiving(60),
        ):
            pass
        with (
            visit.receiving(20),
            visit.receiving(20),
            pytest.raises(NuchalError, check=lambda error: error.what == "page.too_many_at_once"),
            visit.receiving(0),
        ):
            pass
    with visit.receiving(150):
        assert visit.arriving == 1
    assert (visit.arriving, visit.arriving_bytes) == (0, 0)


def test_the_end_of_a_visit_closes_its_pages_and_is_told(visits) -> None:
    visit, told = visits.begin(), []
    visits.on_end(told.append)
    visit.pages["a page"] = lambda: told.append("closed")
    visits.end(visit)
    assert told == [visit.folder, "closed"]


def test_numbers_of_files_that_are_there_differ(visits) -> None:
    visit = visits.begin()
    for name in ("a.trc", "b.trc"):
        bring(visit, name, name.encode())
    visit.remove("a.trc")
    bring(visit, "c.trc", b"c")
    assert [path.name for path in visit.recordings] == ["b.trc", "c.trc"]
    assert visit.picture_of("b.trc") != visit.picture_of("c.trc")
