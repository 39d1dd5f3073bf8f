"""``STUDY.toml``: what a study says of its people, sessions, groups and trials, as a schema."""

import dataclasses
import difflib
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Annotated, Any, Final, Literal, TypeAlias, get_type_hints

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, create_model

from nuchal.commands.assess import AssessOptions
from nuchal.commands.folder import PERSON_FILE
from nuchal.errors import Phrase, StudyError, phrase
from nuchal.io.text import read_text
from nuchal.plain_text import plain_within

Layout: TypeAlias = Literal["folders", "bids"]
Correction: TypeAlias = Literal["holm", "benjamini-hochberg"]
# What AssessOptions takes and a study has other words for, or needs as it is.
_NOT_TAKEN: Final = frozenset(
    {"pdf", "tables", "diagnostics", "agreement", "conditioning", "mvc", "emg", "static", "person"}
    | {"each", "network", "spontaneous", "relocation"}
)
_KINDS: Final = {
    "string_type": "study.text",
    "list_type": "study.list",
    "tuple_type": "study.list",
    "dict_type": "study.table",
    "model_type": "study.table",
    "mapping_type": "study.table",
    "model_attributes_type": "study.table",
    "bool_type": "study.switch",
    "int_type": "study.whole",
    "int_from_float": "study.whole",
    "float_type": "study.number",
}


def _folder_name(name: str) -> str:
    """One step down, and nowhere else."""
    if name != name.strip() or name in ("", ".", "..") or set(name) & set("/\\\0"):
        raise ValueError("no name")
    return name


def _below(name: str) -> str:
    """A path or a pattern that leads down."""
    path = PurePath(name)
    if not name.strip() or "\0" in name or path.anchor or ".." in path.parts or not path.parts:
        raise ValueError("leads elsewhere")
    if any("**" in part and part != "**" for part in path.parts):
        raise ValueError("no pattern")
    return name


def _a_path(name: str) -> str:
    if not name.strip() or "\0" in name:
        raise ValueError("no path")
    return name


FolderName = Annotated[str, AfterValidator(_folder_name)]
Below = Annotated[str, AfterValidator(_below)]
_STRICT: Final = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)
_HINTS: Final = get_type_hints(AssessOptions)
_TAKEN: Final[dict[str, Any]] = {
    one.name: (_HINTS[one.name], None)
    for one in dataclasses.fields(AssessOptions)
    if one.name not in _NOT_TAKEN
}
_TAKEN["necks"] = (Annotated[int, Field(ge=1, le=10_000_000)], None)
_TAKEN["seed"] = (Annotated[int, Field(ge=0)], None)
# The options of ``nuchal assess`` that a study may set for everybody.
AssessPart: Final = create_model("AssessPart", __config__=_STRICT, **_TAKEN)


class StatisticsPart(BaseModel):
    """How groups and sessions are compared.

    Attributes:
        correction: Of the p values of one quantity and comparison, for there being several.
    """

    model_config = _STRICT

    correction: Correction = "holm"


class StudyFile(BaseModel):
    """What ``STUDY.toml`` may say.

    Attributes:
        layout: Folders of the user's own, or those of BIDS motion.
        folder: Where the people's folders are, from the file's own.
        sessions: Names of folders in each person's; one session if there are none.
        recordings: Which files are recordings, as a pattern; all of known suffixes if not given.
        subject: Name of the file of measures in a person's folder or a session's.
        static: Name of a static trial there.
        spontaneous: Pattern of recordings of free movement.
        relocation: Pattern of recordings of coming back with eyes closed.
        groups: People's folders by group; everybody in one group if empty.
        assess: Options of ``nuchal assess`` by their Python names.
    """

    model_config = _STRICT

    layout: Layout = "folders"
    folder: Annotated[str, AfterValidator(_a_path)] = "."
    sessions: list[FolderName] = Field(default_factory=list)
    recordings: Below | None = None
    subject: FolderName = PERSON_FILE
    static: FolderName | None = None
    spontaneous: Below | None = None
    relocation: Below | None = None
    groups: dict[FolderName, list[FolderName]] = Field(default_factory=dict)
    assess: AssessPart = Field(default_factory=AssessPart)  # type: ignore[valid-type]
    statistics: StatisticsPart = Field(default_factory=StatisticsPart)

    @property
    def options(self) -> Mapping[str, Any]:
        """What ``[assess]`` sets, for :class:`AssessOptions`."""
        part: BaseModel = self.assess
        return {name: getattr(part, name) for name in sorted(part.model_fields_set)}


def read_study(path: Path) -> StudyFile:
    """Read a file that describes a study.

    Raises:
        StudyError: it is missing or no TOML, or says something that a study doesn't know.
    """
    text = "\n".join(read_text(path, StudyError).lines)
    if path.suffix.lower() != ".toml":
        raise StudyError("study.not_toml", path)
    try:
        said = plain_within(tomllib.loads(text))
        found = StudyFile.model_validate_json(json.dumps(said, default=str))
    except tomllib.TOMLDecodeError as error:
        raise StudyError("study.bad_toml", path, reason=str(error)) from error
    except ValidationError as error:
        raise _error(path, error) from error
    except (RecursionError, ValueError) as error:  # too deep, or numbers of thousands of digits
        raise StudyError("study.bad_toml", path, reason=phrase("study.not_a_study")) from error
    _refuse_twice(path, found)
    return found


def _refuse_twice(path: Path, found: StudyFile) -> None:
    """A session, or a person in groups, is named once."""
    people = [name for those in found.groups.values() for name in those]
    for name in (*found.sessions, *people):
        if found.sessions.count(name) > 1 or people.count(name) > 1:
            raise StudyError("study.twice", path, name=name)
    for group, those in found.groups.items():
        if not those:
            raise StudyError("study.empty_group", path, group=group)


def _error(path: Path, error: ValidationError) -> StudyError:
    """The first of the problems that pydantic found."""
    problems = error.errors(include_url=False)
    unknown = [one for one in problems if one["type"] == "extra_forbidden"]
    first = (unknown or problems)[0]
    name = ".".join(str(part) for part in first["loc"])
    given = f"{first['input']!r:.40}"
    kind = first["type"]
    if kind == "extra_forbidden":
        return StudyError("study.unknown", path, name=name, hint=_hint(first["loc"]))
    if kind == "literal_error":
        choices = first["ctx"]["expected"]
        return StudyError("study.choices", path, name=name, given=given, choices=choices)
    if kind == "value_error":
        return StudyError("study.no_name", path, name=name, given=given)
    if kind in _KINDS:
        needed = phrase(_KINDS[kind])
        return StudyError("study.kind", path, name=name, given=given, needed=needed)
    said = first["msg"].replace("Input should be", "it has to be")
    return StudyError("study.wrong", path, name=name, given=given, said=said)


def _hint(where: tuple[int | str, ...]) -> Phrase:
    parts = {"assess": AssessPart, "statistics": StatisticsPart}
    part = parts.get(str(where[0]), StudyFile) if len(where) > 1 else StudyFile
    known = list(part.model_fields)
    close = difflib.get_close_matches(str(where[-1]), known, n=1, cutoff=0.5)
    if close:
        return phrase("study.similar", name=close[0])
    return phrase("study.known", names=known)
