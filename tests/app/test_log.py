"""The log: a stranger's text neither ends a line nor begins one."""

import io
import logging
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nuchal.app.log import OneEntry, set_up_log
from nuchal.plain_text import plain_line

ENTRY = re.compile(r"nuchal app: [A-Z]+ |    \| ")


def logged(text: str) -> str:
    """A message and a traceback with the same text."""
    told, logger = io.StringIO(), logging.Logger("strangers")
    handler = logging.StreamHandler(told)
    handler.setFormatter(OneEntry())
    logger.addHandler(handler)
    try:
        raise ValueError(text)
    except ValueError:
        logger.exception("brought: %s", text)
    return told.getvalue()


@given(st.text(max_size=200))
def test_every_line_is_an_entry_or_belongs_to_one(text: str) -> None:
    entry, *rest = logged(text).removesuffix("\n").split("\n")
    assert entry.startswith("nuchal app: ERROR brought: ")
    assert all(line.startswith("    | ") and plain_line(line) == line for line in rest)
    assert plain_line(entry) == entry


@pytest.mark.parametrize(
    "text", ["a\nnuchal app: ERROR b", "\x1b[2J", "\r", "\u2028", "\x9b", "\0"]
)
def test_what_is_not_seen_is_written_out(text: str) -> None:
    assert text not in logged(text)


def test_whoever_logs_goes_through_it(capsys, monkeypatch) -> None:
    for name in ("nicegui", "uvicorn.error", "engineio.server", "socketio.server"):
        logger = logging.getLogger(name)
        monkeypatch.setattr(logger, "handlers", [logging.StreamHandler()])
        monkeypatch.setattr(logger, "propagate", False)
    monkeypatch.setattr(logging.root, "handlers", [])
    set_up_log()
    try:
        for name in ("nicegui", "uvicorn.error", "engineio.server", "socketio.server", "new"):
            logging.getLogger(name).error("a\nb")
    finally:
        logging.captureWarnings(False)
    assert capsys.readouterr().err.splitlines() == ["nuchal app: ERROR a\\u000ab"] * 5
