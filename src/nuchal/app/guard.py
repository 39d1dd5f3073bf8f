"""Who comes in: the right host, the right token, and no more than a bounded upload.

The guard stands before NiceGUI. A page of another site that a visitor has open can neither name
this server otherwise (``Host``) nor speak in the visitor's name (``Origin``, cookies of the same
site only).
"""

import hmac
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from nuchal.app.labels import on_the_page
from nuchal.app.visits import Visit, Visits
from nuchal.errors import NuchalError

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

# Under this name the guard hands the visitor on in a request's scope.
VISIT: Final = "nuchal.visit"
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})
# Room for what goes with a file in an upload.
_FRAME_BYTES: Final = 100_000
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


@dataclass(frozen=True, kw_only=True)
class Door:
    """Where the server listens, and what it takes to come in.

    Attributes:
        token: Needed where not only this machine can knock.
    """

    host: str
    port: int
    token: str | None

    @property
    def is_local(self) -> bool:
        """Whether only programs on this machine can connect."""
        return self.host in _LOOPBACK

    @property
    def cookie(self) -> str:
        """Browsers don't tell ports apart, so the cookie's name does."""
        return f"nuchal_{self.port}"

    @property
    def url(self) -> str:
        """What to type into a browser."""
        name = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host
        name = f"[{name}]" if ":" in name and not name.startswith("[") else name
        return f"http://{name}:{self.port}{self.path}"

    @property
    def path(self) -> str:
        """The part of the address after host and port."""
        return f"/?token={self.token}" if self.token else "/"

    def admits(self, given: str | None) -> bool:
        """Whether a token is the right one, compared in constant time."""
        if self.token is None:
            return True
        return hmac.compare_digest((given or "").encode(), self.token.encode())


class Guard:
    """Stands between the network and the page (ASGI)."""

    def __init__(self, app: App, *, door: Door, visits: Visits) -> None:
        self._app, self._door, self._visits = app, door, visits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or turn it away."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]}
        visit = self._visits.find(_cookie(headers.get("cookie", ""), self._door.cookie))
        refused = self._refusal(scope, headers)
        if refused is not None:
            await _turn_away(scope, send, *refused)
        elif visit is not None and _token(scope) and scope["path"] == "/":
            await _send(send, 303, "", (b"location", b"/"))
        elif visit is not None:
            scope[VISIT] = visit
            await self._app(scope, receive, _with_headers(send))
        else:
            await self._stranger(scope, receive, send)

    def _refusal(self, scope: Scope, headers: dict[str, str]) -> tuple[int, str] | None:
        host = headers.get("host", "")
        name = urlsplit(f"//{host}").hostname or ""
        if self._door.is_local and name not in _LOOPBACK:
            return 403, "This page answers only to the name of this machine itself."
        origin = headers.get("origin")
        asks = scope["type"] == "websocket" or scope.get("method") not in ("GET", "HEAD")
        if asks and origin is not None and urlsplit(origin).netloc != host:
            return 403, "Another site may not speak for you here."
        if scope.get("method") in ("POST", "PUT", "PATCH"):
            length = headers.get("content-length", "")
            if not length.isdigit():
                return 411, "An upload has to say how long it is."
            if int(length) > self._visits.limits.file_bytes + _FRAME_BYTES:
                most = self._visits.limits.file_bytes / 1e6
                return 413, f"A file may have {most:.0f} MB at most."
        return None

    async def _stranger(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Someone without a visit: let in at the front door only, and with the token."""
        if scope["type"] == "websocket" or scope["path"] != "/":
            if self._door.token is None:
                await self._app(scope, receive, _with_headers(send))
            else:
                await _turn_away(scope, send, 401, _LOCKED)
            return
        if not self._door.admits(_token(scope)):
            await _turn_away(scope, send, 401, _LOCKED)
            return
        try:
            visit = self._visits.begin()
        except NuchalError as full:
            await _turn_away(scope, send, 503, full.text(on_the_page))
            return
        cookie = f"{self._door.cookie}={visit.key}; Path=/; HttpOnly; SameSite=Lax".encode()
        if self._door.token is None:
            scope[VISIT] = visit
            await self._app(scope, receive, _with_headers(send, (b"set-cookie", cookie)))
        else:
            await _send(send, 303, "", (b"set-cookie", cookie), (b"location", b"/"))


_LOCKED: Final = (
    "This page needs its token: open the address that nuchal app printed when it was started."
)


def visit_of(scope: Scope) -> Visit | None:
    """The visitor of a request that the guard let pass."""
    found = scope.get(VISIT)
    return found if isinstance(found, Visit) else None


def _token(scope: Scope) -> str:
    query: bytes = scope.get("query_string", b"")
    return parse_qs(query.decode("latin-1")).get("token", [""])[0]


def _cookie(header: str, name: str) -> str | None:
    try:
        jar = SimpleCookie(header)
    except CookieError:
        return None
    return jar[name].value if name in jar else None


def _with_headers(send: Send, *more: tuple[bytes, bytes]) -> Send:
    async def sending(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            given = {name for name, _ in message.get("headers", [])}
            ours = [pair for pair in _HEADERS if pair[0] not in given]
            message = {**message, "headers": [*message.get("headers", []), *ours, *more]}
        await send(message)

    return sending


async def _turn_away(scope: Scope, send: Send, status: int, sentence: str) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    await _send(send, status, sentence)


async def _send(send: Send, status: int, text: str, *more: tuple[bytes, bytes]) -> None:
    plain = ((b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store"))
    await send(
        {"type": "http.response.start", "status": status, "headers": [*plain, *_HEADERS, *more]}
    )
    await send({"type": "http.response.body", "body": text.encode()})
