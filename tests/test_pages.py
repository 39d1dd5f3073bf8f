"""Pages of results know what they were made from, and scripts of benchmarks say what they need."""

import runpy
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
RUNS = """
[parts]
neck = ["neck.csv"]
law = ["law.py::LAW[used]"]
[[run]]
script = "benchmarks/run.py"
page = "benchmarks/results/one.md"
minutes = 1
stands_on = ["neck", "law"]
quoted = ["docs/read.md"]
"""
DECLARED = '[one]\nreason = "the neck grew."\nremake = "python benchmarks/run.py"\n'


@pytest.fixture
def scripts(monkeypatch) -> Iterator[dict[str, ModuleType]]:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import bench
    import check_pages
    import page_inputs

    yield {"bench": bench, "check": check_pages, "inputs": page_inputs}
    for name in ("bench", "check_pages", "page_inputs"):
        sys.modules.pop(name)


@pytest.fixture
def project(tmp_path: Path, scripts) -> Path:
    """A project with one page, just made."""
    for name in ("benchmarks/results", "docs"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "benchmarks/pages.toml").write_text(RUNS)
    (tmp_path / "benchmarks/run.py").write_text('"""Makes it."""\n\nimport aside\n\nprint(1)\n')
    (tmp_path / "benchmarks/aside.py").write_text("VALUE = 1\n")
    (tmp_path / "neck.csv").write_text("1,2\n")
    (tmp_path / "law.py").write_text('LAW = {"used": (1, 2), "unused": 3}\n')
    (tmp_path / "benchmarks/results/one.md").write_text("# One\n\nOf 24 people.\n")
    (tmp_path / "docs/read.md").write_text("# Read\n\nThere are 24.\n")
    inputs = scripts["inputs"]
    (run,) = inputs.all_runs(tmp_path)
    inputs.write_record(run, inputs.inputs_of(run, inputs.Tree(tmp_path)), "run", tmp_path)
    return tmp_path


@pytest.fixture
def wrong(project: Path, scripts):
    return lambda: list(scripts["check"].problems(project))


def test_a_page_is_older_than_what_changed_since(project: Path, wrong) -> None:
    assert wrong() == []
    for path, old, new, part in (
        ("neck.csv", "1,2", "1,3", "neck"),
        ("law.py", "(1, 2)", "(1, 9)", "law"),
        ("benchmarks/run.py", "print(1)", "print(2)", "script"),
        ("benchmarks/aside.py", "1", "2", "script"),
        ("benchmarks/results/one.md", "24", "240", "its own text"),
    ):
        before = (project / path).read_text()
        (project / path).write_text(before.replace(old, new))
        (line,) = wrong()
        assert line.startswith(f"one.md: older than {part}")
        (project / path).write_text(before)
    assert wrong() == []


def test_what_cannot_change_a_figure_makes_no_page_old(project: Path, wrong) -> None:
    (project / "law.py").write_text('LAW = {\n  "used": (1,   2),\n  "unused": 4}\n')
    (project / "benchmarks/run.py").write_text(
        '"""Makes it,\n\nin words."""\n# Why.\nimport aside\n\nprint(1)\n'
    )
    assert wrong() == []


def test_a_stale_page_is_declared_and_says_so_until_it_is_made_anew(
    project: Path, wrong, scripts
) -> None:
    (project / "neck.csv").write_text("3\n")
    (project / "benchmarks/results/stale.toml").write_text(DECLARED)
    assert [line.partition(":")[0] for line in wrong()] == ["one.md", "read.md"]
    scripts["check"].mark(project)
    assert wrong() == []
    assert "> **Stale:** the neck grew.\n" in (project / "benchmarks/results/one.md").read_text()
    (project / "neck.csv").write_text("1,2\n")
    assert ["no longer stale" in line for line in wrong()] == [True]
    (project / "benchmarks/results/stale.toml").write_text("")
    assert ["does not" in line for line in wrong()] == [True, True]
    scripts["check"].mark(project)
    assert wrong() == []
    assert (project / "docs/read.md").read_text() == "# Read\n\nThere are 24.\n"


