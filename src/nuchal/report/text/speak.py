"""Says codes in a language: looks them up in its table, or in the English one where it has none.

Phrases that errors say too stand with the texts of errors.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias

from nuchal.errors import Setting, Status
from nuchal.errors.phrases import Naming, Speech, in_python, table
from nuchal.findings import Finding

Language: TypeAlias = Literal["en", "de"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "de")


@cache
def _texts(language: Language) -> Mapping[str, str]:
    file = files("nuchal.report.text") / f"{language}.toml"
    sections = tomllib.loads(file.read_text("utf-8"))
    own = {f"{name}.{key}": text for name, part in sections.items() for key, text in part.items()}
    others = table("nuchal.errors", "en") if language == "en" else _texts("en")
    return MappingProxyType({**others, **own})


def say(code: str, /, language: Language = "en", naming: Naming = in_python, **values: Any) -> str:
    """The text of ``section.key`` with its values.

    Raises:
        KeyError: there is no such text, or it asks for a value that was not given.
    """
    return Speech(_texts(language), naming).say(code, values)


def sentence(found: Finding | str, language: Language = "en", naming: Naming = in_python) -> str:
    """A finding as one sentence."""
    if isinstance(found, str):  # being converted
        return found
    said = say(f"{found.level}.{found.what}", language, naming, **found.values)
    return said if found.about is None else f"{found.about}: {said}"


def status_meaning(status: Status, language: Language = "en", naming: Naming = in_python) -> str:
    """What happened to a frame and what to do about it."""
    gap = Setting("max_gap_s")
    return say(f"status.{status.name.lower()}", language, naming, max_gap=gap)
