"""Writes docs/reference.md: every public name of nuchal, from its signature and docstring.

python scripts/make_reference.py            # writes the page
python scripts/make_reference.py --check    # fails where the page is another
"""

import dataclasses
import inspect
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import nuchal

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "reference.md"
_HEAD: Final = """# Reference

Every public name of `nuchal`, made from the docstrings by `python scripts/make_reference.py`.
Lengths are metres, angles radians, forces newtons, unless a name says otherwise; axes and signs are
those of [Conventions](conventions.md). All other names are imported from their rooms, which
[Contributing](../CONTRIBUTING.md) lists.
"""
# What each table of names or settings is, for such values have no docstring of their own.
_VALUES: Final = {
    "COORDINATES": "The six coordinates in order: pitch, roll and yaw of upper and lower neck.",
    "LEVELS": "The eight joints, from C7-T1 to C0-C1.",
    "MARKERS": "The three head markers: top, left and right of the head.",
    "MUSCLES": "The generic neck's muscles in order; no suffix is right, `_L` left.",
    "PRESET_SETTINGS": "What each preset means: inertias and static optimisation, as data.",
}


def page() -> str:
    """The whole page."""
    names = sorted((name for name in nuchal.__all__ if name[0] != "_"), key=str.lower)
    return "\n".join([_HEAD, *(_entry(name, getattr(nuchal, name)) for name in names)])


def main(words: Sequence[str]) -> int:
    """Write the page, or with ``--check`` see whether it is up to date."""
    made = page()
    if "--check" in words:
        same = PAGE.is_file() and PAGE.read_text("utf-8") == made
        print("docs/reference.md is up to date." if same else f"Run python {sys.argv[0]}.")
        return int(not same)
    PAGE.write_text(made, "utf-8")
    return 0


def _entry(name: str, value: Any) -> str:
    if name in _VALUES:
        return f"## `{name}`\n\n{_VALUES[name]}\n"
    if dataclasses.is_dataclass(value):
        return f"## `{name}`\n\n{_record(value)}\n"
    text = _markdown(inspect.getdoc(value) or "")
    return f"## `{name}`\n\n{_signature(name, value)}{text}\n"


def _record(value: Any) -> str:
    """A record: what it is, and its fields with what they and those of its bases say of them."""
    said: dict[str, str] = {}
    for kind in reversed(value.__mro__):
        told = inspect.cleandoc(kind.__doc__ or "").partition("Attributes:")[2]
        items = re.findall(r"^    (\w+): (.*(?:\n        .*)*)", told, re.M)
        said |= {name: " ".join(text.split()) for name, text in items}
    lines = [_markdown(inspect.getdoc(value).partition("Attributes:")[0]).strip(), ""]
    for field in dataclasses.fields(value):
        text = f": {_markdown(said[field.name])}" if field.name in said else ""
        lines.append(f"- `{field.name}`{text}")
    return "\n".join(lines) + "\n"


def _signature(name: str, value: Any) -> str:
    """A function with its arguments."""
    if not inspect.isfunction(value):
        return ""
    return f"```text\n{name}({', '.join(_arguments(value))})\n```\n\n"


def _arguments(function: Any) -> list[str]:
    given, starred = [], False
    for one in inspect.signature(function).parameters.values():
        if one.kind is one.KEYWORD_ONLY and not starred:
            given.append("*")
            starred = True
        given.append(one.name if one.default is one.empty else f"{one.name}=...")
    return given


def _markdown(text: str) -> str:
    """Sections of a docstring as lists, and its code in single quotes."""
    text = re.sub(r":(?:\w+):`~?([^`]+)`", r"`\1`", text.replace("``", "`"))
    lines, listed = [], False
    for line in text.splitlines():
        heading = re.fullmatch(r"(Args|Attributes|Returns|Raises|Yields):", line)
        if heading:
            listed = True
            lines += [f"**{heading[1]}**", ""]
        elif listed and (item := re.match(r"    (\S[^:]*): (.*)", line)):
            lines.append(f"- `{item[1]}`: {item[2]}")
        elif listed and line.startswith("        "):
            lines.append(f"  {line.strip()}")
        else:
            listed = listed and (not line or line.startswith(" "))
            lines.append(line.strip() if listed else line)
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
