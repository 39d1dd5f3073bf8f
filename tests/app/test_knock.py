"""No request, however malformed, is anything but turned away or passed on."""

import asyncio
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nuchal.app.door import Door
from nuchal.app.guard import Guard
from nuchal.app.limits import PageLimits
from nuchal.app.visits import Visits

LOCAL = Door(host="127.0.0.1", port=8631, token=None)
OPEN = Door(host="0.0.0.0", port=8631, token="a-secret-that-is-long")
NAMES = st.sampled_from(
    [
        "host", "origin", "cookie", "content-length", "content-type", "sec-fetch-site",
        "sec-fetch-mode", "sec-fetch-dest", "x-forwarded-prefix", "x-forwarded-for", "range",
    ]
)  # fmt: skip
VALUES = st.one_of(
    st.binary(max_size=60),
    st.sampled_from([b"[::1", b"127.0.0.1:8631", b"[::1]:8631", b"null", b"\xb2", b"9" * 5000]),
    st.sampled_from([b"127.0.0.1", b"nuchal_8631=x", b'nuchal_8631="\\777', b"navigate", b"5"]),
)
HEADERS = st.lists(st.tuples(NAMES.map(str.encode), VALUES), max_size=6)
PATHS = st.one_of(
    st.text(max_size=80),
    st.sampled_from(["/", "/mine/", "/mine/scene/", "/_nicegui/", "/_nicegui_ws/socket.io/"]),
    st.text(max_size=40).map(lambda rest: f"/mine/upload/{rest}"),
)


@pytest.fixture(scope="module")
def visits():
    with contextlib.closing(Visits(PageLimits(begun=4))) as visits:
        yield visits


def status(visits, door, kind, method, path, query, headers) -> int:
    """What the guard answers; 0 for a socket that is closed, 200 for what is passed on."""
    answers = []

    async def send(message) -> None:
        answers.append(message)

    async def through(_scope, _receive, send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    scope = {
        "type": kind,
        "method": method,
        "path": path,
        "query_string": query,
        "headers": headers,
    }
    asyncio.run(Guard(through, door=door, visits=visits)(scope, None, send))
    return answers[0].get("status", 0)


@given(
    door=st.sampled_from([LOCAL, OPEN]),
    kind=st.sampled_from(["http", "websocket"]),
    method=st.one_of(st.sampled_from(["GET", "POST", "HEAD"]), st.text(max_size=10)),
    path=PATHS,
    query=st.one_of(st.binary(max_size=60), st.sampled_from([b"token=%ff", b"client_id=a&sid="])),
    headers=st.one_of(HEADERS, HEADERS.map(lambda rest: [(b"host", b"127.0.0.1:8631"), *rest])),
)
def test_nothing_malformed_gets_an_exception(
    visits, door, kind, method, path, query, headers
) -> None:
    assert status(visits, door, kind, method, path, query, headers) in {
        0, 200, 303, 400, 401, 403, 404, 405, 411, 413,
    }  # fmt: skip


@pytest.mark.parametrize(
    "headers",
    [
        [(b"host", b"[::1")],
        [(b"host", b"[::1]x")],
        [(b"host", b"127.0.0.1:99999999")],
        [(b"host", "127.0.0.1²".encode())],
        [(b"host", b"")],
        [],
        [(b"host", b"127.0.0.1"), (b"host", b"evil.example")],
        [(b"host", b"127.0.0.1"), (b"content-length", "²".encode())],
        [(b"host", b"127.0.0.1"), (b"content-length", b"9" * 5000)],
        [(b"host", b"127.0.0.1"), (b"content-length", b"-1")],
        [(b"host", b"127.0.0.1"), (b"content-length", b"1"), (b"content-length", b"2")],
    ],
)
@pytest.mark.parametrize("door", [LOCAL, OPEN])
def test_malformed_headers_are_said_to_be(visits, door, headers) -> None:
    assert status(visits, door, "http", "GET", "/", b"", headers) == 400


@pytest.mark.parametrize(
    "path", ["", "x", "/\0", "/mine/\n", "/mine/é", "/" + "a" * 2000, "/\ud800"]
)
def test_there_is_nothing_under_malformed_names(visits, path) -> None:
    here = [(b"host", b"127.0.0.1")]
    assert status(visits, LOCAL, "http", "GET", path, b"", here) == 404
