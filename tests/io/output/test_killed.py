"""Runs that are killed: every moment between two steps of the system, one after the other."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from nuchal.io.output.files import check_replaceable
from nuchal.io.output.folders import check_writable, staged
from nuchal.io.output.hidden import hidden_folder, sweep
from nuchal.io.output.journal import JOURNAL

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the system does not fork")

# Writes a place again and again, and is killed one step later each time; says what was there
# after each kill, and after the next run had looked at the place.
_KILLING = """
import itertools, json, os, shutil, signal, sys
from pathlib import Path
from nuchal.io.output import publish
from nuchal.io.output.files import replaced
from nuchal.io.output.folders import staged
from nuchal.io.output.hidden import sweep

root, what = Path(sys.argv[1]), sys.argv[2]
out = root / ("deep/er/out" if what == "new" else "out")
if what == "one by one":
    publish.exchange_names = lambda one, other: False

def prepare():
    shutil.rmtree(root)
    root.mkdir()
    if what == "file":
        out.write_text("old")
    elif what != "new":
        for name in ("a.sto", "gone.sto", "trial/c.sto", "notes.txt"):
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            (out / name).write_text("old")

def write():
    if what == "file":
        with replaced(out) as draft:
            draft.write_text("new")
        return
    with staged(out, inputs=(), ours=("a.sto", "b.sto", "gone.sto", "trial/c.sto")) as draft:
        (draft / "trial").mkdir()
        for name in ("a.sto", "b.sto", "trial/c.sto"):
            (draft / name).write_text("new")

def tree():
    return {str(p.relative_to(root)): p.read_text() for p in sorted(root.rglob("*"))
            if p.is_file() and not any(part.startswith(".nuchal-") for part in p.parts)}

def hidden():
    return [str(p) for p in root.rglob(".nuchal-*")]

def killed_at(step):
    seen = itertools.count()
    def hook(event, _arguments):
        if event == "open" or event.startswith(("os.", "shutil.", "ctypes.", "fcntl.")):
            if next(seen) == step:
                os.kill(os.getpid(), signal.SIGKILL)
    child = os.fork()
    if child == 0:
        sys.addaudithook(hook)
        write()
        os._exit(0)
    return os.waitpid(child, 0)[1] != 0

prepare()
write()
prepare()
told = {"before": tree(), "after": None, "states": []}
for step in itertools.count():
    prepare()
    if not killed_at(step):
        break
    state = {"killed": tree(), "modes": [oct(Path(p).stat().st_mode & 0o777) for p in hidden()]}
    for place in (root, root / "deep", out):
        sweep(place)
    told["states"].append(state | {"swept": tree(), "left": hidden()})
told["after"] = tree()
print(json.dumps(told))
"""


def killed_everywhere(folder: Path, what: str) -> dict:
    place = folder / "place"
    place.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", _KILLING, str(place), what], capture_output=True, check=True
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize("what", ["exchanged", "one by one", "new", "file"])
def test_whenever_a_run_is_killed_its_results_are_whole_or_as_before(tmp_path, what):
    told = killed_everywhere(tmp_path, what)
    whole = (told["before"], told["after"])
    assert told["before"] != told["after"]
    assert len(told["states"]) > 8
    for state in told["states"]:
        assert state["swept"] in whole
        assert state["left"] == []
        assert set(state["modes"]) <= {"0o700"}
        if what != "one by one":
            assert state["killed"] in whole
    assert told["states"][0]["swept"] == told["before"]
    assert told["states"][-1]["swept"] == told["after"]


def test_what_lives_is_not_swept(tmp_path):
    with hidden_folder(tmp_path) as folder:
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                "import sys; from pathlib import Path; "
                "from nuchal.io.output.hidden import sweep; sweep(Path(sys.argv[1]))",
                str(tmp_path),
            ],
            check=True,
        )
        sweep(tmp_path)
        assert done.returncode == 0
        assert folder.is_dir()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("look", [check_writable, lambda out: check_replaceable(out / "a")])
def test_the_next_run_sweeps_what_an_earlier_version_left(tmp_path, look):
    left, mine = tmp_path / ".nuchal-0123456789ab", tmp_path / ".nuchal-notes"
    for folder in (left, mine):
        folder.mkdir()
        (folder / "report.html").write_text("a person's")
    look(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [mine.name]


@pytest.mark.parametrize("name", ["../victim", "/victim", "a/../../victim"])
def test_a_journal_cannot_lead_elsewhere(tmp_path, name):
    """Whoever may write in a shared folder could leave one."""
    out, victim = tmp_path / "out", tmp_path / "victim"
    left = out / ".nuchal-0123456789ab"
    (left / "new").mkdir(parents=True)
    victim.write_text("mine")
    name = str(victim) if name == "/victim" else name
    for files, stale in (([name], []), ([], [name])):
        plan = {"draft": "new", "out": None, "files": files, "stale": stale}
        left.mkdir(exist_ok=True)
        (left / JOURNAL).write_text(json.dumps(plan))
        sweep(out)
        assert victim.read_text() == "mine"
        assert not left.exists()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs a second user")
def test_what_another_user_made_is_left_alone(tmp_path):
    theirs = tmp_path / ".nuchal-0123456789ab"
    theirs.mkdir()
    os.chown(theirs, 65534, 65534)
    with staged(tmp_path / "out", inputs=()) as folder:
        (folder / "a.sto").write_text("")
    assert theirs.is_dir()
