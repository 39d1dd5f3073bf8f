"""``nuchal generate``: necks in motion with the forces of their muscles, to learn from."""

import dataclasses
import json
from typing import TYPE_CHECKING

import typer
from rich.console import Console

import nuchal
from nuchal import movements
from nuchal.cli import generate_options as make
from nuchal.cli import population_options as ask
from nuchal.cli.options import AsJson, PresetName
from nuchal.cli.progress import progress_bar

if TYPE_CHECKING:
    from nuchal.commands.generate import GeneratedData


def generate(
    subjects: make.SubjectCount,
    out: make.DatasetToMake,
    motion: make.MotionName = "standard",
    preset: PresetName = "recommended",
    seed: ask.Seed = 1,
    women: ask.WomenShare = None,
    pooled: ask.Pooled = False,
    head: ask.Heads = False,
    seconds: make.Seconds = 6.0,
    rhythm: make.Rhythm = "fixed",
    loaded: make.LoadedShare = 0.0,
    cluster: make.ClusterAddress = None,
    workers: make.WorkerCount = None,
    as_json: AsJson = False,
) -> None:
    """Labelled data: necks of a population in motion, and the forces of their 72 muscles.

    Example: nuchal generate --subjects 200 --preset paper --out paper.zarr

    Example: nuchal generate --subjects 2000 --motion free --out free.zarr
    """
    people = ask.population_of(seed=seed, women=women, pooled=pooled, heads=head)
    free = nuchal.FreeSettings(
        frames=round(100 * seconds),
        rhythm_sd=movements.PERSONAL_RHYTHM_SD if rhythm == "personal" else (0.0, 0.0, 0.0),
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


def _as_dictionary(made: "GeneratedData") -> dict[str, object]:
    told = {f.name: getattr(made, f.name) for f in dataclasses.fields(made)}
    recipe = told.pop("recipe")
    asked = {"subjects": recipe.subjects, "motion": recipe.motion, "preset": recipe.preset}
    return {**told, "out": str(made.out), **asked, "seed": recipe.population.seed}


def _show(made: "GeneratedData") -> None:
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
