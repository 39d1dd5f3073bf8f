"""Any file that says how bodies are turned, read by what it holds and not only by its name.

A new format is a module and a line in ``FORMATS``.
"""

import dataclasses
from pathlib import Path
from types import MappingProxyType
from typing import Final

from nuchal.errors import RecordingError
from nuchal.io.orientations import (
    apdm,
    bids,
    bvh,
    motive,
    mt_manager,
    mvnx,
    openface,
    opensense,
    plain,
    qtm,
    theia,
)
from nuchal.io.orientations.format import Columns, Options, OrientationFormat, refuse_misstated
from nuchal.io.recordings.format import Source
from nuchal.io.recordings.recognise import kind_of, refuse_misnamed
from nuchal.io.text import read_bytes
from nuchal.orientations import OrientationRecording

# In the order in which a file is tried; plain CSV takes all text that has no mark.
FORMATS: Final[tuple[OrientationFormat, ...]] = (
    theia.FORMAT,
    mvnx.FORMAT,
    bvh.FORMAT,
    opensense.FORMAT,
    motive.FORMAT,
    qtm.FORMAT,
    mt_manager.FORMAT,
    apdm.FORMAT,
    openface.FORMAT,
    bids.FORMAT,
    plain.FORMAT,
)


def read_orientations(
    path: Path,
    *,
    rate_hz: float | None = None,
    quaternion: str | None = None,
    euler: str | None = None,
    in_degrees: bool | None = None,
    left_handed: bool | None = None,
    columns: Columns | None = None,
    still: bool = False,
) -> OrientationRecording:
    """Read how head, torso and other bodies are turned.

    Args:
        path: The file: MVNX, BVH, OpenSense ``.sto``, Theia's C3D, CSV of Motive, APDM, OpenFace or
            a headset, 6D TSV of QTM, MT Manager's text or BIDS motion.
        rate_hz: Frame rate where the file states none or a wrong one [Hz].
        quaternion: ``wxyz`` or ``xyzw`` where the columns do not say.
        euler: Order of three angles, such as ``ZXY`` about the body's own axes or ``zxy`` about the
            fixed ones, as SciPy has it.
        in_degrees: Unit of angles where the file states none.
        left_handed: Whether a plain table's axes are left-handed, as Unity's: the third is turned
            round.
        columns: Of bodies in a plain table: what their names start with, or four names of a
            quaternion's columns, nine of a matrix's row by row, or three of angles in their order.
        still: Whether a single frame will do.

    Returns:
        Rotations from the bodies' axes to the file's, evenly spaced in time.

    Raises:
        RecordingError: The file is missing, of another kind, damaged, contradicts itself or what
            was stated, or leaves open what has to be stated; the message says how to mend it.
    """
    options = Options(
        rate_hz=rate_hz,
        quaternion=quaternion,
        euler=euler,
        in_degrees=in_degrees,
        left_handed=left_handed,
        columns=MappingProxyType(dict(columns or {})),
        still=still,
    )
    return orientations_in(Source(path, read_bytes(path)), options)


def orientations_in(source: Source, options: Options) -> OrientationRecording:
    """:func:`read_orientations` of a file that is open.

    Raises:
        RecordingError: As there.
    """
    found = kind_of(source, FORMATS)
    refuse_misnamed(source, found, FORMATS)
    refuse_misstated(source.path, options, found)
    return dataclasses.replace(found.read(source, options), device=found.device)


def holds_orientations(source: Source) -> bool:
    """Whether a file says how bodies are turned, and is not one of markers or coordinates."""
    try:
        return kind_of(source, FORMATS).holds(source)
    except RecordingError:
        return False


def settings_left(source: Source) -> frozenset[str]:
    """Settings of rotations that a file of orientations leaves to the user.

    Raises:
        RecordingError: It is of no format.
    """
    return kind_of(source, FORMATS).takes
