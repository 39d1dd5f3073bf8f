"""What a dropped folder lists, before anything of it is taken in: which files, and where to."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Annotated, Final, NamedTuple

from pydantic import Field, TypeAdapter, ValidationError

from nuchal.app.limits import MEGABYTE, PageLimits
from nuchal.commands.folder import PERSON_FILE
from nuchal.errors import NuchalError
from nuchal.plain_text import path_words, plain_line, safe_names

# Recordings, and what says something of people and studies.
RECORDINGS: Final = (
    ".c3d", ".trc", ".csv", ".tsv", ".mot", ".sto", ".txt", ".mvnx", ".bvh", ".json",
)  # fmt: skip
TOML: Final = ".toml"
# How deep a file may lie: person, session and some of a laboratory's own.
_DEEPEST: Final = 8
# What systems leave among people's files.
_NOBODYS: Final = frozenset({"__MACOSX", "$RECYCLE.BIN", "System Volume Information"})
# A folder with one of these is a result of ours and holds no recordings.
_RESULTS: Final = frozenset({"study.json", "assessment.json"})
_LISTING: Final = TypeAdapter(list[tuple[str, Annotated[int, Field(ge=0)]]])
Parts = tuple[str, ...]


class Coming(NamedTuple):
    """A file that is to come.

    Attributes:
        path: In the dropped folder.
        size: [bytes].
    """

    path: PurePosixPath
    size: int


@dataclass(frozen=True, kw_only=True)
class Dropped:
    """A folder of which each file is known by its number in the list.

    Attributes:
        name: What the folder is called; empty where several were dropped.
    """

    name: str
    files: Mapping[int, Coming]


def dropped(listing: bytes, limits: PageLimits) -> Dropped:
    """The files of a folder that a study may use; all others are left where they are.

    Args:
        listing: JSON, pairs of a path and a size.
        limits: how much is taken in.

    Raises:
        NuchalError: it is no list of a folder, too much, or holds names that cannot be kept.
    """
    try:
        listed = _LISTING.validate_json(listing, strict=True)
    except ValidationError as error:
        raise NuchalError("page.study_no_list") from error
    every = [_parts(path) for path, _ in listed]
    name = _common(every)
    inside = [parts[1:] if name else parts for parts in every]
    used = _used(inside)
    _refuse_what_is_no_study({inside[k] for k in used})
    files = {k: Coming(PurePosixPath(*inside[k]), listed[k][1]) for k in used}
    _refuse_names([inside[k] for k in used])
    _refuse_too_much(list(files.values()), limits)
    return Dropped(name=plain_line(name), files=files)


def _parts(path: str) -> Parts:
    """Folders and name.

    Raises:
        NuchalError: they lead out of the folder.
    """
    parts = tuple(unicodedata.normalize("NFC", path).split("/"))
    if "\0" in path or any(part in ("", ".", "..") for part in parts):
        raise NuchalError("page.study_leads_out", path_words(path))
    return parts


def _common(every: Sequence[Parts]) -> str:
    """The folder that all lie in, if it is one."""
    first = {parts[0] for parts in every if len(parts) > 1}
    return first.pop() if len(first) == 1 and all(len(parts) > 1 for parts in every) else ""


def _used(every: Sequence[Parts]) -> list[int]:
    """Numbers of those that a study may use."""
    results = {parts[:-1] for parts in every if parts[-1] in _RESULTS and len(parts) > 1}
    return [k for k, parts in enumerate(every) if _is_used(parts, results)]


def _is_used(parts: Parts, results: set[Parts]) -> bool:
    if any(part.startswith(".") or part in _NOBODYS for part in parts):
        return False
    if any(parts[:n] in results for n in range(1, len(parts))):
        return False
    suffix = PurePosixPath(parts[-1]).suffix.lower()
    return suffix == TOML or (suffix in RECORDINGS and len(parts) > 1)


def _refuse_what_is_no_study(used: set[Parts]) -> None:
    deeper = [parts for parts in used if len(parts) > 1]
    if (PERSON_FILE,) in used and not any(parts[-1] == PERSON_FILE for parts in deeper):
        raise NuchalError("page.study_one_person")
    if not deeper:
        raise NuchalError("page.study_nothing")


def _refuse_names(every: Sequence[Parts]) -> None:
    """Names that some system would not take, or not tell apart."""
    files, folders = set[Parts](), dict[Parts, Parts]()
    for parts in every:
        path = path_words("/".join(parts))
        if len(parts) > _DEEPEST:
            raise NuchalError("page.study_too_deep", path, most=_DEEPEST)
        for part in parts:
            if safe_names((part,)) != (part,) or part != part.strip():
                raise NuchalError("page.study_odd_name", path, name=plain_line(part))
        alike = tuple(part.casefold() for part in parts)
        above = {alike[:n]: parts[:n] for n in range(1, len(parts))}
        others = any(folders.setdefault(name, one) != one for name, one in above.items())
        if others or alike in files:
            raise NuchalError("page.study_alike", path)
        files.add(alike)
    if files & set(folders):
        raise NuchalError("page.study_alike", path_words("/".join((files & set(folders)).pop())))


def _refuse_too_much(every: Sequence[Coming], limits: PageLimits) -> None:
    for one in every:
        if one.size > limits.file_bytes:
            size, most = one.size / MEGABYTE, limits.file_bytes / MEGABYTE
            path = path_words(one.path)
            raise NuchalError("page.file_too_large", path, size_mb=size, most_mb=most)
    if len(every) > limits.study_files:
        raise NuchalError("page.study_too_many", count=len(every), most=limits.study_files)
    if sum(one.size for one in every) > limits.study_bytes:
        raise NuchalError("page.all_too_large", most_mb=limits.study_bytes / MEGABYTE)
