"""What people read: findings, statuses and names in words, from one table for each language.

Codes are looked up in a language's table, or in the English one where it has none. Phrases that
errors say too stand with the texts of errors.
"""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias

from nuchal.conventions import LEFT_SUFFIX
from nuchal.errors import Naming, Setting, Speech, Status, in_python, table
from nuchal.findings import Finding
from nuchal.plain_text import plain_line

Language: TypeAlias = Literal["en", "de"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "de")


@cache
def texts_in(language: Language) -> Mapping[str, str]:
    """All texts of a language under ``section.key``, English ones where it has none."""
    file = files("nuchal.report.text") / f"{language}.toml"
    sections = tomllib.loads(file.read_text("utf-8"))
    own = {f"{name}.{key}": text for name, part in sections.items() for key, text in part.items()}
    others = table("nuchal.errors", "en") if language == "en" else texts_in("en")
    return MappingProxyType({**others, **own})


class _Speech(Speech):
    def format_field(self, value: Any, format_spec: str) -> str:
        said = super().format_field(value, format_spec)
        return said.replace(".", self.texts["number.point"]) if isinstance(value, float) else said


def say(code: str, /, language: Language = "en", naming: Naming = in_python, **values: Any) -> str:
    """The text of ``section.key`` with its values.

    Raises:
        KeyError: there is no such text, or it asks for a value that was not given.
    """
    return _Speech(texts_in(language), naming, longest=None).say(code, values)


def sentence(found: Finding, language: Language = "en", naming: Naming = in_python) -> str:
    """A finding as one sentence."""
    speech = _Speech(texts_in(language), naming)
    said = speech.say(f"{found.level}.{found.what}", found.values)
    return said if found.about is None else f"{plain_line(found.about)}: {said}"


def status_meaning(status: Status, language: Language = "en", naming: Naming = in_python) -> str:
    """What happened to a frame and what to do about it."""
    gap = Setting("max_gap_s")
    return say(f"status.{status.name.lower()}", language, naming, max_gap=gap)


def muscle_name(muscle: str, language: Language = "en") -> str:
    """Anatomical name without the side, e.g. ``Sternomastoid`` for ``stern_mast_L``.

    A muscle of another neck, which the table lacks, keeps the name that its model has for it.
    """
    name = muscle.removesuffix(LEFT_SUFFIX)
    return texts_in(language).get(f"muscle.{name}", name)


def listed(words: Sequence[str], language: Language = "en") -> str:
    """Words in a row, the last after *and*."""
    if len(words) == 1:
        return words[0]
    return say("list.and", language, first=", ".join(words[:-1]), last=words[-1])


def percent(share: float) -> str:
    """A share as a whole number of percent, ends kept apart."""
    value = 100.0 * share
    if 99.5 <= value < 100.0:
        return "> 99 %"
    return "< 1 %" if 0.0 < value < 0.5 else f"{value:.0f} %"


@cache
def references() -> tuple[Mapping[str, str | None], ...]:
    """What the methods rest on: ``words`` (authors, year, title, journal) and ``doi``."""
    table = tomllib.loads((files("nuchal.report.text") / "references.toml").read_text("utf-8"))
    return tuple({"doi": None, **one} for one in table["reference"])
