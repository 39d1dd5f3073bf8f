"""Failures that a person can mend: what is wrong, in which file, at which place, and the remedy.

What is said is a code with values, put into words by :mod:`nuchal.errors.speech`. Statuses say what
became of a frame; :func:`need_extra` names optional packages that are missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from nuchal.errors.speech import Naming as Naming
from nuchal.errors.speech import Phrase as Phrase
from nuchal.errors.speech import Setting as Setting
from nuchal.errors.speech import Speech as Speech
from nuchal.errors.speech import in_python as in_python
from nuchal.errors.speech import phrase as phrase
from nuchal.errors.speech import table as table
from nuchal.plain_text import fitted, path_words

# The extras of ``pip install 'nuchal[EXTRA]'``, each with the packages that it brings.
EXTRAS: Final[Mapping[str, tuple[str, ...]]] = {
    "app": ("nicegui", "psutil"),
    "average": ("dtaidistance",),
    "cluster": ("dask", "distributed"),
    "dataset": ("zarr",),
    "hidden-emg": ("optax", "sklearn"),
    "onnx": ("onnx", "onnxruntime"),
    "opensim": ("opensim",),
    "pdf": ("weasyprint",),
    "stream": ("pylsl",),
    "study": ("pandas", "pyarrow", "statsmodels"),
    "train": ("optax",),
}
_LANGUAGE: Final = "en"
_LONGEST_SENTENCE: Final = 590


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where in a file: lines, rows and frames from one, a column by name or from one."""

    line: int | None = None
    row: int | None = None
    frame: int | None = None
    byte: int | None = None
    column: str | int | None = None


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
        file = "" if self.file is None else f"{path_words(self.file)}: "
        return file + fitted(self.sentence(naming), _LONGEST_SENTENCE - len(file))

    def sentence(self, naming: Naming = in_python) -> str:
        """The same without the file."""
        speech = Speech(table(__package__, _LANGUAGE), naming)
        said = speech.say(self.what, {**self.values, "remedy": self.remedy})
        if self.place is None:
            return fitted(said, _LONGEST_SENTENCE)
        parts = {k: v for k, v in vars(self.place).items() if v is not None}
        where = ", ".join(speech.say(f"place.{part}", {"at": at}) for part, at in parts.items())
        return fitted(f"{where}: {said}", _LONGEST_SENTENCE)


class SubjectError(NuchalError):
    """A person whose measures are missing, misnamed or impossible."""


class PopulationError(NuchalError):
    """A population that cannot be drawn or read."""


class RecordingError(NuchalError):
    """A recording that cannot be read or understood."""


class StudyError(NuchalError):
    """A study whose file or folders cannot be used."""


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
