"""Failures that a person can mend: what is wrong, in which file, at which place, and the remedy.

What is said is a code with values; its words stand in tables of text, one for each language. A
table is TOML: ``code = "sentence with {values}"``. Values are put in as :class:`str.format` does,
with additions: a sequence becomes a list with commas, or with strokes for ``{shares:/.2f}``; a
:class:`Setting` is named as the listener knows it; a :class:`Phrase` is said in its place; None is
left out; and ``{count:frame|frames}`` takes the singular for one.

Statuses say what became of a frame; :func:`need_extra` names optional packages that are missing.
"""

import string
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, partial
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeAlias

# The extras of ``pip install 'nuchal[EXTRA]'``, each with the packages that it brings.
EXTRAS: Final[Mapping[str, tuple[str, ...]]] = {
    "app": ("filelock", "nicegui", "psutil"),
    "average": ("dtaidistance",),
    "cluster": ("dask", "distributed"),
    "dataset": ("zarr",),
    "hidden-emg": ("sklearn",),
    "onnx": ("onnx", "onnxruntime"),
    "opensim": ("opensim",),
    "pdf": ("weasyprint",),
}
_LANGUAGE: Final = "en"
_LONGEST_LIST: Final = 24


@dataclass(frozen=True)
class Setting:
    """A setting that the listener can change, by its name in Python.

    Attributes:
        name: As in the options of a command, such as ``up``.
        value: What to set it to, if that is known, such as ``"+Z"``.
    """

    name: str
    value: Any = None


@dataclass(frozen=True)
class Phrase:
    """A piece of text: its code in a table, and the values to put in."""

    what: str
    values: Mapping[str, Any]


def phrase(what: str, /, **values: Any) -> Phrase:
    """A piece of text with its values."""
    return Phrase(what, values)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where in a file: lines, rows and frames from one, a column by name or from one."""

    line: int | None = None
    row: int | None = None
    frame: int | None = None
    byte: int | None = None
    column: str | int | None = None


Naming: TypeAlias = Callable[[Setting], str]
"""How a listener knows a setting: a Python name, a flag, a field's label."""


def in_python(setting: Setting) -> str:
    """A setting as Python has it: ``up`` or ``up='+Z'``."""
    return setting.name if setting.value is None else f"{setting.name}={setting.value!r}"


@cache
def table(package: str, language: str) -> Mapping[str, str]:
    """All texts of a language in a package's folder of that name; codes are ``file.key``."""
    folder = files(package) / language
    texts = {}
    for file in folder.iterdir():
        stem, dot, suffix = file.name.rpartition(".")
        if dot and suffix == "toml":
            entries = tomllib.loads(file.read_text("utf-8"))
            texts.update({f"{stem}.{key}": text for key, text in entries.items()})
    return MappingProxyType(texts)


class Speech(string.Formatter):
    """Says phrases in one language to one kind of listener."""

    def __init__(self, texts: Mapping[str, str], naming: Naming = in_python) -> None:
        self.texts = texts
        self.naming = naming

    def say(self, what: str, values: Mapping[str, Any]) -> str:
        """The words of a code with its values.

        Raises:
            KeyError: there is no such code, or its text asks for a value that was not given.
        """
        return self.vformat(self.texts[what], (), values)

    def format_field(self, value: Any, format_spec: str) -> str:
        """One value in words; see the module's docstring."""
        if "|" in format_spec:
            one, many = format_spec.split("|")
            return one if value == 1 else many
        if isinstance(value, Phrase):
            return self.say(value.what, value.values)
        if isinstance(value, Setting):
            return self.naming(value)
        if value is None:
            return ""
        if isinstance(value, Sequence) and not isinstance(value, str):
            return self._listed(value, format_spec)
        return format(value, format_spec) if format_spec else str(value)

    def _listed(self, values: Sequence[Any], spec: str) -> str:
        if spec.startswith("/"):
            return " / ".join(self.format_field(value, spec[1:]) for value in values)
        shown = ", ".join(self.format_field(value, spec) for value in values[:_LONGEST_LIST])
        more = len(values) - _LONGEST_LIST
        return shown if more <= 0 else self.say("list.more", {"shown": shown, "more": more})


class NuchalError(Exception):
    """Something that was given cannot be used.

    ``str`` of it is one sentence, right for someone who writes Python; :meth:`text` says the same
    to others.

    Args:
        what: the code of the problem, as ``file.key`` of the table of texts.
        file: the file at fault.
        place: where in it.
        remedy: the setting that mends it, for texts that name it as ``{remedy}``.
        values: everything else that the text mentions.
    """

    def __init__(
        self,
        what: str,
        /,
        file: Path | str | None = None,
        *,
        place: Place | None = None,
        remedy: Setting | tuple[Setting, ...] | None = None,
        **values: Any,
    ) -> None:
        super().__init__(what)
        self.what = what
        self.file = None if file is None else Path(file)
        self.place = place
        self.remedy = remedy
        self.values: Mapping[str, Any] = MappingProxyType(values)

    def __str__(self) -> str:
        return self.text()

    def __reduce__(self) -> tuple[Any, ...]:
        said = {"place": self.place, "remedy": self.remedy, **self.values}
        return partial(type(self), self.what, self.file, **said), ()

    def text(self, naming: Naming = in_python) -> str:
        """One sentence that names the file, the place and the remedy; ``naming`` names settings."""
        sentence = self.sentence(naming)
        return sentence if self.file is None else f"{self.file}: {sentence}"

    def sentence(self, naming: Naming = in_python) -> str:
        """The same without the file."""
        speech = Speech(table(__package__, _LANGUAGE), naming)
        said = speech.say(self.what, {**self.values, "remedy": self.remedy})
        if self.place is None:
            return said
        parts = {k: v for k, v in vars(self.place).items() if v is not None}
        where = ", ".join(speech.say(f"place.{part}", {"at": at}) for part, at in parts.items())
        return f"{where}: {said}"


class SubjectError(NuchalError):
    """A person whose measures are missing, misnamed or impossible."""


class PopulationError(NuchalError):
    """A population that cannot be drawn or read."""


class RecordingError(NuchalError):
    """A recording that cannot be read or understood."""


class OutputError(NuchalError):
    """A place that cannot be written."""


class DatasetError(NuchalError):
    """A dataset that cannot be made, continued or read."""


class NetworkError(NuchalError):
    """A file of networks that cannot be read."""


class EngineError(NuchalError):
    """An engine or an extra that is missing or failed."""


def need_extra(extra: str) -> None:
    """Make sure that the packages of one of :data:`EXTRAS` are installed; none is imported.

    Raises:
        EngineError: a package is missing.
    """
    missing = [name for name in EXTRAS[extra] if find_spec(name) is None]
    if missing:
        raise EngineError("extra.missing", packages=missing, extra=extra)


class Status(IntEnum):
    """What became of one frame. Zero is good; ``report.text`` says what to do about the others."""

    OK = 0
    GAP = 1
    BEYOND_RANGE = 2
    INFEASIBLE = 3
    NOT_CONVERGED = 4
    OUTSIDE_TRAINING = 5


# Statuses of a motion's frames whose posture is known.
POSTURE_KNOWN: Final = (Status.OK, Status.BEYOND_RANGE)
