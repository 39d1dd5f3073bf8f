"""Who comes in, and who is turned away: every request past the guard to a page that says yes."""

import asyncio
import contextlib

import httpx
import pytest

from nuchal.app.guard import Door, Guard, visit_of
from nuchal.app.visits import Limits, Visits

LOCAL = Door(host="127.0.0.1", port=8631, token=None)
OPEN = Door(host="0.0.0.0", port=8631, token="a-secret-that-is-long")


async def page(scope, _receive, send) -> None:
    """Says whose visit it is."""
    visit = visit_of(scope)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": (visit.key if visit else "-").encode()})


@pytest.fixture
def visits():
    visits = Visits(Limits(file_bytes=1000, visitors=3))
    with contextlib.closing(visits):
        yield visits


def ask(visits, door, method="GET", path="/", *, base=None, client=None, **keywords):
    """One request, in the name of a client that keeps its cookies."""

    async def asking():
        transport = httpx.ASGITransport(Guard(page, door=door, visits=visits))
        base_url = base or f"http://127.0.0.1:{door.port}"
        async with httpx.AsyncClient(
            transport=transport, base_url=base_url, cookies=client
        ) as session:
            answer = await session.request(method, path, **keywords)
            if client is not None:
                client.update(session.cookies)
            return answer

    return asyncio.run(asking())


def test_the_front_door_begins_a_visit_that_the_cookie_continues(visits) -> None:
    jar = httpx.Cookies()
    first = ask(visits, LOCAL, client=jar)
    again = ask(visits, LOCAL, client=jar)
    other = ask(visits, LOCAL, client=httpx.Cookies())
    assert first.status_code == 200
    assert again.text == first.text
    assert other.text != first.text
    cookie = first.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "set-cookie" not in again.headers


def test_a_cookie_of_ones_own_making_is_nobodys(visits) -> None:
    forged = ask(
        visits, LOCAL, path="/mine/report", client=httpx.Cookies({"nuchal_8631": "x" * 43})
    )
    assert forged.text == "-"


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example:8631", "192.168.0.7:8631"]
)
def test_another_name_for_this_machine_is_refused(visits, host) -> None:
    """A page of another site could point its own name here (DNS rebinding)."""
    assert ask(visits, LOCAL, headers={"host": host}).status_code == 403


@pytest.mark.parametrize("host", ["localhost:8631", "127.0.0.1:8631", "[::1]:8631"])
def test_the_machines_own_names_are_taken(visits, host) -> None:
    assert ask(visits, LOCAL, headers={"host": host}).status_code == 200


def test_another_site_cannot_upload_in_a_visitors_name(visits) -> None:
    jar = httpx.Cookies()
    ask(visits, LOCAL, client=jar)
    there = {"origin": "http://evil.example"}
    here = {"origin": "http://127.0.0.1:8631"}
    assert (
        ask(visits, LOCAL, "POST", "/x", client=jar, content=b"1", headers=there).status_code == 403
    )
    assert (
        ask(visits, LOCAL, "POST", "/x", client=jar, content=b"1", headers=here).status_code == 200
    )


def test_uploads_are_bounded_before_they_are_read(visits) -> None:
    limit = 1000 + 100_000
    assert ask(visits, LOCAL, "POST", "/x", content=b"1" * limit).status_code == 200
    refused = ask(visits, LOCAL, "POST", "/x", content=b"1" * (limit + 1))
    assert refused.status_code == 413

    async def endless():
        yield b"1"

    assert ask(visits, LOCAL, "POST", "/x", content=endless()).status_code == 411


def test_beyond_this_machine_the_token_opens_and_nothing_else_does(visits) -> None:
    base = "http://192.168.0.7:8631"
    assert ask(visits, OPEN, base=base).status_code == 401
    assert ask(visits, OPEN, path="/?token=a-secret-that-is-lonG", base=base).status_code == 401
    assert (
        ask(visits, OPEN, path="/mine/report?token=a-secret-that-is-long", base=base).status_code
        == 401
    )
    jar = httpx.Cookies()
    opened = ask(visits, OPEN, path="/?token=a-secret-that-is-long", base=base, client=jar)
    assert opened.status_code == 303
    assert opened.headers["location"] == "/"
    assert ask(visits, OPEN, base=base, client=jar).status_code == 200
    assert ask(visits, OPEN, path="/mine/report", base=base, client=jar).text != "-"


def test_a_locked_door_says_in_a_sentence_how_to_open_it(visits) -> None:
    said = ask(visits, OPEN, base="http://192.168.0.7:8631").text
    assert said.startswith("This page needs its token")


def test_a_full_house_says_so(visits) -> None:
    for _ in range(3):
        jar = httpx.Cookies()
        ask(visits, LOCAL, client=jar)
        assert visits.find(jar["nuchal_8631"]).inbox.is_dir()
    full = ask(visits, LOCAL)
    assert full.status_code == 503
    assert "try again" in full.text


def test_the_page_may_fetch_from_nowhere_else(visits) -> None:
    policy = ask(visits, LOCAL).headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "http:" not in policy
    assert "*" not in policy


def test_sockets_of_other_sites_are_closed(visits) -> None:
    sent = []

    async def connect(origin: bytes) -> None:
        scope = {
            "type": "websocket",
            "path": "/_nicegui_ws/socket.io",
            "query_string": b"",
            "headers": [(b"host", b"127.0.0.1:8631"), (b"origin", origin)],
        }

        async def send(message) -> None:
            sent.append(message["type"])

        async def through(_scope, _receive, _send) -> None:
            sent.append("through")

        await Guard(through, door=LOCAL, visits=visits)(scope, None, send)

    asyncio.run(connect(b"http://evil.example"))
    asyncio.run(connect(b"http://127.0.0.1:8631"))
    assert sent == ["websocket.close", "through"]


def test_an_address_for_people() -> None:
    assert LOCAL.url == "http://127.0.0.1:8631/"
    assert OPEN.url == "http://127.0.0.1:8631/?token=a-secret-that-is-long"
    assert Door(host="::1", port=1, token=None).url == "http://[::1]:1/"
