"""Two bodies that turn, written as every format has them; rotations are SciPy's."""

import json
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation
from tests.io import conftest as formats

FRAMES = 20
RATE_HZ = 50.0
# The file's fixed axes in those of MVN (X forward, Y left, Z up): columns of OpenSense with Y up.
Y_UP = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])


@dataclass(frozen=True)
class Take:
    """Rotations of bodies, and which of them were lost."""

    names: tuple[str, ...]
    rotation: np.ndarray
    lost: np.ndarray

    @property
    def time(self) -> np.ndarray:
        return np.arange(len(self.rotation)) / RATE_HZ

    def quaternions(self) -> np.ndarray:
        """w, x, y, z of each frame and body; NaN where lost."""
        count = len(self.rotation)
        xyzw = Rotation.from_matrix(self.rotation.reshape(-1, 3, 3)).as_quat()
        wxyz = xyzw.reshape(count, -1, 4)[..., [3, 0, 1, 2]]
        return np.where(self.lost[..., None], np.nan, wxyz)

    def angles(self, order: str, *, degrees: bool = True) -> np.ndarray:
        flat = Rotation.from_matrix(self.rotation.reshape(-1, 3, 3))
        found = flat.as_euler(order, degrees=degrees).reshape(len(self.rotation), -1, 3)
        return np.where(self.lost[..., None], np.nan, found)

    def body(self, name: str) -> "Take":
        """One of them."""
        k = self.names.index(name)
        return Take((name,), self.rotation[:, k : k + 1], self.lost[:, k : k + 1])


def take(names: Sequence[str] = ("Torso", "Head"), *, lose: bool = True) -> Take:
    """Smooth turns of all bodies, each about axes of its own; one is lost for two frames."""
    phase = np.linspace(0.0, 2.0, FRAMES)[:, None] + np.arange(len(names))
    vectors = np.stack([0.5 * np.sin(phase), 0.4 * np.cos(2 * phase), 0.9 * np.sin(3 * phase)], -1)
    rotation = Rotation.from_rotvec(vectors.reshape(-1, 3)).as_matrix().reshape(*phase.shape, 3, 3)
    lost = np.zeros(phase.shape, dtype=bool)
    lost[7:9, -1] = lose
    return Take(tuple(names), rotation, lost)


def cell(value: float, missing: str = "") -> str:
    return missing if np.isnan(value) else f"{value:.9f}"


def row(values: np.ndarray, separator: str, missing: str = "") -> str:
    return separator.join(cell(value, missing) for value in np.ravel(values))


def opensense(one: Take) -> str:
    head = [f"DataRate={RATE_HZ:.6f}", "DataType=Quaternion", "version=3", "endheader"]
    rows = [
        f"{time:.5f}\t" + "\t".join(row(q, ",", "NaN") for q in quaternions)
        for time, quaternions in zip(one.time, one.quaternions(), strict=True)
    ]
    return "\n".join([*head, "\t".join(("time", *one.names)), *rows]) + "\n"


def mvnx(one: Take) -> str:
    segments = "".join(
        f'<segment label="{n}" id="{k}"><points/></segment>' for k, n in enumerate(one.names, 1)
    )
    still = " ".join(["1 0 0 0"] * len(one.names))
    frames = "".join(
        f'\n<frame time="{round(1000 * time)}" index="{k}" type="normal">'
        f"<orientation>{row(q, ' ')}</orientation></frame>"
        for k, (time, q) in enumerate(zip(one.time, one.quaternions(), strict=True))
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<mvnx xmlns="http://www.xsens.com/mvn/mvnx" version="4">\n'
        f'<subject label="A" frameRate="{RATE_HZ:g}" segmentCount="{len(one.names)}">\n'
        f"<segments>{segments}</segments>\n<frames>"
        f'\n<frame time="0" type="tpose"><orientation>{still}</orientation></frame>'
        f"{frames}\n</frames>\n</subject>\n</mvnx>\n"
    )


def bvh(one: Take) -> str:
    """The first body carries the second."""
    torso, head = one.rotation[:, 0], one.rotation[:, 1]
    own = [torso, np.swapaxes(torso, -1, -2) @ head]
    angles = [Rotation.from_matrix(part).as_euler("YXZ", degrees=True) for part in own]
    channels = "Yrotation Xrotation Zrotation"
    lines = [
        "HIERARCHY", f"ROOT {one.names[0]}", "{", " OFFSET 0 0 0",
        f" CHANNELS 6 Xposition Yposition Zposition {channels}",
        f" JOINT {one.names[1]}", " {", "  OFFSET 0 10 0", f"  CHANNELS 3 {channels}",
        "  End Site", "  {", "   OFFSET 0 5 0", "  }", " }", "}",
        "MOTION", f"Frames: {len(torso)}", f"Frame Time: {1 / RATE_HZ:.6f}",
    ]  # fmt: skip
    rows = [f"0.0 90.0 0.0 {row(a, ' ')} {row(b, ' ')}" for a, b in zip(*angles, strict=True)]
    return "\n".join([*lines, *rows]) + "\n"


