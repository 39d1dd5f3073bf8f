"""Every reader of files that strangers may send, and what has to hold whatever they hold.

A file is read, or refused in one short plain sentence that begins with its name; what was read is
finite and plain; and neither takes more time or memory than a file of its size may.
"""

import io
import json
import shutil
import struct
import sys
import time
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

import numpy as np

try:
    import resource
except ImportError:  # Windows has no such limits
    resource = None

from nuchal.commands.read_back import Frames, read_document, read_frames
from nuchal.commands.study.given import StudyFile, read_study
from nuchal.emg.signals import EmgRecording
from nuchal.errors import NuchalError
from nuchal.findings import Finding
from nuchal.io.dataset.store import read_dataset
from nuchal.io.joint.muscles import read_channels, read_model_muscles, read_muscles
from nuchal.io.networks.equilibrium import read_neck_network
from nuchal.io.networks.paper import read_networks
from nuchal.io.opensim.storage import Storage, read_storage
from nuchal.io.orientations.read import holds_orientations, read_orientations
from nuchal.io.population import read_person, read_population
from nuchal.io.recordings import c3d
from nuchal.io.recordings.c3d_file import Loaded, load_c3d
from nuchal.io.recordings.emg import has_analogs, read_emg
from nuchal.io.recordings.format import Source
from nuchal.io.recordings.read import read_recording
from nuchal.io.subject import read_subject
from nuchal.orientations import OrientationRecording
from nuchal.records import CoordinateRecording, Recording, Subject
from nuchal.report.summaries.estimate import Summary
from nuchal.report.text import sentence

LONGEST_NAME: Final = 100
MOST_S: Final = 5.0
MOST_BYTES: Final = 2**30
LONGEST_SENTENCE: Final = 700
LONGEST_FINDING: Final = 2000
# Of a joint.
MUSCLES: Final = ("front", "front_deep", "back")
# No input of the fuzzer is longer.
MOST_LETTERS: Final = 100_000
# One C3D file of so many is read by ezc3d itself, in a process of its own.
_TRULY: Final = 500
_MARK: Final = b"NUCHAL ARRAYS\n"


@dataclass(frozen=True)
class Kept:
    """The members of a ``.npz``, as bytes that can be changed without breaking a checksum."""

    members: Mapping[str, bytes]

    @classmethod
    def of(cls, content: bytes) -> "Kept":
        """Of a file as it is."""
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return cls({name: archive.read(name) for name in archive.namelist()})

    @classmethod
    def unpacked(cls, packed: bytes) -> "Kept":
        """Of what :meth:`pack` gave, changed anyhow."""
        members, rest = {}, packed.removeprefix(_MARK)
        while rest:
            name, _, rest = rest.partition(b"\n")
            size, _, rest = rest.partition(b"\n")
            length = int(size) if size.isdigit() and len(size) < 9 else len(rest)
            called = name.decode("latin-1").replace("\0", "_")[:LONGEST_NAME]
            members[called or "_"] = rest[:length]
            rest = rest[length:]
        return cls(members)

    def pack(self) -> bytes:
        """All members, one after the other, each behind its name and its size."""
        parts = (f"{k}\n{len(v)}\n".encode("latin-1") + v for k, v in self.members.items())
        return _MARK + b"".join(parts)

    def file(self) -> bytes:
        """A ``.npz`` with right checksums."""
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as archive:
            for name, content in self.members.items():
                archive.writestr(name, content)
        return made.getvalue()


def arrays(content: bytes) -> bytes:
    """What is packed as a file with right checksums; all else as it is."""
    return Kept.unpacked(content).file() if content.startswith(_MARK) else content


def sealed(content: bytes) -> bytes:
    """A population with the checksum that it should have, if there is room for one."""
    at = content.find(b'"crc32": "') + 10
    if at < 10 or len(content) < at + 8 or content.endswith(b"?"):
        return content
    blank = content[:at] + b"00000000" + content[at + 8 :]
    return content[:at] + f"{zlib.crc32(blank):08x}".encode() + content[at + 8 :]


