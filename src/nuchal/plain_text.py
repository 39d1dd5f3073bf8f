r"""Text that others sent, made fit to be shown, kept, and to name files after.

What a letter, digit, sign or blank is stays as it is. All else, which may hide, turn around or
command what a terminal or a page shows (control and format characters, marks of direction, zero
width, line separators, private and unassigned code points, halves of surrogates), is written as
the code point that it is: ``\u202e``, or ``\U000e0001`` beyond four digits.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from pathlib import PurePath
from typing import Any, Final

# Letters of a path that are shown: its end.
_LONGEST_PATH: Final = 400
_CUT: Final = " ... "
# What is kept of the beginning where a text is cut in its middle.
_BEGINNING: Final = 0.6
_NOT_ASCII: Final = re.compile(r"[^\x20-\x7e\t\n]+")
# Windows takes none of these in the name of a file, and no device's name, whatever follows a point.
_NOT_IN_NAMES: Final = re.compile(r'[<>:"/\\|?*]')
_DEVICES: Final = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"}
)
_LONGEST_NAME_BYTES: Final = 150


def plain_line(text: str) -> str:
    """A text as one line that shows all that it holds; doing it twice changes nothing more."""
    return text if text.isprintable() else "".join(map(_shown, text))


def plain_block(text: str) -> str:
    """The same for text of many lines: line feeds and tabs stay."""
    return _NOT_ASCII.sub(lambda found: plain_line(found[0]), text)


def plain_within(value: Any) -> Any:
    """A value as JSON and TOML have them, with all texts in it plain, keys among them."""
    if isinstance(value, str):
        return plain_line(value)
    if isinstance(value, Mapping):
        return {plain_within(key): plain_within(one) for key, one in value.items()}
    return type(value)(map(plain_within, value)) if type(value) in (list, tuple) else value


def fitted(text: str, longest: int) -> str:
    """A text as it is, or cut in its middle so that it has so many letters."""
    if len(text) <= longest:
        return text
    rest = longest - len(_CUT)
    first = int(_BEGINNING * rest)
    return f"{text[:first]}{_CUT}{text[len(text) - (rest - first) :]}"


def path_words(path: PurePath | str) -> str:
    """A path in plain text; the end of a long one."""
    text = plain_line(str(path))
    return text if len(text) <= _LONGEST_PATH else f"...{text[3 - _LONGEST_PATH :]}"


def file_name(path: PurePath) -> str:
    """The name of a file in plain text."""
    return plain_line(path.name)


def safe_names(wanted: Sequence[str], taken: Collection[str] = ()) -> tuple[str, ...]:
    """Names for files or folders that every system takes and tells apart.

    Args:
        wanted: Names; those that are fit already stay as they are.
        taken: Names of other files in the same folder.
    """
    used = {_alike(name) for name in taken}
    found = []
    for name in map(_safe, wanted):
        numbered, count = name, 1
        while _alike(numbered) in used:
            count += 1
            numbered = f"{name}_{count}"
        used.add(_alike(numbered))
        found.append(numbered)
    return tuple(found)


def _safe(name: str) -> str:
    """One name that every system takes."""
    kept = "".join(one if _is_plain(one) else "_" for one in _NOT_IN_NAMES.sub("_", name))
    if kept.startswith("."):
        kept = f"_{kept[1:]}"
    kept = kept.encode()[:_LONGEST_NAME_BYTES].decode("utf-8", "ignore").rstrip(". ")
    device = kept.partition(".")[0].strip().casefold()
    return f"_{kept}" if not kept or device in _DEVICES else kept


def _alike(name: str) -> str:
    """What is the same of names that some systems don't tell apart."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _is_plain(letter: str) -> bool:
    return letter.isprintable() or unicodedata.category(letter) == "Zs"


def _shown(letter: str) -> str:
    if _is_plain(letter):
        return letter
    code = ord(letter)
    return f"\\u{code:04x}" if code < 2**16 else f"\\U{code:08x}"
