"""Names of what visitors bring, made fit for a path and a page."""

import re
from typing import Final

_NAME: Final = re.compile(r"[^\w.+() -]", re.ASCII)
_LONGEST_NAME: Final = 100
_BESIDE: Final = ("_channels.tsv", "_motion.json")


def goes_with_another(name: str) -> bool:
    """Whether a file only explains a recording beside it, as two of BIDS motion do."""
    return name.lower().endswith(_BESIDE)


def plain_name(name: str) -> str:
    """The last part of a file's name, without what a path or a page could stumble over."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = _NAME.sub("_", last).strip(" .") or "file"
    stem, dot, suffix = plain.rpartition(".")
    room = _LONGEST_NAME - len(suffix) - 1
    return f"{stem[:room]}{dot}{suffix}" if dot and room > 0 else plain[:_LONGEST_NAME]
