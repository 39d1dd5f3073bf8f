"""``nuchal generate``: necks in motion with the forces of their muscles, to learn from."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer
from rich.console import Console

import nuchal
from nuchal.cli import population_options as ask
from nuchal.cli.options import AsJson, PresetName
from nuchal.cli.progress import progress_bar
from nuchal.cli.settings import setting, takes
from nuchal.cli.show import answer

if TYPE_CHECKING:
    from nuchal.commands.generate import GeneratedData
    from nuchal.networks.training.records import GivenMovement, MotionKind

_MOVEMENT = "The movement"
_ELSEWHERE = "Where it is done"


_MOVEMENTS: Final = {
    "motion": setting(
        str,
        "--motion",
        "The standard movement, the same for all; free movements, of each one's own; or a file of "
        "nuchal average, the same for all.",
        default="standard",
        metavar="standard|free|FILE",
        rich_help_panel=_MOVEMENT,
    ),
    "seconds": setting(
        float,
        "--seconds",
        "Length of each free movement, at 100 Hz.",
        default=6.0,
        min=0.1,
        max=600.0,
        rich_help_panel=_MOVEMENT,
    ),
    "necks": setting(
        Literal["alike", "personal"],
        "--necks",
        "How necks of the same measures differ in free movement: not, or in range and traits.",
        default="alike",
        rich_help_panel=_MOVEMENT,
    ),
    "loaded": setting(
        float,
        "--loaded",
        "Share of the free movements with a load on the head.",
        default=0.0,
        min=0.0,
        max=1.0,
        metavar="SHARE",
        rich_help_panel=_MOVEMENT,
    ),
}
_WORKERS: Final = {
    "cluster": setting(
        str | None,
        "--cluster",
        "A Dask scheduler whose workers do it, like tcp://10.0.0.1:8786.",
        metavar="ADDRESS",
        rich_help_panel=_ELSEWHERE,
    ),
    "workers": setting(
        int | None,
        "--workers",
        "Worker processes of this machine; threads without.",
        min=1,
        max=1024,
        rich_help_panel=_ELSEWHERE,
    ),
}
Subjects = Annotated[int, typer.Option("--subjects", min=1, metavar="N", help="How many necks.")]
Dataset = Annotated[
    Path,
    typer.Option("--out", metavar="ZARR", help="The dataset; one that was cut off is completed."),
]


@takes(_MOVEMENTS, _WORKERS)
def generate(
    subjects: Subjects,
    out: Dataset,
    preset: PresetName = "recommended",
    seed: ask.Seed = 1,
    women: ask.WomenShare = None,
    pooled: ask.Pooled = False,
    head: ask.Heads = False,
    as_json: AsJson = False,
    **given: Any,
) -> None:
    """Labelled data: necks of a population in motion, and the forces of their muscles.

    Example: nuchal generate --subjects 200 --preset paper --out paper.zarr

    Example: nuchal generate --subjects 2000 --motion free --out free.zarr
    """
    motion, moved = _motion(given["motion"])
    people = ask.population_of(seed=seed, women=women, pooled=pooled, heads=head)
    recipe = nuchal.Recipe(
        subjects=subjects,
        motion=motion,
        preset=preset,
        population=people,
        free=_free(**given),
        given=moved,
    )
    with progress_bar(wanted=not as_json) as progress:
        made = nuchal.run_generate(
            recipe, out, cluster=given["cluster"], workers=given["workers"], progress=progress
        )
    answer(made, lambda one: one.as_json(), _tell, as_json=as_json, soft_wrap=True)


def _motion(named: str) -> "tuple[MotionKind, GivenMovement | None]":
    """The kind of movement, and the one that a file holds."""
    if named in ("standard", "free"):
        return ("standard" if named == "standard" else "free"), None
    if not Path(named).exists():
        raise typer.BadParameter(f"--motion {named} is neither standard nor free, nor a file")
    return "given", nuchal.given_movement(Path(named))


def _free(
    *, motion: str, seconds: float, necks: str, loaded: float, **_: Any
) -> "nuchal.FreeSettings":
    """What free movements are drawn from; refused where the movement is the standard one."""
    free = nuchal.FreeSettings(
        frames=round(100 * seconds),
        own_range=necks == "personal",
        traits=(1.0,) if necks == "personal" else (0.0,),
        loaded_share=loaded,
    )
    if motion != "free" and (free != nuchal.FreeSettings()):
        raise typer.BadParameter(
            "--seconds, --necks and --loaded are of free movements; give --motion free"
        )
    return free


def _tell(console: Console, made: "GeneratedData") -> None:
    recipe = made.recipe
    console.print(
        f"{made.out}: {recipe.subjects} necks x {recipe.frames} frames x "
        f"{made.labels // made.frames} muscles = {made.labels / 1e6:.2f} million forces, "
        f"{recipe.motion} movement, preset {recipe.preset}."
    )
    if made.shards_made < recipe.shards:
        console.print(f"{recipe.shards - made.shards_made} of {recipe.shards} shards were there.")
    if made.not_ok is not None:
        console.print(
            f"Made in {made.seconds:.1f} s; in {made.not_ok} frames the muscles could not balance "
            "the movement, as their status says."
        )
