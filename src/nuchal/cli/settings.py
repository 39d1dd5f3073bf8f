"""How a command takes settings: each by its Python name, with its flag and its help."""

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Annotated, Any, NamedTuple, TypeAlias

import typer

from nuchal.cli.ahead import programs_ahead

Command: TypeAlias = Callable[..., None]


class Asked(NamedTuple):
    """One setting of the command line.

    Attributes:
        kind: What the parser of arguments makes of it.
        default: Without the flag.
        read: From that to the value in Python; None leaves it.
    """

    kind: Any
    default: Any
    read: Callable[[Any], Any] | None


def setting(
    kind: Any,
    flag: str,
    text: str,
    *,
    default: Any = None,
    read: Callable[[Any], Any] | None = None,
    **more: Any,
) -> Asked:
    """One setting of the command line.

    Args:
        kind: its type.
        flag: such as ``--max-gap``; ``--yes/--no`` for both values of a switch, and `` /--no`` for
            a switch that is on without it.
        text: its help.
        default: without the flag.
        read: from the parser's value to the one in Python.
        more: for ``typer.Option``.
    """
    option = typer.Option(flag, help=text, **more)
    return Asked(Annotated[kind, option], default, read)


def takes(*groups: Mapping[str, Asked]) -> Callable[[Command], Command]:
    """Give a command groups of settings, as keyword arguments after its own."""
    asked = {name: one for group in groups for name, one in group.items()}
    shared = [
        inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=one.default, annotation=one.kind
        )
        for name, one in asked.items()
    ]

    def with_settings(command: Command) -> Command:
        @functools.wraps(command)
        def run(**given: Any) -> None:
            for name, one in asked.items():
                if one.read is not None:
                    given[name] = one.read(given[name])
            with programs_ahead(command.__name__):
                command(**given)

        own = [
            one.replace(kind=inspect.Parameter.KEYWORD_ONLY)
            for one in inspect.signature(command).parameters.values()
            if one.kind is not inspect.Parameter.VAR_KEYWORD
        ]
        every = [*own, *shared]
        run.__signature__ = inspect.Signature(every)  # type: ignore[attr-defined]
        run.__annotations__ = {one.name: one.annotation for one in every}
        return run

    return with_settings
