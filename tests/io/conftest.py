"""A short recording of three head markers, in every format that a laboratory may bring."""

import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

RATE_HZ = 100.0


@dataclass(frozen=True)
class Trial:
    """What the files hold: mm, gaps as NaN."""

    names: tuple[str, ...]
    time: np.ndarray
    positions_mm: np.ndarray
    visible: np.ndarray


@pytest.fixture(scope="session")
def trial() -> Trial:
    rng = np.random.default_rng(20260121)
    time = np.arange(40) / RATE_HZ
    rest = np.array([[10.0, 1700.0, 5.0], [20.0, 1590.0, -75.0], [20.0, 1591.0, 76.0]])
    positions = rest + 20.0 * np.sin(2.0 * time)[:, None, None] + rng.normal(size=(40, 3, 3))
    positions = np.round(positions, 4)
    visible = np.ones((40, 3), bool)
    visible[7:9, 1] = False
    positions[~visible] = np.nan
    return Trial(("TP", "LH", "RH"), time, positions, visible)


def lines_of(trial: Trial, separator: str = ",") -> list[str]:
    """Each frame's positions as text, blank where missing."""
    rows = trial.positions_mm.reshape(len(trial.time), -1)
    return [separator.join("" if np.isnan(v) else f"{v:.4f}" for v in row) for row in rows]


def trc_text(trial: Trial) -> str:
    count = len(trial.time)
    head = [
        "PathFileType\t4\t(X/Y/Z)\ttrial.trc",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame"
        "\tOrigNumFrames",
        f"100.00\t100.00\t{count}\t3\tmm\t100.00\t1\t{count}",
        "Frame#\tTime\tTP\t\t\tLH\t\t\tRH\t\t\t",
        "\t\tX1\tY1\tZ1\tX2\tY2\tZ2\tX3\tY3\tZ3\t",
        "",
    ]
    rows = lines_of(trial, "\t")
    body = [f"{i + 1}\t{t:.3f}\t{r}" for i, (t, r) in enumerate(zip(trial.time, rows, strict=True))]
    return "\n".join(head + body) + "\n"


def vicon_text(trial: Trial, *, prefix: str = "Anna:", others: bool = True) -> str:
    rows = lines_of(trial)
    trajectories = [
        "Trajectories",
        "100",
        ",," + "".join(f"{prefix}{name},,," for name in trial.names),
        "Frame,Sub Frame" + ",X,Y,Z" * 3,
        "," + ",mm,mm,mm" * 3,
        *(f"{i + 1},0,{row}" for i, row in enumerate(rows)),
        "",
    ]
    outputs = [
        "Model Outputs",
        "100",
        f",,{prefix}LNeckAngles,,,",
        "Frame,Sub Frame,X,Y,Z",
        ",,deg,deg,deg",
        *(f"{i + 1},0,{i * 0.5},90,-{i}" for i in range(len(rows))),
        "",
    ]
    devices = [
        "Devices",
        "1000",
        ",,Imaginary EMG - Voltage,",
        "Frame,Sub Frame,EMG1,EMG2",
        ",,V,V",
        *(f"{i // 10 + 1},{i % 10},0.1,0.2" for i in range(10 * len(rows))),
        "",
    ]
    parts = outputs + trajectories + devices if others else trajectories
    return "\ufeff" + "\r\n".join(parts)


def plain_text(trial: Trial) -> str:
    head = "time," + ",".join(f"{n}_{a} [mm]" for n in trial.names for a in "xyz")
    rows = zip(trial.time, lines_of(trial), strict=True)
    return "\n".join([head, *(f"{t:.2f},{row}" for t, row in rows)]) + "\n"


def mot_text(degrees: str = "yes", scale: float = 1.0) -> str:
    names = ("pitch1", "roll1", "yaw1", "pitch2", "roll2", "yaw2")
    head = ["Coordinates", "version=1", "nRows=40", "nColumns=7", f"inDegrees={degrees}"]
    angles = scale * 30.0 * np.sin(np.arange(40)[:, None] / 10.0 + np.arange(6))
    body = [f"{i / 100:.2f}\t" + "\t".join(f"{v:.6f}" for v in row) for i, row in enumerate(angles)]
    return "\n".join([*head, "endheader", "\t".join(("time", *names)), *body]) + "\n"


@pytest.fixture
def save(tmp_path: Path):
    """Write text or bytes to a file of a name, and give back its path."""

    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path

    return write


@pytest.fixture(scope="session")
def texts(trial: Trial) -> SimpleNamespace:
    """The trial as text: trc, plain, vicon(prefix=, others=), mot(degrees, scale)."""
    return SimpleNamespace(
        trc=trc_text(trial),
        plain=plain_text(trial),
        vicon=lambda **options: vicon_text(trial, **options),
        mot=mot_text,
    )


BLOCK = 512
INTEL, DEC, SGI = 84, 85, 86
# C3D files put together byte by byte from the format's own description (www.c3d.org): an
# independent writer, so that what the reader makes of the bytes is compared with what went in.
Value = tuple[int, tuple[int, ...], bytes]
"""Kind (-1 text, 1 byte, 2 integer, 4 float), dimensions, content as Intel has it."""


def text(values: Sequence[str]) -> Value:
    width = max((len(v) for v in values), default=0)
    content = "".join(v.ljust(width) for v in values).encode("latin-1")
    return -1, (width, len(values)), content


def integer(*values: int) -> Value:
    content = struct.pack(f"<{len(values)}H", *values)
    return 2, () if len(values) == 1 else (len(values),), content


def real(*values: float) -> Value:
    content = struct.pack(f"<{len(values)}f", *values)
    return 4, () if len(values) == 1 else (len(values),), content


