"""What is said: a code with values, whose words stand in tables of text, one for each language.

A table is TOML: ``code = "sentence with {values}"``. Values are put in as :class:`str.format` does,
with additions: a sequence becomes a list with commas, or with strokes for ``{shares:/.2f}``; a
:class:`Setting` is named as the listener knows it; a :class:`Phrase` is said in its place; None is
left out; and ``{count:frame|frames}`` takes the singular for one. What is put in is plain text.
"""

import string
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import PurePath
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from nuchal.plain_text import fitted, path_words, plain_line

_LONGEST_LIST: Final = 24
# Letters of a value that others sent, of a setting with its value, and of a list.
_LONGEST_VALUE: Final = 100
_LONGEST_SETTING: Final = 200
_LONGEST_LISTED: Final = 400


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
    """Says phrases in one language to one kind of listener.

    Args:
        texts: of the language, by code.
        naming: names settings as the listener knows them.
        longest: letters of a text that is put in, of which others may have sent any number; the
            middle of a longer one is left out, and the end of a long list.
    """

    def __init__(
        self,
        texts: Mapping[str, str],
        naming: Naming = in_python,
        *,
        longest: int | None = _LONGEST_VALUE,
    ) -> None:
        self.texts = texts
        self.naming = naming
        self.longest = longest

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
            return fitted(plain_line(self.naming(value)), _LONGEST_SETTING)
        if isinstance(value, PurePath):
            return path_words(value)
        if isinstance(value, Sequence) and not isinstance(value, str):
            return self._listed(value, format_spec)
        said = "" if value is None else format(value, format_spec) if format_spec else str(value)
        return plain_line(said) if self.longest is None else fitted(plain_line(said), self.longest)

    def _listed(self, values: Sequence[Any], spec: str) -> str:
        if spec.startswith("/"):
            return " / ".join(self.format_field(value, spec[1:]) for value in values)
        words = [self.format_field(value, spec) for value in values[:_LONGEST_LIST]]
        while self.longest and len(words) > 1 and len(", ".join(words)) > _LONGEST_LISTED:
            words.pop()
        shown, more = ", ".join(words), len(values) - len(words)
        return shown if more <= 0 else self.texts["list.more"].format(shown=shown, more=more)