class StandIn:
    """Reads what is handed to ezc3d in its place, and lets ezc3d itself read some."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, path: Path, content: bytes) -> Loaded:
        self.count += 1
        if self.count % _TRULY == 0:
            return load_c3d(path, content)
        head = struct.unpack_from("<BBHHHHHfHHf", content)
        points, analogs, frames, scale, start, samples = (head[k] for k in (2, 3, 5, 7, 8, 9))
        kind, unit = ("<f4", 1.0) if scale < 0 else ("<i2", scale)
        values = np.frombuffer(content, kind, offset=(start - 1) * 512)
        width, channels = 4 * points + analogs, analogs // max(samples, 1)
        rows = values[: width * frames].reshape(frames, width).astype(float)
        cells = rows[:, : 4 * points].reshape(frames, points, 4).transpose(2, 1, 0)
        measured = rows[:, 4 * points :].reshape(1, frames * samples, channels)
        return Loaded(
            np.concatenate([cells[:3] * unit, np.ones_like(cells[:1])]),
            cells[3:],
            measured.transpose(0, 2, 1),
        )


def plain(text: str, longest: int) -> None:
    """One line that shows all that it holds."""
    hidden = {c for c in text if not c.isprintable() and unicodedata.category(c) != "Zs"}
    assert not hidden, f"hidden characters {hidden!r} in {text!r}"
    assert len(text) < longest, f"{len(text)} letters: {text!r}"


def refused(error: NuchalError, path: Path) -> None:
    """The sentence of an error."""
    said = str(error)
    plain(said, LONGEST_SENTENCE)
    assert said.startswith(f"{path}: "), said


def noted(notes: Sequence[Finding]) -> None:
    """The sentences of what was found."""
    for note in notes:
        plain(sentence(note), LONGEST_FINDING)


def timed(time_s: np.ndarray, rate_hz: float) -> None:
    """Times of frames, and their rate."""
    assert np.isfinite(time_s).all()
    assert np.isfinite(rate_hz)
    assert rate_hz > 0.0
    assert (np.diff(time_s) > 0.0).all()


def recorded(found: Any) -> None:
    """Markers or coordinates."""
    timed(np.asarray(found.time), found.rate_hz)
    noted(found.notes)
    if isinstance(found, CoordinateRecording):
        assert np.isfinite(found.q).all()
        assert found.q.shape == (len(found.time), 6)
        return
    assert isinstance(found, Recording)
    assert len(set(found.names)) == len(found.names)
    for name in found.names:
        plain(name, MOST_LETTERS)
    assert found.positions.shape == (len(found.time), len(found.names), 3)
    assert found.visible.shape == found.positions.shape[:2]
    assert np.isfinite(found.positions).all()


def turned(found: Any) -> None:
    """Rotations of bodies."""
    assert isinstance(found, OrientationRecording)
    timed(found.time, found.rate_hz)
    noted(found.notes)
    assert len(set(found.names)) == len(found.names)
    for name in found.names:
        plain(name, MOST_LETTERS)
    assert found.known.shape == (len(found.time), len(found.names))
    assert found.rotation.shape == (*found.known.shape, 3, 3)
    squares = np.swapaxes(found.rotation, -1, -2) @ found.rotation
    assert np.abs(squares - np.eye(3)).max() < 1e-9
    assert np.linalg.det(found.rotation).min() > 0.0


def measured(found: Any) -> None:
    """Channels of EMG."""
    assert isinstance(found, EmgRecording)
    timed(found.time, found.rate_hz)
    noted(found.notes)
    assert len(set(found.names)) == len(found.names)
    for name in (*found.names, *found.units):
        plain(name, MOST_LETTERS)
    assert np.isfinite(found.values).all()
    assert found.values.shape == found.known.shape == (len(found.time), len(found.names))


def of_person(found: Any) -> None:
    """A person's measures."""
    assert isinstance(found, Subject)
    for field in fields(found):
        value = getattr(found, field.name)
        for one in (*value, *value.values()) if isinstance(value, Mapping) else (value,):
            if isinstance(one, str):
                plain(one, MOST_LETTERS)
            assert one is None or isinstance(one, str) or np.isfinite(one)


