"""The fixed runs of ``compare_results.py``: which they are, and how one is run.

Every run is a line of the command line, run by ``python -m nuchal`` within this process, so that
code that is compiled once serves all of them.
"""

import contextlib
import io
import logging
import runpy
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal, NamedTuple, TypeAlias

Kind: TypeAlias = Literal["optimisation", "network", "fit"]
"""What the results come from, and so how near they have to be: see ``result_rules``."""

METHODS: Final[dict[str, tuple[Kind, ...]]] = {
    "recommended": ("optimisation", "network"),
    "paper": ("optimisation", "network"),
    "classical": ("optimisation",),
}
"""Presets, and the methods that there are for each: ``classical`` has no network."""
PEOPLE: Final = ("subject_01", "subject_02", "subject_03")
TRIALS: Final = tuple(f"trial_{k}" for k in range(1, 6))
EVERY_WAY: Final = "trial_5"
"""The trial of each real person that is estimated by all presets and methods."""
NECKS: Final = "20000"
OUT: Final = "{out}"
"""Stands in a run's arguments for the folder of its results."""


class Run(NamedTuple):
    """One line of the command line."""

    name: str
    """Its folder among the results."""
    kind: Kind
    arguments: tuple[str, ...]


def all_runs(root: Path, shared: Path) -> Iterator[Run]:
    """Every run, in order; those on real people only where their recordings lie.

    Args:
        root: The checkout with the examples.
        shared: The folder beside the project.
    """
    yield from _demo(root / "examples")
    yield from _patient(root / "src" / "nuchal" / "examples" / "patients" / "0")
    recordings = shared / "recordings" / "vicon_neck"
    if recordings.is_dir():
        yield from _people(recordings, root / "examples" / "person.toml")
    yield from _tables(root / "examples")
    yield from _emg(root / "examples")


def _by(preset: str, method: str) -> tuple[str, ...]:
    return "--preset", preset, "--method", method


def _demo(examples: Path) -> Iterator[Run]:
    person = ("--subject", f"{examples / 'person.toml'}", "--out", OUT, "--no-figures")
    demo = ("estimate", f"{examples / 'demo_recording.trc'}", *person)
    for preset, methods in METHODS.items():
        for method in methods:
            yield Run(f"demo/{preset}-{method}", method, (*demo, *_by(preset, method)))
    exact, network = ("--method", "optimisation"), ("--method", "network")
    weights = ("--weight", "symmetry=0", "--weight", "energy=2")
    still = ("--static", f"{examples / 'demo_static.trc'}")
    yield Run("demo/weights", "optimisation", (*demo, *exact, *weights))
    yield Run("demo/load", "optimisation", (*demo, *exact, "--load-kg", "1"))
    yield Run("demo/load-network", "network", (*demo, *network, "--load-kg", "1"))
    yield Run("demo/correct", "network", (*demo, *network, "--correct"))
    yield Run("demo/diagnostics", "optimisation", (*demo, *exact, "--diagnostics"))
    yield Run("demo/static", "optimisation", (*demo, *exact, *still))
    yield Run("demo/auto", "network", demo)
    coordinates = f"{OUT}/../recommended-optimisation/coordinates.mot"
    again = ("estimate", coordinates, *person)
    yield Run("demo/coordinates", "optimisation", (*again, *exact))
    yield Run("demo/coordinates-network", "network", (*again, *network))


def _patient(folder: Path) -> Iterator[Run]:
    recordings = tuple(str(path) for path in sorted(folder.glob("*.trc")))
    person = ("--subject", f"{folder / 'person.toml'}", "--out", OUT, "--necks", NECKS)
    ways: list[tuple[str, Kind]] = [(preset, "optimisation") for preset in METHODS]
    for preset, method in (*ways, ("recommended", "network")):
        arguments = ("assess", *recordings, *person, *_by(preset, method))
        yield Run(f"patient/{preset}-{method}", method, arguments)


def _people(recordings: Path, person: Path) -> Iterator[Run]:
    """Real people, whose measures nobody knows: those of the examples' person stand in."""
    for name in PEOPLE:
        folder = recordings / name
        about = ("--subject", f"{person}", "--static", f"{folder / 'Static.csv'}", "--out", OUT)
        files = {trial: f"{folder / trial / 'data_marker.csv'}" for trial in TRIALS}
        for trial, file in files.items():
            for preset, methods in METHODS.items():
                for method in methods:
                    if trial == EVERY_WAY or (preset, method) == ("recommended", "optimisation"):
                        rest = (*about, "--no-figures", *_by(preset, method))
                        run = f"people/{name}/{trial}-{preset}-{method}"
                        yield Run(run, method, ("estimate", file, *rest))
        for method in METHODS["recommended"]:
            rest = (*about, "--necks", NECKS, *_by("recommended", method))
            yield Run(f"people/{name}/assess-{method}", method, ("assess", *files.values(), *rest))


def _tables(examples: Path) -> Iterator[Run]:
    """Commands that need no recording."""
    person = ("--subject", f"{examples / 'person.toml'}")
    people = ("--count", "100", "--seed", "1", "--out", f"{OUT}/people.csv")
    yield Run("strength/generic", "optimisation", ("strength", "--json"))
    for preset in METHODS:
        neck = ("--preset", preset)
        yield Run(f"strength/{preset}", "optimisation", ("strength", "--json", *person, *neck))
        model = ("personalise", *person, *neck, "--out", f"{OUT}/neck.osim")
        yield Run(f"personalise/{preset}", "optimisation", model)
    yield Run("population", "optimisation", ("population", *people))


def _emg(examples: Path) -> Iterator[Run]:
    demo = (f"{examples / 'demo_recording.trc'}", "--subject", f"{examples / 'person.toml'}")
    files = {"--emg": "demo_emg.csv", "--mvc": "demo_mvc.csv"}
    emg = tuple(part for flag, name in files.items() for part in (flag, f"{examples / name}"))
    rest = (*demo, *emg, "--out", OUT, "--no-figures")
    for method in METHODS["recommended"]:
        yield Run(f"emg/{method}", method, ("emg", *rest, "--method", method))
    yield Run(
        "emg/delay",
        "optimisation",
        ("emg", *rest, *_by("paper", "optimisation"), "--delay", "auto"),
    )
    yield Run("deep-emg", "fit", ("deep-emg", *rest, "--no-intervals"))


def carry_out(run: Run, out: Path) -> int:
    """Run one; what it prints goes beside its results, as JSON where it was asked for that.

    Args:
        run: The run.
        out: The folder for its results; made here.

    Returns:
        The exit status; 1 where the program failed with a traceback, which is logged.
    """
    out.mkdir(parents=True)
    printed = io.StringIO()
    sys.argv = ["nuchal", *(part.replace(OUT, str(out)) for part in run.arguments)]
    status: object = 0
    try:
        with contextlib.redirect_stdout(printed):
            runpy.run_module("nuchal", run_name="__main__")
    except SystemExit as end:
        status = end.code
    except Exception:
        logging.exception("%s failed", run.name)
        status = 1
    name = "printed.json" if "--json" in run.arguments else "printed.txt"
    (out / name).write_text(printed.getvalue(), encoding="utf-8")
    return status if isinstance(status, int) else int(status is not None)
