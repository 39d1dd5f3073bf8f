"""The scenes as elements of the page; their scripts are ours, three.js comes with NiceGUI."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from nicegui.element import Element
from nicegui.elements import scene
from nicegui.events import GenericEventArguments

from nuchal.report import scene as our_scene

_SCRIPTS: Final = Path(__file__).parent / "browser"
# Importing it registers three.js with the page.
_THREE: Final = scene.__name__
_OUR_SCENE: Final = {"nuchal-scene": str(our_scene.BROWSER)}


class NeckView(
    Element,
    component=_SCRIPTS / "neck_view.js",
    esm=_OUR_SCENE,
):
    """A neck in motion."""

    def __init__(self, url: str) -> None:
        """Show a neck.

        Args:
            url: of the document of ``report.scene.neck_motion``.
        """
        super().__init__()
        self._props["url"] = url

    def show(self, url: str) -> None:
        """Show another one."""
        self._props["url"] = url
        self.update()


class LiveNeckView(NeckView):
    """A neck that moves as what is pushed to it."""

    def __init__(self, url: str) -> None:
        """Show a neck at rest.

        Args:
            url: of a document of ``report.scene.neck_motion`` with one frame.
        """
        super().__init__(url)
        self._props["live"] = True

    def push(self, moment: Mapping[str, object]) -> None:
        """Have it move on.

        Args:
            moment: one of ``app.live_watch``.
        """
        self.run_method("push", moment)


class MarkerView(
    Element,
    component=_SCRIPTS / "marker_view.js",
    esm={**_OUR_SCENE, "nuchal-markers": str(_SCRIPTS / "markers")},
):
    """The markers of a recording."""

    def __init__(self, on_pick: Callable[[str], object]) -> None:
        """Show nothing yet.

        Args:
            on_pick: told the name of a marker that was clicked.
        """
        super().__init__()

        def picked(event: GenericEventArguments) -> None:
            on_pick(str(event.args))

        self.on("pick", picked)

    def show(self, url: str) -> None:
        """Show the recording of a document of ``app.look``."""
        self._props["url"] = url
        self.update()

    def tell(
        self,
        *,
        found: Mapping[str, str],
        up: str | None,
        forward: str | None,
        picked: str | None,
    ) -> None:
        """Say which marker is which, and which axis points where."""
        self._props["found"] = dict(found)
        self._props["up"] = up
        self._props["forward"] = forward
        self._props["picked"] = picked
        self.update()