def planned(found: Any) -> None:
    """What a study says."""
    assert isinstance(found, StudyFile)
    json.dumps(found.model_dump(), allow_nan=False)
    for name in (*found.sessions, *found.groups, *(p for g in found.groups.values() for p in g)):
        plain(name, MOST_LETTERS)
        assert not set(name) & set("/\\\0")


def framed(found: Any) -> None:
    """What became of frames."""
    assert isinstance(found, Frames)
    timed(found.time, 1.0)
    assert len(found.time) == len(found.status) == len(found.usable)


def documented(found: Any) -> None:
    """What a command wrote of a recording."""
    assert isinstance(found, Summary)
    json.dumps(found.model_dump(mode="json"), allow_nan=False)


def tabulated(found: Any) -> None:
    """A table of OpenSim's."""
    assert isinstance(found, Storage)
    assert np.isfinite(found.time).all()
    assert np.isfinite(found.data).all()
    assert found.data.shape == (len(found.time), len(found.labels))
    for label in (*found.labels, found.name):
        plain(label, MOST_LETTERS)


def muscled(found: Any) -> None:
    """Muscles by name, or muscles beneath each channel."""
    for name, row in found.items():
        plain(name, MOST_LETTERS)
        for value in row:
            assert value in MUSCLES if isinstance(value, str) else np.isfinite(value)


def peopled(found: Any) -> None:
    """People of a population."""
    _, people = found
    assert np.isfinite(people.measures()).all()


def learnt(found: Any) -> None:
    """Networks, and how they were made."""
    for text in texts_in(found.about):
        plain(text, MOST_LETTERS)


def texts_in(value: Any) -> list[str]:
    """All texts of a value as JSON has them."""
    if isinstance(value, str):
        return [value]
    parts = [*value, *value.values()] if isinstance(value, Mapping) else value
    return [t for part in parts for t in texts_in(part)] if isinstance(parts, list) else []


def nothing(_found: Any) -> None:
    """Asks for no more than that it was read."""


def of_any_kind(path: Path, **options: Any) -> Any:
    """A recording, which is asked for EMG, too."""
    has_analogs(path)
    return read_recording(path, **options)


def of_orientations(path: Path, **options: Any) -> Any:
    """Rotations, of a file that is asked first whether it holds any."""
    holds_orientations(Source(path, path.read_bytes()))
    return read_orientations(path, **options)


def whole_population(path: Path) -> Any:
    """Everyone of a population, and its last person alone."""
    found = read_population(path)
    read_person(path, len(found[1]) - 1)
    return found


STATED: Final = {"units": "mm", "rate_hz": 100.0, "still": True}


@dataclass(frozen=True, kw_only=True)
class Reader:
    """One reader.

    Attributes:
        suffix: Of its files.
        read: The reader.
        holds: What holds of everything that it read.
        prepare: From what was made up to the file's bytes.
        options: What is stated beside the file, each for one more reading.
    """

    suffix: str
    read: Callable[..., Any]
    holds: Callable[[Any], None] = recorded
    prepare: Callable[[bytes], bytes] = bytes
    options: Sequence[Mapping[str, Any]] = ({}, STATED)


