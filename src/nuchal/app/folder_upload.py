"""A whole folder from a visitor's own page: its list first, then each file that was asked for."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from nicegui.element import Element
from nicegui.events import GenericEventArguments
from starlette.requests import ClientDisconnect

from nuchal.app.dropped import RECORDINGS, TOML
from nuchal.app.guard import visit_of
from nuchal.app.knock import UPLOADS
from nuchal.app.labels import on_the_page
from nuchal.app.visit import Visit
from nuchal.errors import NuchalError

_SCRIPT: Final = Path(__file__).parent / "browser" / "folder_drop.js"
# Of a list of files.
_MOST_BYTES: Final = 1_000_000


class FolderDrop(Element, component=_SCRIPT):
    """Where a folder is dropped or chosen; its files go to the study of the page's visitor."""

    def __init__(
        self,
        on_listed: Callable[[], object],
        on_sent: Callable[[str | None], object],
    ) -> None:
        """Add one to the page.

        Args:
            on_listed: called when the server has the list of files, or has refused it.
            on_sent: told when the files have been sent, and which of them could not be.
        """
        super().__init__()
        self._props["url"] = f"{UPLOADS}{self.client.id}/study"
        self._props["suffixes"] = [*RECORDINGS, TOML]

        def sent(event: GenericEventArguments) -> object:
            return on_sent(event.args if isinstance(event.args, str) else None)

        self.on("listed", on_listed, args=[])
        self.on("sent", sent)

    def tell(self, *, enabled: bool, another: bool) -> None:
        """Say whether folders are taken, and whether one is here already."""
        self._props["disabled"], self._props["another"] = not enabled, another
        self.update()


def add_folder_uploads(server: FastAPI) -> None:
    """Take in folders that are dropped on pages."""
    server.post(f"{UPLOADS}{{client}}/study/list")(_list)
    server.post(f"{UPLOADS}{{client}}/study/{{key}}/{{number}}")(_file)


async def _list(request: Request, client: str) -> JSONResponse:
    """Which of a folder's files are wanted, by their numbers in the list."""
    study = _of(request, client).study
    try:
        if int(request.headers["content-length"]) > _MOST_BYTES:
            raise NuchalError("page.study_list_too_long", most=study.limits.study_files)
        study.expect(await request.body())
    except ClientDisconnect as gone:
        raise HTTPException(400, "The upload was broken off.") from gone
    except NuchalError as problem:
        study.rejected = problem.text(on_the_page)
        raise HTTPException(413, study.rejected) from problem
    return JSONResponse({"key": study.key, "wanted": list(study.coming)})


async def _file(request: Request, client: str, key: str, number: int) -> dict[str, int]:
    """One file, as it is."""
    visit = _of(request, client)
    arrived = visit.draft()
    try:
        with visit.study.receiving(key, number) as coming:
            if int(request.headers["content-length"]) != coming.size:
                raise HTTPException(400, "The file has changed since it was listed.")
            with arrived.open("xb") as file:
                async for chunk in request.stream():
                    file.write(chunk)
            visit.study.keep(key, number, arrived)
    except LookupError as unknown:
        raise HTTPException(404, "Nobody waits for this file.") from unknown
    except (ClientDisconnect, OSError) as problem:
        raise HTTPException(400, "The file could not be taken.") from problem
    finally:
        arrived.unlink(missing_ok=True)
    return {"missing": len(visit.study.coming)}


def _of(request: Request, client: str) -> Visit:
    """Whose page it is."""
    visit = visit_of(request.scope)
    if visit is None or client not in visit.pages:
        raise HTTPException(404)
    return visit
