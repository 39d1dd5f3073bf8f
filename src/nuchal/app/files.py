"""What a visitor may fetch: their own report, neck and results, and no one else's."""

import re
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import FileResponse, Response, StreamingResponse

from nuchal.app.answers import CHANGES, COMPARISON, REPORT
from nuchal.app.guard import visit_of
from nuchal.app.visit import Visit
from nuchal.commands.folder import PERSON_FILE

ARCHIVE: Final = "nuchal-results.zip"
_SCENE: Final = re.compile(r"(neck|markers)-[0-9]{1,6}\.json", re.ASCII)
_CHUNK: Final = 1 << 20
_KEEP_NOTHING: Final = {"cache-control": "no-store"}
# The report can run its own scripts but neither reach the page around it nor the network.
_IN_A_FRAME: Final = {
    **_KEEP_NOTHING,
    "content-security-policy": "sandbox allow-scripts allow-downloads; default-src 'none'; "
    "script-src 'unsafe-inline' 'unsafe-eval' blob:; style-src 'unsafe-inline'; "
    "img-src data: blob:; font-src data:; connect-src data: blob:; frame-ancestors 'self'",
}


def add_routes(app: FastAPI) -> None:
    """Serve the files of visitors to themselves."""
    app.get("/mine/report")(report)
    app.get("/mine/changes")(changes)
    app.get("/mine/scene/{name}")(scene)
    app.get("/mine/all")(everything)


def report(request: Request, download: bool = False) -> Response:
    """The report, to show in a frame or to keep."""
    return _page(_mine(request).result / REPORT, download)


def changes(request: Request, download: bool = False) -> Response:
    """What has changed since the first visit, likewise."""
    return _page(_mine(request).result / CHANGES / COMPARISON, download)


def _page(path: Path, download: bool) -> Response:
    if not path.is_file():
        raise HTTPException(404)
    kept = path.name if download else None
    return FileResponse(path, media_type="text/html", headers=_IN_A_FRAME, filename=kept)


def scene(request: Request, name: str) -> Response:
    """A neck in motion, or the markers of a recording, as the page's scenes read them."""
    path = _mine(request).folder / "work" / name
    if not (_SCENE.fullmatch(name) and path.is_file()):
        raise HTTPException(404)
    return FileResponse(path, media_type="application/json", headers=_KEEP_NOTHING)


def everything(request: Request) -> Response:
    """All results in one archive."""
    visit = _mine(request)
    if visit.found is None:
        raise HTTPException(404)
    headers = {**_KEEP_NOTHING, "content-disposition": f'attachment; filename="{ARCHIVE}"'}
    return StreamingResponse(_archive(visit), media_type="application/zip", headers=headers)


def _archive(visit: Visit) -> Iterator[bytes]:
    with tempfile.TemporaryFile(dir=visit.folder) as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(visit.result.rglob("*")):
                if path.is_file():
                    archive.write(path, Path("nuchal-results") / path.relative_to(visit.result))
            person = visit.work / PERSON_FILE
            if person.is_file():
                archive.write(person, Path("nuchal-results") / person.name)
        file.seek(0)
        while chunk := file.read(_CHUNK):
            yield chunk


def _mine(request: Request) -> Visit:
    visit = visit_of(request.scope)
    if visit is None:
        raise HTTPException(404)
    return visit
