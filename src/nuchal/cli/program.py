"""The program and its commands, each loaded when it is called, so that ``--help`` answers at once.

Commands are clients of the public names of ``nuchal``, which load when they are first used.
"""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import Annotated, Any, Final

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

import nuchal

# Every command with what the list of commands says of it: the first paragraph of its own help. The
# module of this room that is named like it, with ``_`` for ``-``, holds a function of that name.
COMMANDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "app": "The page: drop recordings, read the report, watch the neck move.",
        "assess": "What a neck can and cannot do: a report on one person's recordings.",
        "average": "One standard movement out of several people's recordings.",
        "compare": "What has changed between two visits, and how surely that can be told.",
        "deep-emg": "Excitations of all muscles from a few electrodes, with an error that is "
        "known.",
        "demo": "A report on a made patient who comes with nuchal: half a minute, nothing to "
        "prepare.",
        "emg": "Surface EMG beside the activations that the model finds for the same movement.",
        "estimate": "Forces of all neck muscles from a recording of head markers.",
        "export": "The networks as an ONNX graph: from the last 16 frames of markers to forces "
        "with intervals.",
        "generate": "Labelled data: necks of a population in motion, and the forces of their "
        "muscles.",
        "learn": "Networks with mechanics in them, for free movement of people never seen.",
        "personalise": "A person's neck as a model that OpenSim 4 opens and simulates.",
        "population": "People with the measures of the ANSUR II survey, as CSV: one line a person.",
        "reproduce": "The first paper from end to end: its tables and figures beside ours.",
        "stream": "Forces of all neck muscles while a person moves, some 30 ms behind.",
        "strength": "Isometric strength in flexion, extension, lateral bending and axial rotation.",
        "study": "Many people at once: assessments, tidy tables, statistics of groups, figures.",
        "train": "The paper's networks: 12-64-32-1, one for each muscle.",
        "verify": "Run OpenSim's own tools beside ours and print how far they are apart.",
    }
)


class _Group(TyperGroup):
    """Commands that are lines of a list until one of them is called."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        for name, line in COMMANDS.items():
            self.add_command(TyperCommand(name, help=line))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, _, rest = super().resolve_command(ctx, args)
        return name, command(str(name)), rest


program = typer.Typer(
    name="nuchal",
    cls=_Group,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


@cache
def command(name: str) -> TyperCommand:
    """One command with all its settings."""
    function = name.replace("-", "_")
    alone = typer.Typer(add_completion=False, rich_markup_mode="rich")
    alone.command(name)(getattr(import_module(f"nuchal.cli.{function}"), function))
    made = get_command(alone)
    assert isinstance(made, TyperCommand)
    return made


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

    Start with: nuchal demo

    Then: nuchal assess recording.trc --subject person.toml --out result

    For research; not a medical device.
    """


def parser() -> TyperGroup:
    """The parser of arguments, with all commands."""
    group = get_command(program)
    assert isinstance(group, TyperGroup)
    return group
