"""``nuchal stream``: forces while a person moves."""

import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import numpy as np
import typer
from rich.console import Console
from rich.live import Live

import nuchal
from nuchal.cli import options as ask
from nuchal.cli.flags import as_flag
from nuchal.cli.progress import progress_bar
from nuchal.cli.settings import setting, takes
from nuchal.cli.show import PlainConsole
from nuchal.conventions import LEFT_SUFFIX
from nuchal.errors import need_extra
from nuchal.findings import Finding
from nuchal.plain_text import file_name
from nuchal.report.text import muscle_name, sentence

if TYPE_CHECKING:
    from nuchal.model.anatomy import Anatomy
    from nuchal.report.summaries.stream import StreamSummary
    from nuchal.streaming.records import Board, Shown

_PANEL: Final = "The stream"
_PAGE: Final = "The page"
_PORT: Final = 8632
_PER_SECOND: Final = 8
_MOST: Final = 3
_SIDES: Final = {True: "left", False: "right"}
_PHASES: Final = {
    "waiting": "waiting for the first frame",
    "settling": "looking for the person: hold the head straight and still, looking ahead",
    "gap": "a gap: head or trunk are not seen",
    "silent": "nothing comes in",
    "ended": "ended",
}
# The window has smoothed coordinates already.
_RECORDING: Final = {name: one for name, one in ask.RECORDING.items() if name != "cutoff_hz"}
_FORCES: Final = {
    name: ask.FORCES[name] for name in ("network", "preset", "load_kg", "load_place_m")
}

_STREAM: Final = {
    "stream_name": setting(
        str | None,
        "--stream",
        "Name of the stream, where there are several.",
        metavar="NAME",
        rich_help_panel=_PANEL,
    ),
    "lsl_scope": setting(
        Literal["machine", "link", "site", "settings"],
        "--scope",
        "How far streams are looked for and offered: on this machine, in this network, beyond, or "
        "as lsl_api.cfg says.",
        default="machine",
        rich_help_panel=_PANEL,
    ),
    "wait_s": setting(
        float,
        "--wait",
        "How long a stream is looked for.",
        default=10.0,
        min=0.1,
        max=3600.0,
        metavar="SECONDS",
        rich_help_panel=_PANEL,
    ),
    "longest_s": setting(
        float | None,
        "--for",
        "How long to follow it; without this, until it ends or Ctrl-C.",
        min=0.1,
        metavar="SECONDS",
        rich_help_panel=_PANEL,
    ),
    "publish": setting(
        bool,
        "--publish",
        'Offer the forces as a stream "nuchal", with intervals, for other programs.',
        default=False,
        rich_help_panel=_PANEL,
    ),
}
Source = Annotated[
    str,
    typer.Option(
        "--source",
        metavar="lsl|FILE",
        help="The lab streaming layer, or a recording that is played as if it came in now.",
    ),
]
ForceFile = Annotated[
    Path | None,
    typer.Option("--out", metavar="STO", help="A new file for the forces, with intervals."),
]
Page = Annotated[
    bool,
    typer.Option("--page", help="Show the neck in motion in a browser.", rich_help_panel=_PAGE),
]
Host = Annotated[
    str,
    typer.Option(
        "--host",
        metavar="ADDRESS",
        help="Where the page listens. Other than this machine itself, visitors need the token "
        "that is printed with the address.",
        rich_help_panel=_PAGE,
    ),
]
Port = Annotated[
    int,
    typer.Option(
        "--port", min=0, max=65535, help="0 takes any that is free.", rich_help_panel=_PAGE
    ),
]
Open = Annotated[
    bool,
    typer.Option(
        "--open/--no-open",
        help="Whether to open the page in a browser.",
        rich_help_panel=_PAGE,
    ),
]


@takes(_STREAM, _FORCES, _RECORDING)
def stream(
    source: Source,
    subject: ask.SubjectFile,
    out: ForceFile = None,
    page: Page = False,
    page_host: Host = "127.0.0.1",
    page_port: Port = _PORT,
    open_browser: Open = True,
    as_json: ask.AsJson = False,
    **given: Any,
) -> None:
    """Forces of all neck muscles while a person moves, some 30 ms behind.

    Stop with Ctrl-C. The lab streaming layer needs the extra stream, the page the extra app.

    Example: nuchal stream --source lsl --subject person.toml --out forces.sto --page
    """
    if page:
        need_extra("app")
    run = _Run(source, subject, out, nuchal.StreamOptions(**given), quiet=as_json)
    if page:
        run.on_a_page(page_host, page_port, open_browser=open_browser)
    else:
        run.in_the_terminal()
    found = run.summary
    if as_json and found is not None:
        typer.echo(found.model_dump_json(indent=2))
    elif found is not None:
        tell(PlainConsole(), found)


