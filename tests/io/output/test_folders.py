"""A folder of results appears whole or not at all, whatever happens on the way."""

import errno
import os
import stat
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from nuchal.errors import OutputError, Setting
from nuchal.io.output import publish
from nuchal.io.output.folders import check_writable, staged


@pytest.fixture(params=["names are exchanged", "files go one by one"], autouse=True)
def way(request, monkeypatch) -> str:
    """Both ways in which an earlier folder of results is replaced."""
    if request.param == "files go one by one":
        monkeypatch.setattr(publish, "exchange_names", lambda _one, _other: False)
    return request.param


def tree(folder: Path) -> dict[str, str]:
    """Every file below a folder with its content, folders as such."""
    return {
        str(path.relative_to(folder)): path.read_text() if path.is_file() else "<folder>"
        for path in sorted(folder.rglob("*"))
    }


def test_a_new_folder_appears_with_all_its_files(tmp_path):
    out = tmp_path / "a/b/out"
    with staged(out, inputs=()) as folder:
        (folder / "forces.sto").write_text("1")
        (folder / "figures").mkdir()
        (folder / "figures/a.png").write_text("2")
        assert not out.exists()
    assert tree(out) == {"forces.sto": "1", "figures": "<folder>", "figures/a.png": "2"}
    assert list((tmp_path / "a/b").iterdir()) == [out]


