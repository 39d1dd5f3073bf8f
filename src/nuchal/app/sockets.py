"""Sockets speak for the visit that opened them: NiceGUI's own handlers, told so.

A page's name is random and nobody else's to know; that a socket is bound to the pages of its own
visit does not rest on that.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from inspect import isawaitable
from typing import Any, Final

from nicegui import core, nicegui

from nuchal.app.guard import visit_of
from nuchal.app.visit import Visit

_SPOKEN: Final[Mapping[str, Callable[..., Any]]] = {
    "event": nicegui._on_event,
    "javascript_response": nicegui._on_javascript_response,
    "ack": nicegui._on_ack,
    "log": nicegui._on_log,
}
_NEEDED: Final = ("client_id", "tab_id", "document_id")


def tie_sockets() -> None:
    """Have each socket heard only for its own page, and no answer let other sites read it."""
    core.sio.eio.cors_allowed_origins = []
    for name, handler in _SPOKEN.items():
        core.sio.on(name, _of_its_page(handler))
    core.sio.on("handshake", _with_own_page)


def socket_of(name: str) -> Visit | None:
    """Whose a socket is, by its name in requests."""
    environ = core.sio.environ.get(name, {})
    return visit_of(environ.get("asgi.scope", {}))


def _of_its_page(handler: Callable[..., Any]) -> Callable[[str, object], Awaitable[object]]:
    @wraps(handler)
    async def heard(sid: str, said: object) -> object:
        if not isinstance(said, dict) or said.get("client_id") not in core.sio.rooms(sid):
            return None
        answer = handler(sid, said)
        return await answer if isawaitable(answer) else answer

    return heard


async def _with_own_page(sid: str, said: object) -> bool:
    """A handshake that a page sends after its socket was opened."""
    if not isinstance(said, dict) or not all(isinstance(said.get(key), str) for key in _NEEDED):
        return False
    visit = visit_of(core.sio.get_environ(sid).get("asgi.scope", {}))
    if visit is None or said["client_id"] not in visit.pages:
        return False
    return bool(await nicegui._on_handshake(sid, said))
