"""Text files as lines, or one sentence that says why a file is none."""

import codecs
import difflib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from nuchal.errors import NuchalError, Phrase, Place, RecordingError, phrase
from nuchal.findings import Assumed, Finding, finding
from nuchal.plain_text import plain_block

# Larger files are refused; an hour of fifty markers at 200 Hz as text takes 1 GB.
MAX_BYTES: Final = 4 * 2**30

# How files of well-known other kinds start, and what they are called.
_FOREIGN: Final = (
    (b"PK\x03\x04", "file.zip"),
    (b"%PDF", "file.pdf"),
    (b"\x1f\x8b", "file.gzip"),
    (b"\x89HDF", "file.hdf5"),
    (b"MATLAB", "file.matlab"),
    (b"\x89PNG", "file.image"),
    (b"\xff\xd8\xff", "file.image"),
)
# Bytes that no text holds.
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0e-\x1f]")
# Line feeds of other kinds, which some programs leave where a page ends.
_FEEDS: Final = str.maketrans("\v\f", "  ")
# Such bytes before this place say that the file never was text.
_OPENING: Final = 256

ErrorKind: TypeAlias = type[NuchalError]


@dataclass(frozen=True)
class TextFile:
    """The lines of a text file, without their ends; plain text but for tabs."""

    path: Path
    lines: tuple[str, ...]
    notes: tuple[Finding, ...] = ()


def read_bytes(path: Path, kind: ErrorKind = RecordingError) -> bytes:
    """The whole file.

    Args:
        path: The file.
        kind: Class of the errors.

    Raises:
        NuchalError: The file is missing, no regular file, unreadable, empty or far too large.
    """
    try:
        if path.is_dir():
            raise kind("file.folder", path)
        if not path.exists():
            if path.is_symlink():
                raise kind("file.link_to_nowhere", path)
            raise kind("file.missing", path, hint=_similar(path))
        if not path.is_file():
            raise kind("file.special", path)
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise kind("file.large", path, size_gb=size / 2**30)
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise kind("file.unopened", path, reason=reason) from error
    if not content:
        raise kind("file.empty", path)
    return content


def _similar(path: Path) -> Phrase:
    if not path.parent.is_dir():
        return phrase("file.missing_folder", folder=path.parent)
    names = [entry.name for entry in path.parent.iterdir()]
    close = difflib.get_close_matches(path.name, names, n=1)
    return phrase("file.similar", name=close[0]) if close else phrase("file.check_name")


def decode(path: Path, content: bytes, kind: ErrorKind = RecordingError) -> TextFile:
    """Bytes as lines: UTF-8 (with or without its mark), UTF-16 with its mark, else Latin-1.

    Raises:
        NuchalError: The bytes are not text.
    """
    for magic, what in _FOREIGN:
        if content.startswith(magic):
            raise kind("file.foreign", path, kind=phrase(what))
    notes: tuple[Finding, ...] = ()
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            text = content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise kind("file.utf16_damaged", path) from error
    else:
        content = content.rstrip(b"\x1a")  # end of file, as DOS wrote it
        _refuse_binary(path, content, kind)
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            text = content.decode("latin-1")
            notes = (finding(Assumed.LATIN_1, line=line),)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii() or any(letter in text for letter in "\v\f\x7f"):
        text = plain_block(text.translate(_FEEDS))
    return TextFile(path, tuple(text.split("\n")), notes)


def _refuse_binary(path: Path, content: bytes, kind: ErrorKind) -> None:
    control = _CONTROL.search(content)
    if control is None:
        return
    at = control.start()
    if at < _OPENING:
        raise kind("file.not_text", path, place=Place(byte=at), value=content[at])
    raise kind("file.binary", path, place=Place(line=content.count(b"\n", 0, at) + 1))


def read_text(path: Path, kind: ErrorKind = RecordingError) -> TextFile:
    """``read_bytes`` and ``decode`` in one."""
    return decode(path, read_bytes(path, kind), kind)
