"""Who comes in, and who is turned away: every request past the guard to a page that says yes."""

import asyncio
import contextlib

import httpx
import pytest

from nuchal.app.door import Door
from nuchal.app.guard import Guard, visit_of
from nuchal.app.limits import PageLimits
from nuchal.app.visits import Visits

LOCAL = Door(host="127.0.0.1", port=8631, token=None)
UPLOAD = "/mine/upload/a-page/7"
OPEN = Door(host="0.0.0.0", port=8631, token="a-secret-that-is-long")


async def page(scope, _receive, send) -> None:
    """Says whose visit it is."""
    visit = visit_of(scope)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": (visit.key if visit else "-").encode()})


@pytest.fixture
def visits():
    visits = Visits(PageLimits(file_bytes=1000, visitors=3))
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


def visitor(visits, page: str = "a-page") -> httpx.Cookies:
    """The cookies of someone with a page that was opened."""
    jar = httpx.Cookies()
    ask(visits, LOCAL, client=jar)
    visit = visits.find(jar["nuchal_8631"])
    visit.pages[page] = lambda: None
    visits.enter(visit)
    return jar


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
    assert forged.status_code == 401


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example:8631", "192.168.0.7:8631"]
)
def test_another_name_for_this_machine_is_refused(visits, host) -> None:
    """A page of another site could point its own name here (DNS rebinding)."""
    assert ask(visits, LOCAL, headers={"host": host}).status_code == 403


@pytest.mark.parametrize("host", ["localhost:8631", "127.0.0.1:8631", "[::1]:8631"])
def test_the_machines_own_names_are_taken(visits, host) -> None:
    assert ask(visits, LOCAL, headers={"host": host}).status_code == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
@pytest.mark.parametrize("path", ["/", UPLOAD, "/_nicegui_ws/socket.io/?sid=mine", "/mine/report"])
@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "", "http://127.0.0.1:8631@evil.example", "http://127.0.0.1"],
)
def test_another_site_cannot_speak_in_a_visitors_name(visits, method, path, origin) -> None:
    jar = visitor(visits)
    asked = ask(visits, LOCAL, method, path, client=jar, headers={"origin": origin})
    assert asked.status_code == 403
    assert not [name for name in asked.headers if name.startswith("access-control")]


def test_the_page_itself_can(visits) -> None:
    jar, here = (
        visitor(visits),
        {"origin": "http://127.0.0.1:8631", "sec-fetch-site": "same-origin"},
    )
    assert ask(visits, LOCAL, "POST", UPLOAD, client=jar, content=b"1", headers=here).text != "-"


@pytest.mark.parametrize("site", ["cross-site", "same-site", "something-new"])
@pytest.mark.parametrize(
    ("path", "mode", "dest", "status"),
    [
        ("/", "navigate", "document", 200),
        ("/study", "navigate", "document", 200),
        ("/study", "cors", "empty", 403),
        ("/", "no-cors", "image", 403),
        ("/", "navigate", "iframe", 403),
        ("/", "cors", "empty", 403),
        ("/mine/report", "navigate", "document", 403),
        ("/_nicegui/3/static/nicegui.js", "no-cors", "script", 403),
    ],
)
def test_other_sites_may_open_the_page_and_fetch_nothing(
    visits, site, path, mode, dest, status
) -> None:
    said = {"sec-fetch-site": site, "sec-fetch-mode": mode, "sec-fetch-dest": dest}
    assert ask(visits, LOCAL, path=path, client=visitor(visits), headers=said).status_code == status


def test_what_other_sites_ask_for_begins_no_visit(visits) -> None:
    said = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"}
    for _ in range(40):
        ask(visits, LOCAL, headers=said)
    assert len(visits) == 0


def test_uploads_are_bounded_before_they_are_read(visits) -> None:
    limit, jar = 1000 + 100_000, visitor(visits)
    taken = ask(visits, LOCAL, "POST", UPLOAD, client=jar, content=b"1" * limit)
    assert taken.status_code == 200
    refused = ask(visits, LOCAL, "POST", UPLOAD, client=jar, content=b"1" * (limit + 1))
    assert refused.status_code == 413

    async def endless():
        yield b"1"

    assert ask(visits, LOCAL, "POST", UPLOAD, client=jar, content=endless()).status_code == 411


@pytest.mark.parametrize("path", [UPLOAD, "/_nicegui/client/a-page/upload/7"])
def test_a_page_is_its_own_visitors(visits, path) -> None:
    owner, other = visitor(visits), visitor(visits, page="another")
    assert ask(visits, LOCAL, "POST", path, client=owner, content=b"1").status_code == 200
    assert ask(visits, LOCAL, "POST", path, client=other, content=b"1").status_code == 404
    assert ask(visits, LOCAL, "POST", path, content=b"1").status_code == 401


@pytest.mark.parametrize(
    "path",
    ["/favicon.ico", "/mine/report", "/mine/here", "/_nicegui/x", "/_nicegui_ws/socket.io/", "/x"],
)
def test_without_a_visit_there_is_only_the_front_door(visits, path) -> None:
    assert ask(visits, LOCAL, path=path).status_code in (401, 404)
    assert ask(visits, LOCAL, "HEAD").status_code == 401
    assert len(visits) == 0


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


