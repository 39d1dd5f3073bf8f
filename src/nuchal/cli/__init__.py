"""The command line: every verb of the project, one clear sentence for bad input, no traceback.

Commands are clients of the public names of ``nuchal``, which load when they are first used, so
that ``nuchal --help`` answers at once.
"""

import sys
from collections.abc import Sequence
from types import TracebackType
from typing import Annotated

import typer
from typer.main import get_command

import nuchal
from nuchal.cli import (
    assess,
    deep_emg,
    emg,
    estimate,
    export,
    generate,
    learn,
    page,
    personalise,
    population,
    strength,
    train,
    verify,
)
from nuchal.cli.compiled import keep_compiled_code
from nuchal.errors import NuchalError

BAD_INPUT = 2

app = typer.Typer(
    name="nuchal",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (
    page.app,
    assess.assess,
    deep_emg.deep_emg,
    emg.emg,
    estimate.estimate,
    export.export,
    generate.generate,
    learn.learn,
    personalise.personalise,
    population.population,
    strength.strength,
    train.train,
    verify.verify,
):
    app.command()(command)


def _show_version(wanted: bool) -> bool:
    if wanted:
        typer.echo(nuchal.__version__)
        raise typer.Exit
    return wanted


@app.callback()
def nuchal_(
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    """The forces of 72 neck muscles from a recording of head markers.

    Start with: nuchal assess recording.trc --subject person.toml --out result

    For research; not a medical device.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit status.

    0 is success, 2 bad input (one sentence on standard error), 130 an interruption, and 1 a
    fault of the program itself.

    Args:
        arguments: instead of the process's own.

    Raises:
        SystemExit: always.
    """
    if arguments is None:
        sys.excepthook = _say_that_it_is_our_fault
        keep_compiled_code()
    try:
        status = get_command(app).main(arguments, prog_name="nuchal", standalone_mode=False)
    except typer.TyperException as problem:
        _say(f"{_plain(problem.format_message())}; see 'nuchal --help'.")
        sys.exit(BAD_INPUT)
    except NuchalError as problem:
        _say(str(problem))
        sys.exit(BAD_INPUT)
    except OSError as problem:
        where = f"{problem.filename}: " if problem.filename else ""
        _say(f"{where}{problem.strerror or problem}.")
        sys.exit(BAD_INPUT)
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(status or 0)


def _plain(message: str) -> str:
    """What the parser of arguments says, without the words that it has for programmers."""
    message = message.replace("Value error, ", "").replace("Invalid value: ", "")
    return message.replace("Input should be", "it has to be").rstrip(".")


def _say(sentence: str) -> None:
    typer.echo(f"nuchal: {' '.join(sentence.split())}", err=True)


def _say_that_it_is_our_fault(
    kind: type[BaseException], fault: BaseException, trace: TracebackType | None
) -> None:
    """Stand in for the interpreter's traceback: a fault of ours is one sentence, too."""
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f" ({trace.tb_frame.f_code.co_filename}:{trace.tb_lineno})" if trace else ""
    _say(
        f"this is a fault of the program, not of your input: {kind.__name__}: {fault}{where}; "
        "please report it with the command that you ran."
    )
