"""How much disk nuchal takes, package by package: builds the wheel, installs it, and looks.

    python scripts/measure_install.py                 # prints the table; some minutes
    python scripts/measure_install.py --write         # writes benchmarks/results/install.md, too
    python scripts/measure_install.py --python PYTHON # by another Python

A fresh environment gets the wheel and what it needs, at the versions of ``constraints.txt``, as pip
installs by itself: with the compiled code (``.pyc``) of every module. Sizes are blocks on the disk,
as ``du`` counts them.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[1]
PAGE: Final = ROOT / "benchmarks" / "results" / "install.md"
AIM_MB: Final = 750
# Listed by name; the rest is one row.
_LEAST_MB: Final = 4.0
_MEGABYTE: Final = 2**20
# What a fresh environment has before anything is installed.
_FOUND_THERE: Final = ("pip", "setuptools")
_LOOK: Final = """
import json, platform
from importlib.metadata import distributions
def size(file):
    try:
        told = file.locate().stat()
    except OSError:
        return 0
    return getattr(told, "st_blocks", -(-told.st_size // 4096) * 8) * 512
found = [
    (one.name.lower(), one.version, [(str(file), size(file)) for file in one.files or ()])
    for one in distributions()
]
print(json.dumps({"python": platform.python_version(), "system": platform.system(),
    "machine": platform.machine(), "packages": found}))
"""


class Package(NamedTuple):
    """What one package takes [bytes]; ``compiled`` is a part of ``whole``."""

    name: str
    version: str
    whole: int
    compiled: int


class Install(NamedTuple):
    """What lies in an environment, and of which Python and system it is."""

    where: str
    packages: tuple[Package, ...]


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.relative_to(ROOT)}")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = installed(given.python, Path(folder))
    page = "\n".join(lines_of(found))
    print(page)
    if given.write:
        PAGE.write_text(page, "utf-8")


def installed(python: str, folder: Path) -> Install:
    """Build the wheel, install it into a fresh environment, and look what is there."""
    home, wheels = folder / "environment", folder / "wheels"
    subprocess.run([python, "-m", "venv", home], check=True)
    own = next(path for path in home.glob("*/python*") if path.stem == "python")
    pip = [own, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", wheels, ROOT], check=True)
    pins = ["--constraint", ROOT / "constraints.txt"]
    subprocess.run([*pip, "install", *pins, *wheels.glob("nuchal-*.whl")], check=True)
    done = subprocess.run([own, "-c", _LOOK], capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    packages = [
        Package(
            name,
            version,
            sum(size for _, size in files),
            sum(size for file, size in files if file.endswith(".pyc")),
        )
        for name, version, files in told["packages"]
    ]
    return Install(f"Python {told['python']}, {told['system']} {told['machine']}", tuple(packages))


def lines_of(found: Install) -> Iterator[str]:
    """The page."""
    ours = [one for one in found.packages if one.name not in _FOUND_THERE]
    ours.sort(key=lambda one: -one.whole)
    large = [one for one in ours if one.whole >= _LEAST_MB * _MEGABYTE]
    there = [one for one in found.packages if one.name in _FOUND_THERE]
    yield from ("# Size of an installation", "", "`python scripts/measure_install.py --write`.", "")
    yield f"`pip install nuchal` without extras, {found.where}, versions of `constraints.txt`."
    yield "MB are 2^20 bytes of blocks on the disk, as `du -m` has; *compiled* is what pip makes"
    yield "of modules (`.pyc`) and `pip install --no-compile` leaves out, as `make` and uv do."
    yield from ("", "| package | MB | of which compiled |", "| --- | --- | --- |")
    for one in large:
        yield f"| {one.name} {one.version} | {_mb([one])} |"
    yield f"| {len(ours) - len(large)} smaller ones | {_mb(ours[len(large) :])} |"
    yield f"| **nuchal and all that it needs** | {_mb(ours)} |"
    yield f"| pip and setuptools, which the environment has anyway | {_mb(there)} |"
    over = sum(one.whole for one in ours) / _MEGABYTE - AIM_MB
    bare = sum(one.whole - one.compiled for one in ours) / _MEGABYTE
    aim = f"{abs(over):.1f} MB {'above' if over > 0 else 'below'}"
    yield from ("", f"That is {aim} the aim of {AIM_MB} MB; without compiled code, {bare:.0f} MB.")
    first = [one for one in ours if one.name in ("jax", "jaxlib", "numpy", "scipy")]
    share = sum(one.whole for one in first) / sum(one.whole for one in ours)
    yield f"jax, jaxlib, numpy and scipy are {share:.0%} of it."
    yield ""


def _mb(packages: Sequence[Package]) -> str:
    whole, compiled = (sum(getattr(one, x) for one in packages) for x in ("whole", "compiled"))
    return f"{whole / _MEGABYTE:.1f} | {compiled / _MEGABYTE:.1f}"


if __name__ == "__main__":
    main()
