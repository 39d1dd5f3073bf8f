"""What ``nuchal generate`` asks for."""

from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import typer

_MOVEMENT = "The movement"
_ELSEWHERE = "Where it is done"

SubjectCount: TypeAlias = Annotated[
    int, typer.Option("--subjects", min=1, metavar="N", help="How many necks.")
]
DatasetToMake: TypeAlias = Annotated[
    Path,
    typer.Option(
        "--out", metavar="ZARR", help="The dataset; one that was cut off is gone on with."
    ),
]
MotionName: TypeAlias = Annotated[
    Literal["standard", "free"],
    typer.Option(
        "--motion",
        help="The standard movement, the same for all, or movements of each one's own.",
        rich_help_panel=_MOVEMENT,
    ),
]
Seconds: TypeAlias = Annotated[
    float,
    typer.Option(
        "--seconds",
        min=0.1,
        max=600.0,
        help="Length of each free movement, at 100 Hz.",
        rich_help_panel=_MOVEMENT,
    ),
]
Rhythm: TypeAlias = Annotated[
    Literal["fixed", "personal"],
    typer.Option(
        "--rhythm",
        help="How upper and lower neck share free movement: alike in all, or each one's own.",
        rich_help_panel=_MOVEMENT,
    ),
]
LoadedShare: TypeAlias = Annotated[
    float,
    typer.Option(
        "--loaded",
        min=0.0,
        max=1.0,
        metavar="SHARE",
        help="Share of the free movements with a load on the head.",
        rich_help_panel=_MOVEMENT,
    ),
]
ClusterAddress: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        metavar="ADDRESS",
        help="A Dask scheduler whose workers do it, like tcp://10.0.0.1:8786.",
        rich_help_panel=_ELSEWHERE,
    ),
]
WorkerCount: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--workers",
        min=1,
        max=1024,
        help="Worker processes of this machine; threads without.",
        rich_help_panel=_ELSEWHERE,
    ),
]
