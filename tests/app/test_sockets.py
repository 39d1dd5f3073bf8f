"""A socket speaks for its own page, whatever it says."""

import asyncio

import pytest
from nicegui import core

from nuchal.app import sockets
from nuchal.app.limits import PageLimits
from nuchal.app.visit import Visit


@pytest.mark.parametrize(
    ("said", "is_heard"),
    [
        ({"client_id": "mine"}, True),
        ({"client_id": "another's"}, False),
        ({"client_id": None}, False),
        ({}, False),
        ("mine", False),
        (None, False),
        ([1], False),
    ],
)
def test_a_socket_is_heard_for_its_own_page_only(monkeypatch, said, is_heard) -> None:
    monkeypatch.setattr(core.sio, "rooms", lambda _sid: ["a socket", "mine"])
    heard = []
    handler = sockets._of_its_page(lambda sid, said: heard.append((sid, said)))
    asyncio.run(handler("a socket", said))
    assert bool(heard) is is_heard


@pytest.mark.parametrize(
    "said",
    [
        {"client_id": "another's", "tab_id": "1", "document_id": "1"},
        {"client_id": "mine", "tab_id": 1, "document_id": "1"},
        {"client_id": "mine"},
        {"client_id": ["mine"], "tab_id": "1", "document_id": "1"},
        "mine",
        None,
    ],
)
def test_a_handshake_is_with_ones_own_page(monkeypatch, tmp_path, said) -> None:
    visit = Visit(key="", folder=tmp_path, limits=PageLimits(), pages={"mine": lambda: None})
    environ = {"asgi.scope": {"nuchal.visit": visit}}
    monkeypatch.setattr(core.sio, "get_environ", lambda _sid: environ)
    assert asyncio.run(sockets._with_own_page("a socket", said)) is False


def test_no_answer_lets_other_sites_read_it() -> None:
    sockets.tie_sockets()
    environ = {"HTTP_ORIGIN": "http://evil.example", "REQUEST_METHOD": "GET"}
    assert core.sio.eio._cors_headers(environ) == []