def standard_parameters(
    names: Sequence[str], *, frames: int, rate_hz: float = 100.0, units: str = "mm"
) -> dict[str, dict[str, Value]]:
    return {
        "POINT": {
            "USED": integer(len(names)),
            "FRAMES": integer(min(frames, 65535)),
            "DATA_START": integer(0),
            "SCALE": real(-1.0),
            "RATE": real(rate_hz),
            "UNITS": text([units]),
            "LABELS": text(names),
            "X_SCREEN": text(["+X"]),
            "Y_SCREEN": text(["+Z"]),
        },
        "ANALOG": {"USED": integer(0)},
    }


@dataclass(frozen=True, kw_only=True)
class Maker:
    """How the maker of a C3D file wrote it.

    Attributes:
        processor: Whose numbers it has.
        bare: Parameters without the byte for the length of a description.
        blocks: How many blocks too many the parameters count.
        padding: What follows the parameters' end mark.
    """

    processor: int = INTEL
    bare: tuple[str, ...] = ()
    blocks: int = 0
    padding: bytes = b"\0"


def c3d_bytes(
    positions: np.ndarray,
    residual: np.ndarray,
    parameters: Mapping[str, Mapping[str, Value]],
    *,
    first_frame: int = 1,
    rate_hz: float = 100.0,
    integer_scale: float | None = None,
    analogs: np.ndarray | None = None,
    maker: Maker = Maker(),
) -> bytes:
    """Positions (t, m, 3), residuals (t, m) and analog values (t, samples, channels) as C3D."""
    frames, markers, _ = positions.shape
    analogs = np.zeros((frames, 0, 0)) if analogs is None else analogs
    block = _parameter_block(parameters, maker)
    last = min(first_frame + frames - 1, 65535)
    scale = -1.0 if integer_scale is None else integer_scale
    measured = analogs.shape[1] * analogs.shape[2]
    counts = (markers, measured, first_frame, last, 10)
    start = (2 + len(block) // BLOCK, analogs.shape[1])
    as_it_has = maker.processor
    header = bytes((2, 0x50)) + _in_order(2, struct.pack("<5H", *counts), as_it_has)
    header += _in_order(4, struct.pack("<f", scale), as_it_has)
    header += _in_order(2, struct.pack("<2H", *start), as_it_has)
    header += _in_order(4, struct.pack("<f", rate_hz), as_it_has)
    unit = 1.0 if integer_scale is None else integer_scale
    points = np.concatenate([positions / unit, residual[..., None]], axis=2).reshape(frames, -1)
    values = np.concatenate([points, analogs.reshape(frames, -1)], axis=1)
    size, kind = (4, "<f4") if integer_scale is None else (2, "<i2")
    values = values if size == 4 else np.round(values)
    data = _in_order(size, values.astype(kind).tobytes(), as_it_has)
    return header.ljust(BLOCK, b"\0") + block + data + b"\0" * (-len(data) % BLOCK)


def _in_order(size: int, content: bytes, processor: int) -> bytes:
    """Intel's numbers of a size, text where it is -1, as another processor has them."""
    if processor == SGI and size > 1:
        return np.frombuffer(content, f"<u{size}").astype(f">u{size}").tobytes()
    if processor == DEC and size == 4:
        return b"".join(map(_dec, np.frombuffer(content, "<f4").tolist()))
    return content


def _dec(value: float) -> bytes:
    """A number as a VAX keeps it: sign, exponent beyond 128, fraction of 0.5 to 1 without its first
    digit; the half with the sign comes first."""
    fraction, exponent = math.frexp(abs(value))
    if fraction == 0.0:
        return bytes(4)
    digits = int(fraction * 2**24) - 2**23
    first = (value < 0) << 15 | (exponent + 128) << 7 | digits >> 16
    return struct.pack("<HH", first, digits & 0xFFFF)


def _parameter_block(parameters: Mapping[str, Mapping[str, Value]], maker: Maker) -> bytes:
    body = b""
    for number, (group, values) in enumerate(parameters.items(), start=1):
        body += _record(group, -number, b"\0", maker)
        for name, (kind, dimensions, content) in values.items():
            head = struct.pack("bB", kind, len(dimensions)) + bytes(dimensions)
            end = b"" if name in maker.bare else b"\0"
            body += _record(
                name, number, head + _in_order(kind, content, maker.processor) + end, maker
            )
    body += b"\0\0"
    blocks = -(-(len(body) + 4) // BLOCK)
    head = bytes((1, 0x50, blocks + maker.blocks, maker.processor))
    return (head + body).ljust(blocks * BLOCK, maker.padding)


def _record(name: str, identity: int, rest: bytes, maker: Maker) -> bytes:
    head = struct.pack("bb", len(name), identity) + name.encode("ascii")
    step = struct.pack("<H", len(rest) + 2)
    return head + _in_order(2, step, maker.processor) + rest


@pytest.fixture(scope="session")
def c3d(trial: Trial) -> SimpleNamespace:
    """The trial's arrays as C3D holds them, and the parts to build variations of it from."""
    residual = np.where(trial.visible, 0.0, -1.0)
    positions = np.where(trial.visible[..., None], trial.positions_mm, 0.0)
    parameters = standard_parameters(trial.names, frames=len(trial.time))
    return SimpleNamespace(
        positions=positions,
        residual=residual,
        parameters=parameters,
        standard_parameters=standard_parameters,
        content=c3d_bytes(positions, residual, parameters),
        build=c3d_bytes,
        maker=Maker,
        text=text,
        integer=integer,
        real=real,
    )