def motive(one: Take, *, order: str = "Quaternion") -> str:
    euler = order != "Quaternion"
    letters = [*"XYZ"] if euler else [*"XYZW"]
    spots = [order.index(axis) for axis in "XYZ"] if euler else [1, 2, 3, 0]
    parts = (one.angles(order) if euler else one.quaternions())[..., spots]
    width = len(letters)
    facts = (
        f"Format Version,1.23,Take Name,t,Capture Frame Rate,{RATE_HZ:f},"
        f"Export Frame Rate,{RATE_HZ:f},Rotation Type,{order},Length Units,Meters,"
        "Coordinate Space,Global"
    )
    names = ["", "", *(name for name in one.names for _ in range(width + 4))]
    kinds = ["Rotation"] * width + ["Position"] * 3 + ["Mean Marker Error"]
    lines = [
        facts,
        "",
        ",".join(["", "", *["Rigid Body"] * (len(one.names) * (width + 4))]),
        ",".join(names),
        ",".join(["", "", *kinds * len(one.names)]),
        ",".join(["Frame", "Time (Seconds)", *[*letters, "X", "Y", "Z", ""] * len(one.names)]),
    ]
    for k, (time, bodies) in enumerate(zip(one.time, parts, strict=True)):
        cells = [row(body, ",") + (",,,," if np.isnan(body[0]) else ",0.1,1.2,0.3,0.0002")
                 for body in bodies]  # fmt: skip
        lines.append(f"{k},{time:.6f}," + ",".join(cells))
    return "\n".join(lines) + "\n"


def qtm(one: Take) -> str:
    labels = ["X", "Y", "Z", "Roll", "Pitch", "Yaw", "Residual", *(f"Rot[{k}]" for k in range(9))]
    lines = [
        f"NO_OF_FRAMES\t{len(one.rotation)}", "NO_OF_CAMERAS\t8", f"NO_OF_BODIES\t{len(one.names)}",
        f"FREQUENCY\t{RATE_HZ:g}", "NO_OF_ANALOG\t0", "ANALOG_FREQUENCY\t0", "DESCRIPTION\t--",
        "TIME_STAMP\t2024-01-01", "DATA_INCLUDED\t6D",
        "\t".join(("BODY_NAMES", *one.names)), "\t".join(labels * len(one.names)),
    ]  # fmt: skip
    for rotation, lost in zip(one.rotation, one.lost, strict=True):
        cells = [
            row(np.zeros(16), "\t")
            if gone
            else "10.0\t900.0\t30.0\t1.0\t2.0\t3.0\t0.2\t" + row(matrix.T, "\t")
            for matrix, gone in zip(rotation, lost, strict=True)
        ]
        lines.append("\t".join(cells))
    return "\n".join(lines) + "\n"


MT_MATRIX = tuple(f"Mat[{i}][{j}]" for j in "123" for i in "123")


def mt_manager(one: Take, kind: str = "matrix") -> str:
    """The last body; lost frames are packets that never came."""
    body = one.body(one.names[-1])
    columns: Mapping[str, tuple[Sequence[str], Callable[[], np.ndarray]]] = {
        "matrix": (MT_MATRIX, lambda: np.swapaxes(body.rotation, -1, -2).reshape(-1, 9)),
        "quaternion": (
            tuple(f"Quat_q{k}" for k in range(4)),
            lambda: replace(body, lost=np.zeros_like(body.lost)).quaternions().reshape(-1, 4),
        ),
        "angles": (
            ("Roll", "Pitch", "Yaw"),
            lambda: Rotation.from_matrix(body.rotation[:, 0]).as_euler("xyz", degrees=True),
        ),
    }
    labels, values = columns[kind]
    lines = [
        "// Start Time: Unknown", f"// Update Rate: {RATE_HZ:.1f}Hz", "// Firmware Version: 4.0.2",
        "\t".join(("PacketCounter", "SampleTimeFine", *labels)),
    ]  # fmt: skip
    for k, numbers in enumerate(values()):
        if not body.lost[k, 0]:
            lines.append(f"{(65530 + k) % 65536}\t\t{row(numbers, chr(9))}")
    return "\n".join(lines) + "\n"


