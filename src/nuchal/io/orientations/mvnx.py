"""Xsens MVN's MVNX: XML with the quaternions of a person's segments in every frame.

Axes of the file are X forward, Y left, Z up where the person was calibrated, and those of a segment
are the same in someone who stands upright (Xsens, MVNX Version 4 file structure).
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from xml.parsers import expat

import numpy as np
from jaxtyping import Float

from nuchal.errors import Place, RecordingError
from nuchal.io.orientations.assemble import Axes, assemble
from nuchal.io.orientations.format import Options, OrientationFormat
from nuchal.io.orientations.frames import Frames, by_times, every_row
from nuchal.io.orientations.rotations import Origin, from_quaternions
from nuchal.io.recordings.format import Source
from nuchal.io.recordings.timing import from_rate
from nuchal.orientations import OrientationRecording, SegmentAxes
from nuchal.plain_text import plain_line

_AXES: Final = Axes("+Z", SegmentAxes("+X", "+Z"))
_TAG: Final = re.compile(rb"<\s*(\w+:)?mvnx[\s>]")
_NORMAL: Final = "normal"
_PARTS: Final = 4
# The segments of a person, where a file does not list them.
SEGMENTS: Final = (
    "Pelvis", "L5", "L3", "T12", "T8", "Neck", "Head", "RightShoulder", "RightUpperArm",
    "RightForeArm", "RightHand", "LeftShoulder", "LeftUpperArm", "LeftForeArm", "LeftHand",
    "RightUpperLeg", "RightLowerLeg", "RightFoot", "RightToe", "LeftUpperLeg", "LeftLowerLeg",
    "LeftFoot", "LeftToe",
)  # fmt: skip
# What follows the opening of a file, in which the first tag stands.
_OPENING: Final = 4096


class _Contents:
    """What is kept of a file while it goes by."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text
        self.parser.EntityDeclHandler = self.refuse_entity
        self.people = 0
        self.rate = ""
        self.segments: list[str] = []
        self.listing = False
        self.normal = False
        self.cell: list[str] | None = None
        self.orientations: list[Float[np.ndarray, " k"]] = []
        self.times: list[str] = []
        self.lines: list[int] = []

    def refuse_entity(self, *_declared: object) -> None:
        raise RecordingError("mvnx.entities", self.path, place=self.place())

    def place(self) -> Place:
        return Place(line=self.parser.CurrentLineNumber)

    def start(self, tag: str, said: Mapping[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        if name == "subject":
            self.people += 1
            self.rate = said.get("frameRate", "")
        elif name == "segments":
            self.listing = True
        elif name == "segment" and self.listing:
            self.segments.append(plain_line(said.get("label", "").strip()))
        elif name == "frame":
            self.normal = said.get("type", _NORMAL) == _NORMAL
            if self.normal:
                self.times.append(said.get("time", ""))
                self.lines.append(self.parser.CurrentLineNumber)
        elif name == "orientation" and self.normal:
            self.cell = []

    def text(self, part: str) -> None:
        if self.cell is not None:
            self.cell.append(part)

    def end(self, tag: str) -> None:
        name = tag.rpartition(" ")[2]
        if name == "segments":
            self.listing = False
        elif name == "frame":
            if self.normal and len(self.orientations) != len(self.times):
                raise RecordingError("mvnx.no_orientation", self.path, place=self.place())
            self.normal = False
        elif name == "orientation" and self.cell is not None:
            self.orientations.append(self.numbers("".join(self.cell)))
            self.cell = None

    def numbers(self, text: str) -> Float[np.ndarray, " k"]:
        try:
            return np.array(text.split(), dtype=float)
        except ValueError as error:
            raise RecordingError("mvnx.no_numbers", self.path, place=self.place()) from error


def _sniff(source: Source) -> bool:
    return _TAG.search(source.content[:_OPENING]) is not None


def _read(source: Source, options: Options) -> OrientationRecording:
    path, found = source.path, _parsed(source)
    if found.people > 1:
        raise RecordingError("mvnx.several_people", path, count=found.people)
    names = tuple(found.segments or SEGMENTS)
    if not found.times:
        raise RecordingError("mvnx.no_frames", path)

    def where(frame: int) -> Place:
        return Place(line=found.lines[frame])

    for frame, numbers in enumerate(found.orientations):
        if len(numbers) != _PARTS * len(names):
            wanted = _PARTS * len(names)
            raise RecordingError(
                "mvnx.count", path, place=where(frame), found=len(numbers), wanted=wanted
            )
    frames = _frames(found, options)
    cells = np.array(found.orientations).reshape(-1, len(names), _PARTS)
    return assemble(path, names, from_quaternions(Origin(path, names, where), cells), frames, _AXES)


def _parsed(source: Source) -> _Contents:
    contents = _Contents(source.path)
    try:
        contents.parser.Parse(source.content, True)
    except expat.ExpatError as error:
        cut = error.code in _CUT
        what = "mvnx.cut" if cut else "mvnx.damaged"
        raise RecordingError(what, source.path, place=Place(line=error.lineno)) from error
    except (LookupError, ValueError) as error:  # the encoding that the first line names
        raise RecordingError("mvnx.encoding", source.path, place=Place(line=1)) from error
    return contents


def _frames(found: _Contents, options: Options) -> Frames:
    """Times in milliseconds, or the rate where there are none."""
    rate = _number(found.rate)
    numbers = [_number(text) for text in found.times]
    time = np.array([np.nan if number is None else number for number in numbers])
    if np.isnan(time).all():
        count = len(time)
        timing = from_rate(found.path, options.of_times, frames=count, stated_rate_hz=rate)
        return every_row(timing)
    return by_times(
        found.path,
        time / 1e3,
        options,
        where=lambda frame: Place(line=found.lines[frame]),
        stated_rate_hz=rate,
    )


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if np.isfinite(value) else None


_CUT: Final = tuple(
    expat.errors.codes[name]
    for name in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
    )
)

FORMAT: Final = OrientationFormat(
    name="MVNX", suffixes=(".mvnx",), sniff=_sniff, read=_read, device="inertial"
)