def test_the_page_for_many_people_is_a_front_door_too(visits) -> None:
    jar, base = httpx.Cookies(), "http://192.168.0.7:8631"
    begun = ask(visits, LOCAL, path="/study", client=jar)
    assert begun.status_code == 200
    assert begun.text == ask(visits, LOCAL, client=jar).text
    assert ask(visits, OPEN, path="/study", base=base).status_code == 401
    path = "/study?token=a-secret-that-is-long"
    opened = ask(visits, OPEN, path=path, base=base, client=httpx.Cookies())
    assert (opened.status_code, opened.headers["location"]) == (303, "/study")
    assert ask(visits, LOCAL, "POST", "/study", client=jar).status_code == 405
    for near in ("/study/", "/studyx", "/study/list"):
        assert ask(visits, LOCAL, path=near, client=jar).status_code == 404


def test_a_locked_door_says_in_a_sentence_how_to_open_it(visits) -> None:
    said = ask(visits, OPEN, base="http://192.168.0.7:8631").text
    assert said.startswith("This page needs its token")


def test_a_full_house_says_so(visits) -> None:
    for _ in range(3):
        jar = visitor(visits)
        assert visits.find(jar["nuchal_8631"]).inbox.is_dir()
    full = ask(visits, LOCAL)
    assert full.status_code == 503
    assert "try again" in full.text


def test_those_who_only_knock_take_no_place_and_push_nobody_out(visits) -> None:
    inside = [visitor(visits) for _ in range(2)]
    for jar in inside:
        visits.find(jar["nuchal_8631"]).connected.add("a-page")
    jar = httpx.Cookies()
    for _ in range(200):
        assert ask(visits, LOCAL).status_code == 200
    assert len(visits) == 2 + visits.limits.begun
    assert all(visits.find(jar["nuchal_8631"]) for jar in inside)
    assert ask(visits, LOCAL, client=jar).status_code == 200
    visits.enter(visits.find(jar["nuchal_8631"]))
    visits.find(jar["nuchal_8631"]).connected.add("a-page")
    assert ask(visits, LOCAL).status_code == 503


def test_a_place_is_taken_from_who_left_nothing_and_from_no_one_else(visits) -> None:
    jars = [visitor(visits) for _ in range(3)]
    here, brought, gone = (visits.find(jar["nuchal_8631"]) for jar in jars)
    here.connected.add("a-page")
    assert brought.work.is_dir()
    late = visitor(visits)
    assert visits.find(late["nuchal_8631"]).has_entered
    assert visits.find(gone.key) is None
    assert visits.find(here.key) is here
    assert visits.find(brought.key) is brought


def test_one_visitor_has_so_many_pages_and_no_more(visits) -> None:
    jar = visitor(visits)
    visit = visits.find(jar["nuchal_8631"])
    visit.pages = {}
    for number in range(20):
        assert ask(visits, LOCAL, client=jar).status_code == 200
        name = f"page-{number}"
        visit.pages[name] = lambda name=name: visit.pages.pop(name)
    assert len(visit.pages) == 8
    visit.connected = set(visit.pages)
    assert ask(visits, LOCAL, client=jar).status_code == 429


def test_the_page_may_fetch_from_nowhere_else(visits) -> None:
    policy = ask(visits, LOCAL).headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "http:" not in policy
    assert "*" not in policy


def test_sockets_are_of_ones_own_page_or_ones_own(visits) -> None:
    jar, other = visitor(visits), visitor(visits, page="another")
    owned = {"mine": visits.find(jar["nuchal_8631"])}
    sent = []

    async def connect(asked: str, origin: str, jar) -> None:
        headers = {"host": "127.0.0.1:8631", "origin": origin}
        if jar is not None:
            headers["cookie"] = f"nuchal_8631={jar['nuchal_8631']}"
        scope = {
            "type": "websocket",
            "path": "/_nicegui_ws/socket.io",
            "query_string": asked.encode(),
            "headers": [(k.encode(), v.encode()) for k, v in headers.items()],
        }

        async def send(message) -> None:
            sent.append(message["type"])

        async def through(_scope, _receive, _send) -> None:
            sent.append("through")

        guard = Guard(through, door=LOCAL, visits=visits, socket_of=owned.get)
        await guard(scope, None, send)

    here = "http://127.0.0.1:8631"
    for asked, origin, who in (
        ("client_id=a-page", "http://evil.example", jar),
        ("client_id=a-page", "null", jar),
        ("client_id=a-page", here, None),
        ("client_id=a-page", here, other),
        ("client_id=another&client_id=a-page", here, jar),
        ("", here, jar),
        ("sid=mine&client_id=another", here, other),
        ("sid=unknown", here, jar),
        ("client_id=a-page", here, jar),
        ("sid=mine", here, jar),
    ):
        asyncio.run(connect(asked, origin, who))
    assert sent == ["websocket.close"] * 8 + ["through"] * 2


def test_an_address_for_people() -> None:
    assert LOCAL.url == "http://127.0.0.1:8631/"
    assert OPEN.url == "http://127.0.0.1:8631/?token=a-secret-that-is-long"
    assert Door(host="::1", port=1, token=None).url == "http://[::1]:1/"
