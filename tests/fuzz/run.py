"""Mutated files for all readers, for some minutes: ``make fuzz``.

    python -m tests.fuzz.run                          # ten minutes, all readers alike
    python -m tests.fuzz.run --minutes 60 trc c3d     # an hour for two of them
    python -m tests.fuzz.run --repeat FILE            # one file that was found, with its traceback

Mutations are guided by the branches of ``nuchal.io`` that they reach (atheris, extra ``fuzz``).
What reached new ones stays in ``.fuzz/corpus`` for the next run; what broke a reader is kept in
``.fuzz/found``, and ends the run with status 1.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[2]
READERS: Final = (
    "trc", "c3d", "vicon", "motive", "qtm", "visual3d", "plain", "markers_sto", "mot", "storage",
    "emg", "emg_c3d", "person", "muscles", "muscle_model", "muscle_channels", "population",
    "neck_networks", "paper_networks", "dataset", "mvnx", "bvh", "opensense", "theia",
    "motive_bodies", "qtm_bodies", "mt_manager", "apdm", "openface", "turned_plain",
    "study", "frames", "summary",
)  # fmt: skip
# Beyond what inputs may take, so that what a reader takes is told by its own bench first.
_TIMEOUT_S: Final = 60
_LIMIT_MB: Final = 4096
_LONGEST_BYTES: Final = 100_000
_WORDS: Final = (
    r"\x00", r"\xff\xfe", r"\xe2\x80\xae", r"\x1b[31m", r"\x0d", r"\x09", r"\x22", "nan", "inf",
    "1e999", "-9999999999999999999", "1e-320", "1,5", "1.000,5", ";;;;", ",,,,", "endheader",
    "Trajectories", "Devices", "<!DOCTYPE", "<frame", "CHANNELS", "Rot[0]",
    "Frame#", "MARKER_NAMES", "nRows=", "inDegrees=", "DataType=Vec3",
    "[markers]", "[[[[[[[[", "{{{{{{{{", "null", "true", "Anna:", "[mm]",
)  # fmt: skip


class Told(NamedTuple):
    """What became of one reader."""

    inputs: int
    corpus: int
    found: tuple[Path, ...]
    failed: bool


def main() -> int:
    """Run, repeat or work."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("readers", nargs="*", choices=[[], *READERS], metavar="READER")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--folder", type=Path, default=ROOT / ".fuzz")
    parser.add_argument("--repeat", type=Path, help="a file that was found")
    parser.add_argument("--work", choices=READERS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.repeat:
        return repeat(given.repeat)
    if given.work:
        return work(given.work, given.folder, given.minutes)
    readers = given.readers or READERS
    write_seeds(readers, given.folder)
    told = {name: start(name, given.folder, given.minutes / len(readers)) for name in readers}
    return tell(told)


def write_seeds(readers: list[str] | tuple[str, ...], folder: Path) -> None:
    """Valid files of every kind, anew."""
    from .seeds import dataset, seeds_of

    with tempfile.TemporaryDirectory() as place:
        for name in readers:
            for part in ("seeds", "corpus", "found"):
                (folder / part / name).mkdir(parents=True, exist_ok=True)
            for k, content in enumerate(seeds_of(name, Path(place))):
                (folder / "seeds" / name / f"{k}").write_bytes(content)
    if "dataset" in readers:
        dataset(folder)
    quoted = (f'"{word}"' for word in _WORDS)
    (folder / "words.txt").write_text("\n".join(quoted) + "\n", "utf-8")


def start(name: str, folder: Path, minutes: float) -> Told:
    """One reader in a process of its own, for its share of the time."""
    before = found_in(folder, name)
    words = ["--work", name, "--folder", str(folder), "--minutes", str(minutes)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.run", *words],
        cwd=ROOT, check=False, capture_output=True, text=True, errors="replace",
    )  # fmt: skip
    said = done.stdout + done.stderr
    (folder / f"{name}.log").write_text(said, "utf-8")
    counted = re.findall(r"^#(\d+)\t|number_of_executed_units: (\d+)", said, re.M)
    inputs = max((int(a or b) for a, b in counted), default=0)
    corpus = len(list((folder / "corpus" / name).iterdir()))
    found = tuple(sorted(found_in(folder, name) - before))
    told = Told(inputs, corpus, found, done.returncode != 0)
    print(f"{name}: {told.inputs} inputs, {told.corpus} kept", flush=True)
    return told


def found_in(folder: Path, name: str) -> set[Path]:
    """What broke a reader, in this run or before."""
    return set((folder / "found" / name).iterdir())


def work(name: str, folder: Path, minutes: float) -> int:
    """Mutate files for one reader until the time is over or something breaks."""
    import atheris

    with atheris.instrument_imports(include=["nuchal"], exclude=other_rooms()):
        from .readers import Bench

    place = Path(tempfile.mkdtemp(prefix="nuchal-fuzz-"))
    bench = Bench(name, place, folder / "set.zarr" if name == "dataset" else None)
    atheris.Setup(
        [
            "fuzz",
            *(str(folder / part / name) for part in ("corpus", "seeds")),
            f"-max_total_time={max(1, round(60 * minutes))}",
            f"-max_len={_LONGEST_BYTES}",
            f"-timeout={_TIMEOUT_S}",
            f"-rss_limit_mb={_LIMIT_MB}",
            f"-artifact_prefix={folder / 'found' / name}/",
            f"-dict={folder / 'words.txt'}",
            "-print_final_stats=1",
        ],
        bench.try_out,
    )
    atheris.Fuzz()
    return 0


def other_rooms() -> list[str]:
    """All modules of nuchal but those of ``nuchal.io``."""
    source = ROOT / "src"
    names = [
        ".".join(path.relative_to(source).with_suffix("").parts).removesuffix(".__init__")
        for path in (source / "nuchal").rglob("*.py")
    ]
    return [name for name in names if not f"{name}.".startswith("nuchal.io.")]


def repeat(path: Path) -> int:
    """Give one file to its reader, outside of any fuzzer; a failure ends with its traceback."""
    from .readers import Bench

    name = path.resolve().parent.name
    dataset = path.resolve().parents[2] / "set.zarr" if name == "dataset" else None
    with tempfile.TemporaryDirectory() as place:
        bench = Bench(name, Path(place), dataset)
        bench.try_out(path.read_bytes())
    print(f"{path}: holds; {bench.refused or 'read'}")
    return 0


def tell(told: dict[str, Told]) -> int:
    """What was found, and how to see it again."""
    print(f"{sum(one.inputs for one in told.values())} inputs in all")
    broken = {name: one for name, one in told.items() if one.failed or one.found}
    for name, one in broken.items():
        for path in one.found:
            print(f"{name}: repeat with: {sys.executable} -m tests.fuzz.run --repeat {path}")
        if not one.found:
            print(f"{name}: ended early; see .fuzz/{name}.log")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
