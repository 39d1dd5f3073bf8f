"""The page of a live stream: the neck of a person who moves now, and how late it is."""

import json
from collections.abc import Callable
from functools import cache
from typing import Final

import nicegui
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import Response
from nicegui import Client, ui

from nuchal.app import log
from nuchal.app.access import unseen_heading
from nuchal.app.door import Door
from nuchal.app.elements import LiveNeckView
from nuchal.app.guard import visit_of
from nuchal.app.live_parts import Figures, SaidLately, State, Strongest
from nuchal.app.live_watch import Watch
from nuchal.app.opening import open_page
from nuchal.app.server import end_in_order, let_in, open_door, serve
from nuchal.app.visit import Visit
from nuchal.app.visits import Visits
from nuchal.model.anatomy import Anatomy
from nuchal.plain_text import plain_line
from nuchal.streaming.records import Board, Phase

_NECK: Final = "/mine/scene/live.json"
_PUSH_S: Final = 0.04
_TELL_S: Final = 0.25
# How long the page is there after the stream, so that those who look on are told [s].
_LINGER_S: Final = 3.0
# A page that was cut off for longer is loaded anew: pictures of then are of no use.
_KEPT_MESSAGES: Final = 100
# The neck can still be turned then; that there is no server any more is no trouble.
_OVER: Final = """
document.body.classList.add("over");
setTimeout(() => window.socket.disconnect(), 300);
"""


def run_live_page(
    board: Board,
    *,
    anatomy: Anatomy,
    title: str,
    host: str = "127.0.0.1",
    port: int = 8632,
    open_browser: bool = True,
    announce: Callable[[str], object] = lambda _text: None,
    stopped: Callable[[], object] = lambda: None,
) -> None:
    """Serve the page of a stream until it has ended, or the process is stopped.

    The stream runs in another thread, begun before, and posts to the board. Returns seconds after
    ``Phase.ENDED``. Where the process is interrupted or asked to stop, ``KeyboardInterrupt`` or
    ``SystemExit`` comes out of here when the server has stopped.

    Args:
        board: of the stream.
        anatomy: the person's neck.
        title: what the stream is called.
        host: address to listen on; for other than this machine itself a token is made, without
            which nobody comes in.
        port: 0 takes any that is free.
        open_browser: whether to open the page here.
        announce: told where the page is.
        stopped: called once when the page is no more, so that the stream can end, too.

    Raises:
        NuchalError: the address cannot be used.
    """
    door = open_door(host, port)
    visits = Visits()

    @cache
    def close() -> None:
        visits.close()
        stopped()

    try:
        end_in_order()
        log.set_up_log("nuchal stream")
        watch = Watch(board, anatomy)
        prepare_live_page(door, visits, watch, anatomy=anatomy, title=title)
        serve(
            door,
            title=f"nuchal live: {plain_line(title)}",
            open_browser=open_browser,
            announce=announce,
            close=close,
            kept_messages=_KEPT_MESSAGES,
        )
    finally:
        close()


def prepare_live_page(
    door: Door, visits: Visits, watch: Watch, *, anatomy: Anatomy, title: str
) -> None:
    """Put guard, neck and page in place; the server starts afterwards.

    Args:
        door: who may come in.
        visits: those who did.
        watch: looks at the stream.
        anatomy: the person's neck.
        title: what the stream is called.
    """
    app = nicegui.app
    let_in(door, visits)
    _serve_neck(app, json.dumps(watch.document(title), allow_nan=False).encode())

    def listen() -> None:
        watch.listen()
        if watch.ended_s > _LINGER_S:
            app.shutdown()

    app.timer(_TELL_S, listen)

    @ui.page("/")
    async def front(request: Request, client: Client) -> None:
        visit = visit_of(request.scope)
        if visit is not None:
            _LivePage(visit, client, watch, anatomy=anatomy, title=title)


class _LivePage:
    """One opening of the page by a visitor."""

    def __init__(
        self, visit: Visit, client: Client, watch: Watch, *, anatomy: Anatomy, title: str
    ) -> None:
        self._client, self._watch = client, watch
        self._pushed: object = None
        self._is_over = False
        open_page(visit, client, name="nuchal live", says=plain_line(title))
        self._state = State()
        self._figures = Figures()
        unseen_heading("The neck now")
        self._neck = LiveNeckView(_NECK)
        self._neck.classes("neck-stage-frame live")
        with ui.element("div").classes("row-of-cards"):
            self._strongest = Strongest(anatomy)
            self._said = SaidLately()
        ui.label(
            "The page draws up to 0.1 s later than the forces are there, and by what the network "
            "takes. Bones are drawn by us around the model's joints, to help the eye. Muscles run "
            "as in the model, straight from point to point, and are drawn thinner than they are."
        ).classes("small")
        self._tell()
        ui.timer(_PUSH_S, self._push)
        ui.timer(_TELL_S, self._tell)

    def _push(self) -> None:
        """Move the neck on, where there is someone to see it and something new."""
        moment = self._watch.moment()
        if self._client.has_socket_connection and moment is not self._pushed:
            self._pushed = moment
            self._neck.push(moment)

    def _tell(self) -> None:
        shown = self._watch.shown
        self._state.tell(shown)
        self._figures.tell(shown)
        self._strongest.tell(shown)
        self._said.tell(self._watch)
        if shown.phase is Phase.ENDED and not self._is_over and self._client.has_socket_connection:
            self._is_over = True
            self._client.run_javascript(_OVER)


def _serve_neck(app: FastAPI, document: bytes) -> None:
    @app.get(_NECK)
    def neck(request: Request) -> Response:
        if visit_of(request.scope) is None:
            raise HTTPException(404)
        return Response(document, 200, {"cache-control": "no-store"}, "application/json")
