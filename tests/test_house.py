"""Measures of the source that reviewers would otherwise have to take by hand."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted((ROOT / "src").rglob("*.py"))
LONGEST_MODULE = 350
LONGEST_FUNCTION = 70
Function = ast.FunctionDef | ast.AsyncFunctionDef


@pytest.fixture(params=MODULES, ids=lambda path: str(path.relative_to(ROOT / "src")))
def module(request) -> Path:
    return request.param


def functions(tree: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def test_modules_and_functions_are_small(module: Path) -> None:
    text = module.read_text("utf-8")
    assert text.count("\n") <= LONGEST_MODULE
    long = {f.name: f.end_lineno - f.lineno + 1 for f in functions(ast.parse(text))}
    assert {name: n for name, n in long.items() if n > LONGEST_FUNCTION} == {}


def test_imports_stand_at_the_top(module: Path) -> None:
    inside = [
        (function.name, node.lineno)
        for function in functions(ast.parse(module.read_text("utf-8")))
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert inside == []


def test_every_module_says_what_it_is(module: Path) -> None:
    text = module.read_text("utf-8")
    assert not text.strip() or ast.get_docstring(ast.parse(text))


def test_pickle_is_not_used(module: Path) -> None:
    names = {
        alias.name.split(".")[0]
        for node in ast.walk(ast.parse(module.read_text("utf-8")))
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    assert not names & {"pickle", "dill", "cloudpickle", "joblib"}


def test_the_core_opens_no_file(module: Path) -> None:
    room = module.relative_to(ROOT / "src" / "nuchal").parts[0]
    if (
        room not in {"model", "tracking", "movements", "dynamics", "optimisation", "emg"}
        or module.name == "tables.py"
    ):
        return
    calls = {
        getattr(node.func, "attr", getattr(node.func, "id", ""))
        for node in ast.walk(ast.parse(module.read_text("utf-8")))
        if isinstance(node, ast.Call)
    }
    assert not calls & {"open", "read_text", "read_bytes", "write_text", "write_bytes", "loadtxt"}


def test_constraints_are_exact_and_hold_no_address() -> None:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert pins
    assert [pin for pin in pins if pin.count("==") != 1 or "://" in pin or "@" in pin] == []


def test_no_large_file_is_kept() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    kept = [ROOT / name for name in listed.stdout.split("\0") if name]
    assert [p.name for p in kept if p.is_file() and p.stat().st_size > 2_000_000] == []
