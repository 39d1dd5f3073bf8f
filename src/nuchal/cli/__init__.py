"""The command line: one clear sentence for bad input, and never a traceback."""

import atexit
import gc
import io
import os
import platform
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import NoReturn

import typer

from nuchal.cli.flags import as_flag
from nuchal.cli.program import parser
from nuchal.errors import NuchalError
from nuchal.plain_text import fitted, path_words, plain_line
from nuchal.programs import FOLDER as PROGRAMS

BAD_INPUT = 2
_UNFLUSHED = 120
# Python looks for garbage after so many new objects, and so on. What a command loads stays, and to
# look through it again and again while it loads took a third of a second.
_RARELY = (50_000, 20, 50)
# Letters of what the parser of arguments says, which repeats them.
_LONGEST = 550
# The variable by which JAX is told; set to an empty text, nothing is kept.
FOLDER = "JAX_COMPILATION_CACHE_DIR"
_SHORTEST = "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"


def command() -> NoReturn:
    """The ``nuchal`` command: :func:`main`, and the process is gone.

    To take apart all that was loaded, as Python does at its end, takes a second.
    """
    try:
        main()
    except SystemExit as left:
        atexit._run_exitfuncs()
        os._exit(_flushed(left.code if isinstance(left.code, int) else int(left.code is not None)))


def _flushed(status: int) -> int:
    """The status, or Python's own where what was printed did not get out."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            status = status or _UNFLUSHED
    return status


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and leave with its exit status.

    0 is success, 2 bad input (one sentence on standard error), 130 an interruption, and 1 a
    fault of the program itself.

    Args:
        arguments: instead of the process's own.

    Raises:
        SystemExit: always.
    """
    if arguments is None:
        gc.set_threshold(*_RARELY)
        sys.excepthook = _say_that_it_is_our_fault
        print_to_any_terminal()
        keep_compiled_code()
    try:
        status = parser().main(arguments, prog_name="nuchal", standalone_mode=False)
    except typer.TyperException as problem:
        _say(f"{fitted(_plain(problem.format_message()), _LONGEST)}; see 'nuchal --help'.")
        sys.exit(BAD_INPUT)
    except NuchalError as problem:
        _say(problem.text(as_flag))
        sys.exit(BAD_INPUT)
    except OSError as problem:
        where = f"{path_words(str(problem.filename))}: " if problem.filename else ""
        _say(f"{where}{problem.strerror or problem}.")
        sys.exit(BAD_INPUT)
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(status or 0)


def print_to_any_terminal() -> None:
    """Have letters that the terminal, or the file behind ``>``, cannot take printed as ``?``.

    Windows writes a file in the letters of its language, which have no degree in some and no
    triangle in any.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def keep_compiled_code() -> None:
    """Have JAX keep compiled code in the user's cache folder, unless the user says otherwise.

    One folder a machine, for code is compiled for its processor. JAX finds code again by what it
    computes and by its own version, so nothing here can go stale.
    """
    try:
        home = Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser())
        folder = home / "nuchal" / f"{platform.node()}-{platform.machine()}"
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        return
    if os.access(folder, os.W_OK):
        os.environ.setdefault(FOLDER, str(folder))
        os.environ.setdefault(_SHORTEST, "0")
        os.environ.setdefault(PROGRAMS, os.environ[FOLDER])


def _plain(message: str) -> str:
    """What the parser of arguments says, without the words that it has for programmers."""
    message = (
        plain_line(" ".join(message.split()))
        .replace("Value error, ", "")
        .replace("Invalid value: ", "")
    )
    return message.replace("Input should be", "it has to be").rstrip(".")


def _say(sentence: str) -> None:
    typer.echo(f"nuchal: {plain_line(' '.join(sentence.split()))}", err=True)


def _say_that_it_is_our_fault(
    kind: type[BaseException], fault: BaseException, trace: TracebackType | None
) -> None:
    """Stand in for the interpreter's traceback: a fault of ours is one sentence, too."""
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f" ({trace.tb_frame.f_code.co_filename}:{trace.tb_lineno})" if trace else ""
    _say(
        f"this is a fault of the program, not of your input: {kind.__name__}: "
        f"{fitted(str(fault), _LONGEST)}{where}; "
        "please report it with the command that you ran."
    )
