"""A real server and what no browser would send: an answer below 500, and a page that goes on."""

import re
import socket
from urllib.parse import urlsplit

import httpx
import pytest

from nuchal.app.limits import PageLimits

CRLF = "\r\n"


def raw(server, request: bytes) -> int:
    """The status of the answer to these bytes; 0 for none."""
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname, address.port), timeout=20.0) as line:
        line.sendall(request)
        line.shutdown(socket.SHUT_WR)
        answer = line.recv(65536)
    found = re.match(rb"HTTP/1\.[01] ([0-9]{3})", answer)
    return int(found[1]) if found else 0


@pytest.fixture
def visitor(server):
    """Someone with the page, as far as HTTP goes."""
    with httpx.Client(base_url=server.url.rstrip("/"), timeout=30.0) as client:
        page = client.get("/")
        (client.page,) = re.findall(r"'client_id': '([0-9a-f-]+)'", page.text)
        client.box = re.findall(rf"/mine/upload/{client.page}/[0-9]+", page.text)[-1]
        yield client


def test_no_malformed_request_gets_an_error_of_the_server(server, visitor) -> None:
    own = urlsplit(server.url).netloc
    cookie = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    for first, lines in (
        ("GET / HTTP/1.1", ["Host: [::1"]),
        ("GET / HTTP/1.1", ["Host: [::1]]:1", f"Cookie: {cookie}"]),
        ("GET / HTTP/1.1", ["Host: \\"]),
        ("GET / HTTP/1.1", []),
        ("GET / HTTP/1.0", []),
        ("GET / HTTP/1.1", [f"Host: {own}", f"Host: {own}"]),
        (
            "GET / HTTP/1.1",
            [f"Host: {own}", 'Cookie: a="\\777; b=c; =; ;;; \\', "Origin: http://["],
        ),
        ("GET /?%ff=%&=&&token=\xff HTTP/1.1", [f"Host: {own}"]),
        ("GET /?token=%00%ff HTTP/1.1", [f"Host: {own}", f"Cookie: {cookie}"]),
        ("POST / HTTP/1.1", [f"Host: {own}", "Content-Length: \xb2"]),
        ("POST / HTTP/1.1", [f"Host: {own}", "Content-Length: " + "9" * 5000]),
        ("POST / HTTP/1.1", [f"Host: {own}", "Content-Length: 1", "Transfer-Encoding: chunked"]),
        ("GET / HTTP/1.1", [f"Host: {own}", "X-Forwarded-Prefix: //x\xff", f"Cookie: {cookie}"]),
        ("GET /%00 HTTP/1.1", [f"Host: {own}", f"Cookie: {cookie}"]),
        ("GET /_nicegui/%2e%2e/%00 HTTP/1.1", [f"Host: {own}", f"Cookie: {cookie}"]),
        (f"GET /_nicegui/x/{'a' * 5000} HTTP/1.1", [f"Host: {own}", f"Cookie: {cookie}"]),
        ("GET /mine/scene/neck-0.json%0a HTTP/1.1", [f"Host: {own}", f"Cookie: {cookie}"]),
        ("GET /mine/report?download=perhaps HTTP/1.1", [f"Host: {own}", f"Cookie: {cookie}"]),
        ("GET /mine/nothing HTTP/1.1", [f"Host: {own}", f"Cookie: {cookie}"]),
        ("GET http://evil.example/ HTTP/1.1", [f"Host: {own}", f"Cookie: {cookie}"]),
        ("OPTIONS * HTTP/1.1", [f"Host: {own}", f"Cookie: {cookie}"]),
        ("GET /_nicegui_ws/socket.io/?EIO=4&j=x HTTP/1.1", [f"Host: {own}", f"Cookie: {cookie}"]),
        (
            f"GET /_nicegui_ws/socket.io/?EIO=4&client_id={visitor.page} HTTP/1.1",
            [f"Host: {own}", f"Cookie: {cookie}", "Origin: null"],
        ),
        (
            f"GET /_nicegui_ws/socket.io/?EIO=9&client_id={visitor.page} HTTP/1.1",
            [f"Host: {own}", f"Cookie: {cookie}", "Upgrade: websocket", "Connection: Upgrade"],
        ),
        ("\x00\x01\x02", []),
        ("PRI * HTTP/2.0", []),
    ):
        request = CRLF.join([first, *lines, "Connection: close", "", ""]).encode("latin-1")
        assert raw(server, request) < 500, (first[:60], lines)
    assert visitor.get("/mine/here").status_code == 204