def apdm(one: Take) -> str:
    labels, units = ["Time"], ["s"]
    for name in one.names:
        labels += [f"{name}/Acceleration/{a}" for a in "XYZ"]
        labels += [f"{name}/Orientation/{a}" for a in ("Scalar", "X", "Y", "Z")]
        units += ["m/s^2"] * 3 + [""] * 4
    pad = "," * (len(labels) - 3)
    lines = [f"Test Name:,t,{pad}", f"Sample Rate:,{RATE_HZ:g},Hz{pad}"]
    lines += [",".join(labels), ",".join(units)]
    for time, q in zip(one.time, one.quaternions(), strict=True):
        lines.append(",".join([f"{time + 0.007:.6f}", *(f"0.1,0.2,9.8,{row(b, ',')}" for b in q)]))
    return "\n".join(lines) + "\n"


def openface(one: Take) -> str:
    """The last body; lost frames are of a face that was not found."""
    body = one.body(one.names[-1])
    angles = Rotation.from_matrix(body.rotation[:, 0]).as_euler("XYZ")
    lines = ["frame, face_id, timestamp, confidence, success, pose_Tx, pose_Rx, pose_Ry, pose_Rz"]
    for k, (time, three) in enumerate(zip(one.time, angles, strict=True)):
        seen = not body.lost[k, 0]
        lines.append(f"{k + 1}, 0, {time:.3f}, {0.98 if seen else 0.2}, {int(seen)}, 1.5, "
                     + row(three, ", "))  # fmt: skip
    return "\n".join(lines) + "\n"


def bids(one: Take) -> str:
    rows = [row(q, "\t", "n/a") for q in one.quaternions()]
    return "\n".join(rows) + "\n"


def channels(one: Take) -> str:
    lines = ["name\tcomponent\ttype\ttracked_point\tunits"]
    lines += [f"{n}_quat_{a}\tquat_{a}\tORNT\t{n}\tn/a" for n in one.names for a in "wxyz"]
    return "\n".join(lines) + "\n"


def write_bids(folder: Path, one: Take, *, rate: bool = True) -> Path:
    """The motion, with the files beside it."""
    path = folder / "sub-1_motion.tsv"
    path.write_text(bids(one), "utf-8")
    (folder / "sub-1_channels.tsv").write_text(channels(one), "utf-8")
    if rate:
        said = json.dumps({"SamplingFrequency": RATE_HZ})
        (folder / "sub-1_motion.json").write_text(said, "utf-8")
    return path


def plain(one: Take, *, order: str = "wxyz", label: str = "{name}_q{part}") -> str:
    """A quaternion for each body, whose columns are called after a pattern."""
    names = [label.format(name=name.lower(), part=part) for name in one.names for part in order]
    parts = one.quaternions()[..., ["wxyz".index(part) for part in order]]
    rows = [f"{t:.4f},{row(q, ',')}" for t, q in zip(one.time, parts, strict=True)]
    return "\n".join([",".join(("time", *names)), *rows]) + "\n"


def turned_c3d(one: Take, *, start: int | None = None, frames: int | None = None) -> bytes:
    """Rotations alone, as Theia3D writes them: byte by byte, after the format's description."""
    names = ("worldbody", *one.names)
    count = len(one.rotation)
    stated = count if frames is None else frames
    parameters = formats.standard_parameters((), frames=stated, rate_hz=RATE_HZ)
    data = 5 if start is None else start
    parameters["POINT"].pop("LABELS")
    parameters["ROTATION"] = {
        "USED": formats.integer(len(names)),
        "DATA_START": formats.integer(data),
        "RATE": formats.real(RATE_HZ),
        "RATIO": formats.integer(1),
        "LABELS": formats.text([f"{name}_4X4" for name in names]),
    }
    none = np.zeros((count, 0, 3))
    made = formats.c3d_bytes(none, none[..., 0], parameters, rate_hz=RATE_HZ)
    poses = np.tile(np.eye(4), (count, len(names), 1, 1))
    poses[:, 1:, :3, :3] = np.where(one.lost[..., None, None], np.nan, one.rotation)
    numbers = np.zeros((count, len(names), 17), "<f4")
    numbers[..., :16] = np.swapaxes(poses, -1, -2).reshape(count, len(names), 16)
    header = bytearray(made[: 4 * 512].ljust(4 * 512, b"\0"))
    struct.pack_into("<H", header, 16, 5)
    struct.pack_into("<HH", header, 6, 1, stated)
    return bytes(header) + numbers.tobytes()
