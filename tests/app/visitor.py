"""A visitor of a page without a browser, whose work is done in this process."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import NamedTuple

from nicegui import ui
from nicegui.elements.upload_files import SmallFileUpload
from nicegui.testing import User
from nicegui.testing.user_simulation import user_simulation

from nuchal.app.door import Door
from nuchal.app.limits import PageLimits
from nuchal.app.serve import prepare
from nuchal.app.visit import Visit
from nuchal.app.visits import Visits
from nuchal.app.work import Workers
from nuchal.app.worker import Order, answered

DOOR = Door(host="127.0.0.1", port=80, token=None)


class Inside(Workers):
    """Does the work in this process."""

    def __init__(self) -> None:
        self.answer: object = None
        self.asked: dict[str, object] = {}

    async def do(self, task, home, *arguments, **keywords):
        allowance = PageLimits().look
        order = Order(task=task, home=home, args=arguments, kwargs=keywords, allowance=allowance)
        return answered(order)

    async def do_long(self, _task, _home, *_arguments, **keywords):
        self.asked = keywords
        return self.answer

    async def do_study(self, task, home, *arguments, **keywords):
        if isinstance(self.answer, asyncio.Future):
            await self.answer
        return await self.do_long(task, home, *arguments, **keywords)

    def stop_study(self, _home) -> None:
        pass

    def rest(self) -> None:
        pass

    def forget(self, _home) -> None:
        pass


class Here(NamedTuple):
    """One visitor at a page of a server of their own."""

    user: User
    visits: Visits
    workers: Inside

    @property
    def visit(self) -> Visit:
        """The only one."""
        (visit,) = self.visits._by_key.values()
        return visit


Story = Callable[[Here], Coroutine[None, None, None]]


def play(story: Story) -> None:
    """Run a story of a visitor on a page of its own."""
    workers = Inside()
    simulate(
        lambda visits: prepare(DOOR, visits, workers),
        lambda user, visits: story(Here(user, visits, workers)),
    )


def simulate(
    prepared: Callable[[Visits], object],
    story: Callable[[User, Visits], Coroutine[None, None, None]],
) -> None:
    """Run a story of a user, without a browser, on whatever pages were prepared."""

    async def playing() -> None:
        visits = Visits()
        try:
            async with user_simulation() as user:
                prepared(visits)
                user.http_client.base_url = "http://127.0.0.1"
                await user.open("/")
                await story(user, visits)
        finally:
            visits.close()

    imported = dict(sys.modules)
    try:
        asyncio.run(playing())
    finally:
        # The simulation forgets the modules of pages, and with them all of nuchal.
        sys.modules.update(imported)


async def drop(user: User, *paths: Path, into: str = "recordings") -> None:
    (upload,) = user.find(marker=into, kind=ui.upload).elements
    files = [SmallFileUpload(path.name, "", path.read_bytes()) for path in paths]
    with user:
        await upload.handle_uploads(files)
    await asyncio.sleep(0.3)
