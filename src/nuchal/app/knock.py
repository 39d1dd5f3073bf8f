"""What a request says of itself, and why some are turned away for that alone.

A page of another site that a visitor has open can neither name this server otherwise (``Host``),
nor speak in the visitor's name (``Origin``, cookies of the same site only), nor have its pictures,
frames and scripts fetched from here (Fetch Metadata, https://www.w3.org/TR/fetch-metadata/).
"""

import re
from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs

from nuchal.app.door import LOOPBACK, Door

Scope = MutableMapping[str, Any]

FRONT: Final = "/"
# The page for many people.
STUDY: Final = "/study"
# Whoever asks for one of these begins a visit.
PAGES: Final = frozenset({FRONT, STUDY})
UPLOADS: Final = "/mine/upload/"
SOCKETS: Final = "/_nicegui_ws/"
CLIENTS: Final = "/_nicegui/client/"
_OTHERS: Final = ("/_nicegui/", "/mine/", "/favicon.ico")
_ONCE: Final = frozenset({"host", "origin", "content-length", "content-type"}) | {
    f"sec-fetch-{what}" for what in ("site", "mode", "dest")
}
_HOST: Final = re.compile(r"(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(:[0-9]{1,5})?")
_ORIGIN: Final = re.compile(r"https?://(?P<host>[^/?#@\s]+)")
_LENGTH: Final = re.compile(r"[0-9]{1,15}")
# The names of all files that are served are short and plain.
_PATH: Final = re.compile(r"/[\x20-\x5b\x5d-\x7e]{0,1000}")
_QUERY: Final = re.compile(rb"[\x21-\x7e]{0,4000}")
_LONGEST_PART: Final = 200
# Room for what goes with a file in an upload.
FRAME_BYTES: Final = 100_000

Refused = tuple[int, str]
_MALFORMED: Final[Refused] = (400, "This is no request that a browser would send.")
_NOT_HERE: Final[Refused] = (404, "There is nothing here.")
_ANOTHER: Final[Refused] = (403, "Another site may not speak for you here.")


@dataclass(frozen=True, kw_only=True)
class Knock:
    """A request, as far as the guard reads it.

    Attributes:
        method: ``SOCKET`` for a WebSocket.
        headers: By names in lower case.
        asked: The first value of each name in the query.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    asked: Mapping[str, str]

    @property
    def length(self) -> int:
        """What an upload says it has [bytes]."""
        return int(self.headers.get("content-length", "0"))

    def cookie(self, name: str) -> str | None:
        """The value of a cookie, as it is."""
        for part in self.headers.get("cookie", "").split(";"):
            key, equals, value = part.strip().partition("=")
            if equals and key == name:
                return value
        return None


def understood(scope: Scope) -> Knock | Refused:
    """What a request says, if it is one."""
    headers = _headers(scope["headers"])
    path, query = scope.get("path", ""), scope.get("query_string", b"")
    if headers is None or not _QUERY.fullmatch(query):
        return _MALFORMED
    if not _PATH.fullmatch(path) or any(len(part) > _LONGEST_PART for part in path.split("/")):
        return _NOT_HERE
    asked = {name: values[0] for name, values in parse_qs(query.decode("ascii")).items()}
    method = "SOCKET" if scope["type"] == "websocket" else str(scope.get("method", ""))
    return Knock(method=method, path=path, headers=headers, asked=asked)


def refusal(knock: Knock, door: Door, most_bytes: int) -> Refused | None:
    """Why a request is turned away, whoever sends it.

    Args:
        knock: the request.
        door: where it came in.
        most_bytes: what an upload may have.
    """
    for look in (_wrong_host(knock, door), _wrong_site(knock), _wrong_place(knock)):
        if look is not None:
            return look
    return _wrong_length(knock, most_bytes)


def _headers(given: Iterable[tuple[bytes, bytes]]) -> dict[str, str] | None:
    """All by name; several of a name are joined, None where that would leave two meanings."""
    headers: dict[str, str] = {}
    for raw_name, raw in given:
        name, value = raw_name.decode("latin-1").lower(), raw.decode("latin-1")
        if name in headers:
            if name in _ONCE:
                return None
            value = f"{headers[name]}{'; ' if name == 'cookie' else ', '}{value}"
        headers[name] = value
    return headers


def _wrong_host(knock: Knock, door: Door) -> Refused | None:
    found = _HOST.fullmatch(knock.headers.get("host", ""))
    if found is None:
        return _MALFORMED
    if door.is_local and found[1].lower() not in LOOPBACK:
        return 403, "This page answers only to the name of this machine itself."
    return None


def _wrong_site(knock: Knock) -> Refused | None:
    headers = knock.headers
    origin = headers.get("origin")
    if origin is not None:
        of = _ORIGIN.fullmatch(origin)
        if of is None or of["host"].lower() != headers["host"].lower():
            return _ANOTHER
    if headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none"):
        return None
    opens = headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")
    is_visit = knock.method == "GET" and knock.path in PAGES and opens == ("navigate", "document")
    return None if is_visit else _ANOTHER


def _wrong_place(knock: Knock) -> Refused | None:
    path = knock.path
    takes_posts = path.startswith((UPLOADS, SOCKETS, CLIENTS))
    if not (path in PAGES or path.startswith((*_OTHERS, SOCKETS))):
        return _NOT_HERE
    if knock.method == "SOCKET":
        return None if path.startswith(SOCKETS) else _NOT_HERE
    if knock.method not in ("GET", "HEAD", "POST") or (knock.method == "POST" and not takes_posts):
        return 405, "This cannot be done here."
    return None


def _wrong_length(knock: Knock, most_bytes: int) -> Refused | None:
    length = knock.headers.get("content-length")
    if knock.method == "SOCKET" or (knock.method != "POST" and length is None):
        return None
    if length is None:
        return 411, "An upload has to say how long it is."
    if not _LENGTH.fullmatch(length):
        return _MALFORMED
    if int(length) > most_bytes + FRAME_BYTES:
        return 413, f"A file may have {most_bytes / 1e6:.0f} MB at most."
    return None
