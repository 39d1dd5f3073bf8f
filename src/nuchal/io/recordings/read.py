"""Any recording that a laboratory exports, read by what it holds and not only by its name."""

from pathlib import Path
from typing import Final

from nuchal.errors import RecordingError
from nuchal.io.opensim.storage import header_end, storage_from_text
from nuchal.io.recordings import trc
from nuchal.io.recordings.assemble import Options
from nuchal.io.recordings.c3d import is_c3d, recording_from_c3d
from nuchal.io.recordings.coordinates import recording_from_storage
from nuchal.io.recordings.plain_csv import recording_from_plain_csv
from nuchal.io.recordings.text import TextFile, decode, read_bytes
from nuchal.io.recordings.trc import recording_from_trc
from nuchal.io.recordings.vicon_csv import recording_from_vicon, section_titles
from nuchal.records import CoordinateRecording, Recording

_C3D, _TRC, _VICON, _STORAGE, _PLAIN = "C3D", "TRC", "Vicon CSV", "OpenSim storage", "plain CSV"
_KINDS_OF_SUFFIX: Final = {
    ".c3d": {_C3D},
    ".trc": {_TRC},
    ".csv": {_VICON, _PLAIN},
    ".tsv": {_VICON, _PLAIN},
    ".mot": {_STORAGE},
    ".sto": {_STORAGE},
}
_SUFFIX_OF_KIND: Final = {
    _C3D: ".c3d",
    _TRC: ".trc",
    _VICON: ".csv",
    _STORAGE: ".mot",
    _PLAIN: ".csv",
}


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
    content = read_bytes(path)
    if path.suffix.lower() == ".toml":
        raise RecordingError(
            path, "is a person's file; give the recording there and the person with --subject."
        )
    if is_c3d(content):
        _refuse_misnamed(path, _C3D)
        return recording_from_c3d(path, content, options)
    if path.suffix.lower() == ".c3d":
        raise RecordingError(
            path, f"is named .c3d but does not start as a C3D file{_instead(path, content)}."
        )
    file = decode(path, content)
    kind = _kind(file)
    _refuse_misnamed(path, kind)
    if kind == _TRC:
        return recording_from_trc(file, options)
    if kind == _VICON:
        return recording_from_vicon(file, options)
    if kind == _STORAGE:
        storage = storage_from_text(file)
        return recording_from_storage(storage, path, in_degrees=in_degrees, rate_hz=rate_hz)
    return recording_from_plain_csv(file, options)


def _kind(file: TextFile) -> str:
    if file.lines[0].lstrip().startswith(trc.MAGIC):
        return _TRC
    if section_titles(file):
        return _VICON
    return _STORAGE if header_end(file) is not None else _PLAIN


def _instead(path: Path, content: bytes) -> str:
    """What a file without C3D's mark is."""
    try:
        kind = _kind(decode(path, content))
    except RecordingError as error:
        return f"; it {str(error).removeprefix(f'{path}: ').rstrip('.')}"
    if kind == _PLAIN:
        return " and holds text; give the file that the motion-capture software exported"
    return f" and holds {kind}; rename it to {_SUFFIX_OF_KIND[kind]}"


def _refuse_misnamed(path: Path, kind: str) -> None:
    suffix = path.suffix.lower()
    allowed = _KINDS_OF_SUFFIX.get(suffix, set(_SUFFIX_OF_KIND))
    if kind in allowed:
        return
    wanted = " or ".join(sorted(allowed))
    if kind == _PLAIN:
        raise RecordingError(
            path, f"is named {suffix} but does not start as {wanted}; export the recording again."
        )
    raise RecordingError(
        path, f"is named {suffix} but holds {kind}; rename it to {_SUFFIX_OF_KIND[kind]}."
    )
