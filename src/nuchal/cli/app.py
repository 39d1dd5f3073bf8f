"""``nuchal app``: the page in a browser, for people who don't use a terminal."""

from typing import Annotated, Any, Final

import typer

import nuchal
from nuchal.errors import need_extra

_PORT: Final = 8631
_GIGABYTE: Final = 1_000_000_000
_MINUTE_S: Final = 60.0
_HOUR_S: Final = 3600.0
_LIMITS: Final = "Limits"

Host = Annotated[
    str,
    typer.Option(
        "--host",
        metavar="ADDRESS",
        help="Where to listen. Other than this machine itself, visitors need the token that is "
        "printed with the address.",
    ),
]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes any that is free.")]
Open = Annotated[
    bool, typer.Option("--open/--no-open", help="Whether to open the page in a browser.")
]
Visitors = Annotated[
    int,
    typer.Option("--visitors", min=1, max=1000, rich_help_panel=_LIMITS, help="People at a time."),
]
Analyses = Annotated[
    int,
    typer.Option(
        "--analyses-at-once",
        min=1,
        max=100,
        rich_help_panel=_LIMITS,
        help="Visitors whose analyses run at a time; others wait for their turn.",
    ),
]
Minutes = Annotated[
    float,
    typer.Option(
        "--minutes", min=0.1, max=10_000.0, rich_help_panel=_LIMITS, help="Time for an analysis."
    ),
]
Memory = Annotated[
    float | None,
    typer.Option(
        "--memory-gb",
        min=0.5,
        max=10_000.0,
        rich_help_panel=_LIMITS,
        show_default="a quarter of this machine's, from 2.5 to 4",
        help="Memory for an analysis.",
    ),
]
Looks = Annotated[
    int,
    typer.Option(
        "--looks-at-once",
        min=1,
        max=100,
        rich_help_panel=_LIMITS,
        help="Visitors whose files are read at a time; others wait for their turn.",
    ),
]
LookMinutes = Annotated[
    float,
    typer.Option(
        "--look-minutes",
        min=0.1,
        max=10_000.0,
        rich_help_panel=_LIMITS,
        help="Time for reading a file.",
    ),
]
StudyHours = Annotated[
    float,
    typer.Option(
        "--study-hours", min=0.1, max=1000.0, rich_help_panel=_LIMITS, help="Time for a study."
    ),
]
StudyMemory = Annotated[
    float | None,
    typer.Option(
        "--study-memory-gb",
        min=0.5,
        max=10_000.0,
        rich_help_panel=_LIMITS,
        show_default="half of this machine's, at least 2.5",
        help="Memory for a study; as many people are assessed at a time as it allows.",
    ),
]
LookMemory = Annotated[
    float,
    typer.Option(
        "--look-memory-gb",
        min=0.5,
        max=10_000.0,
        rich_help_panel=_LIMITS,
        help="Memory for reading a file.",
    ),
]


def app(
    host: Host = "127.0.0.1",
    port: Port = _PORT,
    open_browser: Open = True,
    visitors: Visitors = 32,
    analyses_at_once: Analyses = 2,
    minutes: Minutes = 30.0,
    memory_gb: Memory = None,
    looks_at_once: Looks = 2,
    look_minutes: LookMinutes = 1.0,
    look_memory_gb: LookMemory = 2.0,
    study_hours: StudyHours = 12.0,
    study_memory_gb: StudyMemory = None,
) -> None:
    """The page: drop recordings, read the report, watch the neck move.

    Nothing leaves this machine. Stop with Ctrl-C. Needs the extra app.

    Example: nuchal app
    """
    need_extra("app")
    chosen: dict[str, Any] = {
        "visitors": visitors,
        "analyses_at_once": analyses_at_once,
        "analysis_s": minutes * _MINUTE_S,
        "looks_at_once": looks_at_once,
        "look_s": look_minutes * _MINUTE_S,
        "look_memory_bytes": round(look_memory_gb * _GIGABYTE),
        "study_s": study_hours * _HOUR_S,
    }
    if memory_gb is not None:
        chosen["analysis_memory_bytes"] = round(memory_gb * _GIGABYTE)
    if study_memory_gb is not None:
        chosen["study_memory_bytes"] = round(study_memory_gb * _GIGABYTE)
    nuchal.run_app(
        host=host,
        port=port,
        open_browser=open_browser,
        announce=typer.echo,
        limits=nuchal.PageLimits(**chosen),
    )
