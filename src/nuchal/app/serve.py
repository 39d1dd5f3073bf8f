"""The server: where it listens, what it serves, and that nothing is left when it stops."""

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

from nuchal.app import files, log, page, sockets, style, upload
from nuchal.app.door import Door
from nuchal.app.guard import Guard
from nuchal.app.limits import PageLimits
from nuchal.app.visits import Visits
from nuchal.app.work import Workers
from nuchal.errors import NuchalError, Setting

_TITLE: Final = "nuchal"
_RECONNECT_S: Final = 30.0
_SWEEP_S: Final = 20.0
_REST_S: Final = 5.0
_KNOCK_S: Final = 0.05


def run_app(
    *,
    host: str = "127.0.0.1",
    port: int = 8631,
    open_browser: bool = True,
    announce: Callable[[str], object] = lambda _text: None,
    limits: PageLimits | None = None,
) -> None:
    """Serve the page until the process is stopped.

    Args:
        host: address to listen on; for other than this machine itself a token is made, without
            which nobody comes in.
        port: 0 takes any that is free.
        open_browser: whether to open the page here.
        announce: told where the page is.
        limits: how much is taken in.

    Raises:
        NuchalError: the address cannot be used.
    """
    port = _free_port(host, port)
    local = Door(host=host, port=port, token=None)
    door = local if local.is_local else Door(host=host, port=port, token=secrets.token_urlsafe(32))
    visits = Visits(limits)
    workers = Workers(visits.root, visits.limits)

    def close() -> None:
        workers.close()
        visits.close()

    # The server hands a signal on when it has stopped; then this process ends in order, too.
    signal.signal(signal.SIGTERM, _leave)
    log.set_up_log()
    prepare(door, visits, workers)
    nicegui.app.on_startup(lambda: _announce_when_open(door, announce))
    nicegui.app.on_startup(workers.warm_up)
    nicegui.app.on_shutdown(close)
    try:
        ui.run(
            host=host,
            port=port,
            title=_TITLE,
            favicon=style.favicon(),
            reload=False,
            show=door.path if open_browser else False,
            show_welcome_message=False,
            reconnect_timeout=_RECONNECT_S,
            language="en-GB",
            server_header=False,
            log_config=None,
        )
    finally:
        close()


def prepare(door: Door, visits: Visits, workers: Workers) -> None:
    """Put guard, files and pages in place; the server starts afterwards.

    Args:
        door: who may come in.
        visits: those who did.
        workers: who does the heavy work.
    """
    app = nicegui.app

    def guarded() -> Guard:
        inside = FastAPI.build_middleware_stack(app)
        return Guard(inside, door=door, visits=visits, socket_of=sockets.socket_of)

    # Outside of everything that reads a request, NiceGUI's own middleware too.
    app.build_middleware_stack = guarded  # type: ignore[method-assign]
    app.exception_handlers[404] = _nothing_here
    sockets.tie_sockets()
    files.add_routes(app)
    upload.add_uploads(app)
    page.add_page(workers)
    visits.on_end(workers.forget)
    app.timer(_SWEEP_S, visits.sweep)
    app.timer(_REST_S, workers.rest)


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
