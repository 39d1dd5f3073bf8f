"""All commands of the command line.

Commands are clients of the public names of ``nuchal``, which load when they are first used, so
that ``nuchal --help`` answers at once.
"""

from typing import Annotated

import typer
from typer.core import TyperGroup
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
from nuchal.cli.settings import program

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
    program.command()(command)


def _show_version(wanted: bool) -> bool:
    if wanted:
        typer.echo(nuchal.__version__)
        raise typer.Exit
    return wanted


@program.callback()
def nuchal_(
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    """The forces of all neck muscles from a recording of head markers.

    Start with: nuchal assess recording.trc --subject person.toml --out result

    For research; not a medical device.
    """


def parser() -> TyperGroup:
    """The parser of arguments, with all commands."""
    group = get_command(program)
    assert isinstance(group, TyperGroup)
    return group
