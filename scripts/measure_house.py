"""The house in figures: how large modules and functions are, and how far imports reach.

    python scripts/measure_house.py              # prints the table
    python scripts/measure_house.py --rules      # and fails where a rule is broken
    python scripts/measure_house.py --check      # or where a bound is missed
    python scripts/measure_house.py --beside mink=PATH brax=PATH --write docs/house.md

``make lint`` looks at the rules. Other projects are measured in the folder of their package, tests
left out, so that a table beside them can be written.
"""

import argparse
import ast
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import grimp
from house_rules import LONG_FUNCTIONS, LONG_MODULES, broken_rules

ROOT: Final = Path(__file__).resolve().parents[1]
LONGEST_FUNCTION: Final = 40
LONGEST_MODULE: Final = 250
SMALLEST_MODULE: Final = 40
# Folders whose modules a registry imports: not counted as small, or as used once.
REGISTERED: Final = {"commands", "cli", "orientations", "recordings", "solvers", "text"}
BOUNDS: Final = {
    "lines": 33_000,
    "longest chain of imports": 14,
    "most imports of one module": 14,
    "modules with one importer [%]": 20,
    "modules under 40 lines": 10,
    "public names": 50,
}
_PAGE: Final = """# The house in figures

`python scripts/measure_house.py --beside mink=... brax=... --write docs/house.md` wrote this page.
Tests are left out; a chain of imports counts its modules; "annotated" are functions whose arguments
and result all say their type. [Contributing](../CONTRIBUTING.md) says which room holds what.

{table}
"""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What is measured of one package.

    Attributes:
        modules: Lines of each module, by its path in the package.
        functions: Lines of each function, by ``path:line name``.
        annotated: Share of functions whose arguments and result all say their type.
        chain: Modules of the longest chain of imports.
        imports: Of the module with the most imports of the package itself.
        used_once: Modules that one other imports, and how many there are in all.
    """

    modules: Mapping[str, int]
    functions: Mapping[str, int]
    annotated: float
    chain: tuple[str, ...]
    imports: tuple[str, int]
    used_once: tuple[int, int]


def measured(package: Path) -> Figures:
    """Measure a package in its folder."""
    modules, functions, said = {}, {}, []
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package).as_posix()
        if _is_test(name):
            continue
        text = path.read_text("utf-8")
        modules[name] = len(text.splitlines())
        for function in _functions(ast.parse(text)):
            where = f"{name}:{function.lineno} {function.name}"
            functions[where] = (function.end_lineno or 0) - function.lineno + 1
            said.append(_is_annotated(function))
    chain, imports, used_once = _imports(package)
    return Figures(
        modules=modules,
        functions=functions,
        annotated=statistics.fmean(said),
        chain=chain,
        imports=imports,
        used_once=used_once,
    )


def table(every: Mapping[str, Figures]) -> str:
    """Projects side by side, in Markdown."""
    rows = {name: _column(one) for name, one in every.items()}
    labels = list(next(iter(rows.values())))
    lines = ["| | " + " | ".join(rows) + " |", "| --- |" + " --- |" * len(rows)]
    lines += [f"| {label} | " + " | ".join(rows[n][label] for n in rows) + " |" for label in labels]
    return "\n".join(lines)


def missed(found: Figures) -> list[str]:
    """Bounds that are not held, one line each."""
    small = [
        name
        for name, lines in found.modules.items()
        if lines < SMALLEST_MODULE
        and not name.endswith("__init__.py")
        and Path(name).parent.name not in REGISTERED
    ]
    figures = {
        "lines": sum(found.modules.values()),
        "longest chain of imports": len(found.chain),
        "most imports of one module": found.imports[1],
        "modules with one importer [%]": round(100 * found.used_once[0] / found.used_once[1]),
        "modules under 40 lines": len(small),
        "public names": _public_names(),
    }
    lines = [
        f"{k}: {figures[k]}, above {bound}" for k, bound in BOUNDS.items() if figures[k] > bound
    ]
    long = {name for name, n in found.modules.items() if n > LONGEST_MODULE}
    lines += [
        f"{name}: longer than {LONGEST_MODULE} lines" for name in sorted(long - set(LONG_MODULES))
    ]
    lines += [f"{name}: no longer long; strike it off" for name in sorted(set(LONG_MODULES) - long)]
    far = {_place(where) for where, n in found.functions.items() if n > LONGEST_FUNCTION}
    lines += [
        f"{f}: longer than {LONGEST_FUNCTION} lines" for f in sorted(far - set(LONG_FUNCTIONS))
    ]
    lines += [f"{f}: no longer long; strike it off" for f in sorted(set(LONG_FUNCTIONS) - far)]
    return lines


def main(words: Sequence[str] | None = None) -> int:
    """Print the table, and with ``--check`` every bound and rule that is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--rules", action="store_true")
    parser.add_argument("--beside", nargs="*", default=[], metavar="NAME=PATH")
    parser.add_argument("--write", type=Path)
    asked = parser.parse_args(words)
    ours = measured(ROOT / "src" / "nuchal")
    peers = dict(one.split("=", 1) for one in asked.beside)
    every = {"nuchal": ours} | {name: measured(Path(path)) for name, path in peers.items()}
    print(table(every))
    if asked.write:
        asked.write.write_text(_PAGE.format(table=table(every)), "utf-8")
    if not (asked.check or asked.rules):
        return 0
    wrong = [*(missed(ours) if asked.check else ()), *broken_rules(ROOT)]
    print("\n".join(["", *wrong] if wrong else ["", "The house is in order."]))
    return int(bool(wrong))


