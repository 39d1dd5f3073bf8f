"""Any recording that a laboratory exports, read by what it holds and not only by its name."""

from pathlib import Path

from nuchal.errors import RecordingError, Setting
from nuchal.io.recordings.format import Options, Source
from nuchal.io.recordings.formats import format_of, refuse_misnamed
from nuchal.io.text import read_bytes
from nuchal.records import CoordinateRecording, Recording


def read_recording(
    path: Path,
    *,
    units: str | None = None,
    rate_hz: float | None = None,
    in_degrees: bool | None = None,
    person: str | None = None,
) -> Recording | CoordinateRecording:
    """Read markers or coordinates from ``.c3d``, ``.trc``, Vicon or plain ``.csv``, ``.mot``.

    Args:
        path: The file. Under a known suffix it has to hold that kind; under any other
            (``.txt``, none) its content decides.
        units: ``mm``, ``cm`` or ``m`` where the file states no unit of length or a wrong one.
        rate_hz: Frame rate where the file states none or a wrong one [Hz].
        in_degrees: Unit of the six coordinates where the file states none or a wrong one.
        person: Prefix of the markers to take (``Sub1`` of ``Sub1:LFHD``) where a file has several.

    Returns:
        Markers in metres and laboratory axes, or the six coordinates in radians; evenly spaced
        in time.

    Raises:
        RecordingError: The file is missing, of another kind, damaged or contradicts itself; the
            message says where and how to mend it.
    """
    options = Options(units=units, rate_hz=rate_hz, in_degrees=in_degrees, person=person)
    source = Source(path, read_bytes(path))
    if path.suffix.lower() == ".toml":
        raise RecordingError("recording.is_a_person", path, remedy=Setting("subject"))
    found = format_of(source)
    refuse_misnamed(source, found)
    return found.read(source, options)
