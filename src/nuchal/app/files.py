"""What a visitor may fetch: their own report, neck and results, and no one else's."""

import re
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import FileResponse, Response, StreamingResponse

from nuchal.app.answers import CHANGES, COMPARISON, REPORT
from nuchal.app.guard import visit_of
from nuchal.app.visit import Visit
from nuchal.commands.folder import PERSON_FILE

ARCHIVE: Final = "nuchal-results.zip"
STUDY_ARCHIVE: Final = "nuchal-study.zip"
_STUDY: Final = "study.html"
# The page of a study leads to people's reports beside it, which a frame cannot open.
_LINKS: Final = re.compile(r'<a href="people/[^"]*">[^<]*</a>')
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
    app.get("/mine/study")(study)
    app.get("/mine/study/report/{number}")(report_of_study)
    app.get("/mine/study/all")(all_of_study)


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
    return _zipped(visit, visit.result, ARCHIVE, visit.work / PERSON_FILE)


def study(request: Request, download: bool = False) -> Response:
    """The page of a study, to show in a frame or to keep."""
    visit = _mine(request)
    path = visit.study.result / _STUDY
    if download or visit.study.found is None:
        return _page(path, download)
    shown = _LINKS.sub("", path.read_text("utf-8"))
    return Response(shown, media_type="text/html", headers=_IN_A_FRAME)


def report_of_study(request: Request, number: int, download: bool = False) -> Response:
    """Somebody's report in a study, likewise."""
    visit = _mine(request)
    found = visit.study.found
    if found is None or not 0 <= number < len(found.reports):
        raise HTTPException(404)
    return _page(visit.study.result / found.reports[number], download)


def all_of_study(request: Request) -> Response:
    """All files of a study in one archive."""
    visit = _mine(request)
    if visit.study.found is None:
        raise HTTPException(404)
    return _zipped(visit, visit.study.result, STUDY_ARCHIVE)


def _zipped(visit: Visit, results: Path, name: str, *beside: Path) -> Response:
    headers = {**_KEEP_NOTHING, "content-disposition": f'attachment; filename="{name}"'}
    pieces = _archive(visit.folder, results, Path(name).stem, beside)
    return StreamingResponse(pieces, media_type="application/zip", headers=headers)


def _archive(home: Path, results: Path, top: str, beside: Sequence[Path]) -> Iterator[bytes]:
    with tempfile.TemporaryFile(dir=home) as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(results.rglob("*")):
                if path.is_file():
                    archive.write(path, Path(top) / path.relative_to(results))
            for path in beside:
                if path.is_file():
                    archive.write(path, Path(top) / path.name)
        file.seek(0)
        while chunk := file.read(_CHUNK):
            yield chunk


def _mine(request: Request) -> Visit:
    visit = visit_of(request.scope)
    if visit is None:
        raise HTTPException(404)
    return visit
