"""What pages of results were made from: the list of benchmarks, hashes of inputs, the record.

A page's inputs are its script, with those modules of the script's folder that it imports, and what
``benchmarks/pages.toml`` says that it stands on. Comments, docstrings and blank lines of Python
files count for nothing.
"""

import ast
import hashlib
import json
import re
import subprocess
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
LIST: Final = "benchmarks/pages.toml"
STALE: Final = "benchmarks/results/stale.toml"
RECORD: Final = "benchmarks/results/made_from.json"
SCRIPT: Final = "script"
"""Name of the part that is the script itself."""
NOTICE: Final = "> **Stale:** "
_DIGITS: Final = 12
_WITH_DOCSTRINGS: Final = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Tree:
    """Files of the repository as they lie, or as a commit has them."""

    root: Path = ROOT
    commit: str | None = None

    def files(self, path: str) -> list[str]:
        """Those that a path is, or has below it."""
        if self.commit is not None:
            named = self._git("ls-tree", "-r", "--name-only", self.commit, "--", path)
            return sorted(named.decode().splitlines())
        here = self.root / path
        found = here.rglob("*") if here.is_dir() else [here]
        names = (f.relative_to(self.root).as_posix() for f in found if f.is_file())
        return sorted(name for name in names if "__pycache__" not in name)

    def read(self, path: str) -> bytes:
        """What a file holds."""
        if self.commit is not None:
            return self._git("show", f"{self.commit}:{path}")
        return (self.root / path).read_bytes()

    def _git(self, *words: str) -> bytes:
        done = subprocess.run(["git", *words], cwd=self.root, capture_output=True, check=True)
        return done.stdout


@dataclass(frozen=True, kw_only=True)
class Run:
    """A script of the list.

    Attributes:
        page: What it writes, if anything.
        minutes: How long it takes on two cores, roughly.
        arguments: With which it writes its page.
        needs: Folders beside the repository.
        stands_on: Names of parts, or paths.
        quoted: Pages of docs/ that have figures of it.
    """

    script: str
    minutes: float
    page: str | None = None
    arguments: Sequence[str] = ()
    needs: Sequence[str] = ()
    stands_on: Sequence[str] = ()
    quoted: Sequence[str] = ()
    parts: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Of the page, or of the script's folder."""
        return Path(self.page).stem if self.page else Path(self.script).parent.name


def all_runs(root: Path = ROOT) -> list[Run]:
    """In the order of the list."""
    known = tomllib.loads((root / LIST).read_text("utf-8"))
    return [Run(**one, parts=known["parts"]) for one in known["run"]]


def inputs_of(run: Run, tree: Tree) -> dict[str, str]:
    """A hash of each part that a page stands on."""
    found = {SCRIPT: _hash(_of_script(run.script, tree))}
    for name in run.stands_on:
        found[name] = _hash(one for path in run.parts.get(name, [name]) for one in _of(path, tree))
    return found


def text_of_page(run: Run, root: Path = ROOT) -> str:
    """A hash of a page, notices left out."""
    lines = (root / str(run.page)).read_text("utf-8").splitlines()
    return _hash(line for line in lines if line and not line.startswith(NOTICE))


def read_record(root: Path = ROOT) -> dict[str, Any]:
    """What pages were made from, by their names."""
    path = root / RECORD
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def write_record(run: Run, inputs: Mapping[str, str], at: str, root: Path = ROOT) -> None:
    """Say what a page was made from; ``at`` is how that is known."""
    known = read_record(root)
    known[run.name] = {"at": at, "text": text_of_page(run, root), "inputs": dict(inputs)}
    text = json.dumps(known, indent=1, sort_keys=True)
    (root / RECORD).write_text(text + "\n", "utf-8")


def declared(root: Path = ROOT) -> dict[str, dict[str, str]]:
    """Pages that are known to be stale: the reason, and what would make them anew."""
    path = root / STALE
    return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}


def _hash(texts: Iterator[str] | Sequence[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:_DIGITS]


def _of(path: str, tree: Tree) -> Iterator[str]:
    """What counts of a file, a folder, or a name in a module; the path alone if it is not there."""
    path, _, name = path.partition("::")
    files = tree.files(path)
    yield from files or [path]
    for file in files:
        content = tree.read(file)
        if name:
            yield _value(content.decode(), name)
        elif file.endswith(".py"):
            yield _code(content.decode())
        elif not file.endswith(".md"):
            yield hashlib.sha256(content).hexdigest()


def _value(text: str, name: str) -> str:
    """How a module writes what it gives a name, or one key of it."""
    name, key = re.fullmatch(r"(\w+)(?:\[(\w+)\])?", name).groups()  # type: ignore[union-attr]
    for node in ast.parse(text).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if not any(isinstance(one, ast.Name) and one.id == name for one in targets):
            continue
        value: ast.AST | None = getattr(node, "value", None)
        if key is not None:
            value = next(_under(node, key), None)
        if value is not None:
            return " ".join((ast.get_source_segment(text, value) or "").split())
    return "not there"


def _under(node: ast.AST, key: str) -> Iterator[ast.AST]:
    for one in ast.walk(node):
        if isinstance(one, ast.Dict):
            for k, value in zip(one.keys, one.values, strict=True):
                if isinstance(k, ast.Constant) and k.value == key:
                    yield value


def _code(text: str) -> str:
    """A module's lines less comments, docstrings and what is blank."""
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        body = getattr(node, "body", None)
        if not isinstance(node, _WITH_DOCSTRINGS) or not body:
            continue
        first = body[0]
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
            end = first.end_lineno or first.lineno
            lines[first.lineno - 1 : end] = [""] * (end - first.lineno + 1)
    kept = (line.rstrip() for line in lines)
    return "\n".join(line for line in kept if line and not line.lstrip().startswith("#"))


def _of_script(script: str, tree: Tree) -> list[str]:
    """A script and the modules of its folder that it imports, and those that they import."""
    folder = Path(script).parent.as_posix()
    beside, waiting, found = set(tree.files(folder)), [script], dict[str, str]()
    while waiting:
        path = waiting.pop()
        if path in found or path not in beside:
            continue
        text = tree.read(path).decode()
        found[path] = _code(text)
        for node in ast.walk(ast.parse(text)):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [one.name for one in node.names] if isinstance(node, ast.Import) else []
            waiting += [f"{folder}/{name}.py" for name in names]
    return [found[path] for path in sorted(found)]
