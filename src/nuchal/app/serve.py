"""The app: the page for people with recordings, its files and the processes that work for it."""

from collections.abc import Callable
from typing import Final

import nicegui

from nuchal.app import files, folder_upload, log, page, study_page, upload
from nuchal.app.door import Door
from nuchal.app.limits import PageLimits
from nuchal.app.server import end_in_order, let_in, open_door, serve
from nuchal.app.visits import Visits
from nuchal.app.work import Workers

_TITLE: Final = "nuchal"
_REST_S: Final = 5.0


def run_app(
    *,
    host: str = "127.0.0.1",
    port: int = 8631,
    open_browser: bool = True,
    announce: Callable[[str], object] = lambda _text: None,
    limits: PageLimits | None = None,
) -> None:
    """Serve the page until the process is stopped.

    Args:
        host: address to listen on; for other than this machine itself a token is made, without
            which nobody comes in.
        port: 0 takes any that is free.
        open_browser: whether to open the page here.
        announce: told where the page is.
        limits: how much is taken in.

    Raises:
        NuchalError: the address cannot be used.
    """
    door = open_door(host, port)
    visits = Visits(limits)
    workers = Workers(visits.root, visits.limits)

    def close() -> None:
        workers.close()
        visits.close()

    end_in_order()
    log.set_up_log()
    prepare(door, visits, workers)
    nicegui.app.on_startup(workers.warm_up)
    serve(door, title=_TITLE, open_browser=open_browser, announce=announce, close=close)


def prepare(door: Door, visits: Visits, workers: Workers) -> None:
    """Put guard, files and pages in place; the server starts afterwards.

    Args:
        door: who may come in.
        visits: those who did.
        workers: who does the heavy work.
    """
    app = nicegui.app
    let_in(door, visits)
    files.add_routes(app)
    upload.add_uploads(app)
    folder_upload.add_folder_uploads(app)
    page.add_page(workers)
    study_page.add_study_page(workers)
    visits.on_end(workers.forget)
    app.timer(_REST_S, workers.rest)
