"""A bench for mistakes: the shipped recording in every format, and the command line on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import ezc3d
import numpy as np
import pytest

from nuchal.cli import main
from nuchal.errors import NuchalError
from nuchal.io.opensim.storage import read_storage, write_storage
from nuchal.io.recordings.read import read_recording
from nuchal.io.recordings.trc import write_trc

FRAMES = 80
RATE_HZ = 25.0
MARKERS = ("trc", "c3d", "vicon", "plain")
"""Kinds of file that hold markers."""
PERSON = "neck_length_m = 0.112\nshoulder_width_m = 0.395\nbody_mass_kg = 74.0\n"
MANY = {"mm": 1e3, "cm": 1e2, "m": 1.0}
COORDINATES = ("pitch1", "roll1", "yaw1", "pitch2", "roll2", "yaw2")


@dataclass(frozen=True)
class Markers:
    """The first seconds of the shipped recording: rest, flexion, extension, bending [m]."""

    names: tuple[str, ...]
    time: np.ndarray
    positions: np.ndarray

    def column(self, name: str) -> int:
        return self.names.index(name)


@dataclass(frozen=True)
class Sheet:
    """What is to stand in a file."""

    names: Sequence[str]
    time: np.ndarray
    positions: np.ndarray
    units: str
    rate_hz: float

    @property
    def numbers(self) -> np.ndarray:
        return MANY[self.units] * self.positions


@dataclass(frozen=True)
class Answer:
    """What one command said and did."""

    status: int
    out: str
    error: str
    folder: Path
    before: dict[str, bytes]
    after: dict[str, bytes]
    problem: BaseException | None = None

    def refusal(self, path: Path, what: str) -> NuchalError:
        """The same, of a file, for the reason of this code."""
        self.refused(path)
        assert isinstance(self.problem, NuchalError)
        assert (self.problem.what, self.problem.file) == (what, path)
        return self.problem

    def refused(self, *words: str | Path) -> str:
        """One sentence, status 2, nothing written; the sentence holds all the words."""
        assert self.status == 2, self.error or self.out
        assert self.out == ""
        assert self.error.startswith("nuchal: ")
        assert self.error.endswith("\n")
        assert self.error.count("\n") == 1
        assert len(self.error) < 600
        assert "Traceback" not in self.error
        assert self.after == self.before
        for word in words:
            assert str(word) in self.error
        return self.error

    def forces(self) -> np.ndarray:
        assert self.status == 0, self.error
        return read_storage(self.folder / "forces.sto").data


@pytest.fixture(scope="session")
def demo(root: Path) -> Markers:
    recording = read_recording(root / "examples" / "demo_recording.trc")
    frames = slice(0, 4 * FRAMES, 4)
    assert recording.visible[frames].all()
    return Markers(
        recording.names, np.arange(FRAMES) / RATE_HZ, np.asarray(recording.positions[frames])
    )


def save_trc(path: Path, sheet: Sheet) -> None:
    write_trc(
        path, names=sheet.names, time=sheet.time, positions_m=sheet.positions, units=sheet.units
    )


def save_c3d(path: Path, sheet: Sheet) -> None:
    file = ezc3d.c3d()
    point = file["parameters"]["POINT"]
    point["RATE"]["value"], point["LABELS"]["value"] = [sheet.rate_hz], list(sheet.names)
    point["UNITS"]["value"] = [sheet.units]
    data = np.ones((4, len(sheet.names), len(sheet.positions)))
    data[:3] = sheet.numbers.transpose(2, 1, 0)
    file["data"]["points"] = data
    file.write(str(path))


def rows(sheet: Sheet) -> list[str]:
    flat = sheet.numbers.reshape(len(sheet.positions), -1)
    return [",".join("" if np.isnan(v) else f"{v:.9f}" for v in row) for row in flat]


def save_vicon(path: Path, sheet: Sheet) -> None:
    labels = (name if ":" in name else f"Anna:{name}" for name in sheet.names)
    lines = [
        "Trajectories",
        f"{sheet.rate_hz:g}",
        ",," + "".join(f"{label},,," for label in labels),
        "Frame,Sub Frame" + ",X,Y,Z" * len(sheet.names),
        "," + 3 * len(sheet.names) * f",{sheet.units}",
        *(f"{i},0,{row}" for i, row in enumerate(rows(sheet), start=1)),
        "",
    ]
    path.write_bytes(("\ufeff" + "\r\n".join(lines)).encode())


def save_plain(path: Path, sheet: Sheet) -> None:
    columns = (f"{name}_{axis} [{sheet.units}]" for name in sheet.names for axis in "xyz")
    body = (f"{t:.4f},{row}" for t, row in zip(sheet.time, rows(sheet), strict=True))
    path.write_text("\n".join([",".join(("time", *columns)), *body]) + "\n", "utf-8")


SAVE = {"trc": save_trc, "c3d": save_c3d, "vicon": save_vicon, "plain": save_plain}
SUFFIX = {"trc": ".trc", "c3d": ".c3d", "vicon": ".csv", "plain": ".csv"}


@dataclass(frozen=True)
class Bench:
    """A folder with a person, and recordings as they are asked for."""

    home: Path
    demo: Markers
    capsys: pytest.CaptureFixture[str]

    @property
    def person(self) -> Path:
        return self.home / "person.toml"

    def recording(
        self,
        kind: str = "trc",
        *,
        name: str = "trial",
        names: Sequence[str] | None = None,
        time: np.ndarray | None = None,
        positions: np.ndarray | None = None,
        units: str = "mm",
        rate_hz: float = RATE_HZ,
    ) -> Path:
        path = self.home / f"{name}{SUFFIX[kind]}"
        sheet = Sheet(
            self.demo.names if names is None else names,
            self.demo.time if time is None else time,
            self.demo.positions if positions is None else positions,
            units,
            rate_hz,
        )
        SAVE[kind](path, sheet)
        return path

    def coordinates(self, values: np.ndarray, *, in_degrees: bool, name: str = "moves.mot") -> Path:
        path = self.home / name
        write_storage(
            path,
            name="Coordinates",
            labels=COORDINATES,
            time=np.arange(len(values)) / RATE_HZ,
            data=values,
            in_degrees=in_degrees,
        )
        return path

    def file(self, name: str, content: str | bytes) -> Path:
        path = self.home / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def run(self, *words: str | Path, out: Path | None = None) -> Answer:
        before = self._files()
        with pytest.raises(SystemExit) as left:
            main([str(word) for word in words])
        said = self.capsys.readouterr()
        folder = self.home / "result" if out is None else out
        problem = left.value.__context__
        return Answer(left.value.code, said.out, said.err, folder, before, self._files(), problem)

    def estimate(
        self,
        recording: Path,
        *more: str | Path,
        subject: Path | None = None,
        out: Path | None = None,
    ) -> Answer:
        folder = self.home / "result" if out is None else out
        person = self.person if subject is None else subject
        words = ("estimate", recording, "--subject", person, "--out", folder, "--no-figures")
        return self.run(*words, *more, out=folder)

    def _files(self) -> dict[str, bytes]:
        everything = sorted(self.home.rglob("*"))
        return {
            str(p.relative_to(self.home)): b"" if p.is_dir() else p.read_bytes() for p in everything
        }


@pytest.fixture
def bench(
    tmp_path: Path,
    demo: Markers,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Bench:
    monkeypatch.chdir(tmp_path)
    made = Bench(tmp_path, demo, capsys)
    made.file("person.toml", PERSON)
    return made
