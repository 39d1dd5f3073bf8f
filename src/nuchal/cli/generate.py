"""``nuchal generate``: necks in motion with the forces of their muscles, to learn from."""

import dataclasses
import json
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

import nuchal
from nuchal.cli import population_options as ask
from nuchal.cli.options import AsJson, PresetName
from nuchal.cli.progress import progress_bar

_MOVEMENT = "The movement"
_ELSEWHERE = "Where it is done"


def generate(
    subjects: Annotated[
        int, typer.Option("--subjects", min=1, metavar="N", help="How many necks.")
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out", metavar="ZARR", help="The dataset; one that was cut off is gone on with."
        ),
    ],
    motion: Annotated[
        Literal["standard", "free"],
        typer.Option(
            "--motion",
            help="The standard movement, the same for all, or movements of each one's own.",
            rich_help_panel=_MOVEMENT,
        ),
    ] = "standard",
    preset: PresetName = "recommended",
    seed: ask.Seed = 1,
    women: ask.WomenShare = None,
    pooled: ask.Pooled = False,
    head: ask.Heads = False,
    seconds: Annotated[
        float,
        typer.Option(
            "--seconds",
            min=0.1,
            max=600.0,
            help="Length of each free movement, at 100 Hz.",
            rich_help_panel=_MOVEMENT,
        ),
    ] = 6.0,
    rhythm: Annotated[
        Literal["fixed", "personal"],
        typer.Option(
            "--rhythm",
            help="How upper and lower neck share free movement: alike in all, or each one's own.",
            rich_help_panel=_MOVEMENT,
        ),
    ] = "fixed",
    loaded: Annotated[
        float,
        typer.Option(
            "--loaded",
            min=0.0,
            max=1.0,
            metavar="SHARE",
            help="Share of the free movements with a load on the head.",
            rich_help_panel=_MOVEMENT,
        ),
    ] = 0.0,
    cluster: Annotated[
        str | None,
        typer.Option(
            "--cluster",
            metavar="ADDRESS",
            help="A Dask scheduler whose workers do it, like tcp://10.0.0.1:8786.",
            rich_help_panel=_ELSEWHERE,
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            min=1,
            max=1024,
            help="Worker processes of this machine; threads without.",
            rich_help_panel=_ELSEWHERE,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Labelled data: necks of a population in motion, and the forces of their 72 muscles.

    Example: nuchal generate --subjects 200 --preset paper --out paper.zarr

    Example: nuchal generate --subjects 2000 --motion free --out free.zarr
    """
    people = ask.population_of(seed=seed, women=women, pooled=pooled, heads=head)
    free = nuchal.FreeSettings(
        frames=round(100 * seconds),
        rhythm_sd=nuchal.PERSONAL_RHYTHM_SD if rhythm == "personal" else (0.0, 0.0, 0.0),
        loaded_share=loaded,
    )
    if motion == "standard" and (free != nuchal.FreeSettings()):
        raise typer.BadParameter(
            "--seconds, --rhythm and --loaded are of free movements; give --motion free"
        )
    recipe = nuchal.Recipe(
        subjects=subjects, motion=motion, preset=preset, population=people, free=free
    )
    with progress_bar(wanted=not as_json) as progress:
        made = nuchal.run_generate(recipe, out, cluster=cluster, workers=workers, progress=progress)
    if as_json:
        typer.echo(json.dumps(_as_dictionary(made), indent=2, allow_nan=False))
    else:
        _show(made)


def _as_dictionary(made: "nuchal.GeneratedData") -> dict[str, object]:
    told = {f.name: getattr(made, f.name) for f in dataclasses.fields(made)}
    recipe = told.pop("recipe")
    asked = {"subjects": recipe.subjects, "motion": recipe.motion, "preset": recipe.preset}
    return {**told, "out": str(made.out), **asked, "seed": recipe.population.seed}


def _show(made: "nuchal.GeneratedData") -> None:
    console = Console(highlight=False, markup=False, emoji=False)
    recipe = made.recipe
    console.print(
        f"{made.out}: {recipe.subjects} necks x {recipe.frames} frames x 72 muscles = "
        f"{made.labels / 1e6:.2f} million forces, {recipe.motion} movement, preset "
        f"{recipe.preset}.",
        soft_wrap=True,
    )
    if made.shards_made < made.shards:
        console.print(f"{made.shards - made.shards_made} of {made.shards} shards were there.")
    if made.not_ok is not None:
        console.print(
            f"Made in {made.seconds:.1f} s; in {made.not_ok} frames the muscles could not balance "
            "the movement, as their status says.",
            soft_wrap=True,
        )
