"""The server under a page: where it listens, who is let in, and that it stops in order."""

import asyncio
import errno
import secrets
import signal
import socket
import sys
from collections.abc import Callable
from types import FrameType
from typing import Final

import nicegui
from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse
from nicegui import ui

from nuchal.app import sockets, style
from nuchal.app.door import Door
from nuchal.app.guard import Guard
from nuchal.app.visits import Visits
from nuchal.errors import NuchalError, Setting

_RECONNECT_S: Final = 30.0
_SWEEP_S: Final = 20.0
_KNOCK_S: Final = 0.05
_KEPT_MESSAGES: Final = 1000


def open_door(host: str, port: int) -> Door:
    """Where to listen; for other than this machine itself with a token that is made here.

    Args:
        host: address to listen on.
        port: 0 takes any that is free.

    Raises:
        NuchalError: the address cannot be used.
    """
    port = _free_port(host, port)
    local = Door(host=host, port=port, token=None)
    return local if local.is_local else Door(host=host, port=port, token=secrets.token_urlsafe(32))


def end_in_order() -> None:
    """Have a process that is asked to stop (SIGTERM) end as if it had come to its end."""
    # The server hands a signal on when it has stopped.
    signal.signal(signal.SIGTERM, _leave)


def let_in(door: Door, visits: Visits) -> None:
    """Put the guard before everything that is served, and see visitors out who have left.

    Args:
        door: who may come in.
        visits: those who did.
    """
    app = nicegui.app

    def guarded() -> Guard:
        inside = FastAPI.build_middleware_stack(app)
        return Guard(inside, door=door, visits=visits, socket_of=sockets.socket_of)

    # Outside of everything that reads a request, NiceGUI's own middleware too.
    app.build_middleware_stack = guarded  # type: ignore[method-assign]
    app.exception_handlers[404] = _nothing_here
    sockets.tie_sockets()
    app.timer(_SWEEP_S, visits.sweep)


def serve(
    door: Door,
    *,
    title: str,
    open_browser: bool,
    announce: Callable[[str], object],
    close: Callable[[], object],
    kept_messages: int = _KEPT_MESSAGES,
) -> None:
    """Serve what was put in place until the process, or ``nicegui.app.shutdown``, stops it.

    Args:
        door: where to listen.
        title: of the page.
        open_browser: whether to open the page here.
        announce: told where the page is.
        close: called when it has stopped, at least once.
        kept_messages: how many of the last ones a page that was cut off is sent again; one that
            missed more is loaded anew.
    """
    nicegui.app.on_startup(lambda: _announce_when_open(door, announce))
    nicegui.app.on_shutdown(close)
    try:
        ui.run(
            host=door.host,
            port=door.port,
            title=title,
            favicon=style.favicon(),
            reload=False,
            show=door.path if open_browser else False,
            show_welcome_message=False,
            reconnect_timeout=_RECONNECT_S,
            message_history_length=kept_messages,
            language="en-GB",
            server_header=False,
            log_config=None,
        )
    finally:
        close()


def _nothing_here(_request: Request, _problem: Exception) -> PlainTextResponse:
    return PlainTextResponse("There is nothing here.", 404)


async def _announce_when_open(door: Door, announce: Callable[[str], object]) -> None:
    """Say where the page is, once it answers."""
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(door.host, door.host)
    while True:
        try:
            _, writer = await asyncio.open_connection(here, door.port)
        except OSError:
            await asyncio.sleep(_KNOCK_S)
            continue
        writer.close()
        announce(_welcome(door))
        return


def _leave(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def _welcome(door: Door) -> str:
    if door.token is None:
        return f"nuchal is at {door.url} - for this machine only; stop with Ctrl-C."
    return (
        f"nuchal is at {door.url}\nWhoever has this address can come in, and the network carries "
        "it unencrypted; stop with Ctrl-C."
    )


def _free_port(host: str, port: int) -> int:
    """A port that can be listened on.

    Raises:
        NuchalError: the address is not this machine's, or the port is taken.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            return int(probe.getsockname()[1])
    except socket.gaierror as error:
        raise NuchalError("page.no_address", host=host, remedy=Setting("host")) from error
    except OSError as error:
        if error.errno == errno.EADDRNOTAVAIL:
            raise NuchalError("page.no_address", host=host, remedy=Setting("host")) from error
        remedy = Setting("port")
        raise NuchalError(
            "page.port_taken", host=host, port=port, reason=error.strerror, remedy=remedy
        ) from error