def test_tables_of_docs_are_those_of_results(project: Path, wrong, scripts) -> None:
    inputs, results = scripts["inputs"], project / "benchmarks/results/one.md"
    results.write_text("# One\n\n## Who\n\nOf 24 people.\n\nOf 3.\n\n## Where\n\nHere.\n")
    (run,) = inputs.all_runs(project)
    inputs.write_record(run, inputs.inputs_of(run, inputs.Tree(project)), "run", project)
    page = project / "docs/read.md"
    right = "# Read\n\n<!-- Who -->\n\nOf 24 people.\n\nOf 3.\n\n<!-- end -->\n\nAnd more.\n"
    page.write_text(right)
    assert wrong() == []
    page.write_text(right.replace("24", "25"))
    assert wrong() == ["read.md: 'Who' is not what benchmarks/results has"]
    scripts["check"].fill(project)
    assert page.read_text() == right


def test_a_commit_has_the_inputs_that_it_had(scripts) -> None:
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("no git repository")
    inputs = scripts["inputs"]
    now, then = inputs.Tree(), inputs.Tree(commit="HEAD")
    assert then.read("LICENSE") == now.read("LICENSE")
    assert then.files("benchmarks/startup") == now.files("benchmarks/startup")


def test_bench_skips_what_lacks_something_and_fails_with_what_fails(
    scripts, monkeypatch, capsys
) -> None:
    bench, run = scripts["bench"], scripts["inputs"].Run
    runs = [
        run(script="benchmarks/a/run.py", minutes=1, needs=["shared/nowhere"]),
        run(script="benchmarks/b/run.py", minutes=600),
        run(script="benchmarks/c/run.py", minutes=1),
    ]
    monkeypatch.setattr(bench, "all_runs", lambda: runs)
    monkeypatch.setattr(sys, "argv", ["bench.py"])
    for status, ends in ((0, 0), (bench.SKIPPED, 0), (3, 1)):
        monkeypatch.setattr(bench, "carry_out", lambda _, status=status: status)
        assert bench.main() == ends
        said = capsys.readouterr().out
        assert "needs ../shared/nowhere" in said
        assert "takes 600 minutes" in said
    assert "failed, status 3" in said


def test_every_script_is_there_and_in_the_list_once(scripts) -> None:
    runs = scripts["inputs"].all_runs()
    names = [run.name for run in runs]
    assert len(set(names)) == len(names)
    listed = {ROOT / run.script for run in runs}
    assert all(path.is_file() for path in listed)
    assert set((ROOT / "benchmarks").glob("*/run.py")) <= listed


def scripts_of_the_list() -> list[str]:
    text = (ROOT / "benchmarks/pages.toml").read_text("utf-8")
    return [line.split('"')[1] for line in text.splitlines() if line.startswith("script =")]


@pytest.mark.slow
@pytest.mark.parametrize("script", scripts_of_the_list())
def test_every_script_says_what_it_is_for(script: str, monkeypatch, capsys) -> None:
    known = set(sys.modules)
    monkeypatch.syspath_prepend(str((ROOT / script).parent))
    monkeypatch.setattr(sys, "argv", [script, "--help"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(ROOT / script), run_name="__main__")
    for name in set(sys.modules) - known:
        if str(ROOT / "benchmarks") in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]
    assert ended.value.code == 0
    assert "usage:" in capsys.readouterr().out


LACKING = {
    "benchmarks/hidden_emg/shoulder.py": "RECORDING",
    "benchmarks/hidden_emg/study.py": "MODEL",
    "benchmarks/physiology/held.py": "PERSON",
    "benchmarks/envelopes/real.py": "PEOPLE",
    "benchmarks/real_people/run.py": "PEOPLE",
}


@pytest.mark.slow
@pytest.mark.parametrize(("script", "place"), LACKING.items())
def test_a_script_without_what_it_needs_says_so_and_is_skipped(
    script: str, place: str, scripts, tmp_path: Path, monkeypatch, capsys
) -> None:
    copy = tmp_path / "project" / script
    shutil.copytree((ROOT / script).parent, copy.parent)
    monkeypatch.syspath_prepend(str(copy.parent))
    monkeypatch.setattr(sys, "argv", [script])
    known = set(sys.modules)
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(copy), run_name="__main__")
    for name in set(sys.modules) - known:
        if str(tmp_path) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]
    assert ended.value.code == scripts["bench"].SKIPPED
    assert "not there" in (said := capsys.readouterr().out) or "no such" in said, place