def tell(console: Console, found: "StreamSummary") -> None:
    """Print what became of a stream."""
    missed = f" {found.missed} frames of the source never came." if found.missed else ""
    console.print(
        f"{found.source}: {found.frames} frames with forces, {found.lost} without.{missed}"
    )
    delay = found.delay
    if delay is not None:
        console.print(
            f"Delay: forces came {delay.median_ms:.0f} ms after the movement (median; "
            f"{delay.slowest_of_hundred_ms:.0f} ms in the slowest of a hundred), of it "
            f"{delay.work_ms:.1f} ms of arithmetic ({delay.work_slowest_of_hundred_ms:.1f} ms)."
        )
    if found.out is not None:
        console.print(f"Written: {found.out}")
    console.print(found.notice)


class _Run:
    """One stream from its first frame to its last."""

    def __init__(
        self,
        source: str,
        subject: Path,
        out: Path | None,
        options: "nuchal.StreamOptions",
        *,
        quiet: bool,
    ) -> None:
        self._given = source, subject, out, options
        self._quiet = quiet
        self._console = PlainConsole(stderr=True)
        self._over, self._begun = threading.Event(), threading.Event()
        self._shown: threading.Event | None = None
        self._board: Board = nuchal.Board()
        self._anatomy: Anatomy | None = None
        self.summary: StreamSummary | None = None

    def in_the_terminal(self) -> None:
        """Follow it here, with a line that says how it stands."""
        with _until_interrupted(self._over), progress_bar(wanted=not self._quiet) as progress:
            shows = not self._quiet and self._console.is_terminal

            if not shows:
                self._follow(progress)
                return
            with Live(
                get_renderable=lambda: standing(self._board.latest),
                console=self._console,
                refresh_per_second=_PER_SECOND,
                transient=True,
            ):
                self._follow(lambda _doing, _share: None)

    def on_a_page(self, host: str, port: int, *, open_browser: bool) -> None:
        """Follow it in a thread, and show it in a browser."""
        self._shown = threading.Event()
        with ThreadPoolExecutor(1) as pool:
            with progress_bar(wanted=not self._quiet) as progress:
                progress("reading and compiling", 0.3)
                following = pool.submit(self._follow, lambda _doing, _share: None)
                following.add_done_callback(lambda _done: self._begun.set())
                self._begun.wait()
            try:
                if self._anatomy is not None:
                    self._show(self._anatomy, host, port, open_browser=open_browser)
            finally:
                self._over.set()
                self._shown.set()
        following.result()

    def _show(self, anatomy: "Anatomy", host: str, port: int, *, open_browser: bool) -> None:
        # Whoever stops the page ends the stream, whose summary is still to be told.
        with suppress(KeyboardInterrupt, SystemExit):
            nuchal.run_live_page(
                self._board,
                anatomy=anatomy,
                title=self._title(),
                host=host,
                port=port,
                open_browser=open_browser,
                announce=self._announce,
            )

    def _follow(self, progress: Any) -> None:
        source, subject, out, options = self._given
        self.summary = nuchal.run_stream(
            source,
            subject=subject,
            out=out,
            options=options,
            onlooker=nuchal.Onlooker(
                board=self._board,
                progress=progress,
                ready=self._ready,
                tell=self._tell,
                is_over=self._over.is_set,
            ),
        )

    def _ready(self, anatomy: "Anatomy") -> None:
        self._anatomy = anatomy
        self._begun.set()
        if self._shown is not None:
            self._shown.wait()

    def _title(self) -> str:
        """What the page calls the source."""
        source, _, _, options = self._given
        return options.stream_name or file_name(Path(source))

    def _announce(self, text: str) -> None:
        """The page is there, and the stream may begin."""
        typer.echo(text, err=self._quiet)
        if self._shown is not None:
            self._shown.set()

    def _tell(self, what: Finding) -> None:
        if not self._quiet:
            self._console.print(sentence(what, naming=as_flag))


def standing(shown: "Shown") -> str:
    """How a stream stands, in a line."""
    frame = shown.frame
    if shown.phase != "running" or frame is None:
        return _PHASES.get(shown.phase, "")
    flexion, bending, rotation = frame.angles_deg
    force = np.asarray(frame.force)
    most = ", ".join(
        f"{muscle_name(name)} {_SIDES[name.endswith(LEFT_SUFFIX)]} {force[m]:.0f} N"
        for m, name in ((m, nuchal.MUSCLES[m]) for m in np.argsort(-force)[:_MOST])
    )
    late = "" if shown.delay is None else f"{shown.delay.total:.0f} ms behind; "
    return (
        f"{late}flexion {flexion:+.0f}, right bending {bending:+.0f}, right rotation "
        f"{rotation:+.0f} degrees; all muscles {force.sum():.0f} N, most: {most}"
    )


@contextmanager
def _until_interrupted(over: threading.Event) -> Iterator[None]:
    """Let Ctrl-C, and whoever ends the process in order, end a stream with its file whole."""
    before: dict[int, Any] = {}

    def end(number: int, _frame: object) -> None:
        over.set()
        signal.signal(number, before[number])

    for number in (signal.SIGINT, signal.SIGTERM):
        before[number] = signal.signal(number, end)
    try:
        yield
    finally:
        for which, handler in before.items():
            signal.signal(which, handler)
