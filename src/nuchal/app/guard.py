"""Who comes in: the right host, the right token, a visit; and to what belongs to that visit only.

The guard stands before NiceGUI and all that it stands on. Without a visit there is nothing but the
front door.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from nuchal.app.door import Door
from nuchal.app.knock import (
    CLIENTS,
    PAGES,
    SOCKETS,
    UPLOADS,
    Knock,
    Refused,
    Scope,
    refusal,
    understood,
)
from nuchal.app.labels import on_the_page
from nuchal.app.visit import Visit
from nuchal.app.visits import Visits
from nuchal.errors import NuchalError

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

# Under this name the guard hands the visitor on in a request's scope.
VISIT: Final = "nuchal.visit"
# The page asks here whether its visit still goes on.
HERE: Final = "/mine/here"
_MOST_PAGES: Final = 8
# Nothing is fetched from anywhere else: NiceGUI brings its own scripts, styles and fonts.
_POLICY: Final = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self' data: blob:; worker-src 'self' blob:; frame-src 'self'; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
_HEADERS: Final = (
    (b"content-security-policy", _POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
# Headers of proxies, which would be believed, and of no use here.
_UNHEARD: Final = (b"x-forwarded-",)
_LOCKED: Final[Refused] = (
    401,
    "This page needs its token: open the address that nuchal printed when it was started.",
)
_NO_VISIT: Final[Refused] = (401, "This visit is over, or has not begun: open the page again.")
_NOT_YOURS: Final[Refused] = (404, "There is nothing of yours here.")


class Guard:
    """Stands between the network and the page (ASGI)."""

    def __init__(
        self,
        app: App,
        *,
        door: Door,
        visits: Visits,
        socket_of: Callable[[str], Visit | None] = lambda _name: None,
    ) -> None:
        """Guard an application.

        Args:
            app: what stands behind.
            door: where requests come in.
            visits: of whom.
            socket_of: whose a socket is that exists already, by its name.
        """
        self._app, self._door, self._visits, self._socket_of = app, door, visits, socket_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or turn it away."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        knock = understood(scope)
        if isinstance(knock, Knock):
            refused = refusal(knock, self._door, self._visits.limits.file_bytes)
        else:
            refused = knock
        if refused is not None or not isinstance(knock, Knock):
            await _turn_away(scope, send, refused or _NO_VISIT)
            return
        scope["headers"] = [
            pair for pair in scope["headers"] if not pair[0].lower().startswith(_UNHEARD)
        ]
        visit = self._visits.find(knock.cookie(self._door.cookie))
        if visit is None:
            await self._stranger(knock, scope, receive, send)
        else:
            await self._visitor(visit, knock, scope, receive, send)

    async def _visitor(
        self, visit: Visit, knock: Knock, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Someone with a visit: let through to what is theirs."""
        if knock.path in PAGES and "token" in knock.asked:
            await _send(send, 303, "", (b"location", knock.path.encode()))
            return
        try:
            refused = self._not_for(visit, knock)
        except NuchalError as full:
            refused = 503, full.text(on_the_page)
        if refused is not None:
            await _turn_away(scope, send, refused)
        elif knock.path == HERE:
            await _send(send, 204, "")
        else:
            scope[VISIT] = visit
            await self._app(scope, receive, _with_headers(send))

    def _not_for(self, visit: Visit, knock: Knock) -> Refused | None:
        """Why a visitor does not get what they ask for.

        Raises:
            NuchalError: there is no room for the visitor.
        """
        if knock.path in PAGES:
            self._visits.make_room(visit)
            return _crowded(visit)
        if knock.path.startswith(SOCKETS):
            return self._no_socket_for(visit, knock)
        for kind in (CLIENTS, UPLOADS):
            if knock.path.startswith(kind):
                client = knock.path.removeprefix(kind).partition("/")[0]
                if client not in visit.pages:
                    return _NOT_YOURS
                self._visits.enter(visit)
        if knock.path == HERE:
            self._visits.make_room(visit)
        return None

    def _no_socket_for(self, visit: Visit, knock: Knock) -> Refused | None:
        """A new socket is one of an own page, and takes a place; another is the visitor's own."""
        if "sid" in knock.asked:
            is_own = self._socket_of(knock.asked["sid"]) is visit
            return None if is_own else (400, "This is no socket of yours.")
        if knock.asked.get("client_id") not in visit.pages:
            return _NOT_YOURS
        self._visits.enter(visit)
        return None

    async def _stranger(self, knock: Knock, scope: Scope, receive: Receive, send: Send) -> None:
        """Someone without a visit: let in at the door of a page only, and with the token."""
        if knock.method != "GET" or knock.path not in PAGES:
            await _turn_away(scope, send, _NO_VISIT if self._door.token is None else _LOCKED)
            return
        if not self._door.admits(knock.asked.get("token", "")):
            await _turn_away(scope, send, _LOCKED)
            return
        visit = self._visits.begin()
        try:
            self._visits.make_room(visit)
        except NuchalError as full:
            self._visits.end(visit)
            await _turn_away(scope, send, (503, full.text(on_the_page)))
            return
        cookie = f"{self._door.cookie}={visit.key}; Path=/; HttpOnly; SameSite=Lax".encode()
        if self._door.token is None:
            scope[VISIT] = visit
            await self._app(scope, receive, _with_headers(send, (b"set-cookie", cookie)))
        else:
            await _send(send, 303, "", (b"set-cookie", cookie), (b"location", knock.path.encode()))


def visit_of(scope: Scope) -> Visit | None:
    """The visitor of a request that the guard let pass."""
    found = scope.get(VISIT)
    return found if isinstance(found, Visit) else None


def _crowded(visit: Visit) -> Refused | None:
    """Whether a visitor has too many pages; those that were never opened make room."""
    unopened = [name for name in visit.pages if name not in visit.connected]
    if len(visit.pages) >= _MOST_PAGES and unopened:
        visit.pages[unopened[0]]()
    if len(visit.pages) >= _MOST_PAGES:
        return 429, f"You have this page open {len(visit.pages)} times; close one and try again."
    return None


def _with_headers(send: Send, *more: tuple[bytes, bytes]) -> Send:
    async def sending(message: MutableMapping[str, Any]) -> None:
        if message["type"] in ("http.response.start", "websocket.accept"):
            told = [
                pair
                for pair in message.get("headers", [])
                if not pair[0].lower().startswith(b"access-control-")
            ]
            given = {name.lower() for name, _ in told}
            ours = [pair for pair in _HEADERS if pair[0] not in given]
            message = {**message, "headers": [*told, *ours, *more]}
        await send(message)

    return sending


async def _turn_away(scope: Scope, send: Send, refused: Refused) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    await _send(send, *refused)


async def _send(send: Send, status: int, text: str, *more: tuple[bytes, bytes]) -> None:
    plain = ((b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store"))
    await send(
        {"type": "http.response.start", "status": status, "headers": [*plain, *_HEADERS, *more]}
    )
    await send({"type": "http.response.body", "body": text.encode()})
