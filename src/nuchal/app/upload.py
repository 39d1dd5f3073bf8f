"""Uploads: from a visitor's own page into the visitor's own folder, and nowhere else."""

import weakref
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI, HTTPException, Request
from nicegui import Client, app, ui
from nicegui.elements.upload_files import FileUpload
from starlette.datastructures import UploadFile
from starlette.requests import ClientDisconnect

from nuchal.app.access import alert
from nuchal.app.guard import visit_of
from nuchal.app.knock import FRAME_BYTES, UPLOADS
from nuchal.app.labels import on_the_page
from nuchal.app.visit import Visit
from nuchal.errors import NuchalError

_CHUNK: Final = 1 << 20
# As the header of NiceGUI's own, but with a button that has a name and nothing inside to get lost
# in: theirs holds the field for files, which the keyboard cannot press.
_HEADER: Final = """
<div class="q-uploader__header-content column">
  <div class="flex flex-center no-wrap q-gutter-xs">
    <q-spinner v-if="props.isUploading" class="q-uploader__spinner" />
    <div class="col column justify-center"><div class="q-uploader__title">{label}</div></div>
    <q-btn v-if="props.canAddFiles" icon="add_box" flat dense aria-label="{button}"
      @click="props.pickFiles" />
    <q-btn v-if="props.isUploading" icon="clear" flat dense aria-label="Stop the upload"
      @click="props.abort" />
    <span style="display: none"><q-uploader-add-trigger /></span>
  </div>
</div>
"""


class Dropbox(ui.upload):
    """Where files are dropped; what is refused on the way is said on the page."""

    def __init__(self, *, label: str, button: str, most_bytes: int, **options: Any) -> None:
        """Add one to the page.

        Args:
            label: what can be dropped here.
            button: what its button is called, for those who do not see the plus.
            most_bytes: of a file.
            options: of :class:`nicegui.ui.upload`.
        """
        with _no_routes():
            super().__init__(auto_upload=True, max_file_size=most_bytes, **options)
        self.add_slot("header", _HEADER.format(label=escape(label), button=escape(button)))
        self._props["url"] = f"{UPLOADS}{self.client.id}/{self.id}"
        self.most_bytes = most_bytes
        self.told = alert()
        self.tell(None)
        self.on("finish", self.reset, args=[])

    def tell(self, problem: str | None) -> None:
        """Say what is wrong with what was dropped."""
        self.told.text = problem or ""
        self.told.visible = problem is not None


@contextmanager
def _no_routes() -> Iterator[None]:
    """NiceGUI would make a route for every upload, and FastAPI remembers routes that are gone.

    With the route it would remember the page, so that the server grew with every visit.
    """
    setattr(app, "post", lambda *_given, **_named: lambda route: route)  # noqa: B010
    try:
        yield
    finally:
        delattr(app, "post")


class Arrived(FileUpload):
    """A file that lies in its visitor's folder until someone keeps it."""

    def __init__(self, name: str, path: Path) -> None:
        super().__init__(name=name, content_type="")
        self._path = path
        weakref.finalize(self, path.unlink, missing_ok=True)

    async def read(self) -> bytes:
        """All of it."""
        return self._path.read_bytes()

    async def text(self, encoding: str = "utf-8") -> str:
        """All of it, as text."""
        return self._path.read_text(encoding)

    async def iterate(self, *, chunk_size: int = _CHUNK) -> AsyncIterator[bytes]:
        """Piece by piece."""
        with self._path.open("rb") as file:
            while chunk := file.read(chunk_size):
                yield chunk

    async def save(self, path: str | Path) -> None:
        """Move it."""
        self._path.replace(path)

    def size(self) -> int:
        """Its length [bytes]."""
        return self._path.stat().st_size


def add_uploads(server: FastAPI) -> None:
    """Take in what is dropped on pages."""
    server.post(f"{UPLOADS}{{client}}/{{element}}")(_upload)


async def _upload(request: Request, client: str, element: int) -> dict[str, int]:
    visit = visit_of(request.scope)
    page = Client.instances.get(client)
    box = page.elements.get(element) if page is not None else None
    if visit is None or client not in visit.pages or not isinstance(box, Dropbox):
        raise HTTPException(404)
    if box.is_ignoring_events:
        raise HTTPException(403)
    size = int(request.headers["content-length"])
    try:
        if size > box.most_bytes + FRAME_BYTES:
            raise NuchalError("page.upload_too_large", most_mb=box.most_bytes / 1e6)
        with visit.receiving(max(0, size - FRAME_BYTES)):
            files = await _received(request, visit)
    except NuchalError as problem:
        box.tell(problem.text(on_the_page))
        raise HTTPException(413, problem.text(on_the_page)) from problem
    if not files:
        raise HTTPException(400, "An upload needs a file with a name.")
    await box.handle_uploads(list(files))
    return {"files": len(files)}


async def _received(request: Request, visit: Visit) -> list[Arrived]:
    """The files of a form; what else is in it is left out."""
    try:
        async with request.form(max_files=visit.limits.files, max_fields=0) as form:
            given = [one for _, one in form.multi_items() if isinstance(one, UploadFile)]
            return [await _stored(one, visit) for one in given if one.filename]
    except ClientDisconnect as gone:
        raise HTTPException(400, "The upload was broken off.") from gone
    except (ValueError, OSError) as problem:
        raise HTTPException(400, "The upload could not be read.") from problem


async def _stored(given: UploadFile, visit: Visit) -> Arrived:
    path = visit.draft()
    arrived = Arrived(given.filename or "", path)
    with path.open("xb") as file:
        while chunk := await given.read(_CHUNK):
            file.write(chunk)
    return arrived
