"""A population as a CSV file: one row a person, and a first line that says who they are.

The first line is a comment, ``# nuchal population {...}``, with the seed, the share of women, the
limits, the number of people and a checksum of all that follows. The second names the columns; then
comes one line a person, counted from 0. Measures have six decimals, which is all that they have.
"""

import json
import warnings
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final, Literal

import numpy as np
from jaxtyping import Float, Int, UInt8
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nuchal import __version__
from nuchal.errors import OutputError, PopulationError, Setting
from nuchal.io.output.files import replaced
from nuchal.model.population import SEXES, People, Population, people_of, subject_of
from nuchal.model.survey import MEASURES
from nuchal.records import Subject

_MARK: Final = b"# nuchal population "
_LONGEST_LINE: Final = 10_000
_CHUNK: Final = 2**20
_DECIMALS: Final = 6
_SEX_WORDS: Final = tuple(sex or "unstated" for sex in SEXES)
# Measures that every person has; the others are the head's.
_BODY: Final = 3


class _Header(BaseModel):
    """What the first line says.

    Attributes:
        version: Of nuchal.
        women: Share of women; null for the pooled survey, without sexes.
        crc32: Of all lines below the first.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    format: Literal[1]
    version: str
    count: int = Field(ge=1)
    seed: int
    women: float | None
    heads: bool
    limits: dict[str, tuple[float, float]]
    farthest: float
    crc32: str = Field(pattern="^[0-9a-f]{8}$")


def write_population(
    path: Path,
    population: Population,
    blocks: Iterable[People],
    *,
    count: int,
    force: bool = False,
    progress: Callable[[int], None] = lambda _people: None,
) -> None:
    """Write people as they are drawn; the file appears whole or not at all.

    Args:
        path: the file; one that holds a population is replaced.
        population: what the people were drawn from.
        blocks: person 0 and all after that, in order.
        count: how many they are.
        force: replace a file of anything else, too.
        progress: told how many people have been written.

    Raises:
        OutputError: the place cannot be written, or holds something that is not ours.
    """
    refuse_foreign(path, force=force)
    with replaced(path) as draft, draft.open("wb") as file:
        top = _first_line(population, count, 0) + _columns(heads=population.heads)
        checksum, written = zlib.crc32(top), 0
        file.write(top)
        for people in blocks:
            text = _lines(people)
            checksum = zlib.crc32(text, checksum)
            file.write(text)
            written += len(people)
            progress(written)
        file.seek(0)
        file.write(_first_line(population, count, checksum))


def refuse_foreign(path: Path, *, force: bool = False) -> None:
    """Refuse to write where something lies that is no population.

    Raises:
        OutputError: a folder, or without ``force`` a file of something else.
    """
    try:
        if not path.exists():
            return
        if not path.is_file():
            raise OutputError("output.is_no_file", path, remedy=Setting("out"))
        with path.open("rb") as file:
            ours = file.read(len(_MARK)) == _MARK
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise OutputError(
            "output.unwritable", path, remedy=Setting("out"), reason=reason
        ) from error
    if not (ours or force):
        mend, out = Setting("force", True), Setting("out")
        raise OutputError("output.is_no_population", path, remedy=mend, out=out)


def read_population(path: Path) -> tuple[Population, People]:
    """What the people of a file were drawn from, and all of them.

    Raises:
        PopulationError: the file is missing, not one of ours, changed or damaged.
    """
    with _checked(path) as (header, file):
        lines = file.read()
    population = _population(path, header)
    return population, _people(path, population, lines, first=0, count=header.count)


def read_person(path: Path, index: int) -> Subject:
    """One person of a file, counted from 0; the others pass by without being kept.

    Raises:
        PopulationError: the file is missing, not one of ours, changed or damaged, or has no such
            person.
    """
    with _checked(path) as (header, file):
        if not 0 <= index < header.count:
            raise PopulationError(
                "population.no_such_person", path, index=index, last=header.count - 1
            )
        line = next(islice(file, index, None), b"")
    population = _population(path, header)
    return subject_of(_people(path, population, line, first=index, count=1), 0)


def _first_line(population: Population, count: int, checksum: int) -> bytes:
    about = {**vars(population), "limits": dict(population.limits)}
    header = _Header(format=1, version=__version__, count=count, crc32=f"{checksum:08x}", **about)
    return _MARK + json.dumps(header.model_dump()).encode() + b"\n"


def _columns(*, heads: bool) -> bytes:
    names = MEASURES if heads else MEASURES[:_BODY]
    return f"{','.join(('index', 'sex', *names, 'attempts'))}\n".encode()


def _lines(people: People) -> bytes:
    """One line a person: all of the same length at first, then without what is not needed."""
    words = np.array([f",{word},".encode() for word in _SEX_WORDS])
    sex = words[people.sex].view(np.uint8).reshape(len(people), -1)
    comma = np.full((len(people), 1), ord(","), dtype=np.uint8)
    parts = [_digits(people.index), sex]
    for column in people.measures().T:
        whole = np.rint(column * 10**_DECIMALS).astype(np.int64)
        units, rest = np.divmod(whole, 10**_DECIMALS)
        point = np.full((len(people), 1), ord("."), dtype=np.uint8)
        parts += [_digits(units), point, _digits(rest, width=_DECIMALS), comma]
    end = np.full((len(people), 1), ord("\n"), dtype=np.uint8)
    text = np.concatenate([*parts, _digits(people.attempts), end], axis=1)
    return bytes(text[text != 0].tobytes())


def _digits(whole: Int[np.ndarray, " n"], *, width: int = 0) -> UInt8[np.ndarray, "n w"]:
    """Digits of numbers, zeros in front kept to make ``width`` and replaced by NUL beyond it."""
    widest = max(width, len(str(whole.max(initial=0))))
    text = np.zeros((len(whole), widest), dtype=np.uint8)
    rest = whole
    for place in range(widest):
        rest, digit = np.divmod(rest, 10) if place else np.divmod(whole, 10)
        needed = (rest > 0) | (digit > 0) | (place < max(width, 1))
        text[:, widest - 1 - place] = np.where(needed, digit + ord("0"), 0)
    return text


@contextmanager
def _checked(path: Path) -> Iterator[tuple[_Header, BinaryIO]]:
    """A file whose checksum is right, placed where its people begin."""
    with _opened(path) as file:
        first = file.readline(_LONGEST_LINE)
        header = _header(path, first)
        columns = file.readline(_LONGEST_LINE)
        start = file.tell()
        checksum = zlib.crc32(first.replace(header.crc32.encode(), b"00000000"))
        checksum = zlib.crc32(columns, checksum)
        while chunk := file.read(_CHUNK):
            checksum = zlib.crc32(chunk, checksum)
        if f"{checksum:08x}" != header.crc32 or columns != _columns(heads=header.heads):
            raise _damaged(path)
        file.seek(start)
        yield header, file


def _opened(path: Path) -> BinaryIO:
    try:
        if path.is_dir():
            raise PopulationError("file.folder", path)
        return path.open("rb")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise PopulationError("population.unreadable", path, reason=reason) from error


def _header(path: Path, line: bytes) -> _Header:
    if not line.startswith(_MARK):
        raise PopulationError("population.no_mark", path, mark=_MARK.decode().strip())
    try:
        return _Header.model_validate_json(line[len(_MARK) :])
    except ValidationError as error:
        raise PopulationError("population.first_line", path) from error


def _damaged(path: Path) -> PopulationError:
    return PopulationError("population.damaged", path)


def _population(path: Path, header: _Header) -> Population:
    try:
        return Population(**header.model_dump(include={field.name for field in fields(Population)}))
    except PopulationError as error:
        raise PopulationError(error.what, path, remedy=error.remedy, **error.values) from error


def _people(path: Path, population: Population, lines: bytes, *, first: int, count: int) -> People:
    """People from their lines, which have to be what :func:`_lines` writes."""
    values = _numbers(path, lines)
    names = MEASURES if population.heads else MEASURES[:_BODY]
    if values.size != count * (len(names) + 3):
        raise _damaged(path)
    index, sex, *columns, attempts = np.array(values.reshape(count, -1).T)
    measures = np.stack(columns, axis=1)
    low, high = np.array([population.limits[name] for name in names]).T
    if (
        (index != np.arange(first, first + count)).any()
        or not np.isin(sex, range(len(SEXES))).all()
        or not ((low <= measures) & (measures <= high)).all()
    ):
        raise _damaged(path)
    return people_of(population, index.astype(int), sex.astype(int), measures, attempts.astype(int))


def _numbers(path: Path, lines: bytes) -> Float[np.ndarray, " n"]:
    for number, word in enumerate(_SEX_WORDS):
        lines = lines.replace(f",{word},".encode(), f",{number},".encode())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", DeprecationWarning)
            return np.fromstring(lines.replace(b"\n", b",").decode("ascii"), sep=",")
    except (DeprecationWarning, ValueError) as error:
        raise _damaged(path) from error
