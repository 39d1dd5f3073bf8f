"""How the command line names settings: ``max_gap_s`` is ``--max-gap``."""

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any

from typer.core import TyperArgument, TyperOption

from nuchal.cli.program import COMMANDS, command
from nuchal.errors import Setting, in_python


def as_flag(setting: Setting) -> str:
    """A setting as it is given on the command line.

    ``--max-gap``; ``--up +Z``; ``--marker TP=NAME``; ``--degrees or --radians`` where either may be
    meant. One that no command takes keeps its Python name.
    """
    parameter = parameters().get(setting.name)
    if parameter is None:
        return in_python(setting)
    if isinstance(parameter, TyperArgument):
        return str(parameter.metavar or parameter.name)
    yes, no = parameter.opts[:1], parameter.secondary_opts[:1]
    if parameter.is_flag:
        chosen = {None: [*yes, *no], True: yes or no, False: no or yes}[setting.value]
        return " or ".join(chosen)
    (flag,) = yes
    return " ".join(f"{flag} {word}".rstrip() for word in _words(setting.value, parameter))


@cache
def parameters() -> Mapping[str, TyperOption | TyperArgument]:
    """Every option and argument of every command, by its Python name."""
    return MappingProxyType(
        {
            parameter.name or "": parameter
            for name in COMMANDS
            for parameter in command(name).params
            if isinstance(parameter, TyperOption | TyperArgument)
        }
    )


def _words(value: Any, parameter: TyperOption) -> list[str]:
    """What follows the flag, once for each time that it is given."""
    if value is None:
        return [""]
    if isinstance(value, Mapping):
        return [f"{name}={_word(of)}" for name, of in value.items()]
    if isinstance(value, Sequence) and not isinstance(value, str):
        words = [_word(one) for one in value]
        return words if parameter.multiple else [",".join(words)]
    return [_word(value)]


def _word(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