IN_METRES: Final = {"units": "m", "rate_hz": 40.0}
TURNS_STATED: Final = {
    "rate_hz": 50.0, "quaternion": "wxyz", "euler": "ZXY", "in_degrees": True, "still": True,
}  # fmt: skip
EMG_OPTIONS: Final = ({}, {"units": "mV", "rate_hz": 1000.0})
READERS: Final[Mapping[str, Reader]] = {
    **{
        name: Reader(suffix=suffix, read=of_any_kind)
        for name, suffix in (
            ("trc", ".trc"), ("c3d", ".c3d"), ("vicon", ".csv"), ("motive", ".csv"),
            ("qtm", ".tsv"), ("plain", ".csv"), ("markers_sto", ".sto"),
        )
    },
    "visual3d": Reader(suffix=".txt", read=of_any_kind, options=({}, IN_METRES)),
    "mot": Reader(suffix=".mot", read=of_any_kind, options=({}, {"in_degrees": True})),
    "storage": Reader(suffix=".sto", read=read_storage, holds=tabulated, options=({},)),
    "emg": Reader(suffix=".csv", read=read_emg, holds=measured, options=EMG_OPTIONS),
    "emg_c3d": Reader(suffix=".c3d", read=read_emg, holds=measured, options=EMG_OPTIONS),
    "person": Reader(suffix=".toml", read=read_subject, holds=of_person, options=({},)),
    "study": Reader(suffix=".toml", read=read_study, holds=planned, options=({},)),
    "frames": Reader(suffix=".csv", read=read_frames, holds=framed, options=({},)),
    "summary": Reader(
        suffix=".json", read=read_document, holds=documented, options=({"kind": Summary},)
    ),
    "muscles": Reader(suffix=".csv", read=read_muscles, holds=muscled, options=({},)),
    "muscle_model": Reader(suffix=".osim", read=read_model_muscles, holds=muscled, options=({},)),
    "muscle_channels": Reader(
        suffix=".csv", read=read_channels, holds=muscled, options=({"muscles": MUSCLES},)
    ),
    "population": Reader(
        suffix=".csv", read=whole_population, holds=peopled, prepare=sealed, options=({},)
    ),
    "neck_networks": Reader(
        suffix=".npz", read=read_neck_network, holds=learnt, prepare=arrays, options=({},)
    ),
    "paper_networks": Reader(
        suffix=".npz", read=read_networks, holds=learnt, prepare=arrays, options=({},)
    ),
    "dataset": Reader(suffix=".zarr", read=read_dataset, holds=nothing, options=({},)),
    **{
        name: Reader(
            suffix=suffix, read=of_orientations, holds=turned, options=({}, {"rate_hz": 40.0})
        )
        for name, suffix in (
            ("mvnx", ".mvnx"), ("bvh", ".bvh"), ("opensense", ".sto"), ("theia", ".c3d"),
            ("motive_bodies", ".csv"), ("qtm_bodies", ".tsv"), ("mt_manager", ".txt"),
            ("apdm", ".csv"), ("openface", ".csv"),
        )
    },
    "turned_plain": Reader(
        suffix=".csv", read=of_orientations, holds=turned, options=({}, TURNS_STATED)
    ),
}  # fmt: skip


class Bench:
    """A folder in which one reader gets one file after the other.

    Args:
        reader: Its name.
        folder: An empty folder.
        dataset: A whole dataset; of its files those are changed that are given, packed.

    Attributes:
        refused: Why the last file was, whatever was stated beside it; None: it was read.
    """

    def __init__(self, reader: str, folder: Path, dataset: Path | None = None) -> None:
        self.reader = READERS[reader]
        self.path = folder / f"a{self.reader.suffix}"
        self.dataset = dataset
        self.changed: set[Path] = set()
        if dataset is not None:
            shutil.copytree(dataset, self.path)
        self.base = peak_bytes()
        self.refused: str | None = None
        if self.reader.suffix == ".c3d":
            c3d.load_c3d = StandIn()

    def try_out(self, content: bytes) -> None:
        """Give the reader a file.

        Raises:
            AssertionError: What has to hold does not.
        """
        self._write(self.reader.prepare(content))
        said: list[str | None] = []
        start = time.process_time()
        for options in self.reader.options:
            try:
                found = self.reader.read(self.path, **options)
            except NuchalError as error:
                said.append(error.what)
                refused(error, self.path)
            else:
                said.append(None)
                self.reader.holds(found)
        self.refused = None if None in said else said[0]
        spent = time.process_time() - start
        assert spent < MOST_S * len(self.reader.options), f"took {spent:.1f} s"
        grown = peak_bytes() - self.base
        assert grown < MOST_BYTES, f"took {grown / 2**20:.0f} MB"

    def _write(self, content: bytes) -> None:
        if self.dataset is None:
            self.path.write_bytes(content)
            return
        for file in self.changed:
            shutil.copyfile(self.dataset / file.relative_to(self.path), file)
        self.changed.clear()
        for name, part in Kept.unpacked(content).members.items():
            file = self.path / name.replace("..", "").lstrip("/")
            if file.is_file():
                file.write_bytes(part)
                self.changed.add(file)


def peak_bytes() -> int:
    """The most memory that this process ever had, where the system tells."""
    if resource is None:
        return 0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else 1024 * most
