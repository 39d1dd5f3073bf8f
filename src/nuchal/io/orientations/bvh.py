"""BVH: a tree of joints, each turned on the one above it by angles in degrees.

Axes are X left, Y up and Z forward, and those of all joints are the same in the zero pose, in which
a person stands upright. The channels of a joint are turned about its own axes, in their order.
"""

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from jaxtyping import Float

from nuchal.errors import Place, RecordingError
from nuchal.io.cells import Dialect
from nuchal.io.orientations.assemble import Axes, assemble
from nuchal.io.orientations.format import Options, OrientationFormat
from nuchal.io.orientations.frames import every_row
from nuchal.io.orientations.rotations import Origin, Turns, from_angles, side_by_side
from nuchal.io.recordings.format import Source, Timing
from nuchal.io.recordings.timing import from_rate
from nuchal.io.sheet import Columns, Numbers, Sheet, read_numbers
from nuchal.io.text import TextFile
from nuchal.orientations import OrientationRecording, SegmentAxes

_AXES: Final = Axes("+Y", SegmentAxes("+Z", "+Y"))
_MARK: Final = "hierarchy"
_MOTION: Final = "motion"
_ROTATION: Final = "rotation"
_POSITION: Final = "position"
# No tree of joints of a person has more levels or channels.
_MOST_CHANNELS: Final = 10_000
# A position and a rotation.
_MOST_OF_JOINT: Final = 6


@dataclass
class _Joint:
    """A joint; ``above`` is the index of the one that carries it.

    Attributes:
        order: Axes of its angles in upper case, as they are turned.
        columns: Of its angles, in the same order.
    """

    name: str
    above: int | None
    order: str = ""
    columns: list[int] = field(default_factory=list)


@dataclass
class _Tree:
    """Joints in the order of the file, each behind the one that carries it.

    Attributes:
        end: Index of the line behind the tree.
    """

    joints: list[_Joint]
    channels: list[str]
    end: int


def _read(source: Source, options: Options) -> OrientationRecording:
    path, file = source.path, source.text
    tree = _tree(file)
    rows, rate_hz, start = _motion(file, tree.end)
    numbers = tuple("\t".join(line.split()) for line in file.lines[start:])
    lines = ("",) * start + numbers
    sheet = Sheet(replace(file, lines=lines), Dialect("\t"))
    table = read_numbers(sheet, start=start, columns=Columns(names=tree.channels))
    if rows is not None and rows != len(table):
        raise RecordingError("bvh.frames_differ", path, promised=rows, found=len(table))
    timing: Timing = from_rate(
        path, options.of_times, frames=len(table), stated_rate_hz=rate_hz
    ).noting(*file.notes)
    turns = _turns(source, tree, table)
    return assemble(path, tuple(j.name for j in tree.joints), turns, every_row(timing), _AXES)


def _tree(file: TextFile) -> _Tree:
    """The joints, and what each number of a row is."""
    tree = _Tree([], [], 0)
    open_joints: list[int | None] = []
    waiting: int | None = None
    for index, line in enumerate(file.lines):
        words = line.split()
        word = words[0].lower() if words else ""
        if word in ("root", "joint"):
            above = next((one for one in reversed(open_joints) if one is not None), None)
            tree.joints.append(_Joint(" ".join(words[1:]) or str(len(tree.joints) + 1), above))
            waiting = len(tree.joints) - 1
        elif word == "end":
            waiting = None
        elif word == "{":
            open_joints.append(waiting)
        elif word == "}":
            if not open_joints:
                raise RecordingError("bvh.braces", file.path, place=Place(line=index + 1))
            open_joints.pop()
        elif word == "channels":
            _add_channels(file, index, words, tree)
        elif word == _MOTION:
            if open_joints or not tree.channels:
                raise RecordingError("bvh.braces", file.path, place=Place(line=index + 1))
            tree.end = index + 1
            return tree
    raise RecordingError("bvh.cut", file.path)


def _add_channels(file: TextFile, index: int, words: list[str], tree: _Tree) -> None:
    """What a line ``CHANNELS 3 Zrotation Xrotation Yrotation`` adds to the last joint."""
    names = words[2:]
    right = all(
        name[:1].lower() in "xyz" and name[1:].lower() in (_ROTATION, _POSITION) for name in names
    )
    count = str(len(names)) == (words[1] if len(words) > 1 else "")
    if not (right and count and tree.joints and len(names) <= _MOST_OF_JOINT):
        raise RecordingError("bvh.channels", file.path, place=Place(line=index + 1))
    joint = tree.joints[-1]
    for name in names:
        if name[1:].lower() == _ROTATION:
            joint.order += name[0].upper()
            joint.columns.append(len(tree.channels))
        tree.channels.append(f"{joint.name} {name}")
    if joint.order and sorted(joint.order) != list("XYZ"):
        raise RecordingError("bvh.rotations", file.path, place=Place(line=index + 1))
    if len(tree.channels) > _MOST_CHANNELS:
        raise RecordingError("bvh.channels", file.path, place=Place(line=index + 1))


def _motion(file: TextFile, start: int) -> tuple[int | None, float | None, int]:
    """Number of frames, their rate [Hz], and the index of the first row."""
    frames: int | None = None
    rate_hz: float | None = None
    for index in range(start, len(file.lines)):
        key, colon, value = file.lines[index].partition(":")
        words = key.lower().split()
        if words == ["frames"] and value.strip().isdigit():
            frames = int(value) if len(value.strip()) < 10 else None
        elif words == ["frame", "time"]:
            rate_hz = _rate(value.strip())
        elif colon or not key.strip():
            continue
        else:
            return frames, rate_hz, index
    raise RecordingError("timing.no_frames", file.path)


def _rate(text: str) -> float | None:
    """The rate of a time between frames [Hz]: a whole number if rounding made it none."""
    try:
        step_s = float(text)
    except ValueError:
        return None
    if not np.isfinite(step_s) or step_s <= 0.0:
        return None
    digits = len(text.partition(".")[2])
    rate_hz, rounding_s = 1.0 / step_s, 0.5 * 10.0**-digits
    slack = rounding_s / step_s
    whole = round(rate_hz)
    return float(whole) if abs(whole - rate_hz) <= 1.01 * slack * rate_hz else rate_hz


def _turns(source: Source, tree: _Tree, table: Numbers) -> Turns:
    """Rotations from each joint to the fixed axes, down the tree."""
    values: Float[np.ndarray, "t c"] = table.values
    found: list[Turns] = []
    for joint in tree.joints:
        if joint.order:
            origin = Origin(source.path, (joint.name,), table.place)
            angles = values[:, joint.columns][:, None]
            own = from_angles(origin, angles, joint.order, in_degrees=True)
        else:
            count = len(values)
            own = Turns(
                np.broadcast_to(np.eye(3), (count, 1, 3, 3)), np.ones((count, 1), dtype=bool)
            )
        if joint.above is not None:
            carrier = found[joint.above]
            own = Turns(carrier.rotation @ own.rotation, carrier.known & own.known)
        found.append(own)
    return side_by_side(found)


def _sniff(source: Source) -> bool:
    lines = (line.strip().lower() for line in source.text.lines)
    return next((line for line in lines if line), "") == _MARK


FORMAT: Final = OrientationFormat(name="BVH", suffixes=(".bvh",), sniff=_sniff, read=_read)
