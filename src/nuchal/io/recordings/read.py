"""Any recording that a laboratory exports, read by what it holds and not only by its name.

A new format is a module and a line in ``FORMATS``.
"""

from pathlib import Path
from typing import Final

from nuchal.errors import RecordingError, Setting
from nuchal.io.recordings import (
    c3d,
    motive_csv,
    opensim_markers,
    opensim_storage,
    plain_csv,
    qtm_tsv,
    trc,
    vicon_csv,
    visual3d,
)
from nuchal.io.recordings.format import Format, Options, Source
from nuchal.io.recordings.recognise import kind_of, refuse_misnamed
from nuchal.io.text import read_bytes
from nuchal.records import CoordinateRecording, Recording

# In the order in which a file is tried; plain CSV takes all text that has no mark.
FORMATS: Final[tuple[Format, ...]] = (
    c3d.FORMAT,
    trc.FORMAT,
    motive_csv.FORMAT,
    qtm_tsv.FORMAT,
    visual3d.FORMAT,
    vicon_csv.FORMAT,
    opensim_markers.FORMAT,
    opensim_storage.FORMAT,
    plain_csv.FORMAT,
)


def read_recording(
    path: Path,
    *,
    units: str | None = None,
    rate_hz: float | None = None,
    in_degrees: bool | None = None,
    person: str | None = None,
    still: bool = False,
) -> Recording | CoordinateRecording:
    """Read markers or coordinates from ``.c3d``, ``.trc``, Vicon or plain ``.csv``, ``.mot``.

    Args:
        path: The file. Under a known suffix it has to hold that kind; under any other
            (``.txt``, none) its content decides.
        units: ``mm``, ``cm`` or ``m`` where the file states no unit of length or a wrong one.
        rate_hz: Frame rate where the file states none or a wrong one [Hz].
        in_degrees: Unit of the six coordinates where the file states none or a wrong one.
        person: Whose markers to take where a file has several people's: what stands before or
            behind their names, such as ``Sub1`` of ``Sub1:LFHD``.
        still: Whether a single frame will do, as of a static trial.

    Returns:
        Markers in metres and laboratory axes, or the six coordinates in radians; evenly spaced
        in time.

    Raises:
        RecordingError: The file is missing, of another kind, damaged or contradicts itself; the
            message says where and how to mend it.
    """
    options = Options(
        units=units, rate_hz=rate_hz, in_degrees=in_degrees, person=person, still=still
    )
    return recording_in(Source(path, read_bytes(path)), options)


def recording_in(source: Source, options: Options) -> Recording | CoordinateRecording:
    """:func:`read_recording` of a file that is open.

    Raises:
        RecordingError: As there.
    """
    if source.path.suffix.lower() == ".toml":
        raise RecordingError("recording.is_a_person", source.path, remedy=Setting("subject"))
    found = format_of(source)
    refuse_misnamed(source, found, FORMATS)
    return found.read(source, options)


def format_of(source: Source) -> Format:
    """The format of a file by its content.

    Raises:
        RecordingError: It is of none.
    """
    return kind_of(source, FORMATS)
