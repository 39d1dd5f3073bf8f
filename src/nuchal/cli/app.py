"""``nuchal app``: the page in a browser, for people who don't use a terminal."""

from typing import Annotated, Final

import typer

import nuchal

_PORT: Final = 8631

Host = Annotated[
    str,
    typer.Option(
        "--host",
        metavar="ADDRESS",
        help="Where to listen. Other than this machine itself, visitors need the token that is "
        "printed with the address.",
    ),
]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes any that is free.")]
Open = Annotated[
    bool, typer.Option("--open/--no-open", help="Whether to open the page in a browser.")
]


def app(host: Host = "127.0.0.1", port: Port = _PORT, open_browser: Open = True) -> None:
    """The page: drop recordings, read the report, watch the neck move.

    Nothing leaves this machine. Stop with Ctrl-C.

    Example: nuchal app
    """
    nuchal.run_app(host=host, port=port, open_browser=open_browser, announce=typer.echo)
