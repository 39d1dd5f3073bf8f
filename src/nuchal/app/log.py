"""The server's log: what a stranger sends can neither end a line of it nor begin one."""

import logging
import sys
from typing import Final

from nuchal.plain_text import plain_line

_NAMED: Final = "%(levelname)s %(message)s"
# Lines that belong to the entry before.
_CONTINUED: Final = "    | "


class OneEntry(logging.Formatter):
    """One line for each message, and its traceback on lines that are seen to be no entries."""

    def __init__(self, name: str = "nuchal app") -> None:
        """Begin each message with a name."""
        super().__init__(f"{name}: {_NAMED}")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        """The message, on one line."""
        return plain_line(super().formatMessage(record))

    def format(self, record: logging.LogRecord) -> str:
        """The whole entry."""
        first, *rest = super().format(record).split("\n")
        return "\n".join([first, *(f"{_CONTINUED}{plain_line(line)}" for line in rest)])


def set_up_log(name: str = "nuchal app") -> None:
    """Send what anyone logs in this process through one handler, in lines that begin so."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneEntry(name))
    logging.root.handlers[:] = [handler]
    for logger in logging.root.manager.loggerDict.values():
        if isinstance(logger, logging.Logger):
            logger.handlers.clear()
            logger.propagate = True
    logging.captureWarnings(True)