def form(*parts: tuple[str, bytes]) -> bytes:
    """A form of parts: their headers and their content."""
    body = b"".join(
        f"--x\r\nContent-Disposition: form-data; {header}\r\n\r\n".encode("latin-1")
        + content
        + b"\r\n"
        for header, content in parts
    )
    return body + b"--x--\r\n"


FORM = "multipart/form-data; boundary=x"
FILE = ('name="f"; filename="a.trc"', b"1")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (FORM, form()),
        (FORM, form(('name="f"', b"1"))),
        (FORM, form(('name="f"; filename=""', b"1"))),
        (FORM, form(("filename=a.trc", b"1"))),
        (FORM, form(("", b"1"))),
        (FORM, form(FILE)[:-12]),
        (FORM, form(*[FILE] * 40)),
        (FORM, form((f'name="f"; filename="{"b" * 5000}"', b"1"))),
        ("multipart/form-data; boundary=y", form(FILE)),
        ("multipart/form-data", form(FILE)),
        ("multipart/form-data; charset=undefined; boundary=x", form(FILE)),
        ("application/x-www-form-urlencoded", b"a=b"),
        ("application/json", b"{}"),
        ("\xff", b""),
    ],
)
def test_what_is_no_upload_is_refused(visitor, kind, body) -> None:
    headers = {b"content-type": kind.encode("latin-1")}
    assert visitor.post(visitor.box, content=body, headers=headers).status_code == 400
    assert visitor.get("/mine/here").status_code == 204


@pytest.mark.parametrize(
    "name",
    [".", "...", "/", "../../x", "a\x1b[2J.trc", "b" * 3000, "\\\\x\\y", "CON", " ", "é.trc"],
)
def test_any_name_of_a_file_is_taken(visitor, name) -> None:
    body = form((f'name="f"; filename="{name}"', b"1"))
    kind = {"content-type": FORM}
    assert visitor.post(visitor.box, content=body, headers=kind).status_code == 200


def test_nothing_of_ones_own_is_anyone_elses(server, visitor) -> None:
    body = form(('name="f"; filename="a.trc"', b"1"))
    kind = {"content-type": FORM}
    polling = f"/_nicegui_ws/socket.io/?EIO=4&transport=polling&client_id={visitor.page}"
    with httpx.Client(base_url=server.url.rstrip("/")) as other:
        assert other.post(visitor.box, content=body, headers=kind).status_code == 401
        assert other.get(polling).status_code == 401
        other.get("/")
        assert other.post(visitor.box, content=body, headers=kind).status_code == 404
        assert other.get(polling).status_code == 404
        opened = visitor.get(polling)
        assert opened.status_code == 200
        (name,) = re.findall(r'"sid":"([^"]+)"', opened.text)
        own = f"{polling}&sid={name}"
        assert [one.post(own, content="40").status_code for one in (other, visitor)] == [400, 200]


def test_two_files_come_at_once_and_both_stay(server, visitor, patiently) -> None:
    body = form(*(('name="f"; filename="two.trc"', bytes([k])) for k in range(2)))
    kind = {"content-type": FORM}
    assert visitor.post(visitor.box, content=body, headers=kind).json() == {"files": 2}
    found = patiently(lambda: list(server.temporary.glob(".nuchal-*/*/files/two (2).trc")))
    assert (found[0].parent / "two.trc").read_bytes() == b"\0"
    assert found[0].read_bytes() == b"\1"


def test_files_that_are_too_large_are_refused_before_they_come(server, visitor) -> None:
    most = PageLimits().file_bytes
    cookie = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    lines = [f"POST {visitor.box} HTTP/1.1", f"Host: {urlsplit(server.url).netloc}"]
    lines += [f"Cookie: {cookie}", f"Content-Type: {FORM}", f"Content-Length: {2 * most}", "", ""]
    assert raw(server, CRLF.join(lines).encode()) == 413