def test_a_second_run_replaces_its_own_files_and_no_others(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    ours = ("forces.sto", "lengths.sto")
    for run in ("1", "2"):
        with staged(tmp_path, inputs=(), ours=ours) as folder:
            (folder / "forces.sto").write_text(run)
            if run == "1":
                (folder / "lengths.sto").write_text(run)
    assert tree(tmp_path) == {"forces.sto": "2", "notes.txt": "mine"}


def refused(out: Path, what: str, reason: str | None = None) -> pytest.RaisesExc[OutputError]:
    """An error of this code about this place, whose remedy is another one."""

    def fits(error: OutputError) -> bool:
        told = error.values.get("reason")
        return (error.what, error.file, error.remedy) == (what, out, Setting("out")) and (
            reason is None or told.what == reason
        )

    return pytest.RaisesExc(OutputError, check=fits)


class WorkError(Exception):
    """Something in the work itself."""


def fail_after_writing(out: Path, error: BaseException) -> None:
    with staged(out, inputs=()) as folder:
        (folder / "forces.sto").write_text("half")
        raise error


def write_all(out: Path, names: Sequence[str], **options: Any) -> None:
    with staged(out, inputs=(), **options) as folder:
        for name in names:
            (folder / name).write_text("new")


def write_to_a_full_disk(out: Path) -> None:
    with staged(out, inputs=()) as folder:
        (folder / "forces.sto").symlink_to("/dev/full")
        (folder / "forces.sto").write_text("x" * 100_000)


@pytest.mark.parametrize("error", [WorkError(), KeyboardInterrupt(), OSError(errno.ENOSPC, "full")])
@pytest.mark.parametrize("existed", [True, False])
def test_a_failure_halfway_leaves_everything_as_it_was(tmp_path, error, existed):
    out = tmp_path / "out"
    if existed:
        out.mkdir()
        (out / "forces.sto").write_text("before")
    before = tree(tmp_path)
    with pytest.raises((type(error), OutputError)):
        fail_after_writing(out, error)
    assert tree(tmp_path) == before


def test_a_full_disk_is_one_sentence(tmp_path):
    out = tmp_path / "out"
    with refused(out, "output.unwritable", "output.full"):
        write_to_a_full_disk(out)
    assert tree(tmp_path) == {}


def test_a_failure_while_files_are_put_in_place_puts_the_old_ones_back(tmp_path, monkeypatch):
    monkeypatch.setattr(publish, "exchange_names", lambda _one, _other: False)
    for name in ("a.sto", "b.sto", "c.sto", "old.sto"):
        (tmp_path / name).write_text("before")
    before = tree(tmp_path)
    replace = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if Path(target).parent == tmp_path and self.name == "c.sto" and self.read_text() == "new":
            raise OSError(errno.ENOSPC, "full", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with refused(tmp_path, "output.unwritable", "output.full"):
        write_all(tmp_path, ("a.sto", "b.sto", "c.sto"), ours=("old.sto",))
    assert tree(tmp_path) == before


def test_errors_about_other_files_are_not_taken_for_the_disks(tmp_path):
    with pytest.raises(PermissionError), staged(tmp_path / "out", inputs=()):
        raise PermissionError(errno.EACCES, "no", "/somewhere/else")
    with pytest.raises(FileNotFoundError), staged(tmp_path / "out", inputs=()):
        (tmp_path / "missing").read_text()


def test_no_input_is_overwritten(tmp_path):
    source = tmp_path / "coordinates.mot"
    source.write_text("input")
    (tmp_path / "link.mot").symlink_to(source)
    for name in ("coordinates.mot", "link.mot"):
        with (
            refused(tmp_path, "output.overwrites_input"),
            staged(tmp_path, inputs=[source]) as folder,
        ):
            (folder / name).write_text("output")
        with refused(tmp_path, "output.overwrites_input"):
            check_writable(tmp_path, inputs=[source], names=[name])
    with staged(tmp_path, inputs=[source], ours=["forces.sto"]) as folder:
        (folder / "forces.sto").write_text("output")
    assert source.read_text() == "input"


def test_things_in_the_way(tmp_path):
    (tmp_path / "file").write_text("")
    with refused(tmp_path / "file", "output.is_a_file"):
        check_writable(tmp_path / "file")
    with refused(tmp_path / "file/out", "output.below_a_file"):
        check_writable(tmp_path / "file/out")
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")
    with refused(tmp_path / "nowhere", "output.link_to_nowhere"):
        check_writable(tmp_path / "nowhere")
    with refused(tmp_path / ("x" * 300), "output.unwritable", "output.long_name"):
        check_writable(tmp_path / ("x" * 300))
    (tmp_path / "forces.sto").mkdir()
    with (
        refused(tmp_path, "output.folder_in_the_way"),
        staged(tmp_path, inputs=()) as folder,
    ):
        (folder / "forces.sto").write_text("")


@pytest.fixture
def read_only() -> Iterator[Path]:
    """A folder that this process cannot write, also where it runs as root."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o555)
        user = os.geteuid()
        if user == 0:
            os.seteuid(65534)
        yield folder
        if user == 0:
            os.seteuid(user)
        folder.chmod(0o755)


def test_a_read_only_folder_is_one_sentence(read_only: Path):
    for out in (read_only, read_only / "out"):
        with refused(out, "output.unwritable", "output.no_permission"):
            check_writable(out)
        with (
            refused(out, "output.unwritable", "output.no_permission"),
            staged(out, inputs=()),
        ):
            pytest.fail("work started in a folder that cannot be written")


def test_checking_leaves_nothing_behind(tmp_path):
    check_writable(tmp_path / "a/b")
    check_writable(tmp_path)
    assert tree(tmp_path) == {}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_results_are_for_their_owner_only(tmp_path):
    out = tmp_path / "a/out"
    for _ in range(2):
        with staged(out, inputs=()) as folder:
            assert mode(folder) == mode(folder.parent) == 0o700
            (folder / "figures").mkdir()
            (folder / "figures/a.png").write_text("")
    for folder in (tmp_path / "a", out, out / "figures"):
        assert mode(folder) == 0o700
    assert mode(out / "figures/a.png") == 0o600


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_what_is_not_ours_stays_as_it_is(tmp_path):
    """A folder that its owner opened to others, a file and its other name, a link, empty rooms."""
    out = tmp_path / "out"
    (out / "mine/empty").mkdir(parents=True)
    (out / "mine").chmod(0o750)
    out.chmod(0o755)
    notes, elsewhere = out / "mine/notes.txt", tmp_path / "elsewhere.txt"
    notes.write_text("mine")
    os.link(notes, elsewhere)
    (out / "link").symlink_to("nowhere")
    before = notes.stat()
    with staged(out, inputs=()) as folder:
        (folder / "a.sto").write_text("")
    assert notes.samefile(elsewhere)
    assert notes.stat().st_mtime_ns == before.st_mtime_ns
    assert (out / "link").readlink() == Path("nowhere")
    assert (mode(out), mode(out / "mine"), (out / "mine/empty").is_dir()) == (0o755, 0o750, True)
    assert sorted(path.name for path in out.iterdir()) == ["a.sto", "link", "mine"]
    assert {path.name for path in tmp_path.iterdir()} == {"out", "elsewhere.txt"}


def test_a_folder_that_somebody_stands_in_stays_the_same_folder(tmp_path, monkeypatch):
    """``--out .``: an exchange would leave the shell in a folder that is gone."""
    (tmp_path / "a.sto").write_text("before")
    number = tmp_path.stat().st_ino
    monkeypatch.chdir(tmp_path)
    with staged(Path(), inputs=()) as folder:
        (folder / "a.sto").write_text("after")
    assert tree(Path()) == {"a.sto": "after"}
    assert Path.cwd().stat().st_ino == tmp_path.stat().st_ino == number


def test_a_link_to_a_folder_stays_a_link(tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to("there")
    write_all(tmp_path / "link", ["a.sto"])
    assert (tmp_path / "link").is_symlink()
    assert tree(tmp_path / "there") == {"a.sto": "new"}


def test_a_folder_behind_a_link_inside_is_written_through_it(tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out/figures").symlink_to(tmp_path / "there")
    with staged(tmp_path / "out", inputs=()) as folder:
        (folder / "figures").mkdir()
        (folder / "figures/a.png").write_text("new")
    assert (tmp_path / "out/figures").is_symlink()
    assert tree(tmp_path / "there") == {"a.png": "new"}


def test_a_file_where_a_folder_should_be_is_in_the_way(tmp_path):
    (tmp_path / "figures").write_text("mine")
    with refused(tmp_path, "output.below_a_file"), staged(tmp_path, inputs=()) as folder:
        (folder / "figures").mkdir()
        (folder / "figures/a.png").write_text("new")
    assert tree(tmp_path) == {"figures": "mine"}


def test_what_is_written_into_the_old_folder_at_the_last_moment_comes_along(tmp_path, monkeypatch):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/notes.txt").write_text("old")
    exchange = publish.exchange_names

    def late(one: Path, other: Path) -> bool:
        (other / "arrived.txt").write_text("late")
        (other / "notes.txt").unlink()
        (other / "notes.txt").write_text("new")
        return exchange(one, other)

    monkeypatch.setattr(publish, "exchange_names", late)
    write_all(tmp_path / "out", ["a.sto"])
    assert tree(tmp_path / "out") == {"a.sto": "new", "arrived.txt": "late", "notes.txt": "new"}


def test_two_runs_into_one_folder_do_not_disturb_each_other(tmp_path):
    out = tmp_path / "out"
    with staged(out, inputs=()) as one, staged(out, inputs=()) as other:
        (one / "a.sto").write_text("one")
        (other / "a.sto").write_text("other")
        check_writable(out)
        assert one.is_dir()
        assert other.is_dir()
    assert tree(tmp_path) == {"out": "<folder>", "out/a.sto": "one"}
