"""Rules of the house that other linters do not know, and what may be long, with reasons."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

# Modules above 250 lines, and why.
LONG_MODULES: Final[dict[str, str]] = {
    "io/onnx/graph.py": "one graph in the making; its parts know one another's insides",
    "io/population.py": "writing and reading one format, checksum included",
    "optimisation/solvers/exact.py": "one algorithm, from its start to its last guard",
    "optimisation/strength.py": "one linear programme, with its two readings",
    "records.py": "the nouns of the story, which are read together",
}
# Functions above 40 lines as ``module name``, and why.
LONG_FUNCTIONS: Final[dict[str, str]] = {
    "app/live_page.py run_live_page": "one call of the server, half of it its arguments",
    "assessment/assess.py assess": "names the parts of an assessment in order",
    "commands/export.py run_export": "the story of a command with its documentation",
    "commands/population.py run_population": "the story of a command with its documentation",
    "emg/comparison.py compare": "the story of a comparison with its documentation",
    "io/opensim/engine_frames.py opensim_estimate": "one walk through the frames of a motion",
    "io/opensim/storage.py write_storage": "half of it documents the format",
    "io/recordings/timing.py from_times": "every doubt about times, in the order of a reader",
    "networks/equilibrium/live.py live_forces": "one frame from markers to forces, in order",
    "optimisation/solvers/exact.py _climb": "one loop of Newton's method with its guards",
}
LARGEST_FILE: Final = 2_000_000
# Rooms that know no files.
_CORE: Final = {"model", "tracking", "movements", "dynamics", "optimisation", "emg", "assessment"}
_FILE_CALLS: Final = {
    "open", "read_text", "read_bytes", "write_text", "write_bytes", "loadtxt",
}  # fmt: skip
_PICKLES: Final = {"pickle", "dill", "cloudpickle", "joblib"}
# Rooms that may hold sentences, and how many short ones the others may.
_PROSE: Final = ("cli/", "commands/", "report/", "errors/", "app/")
_MOST_SENTENCES: Final = 60
_FLAG: Final = re.compile(r"(^|[\s(\"'`])--[a-z][a-z-]+")


def broken_rules(root: Path) -> list[str]:
    """Every rule that is broken, one line each."""
    source = root / "src" / "nuchal"
    broken, sentences = [], []
    for path in sorted(source.rglob("*.py")):
        name, text = path.relative_to(source).as_posix(), path.read_text("utf-8")
        tree = ast.parse(text)
        broken += [f"{name}: {wrong}" for wrong in _module(name, tree)]
        for constant in _strings(tree):
            where = f"{name}:{constant.lineno}"
            if not name.startswith("cli/") and _FLAG.search(constant.value):
                broken.append(f"{where}: names a flag, which only the command line has")
            words = re.findall(r"[A-Za-z]{2,}", constant.value)
            if not name.startswith(_PROSE) and len(words) >= 5:
                sentences.append(f"{where}: a sentence")
    if len(sentences) > _MOST_SENTENCES:
        broken += sentences
    return [*broken, *_constraints(root), *_large_files(root)]


def _module(name: str, tree: ast.Module) -> Iterator[str]:
    if tree.body and not ast.get_docstring(tree):
        yield "does not say what it is"
    for function in (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)):
        if any(isinstance(n, ast.Import | ast.ImportFrom) for n in ast.walk(function)):
            yield f"imports inside {function.name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] in _PICKLES:
                    yield f"imports {alias.name}"
        room = name.split("/")[0]
        if room in _CORE and not name.endswith("model/tables.py") and isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if called in _FILE_CALLS:
                yield f"line {node.lineno} opens a file"


def _strings(tree: ast.Module) -> Iterator[ast.Constant]:
    holders = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, holders) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node


def _constraints(root: Path) -> list[str]:
    """Pins are exact and hold no address."""
    lines = (root / "constraints.txt").read_text("utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    wrong = [pin for pin in pins if pin.count("==") != 1 or "://" in pin or "@" in pin]
    return [f"constraints.txt: {pin} is no exact pin" for pin in wrong]


def _large_files(root: Path) -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=False
    )
    kept = [root / name for name in listed.stdout.split("\0") if name]
    large = [path for path in kept if path.is_file() and path.stat().st_size > LARGEST_FILE]
    return [f"{path.relative_to(root)}: larger than {LARGEST_FILE} bytes" for path in large]
