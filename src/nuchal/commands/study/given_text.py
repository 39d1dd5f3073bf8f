"""What a study's file says, written as TOML: for whoever sets it otherwise than by hand."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from nuchal.commands.study.given import StudyFile

# Names that TOML takes without quotes.
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")


def study_text(said: StudyFile) -> str:
    """The file; :func:`read_study` reads the same out of it.

    Args:
        said: what is not the default is written.
    """
    told = said.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
    told = {"layout": said.layout, **told}
    tables = {name: told.pop(name) for name in ("groups", "assess", "statistics") if name in told}
    lines = _lines(told)
    for name, part in tables.items():
        lines += ["", f"[{name}]", *_lines(part)]
    return "\n".join(lines) + "\n"


def _lines(part: Mapping[str, Any]) -> list[str]:
    return [f"{_name(name)} = {_value(one)}" for name, one in part.items()]


def _name(name: str) -> str:
    return name if _BARE.fullmatch(name) else _value(name)


def _value(one: Any) -> str:
    """A value; JSON writes texts and numbers as TOML takes them."""
    if isinstance(one, Mapping):
        return "{" + ", ".join(_lines(one)) + "}"
    if isinstance(one, list):
        return "[" + ", ".join(_value(part) for part in one) + "]"
    return json.dumps(one, ensure_ascii=False)