def _column(found: Figures) -> dict[str, str]:
    modules, functions = sorted(found.modules.values()), sorted(found.functions.values())
    p95 = functions[int(0.95 * (len(functions) - 1))]
    small = sum(n < SMALLEST_MODULE for n in modules)
    return {
        "modules / lines": f"{len(modules)} / {sum(modules):,}",
        "module, median / longest": f"{statistics.median(modules):.0f} / {modules[-1]}",
        "function, median / p95 / longest": f"{statistics.median(functions):.0f} / {p95} / "
        f"{functions[-1]}",
        "longest chain of imports": str(len(found.chain)),
        "most imports of one module": str(found.imports[1]),
        "modules with one importer": f"{found.used_once[0]} of {found.used_once[1]}",
        "modules under 40 lines": str(small),
        "annotated": f"{100 * found.annotated:.0f} %",
    }


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def _is_annotated(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    given = function.args
    every = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    named = [one for one in every if one.arg not in {"self", "cls"}]
    return function.returns is not None and all(one.annotation for one in named)


def _is_test(name: str) -> bool:
    parts = Path(name).parts
    return "tests" in parts or "test" in parts or parts[-1].endswith("_test.py")


def _place(where: str) -> str:
    """A function by module and name, without the line, which moves."""
    path, _, rest = where.partition(":")
    return f"{path} {rest.partition(' ')[2]}"


def _imports(package: Path) -> tuple[tuple[str, ...], tuple[str, int], tuple[int, int]]:
    sys.path.insert(0, str(package.parent))
    graph = grimp.build_graph(package.name, cache_dir=None)
    sys.path.remove(str(package.parent))
    modules = [m for m in graph.modules if not _is_test(m.replace(".", "/") + ".py")]
    down = {m: graph.find_modules_directly_imported_by(m) & set(modules) for m in modules}
    chains: dict[str, tuple[str, ...]] = {}

    def chain(module: str, above: tuple[str, ...] = ()) -> tuple[str, ...]:
        if module in chains or module in above:
            return chains.get(module, ())
        below = (chain(m, (*above, module)) for m in sorted(down[module]))
        chains[module] = (module, *max(below, key=len, default=()))
        return chains[module]

    longest = max((chain(m) for m in modules), key=len)
    most = max(modules, key=lambda m: len(down[m]))
    counted = [m for m in modules if not set(m.split(".")[1:-1]) & REGISTERED]
    once = sum(len(graph.find_modules_that_directly_import(m)) == 1 for m in counted)
    return longest, (most, len(down[most])), (once, len(modules))


def _public_names() -> int:
    code = "import nuchal; print(len([n for n in nuchal.__all__ if n[0] != '_']))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return int(done.stdout)


if __name__ == "__main__":
    sys.exit(main())
