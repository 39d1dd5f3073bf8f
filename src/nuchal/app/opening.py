"""What every page does when it is opened: it counts, wears the sheet, and says what it is."""

from typing import Final

from nicegui import Client, ui

import nuchal
from nuchal.app import access, style
from nuchal.app.guard import HERE
from nuchal.app.visit import Visit
from nuchal.report.text import say

# A page that has lost its socket looks whether its visit is over: the server may be another one.
_RELOAD: Final = f"""<script>
setInterval(async () => {{
  if (!window.socket || window.socket.connected) return;
  const answer = await fetch("{HERE}").catch(() => null);
  if (answer && !answer.ok) window.location.reload();
}}, 4000);
</script>"""


def open_page(
    visit: Visit, client: Client, *, name: str, says: str, beside: tuple[str, str] | None = None
) -> None:
    """Begin a page.

    Args:
        visit: whose it is.
        client: the page.
        name: its heading.
        says: what it is for.
        beside: another page of this server, what it is called and where it is.
    """
    _count(visit, client)
    ui.add_css(style.sheet())
    ui.add_body_html(_RELOAD)
    ui.add_body_html(access.script())
    ui.colors(**style.COLOURS)
    with ui.element("div").classes("top"):
        access.heading(name, level=1).classes("name")
        ui.label(says).classes("says")
        if beside is not None:
            ui.link(*beside).classes("beside")
        ui.label(f"Version {nuchal.__version__}. {say('report.notice')}").classes("small")


def _count(visit: Visit, client: Client) -> None:
    """Remember that the visitor has a page, and whether it is open, until it is closed."""
    visit.pages[client.id] = client.delete

    def opened() -> None:
        visit.connected.add(client.id)
        visit.has_entered = True

    def closed() -> None:
        visit.pages.pop(client.id, None)
        visit.connected.discard(client.id)
        visit.touch()

    client.on_connect(opened)
    client.on_delete(closed)
