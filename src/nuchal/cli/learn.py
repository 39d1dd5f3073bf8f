"""``nuchal learn``: the networks that ``nuchal estimate`` uses, trained and tested anew."""

import json
from typing import Annotated

import typer
from rich.console import Console

import nuchal
from nuchal.cli import options as ask
from nuchal.cli.progress import progress_bar


def learn(
    out: ask.OutFolder,
    preset: ask.PresetName = "recommended",
    subjects: Annotated[
        int,
        typer.Option(
            "--subjects",
            min=40,
            max=1_000_000,
            help="Training necks, a movement of each one's own.",
        ),
    ] = 2400,
    test_subjects: Annotated[
        int,
        typer.Option("--test-subjects", min=40, max=100_000, help="Unseen necks on each test set."),
    ] = 200,
    seed: Annotated[
        int,
        typer.Option(
            "--seed",
            min=0,
            max=2**31,
            metavar="S",
            help="Of people, movements, first weights and order.",
        ),
    ] = 1,
    as_json: ask.AsJson = False,
) -> None:
    """Networks with mechanics in them, for free movement of people never seen.

    The folder gets neck.npz, which 'nuchal estimate --network' takes, metrics.csv and a model card
    with every figure.

    Example: nuchal learn --preset recommended --out networks
    """
    options = nuchal.LearnOptions(
        teaching=nuchal.TeachingSettings(
            preset=preset,
            subjects=subjects,
            calibration_subjects=max(40, subjects // 2),
            seed=seed,
            learning=nuchal.LearningSettings(seed=seed),
        ),
        test_subjects=test_subjects,
        recorded_subjects=max(8, test_subjects // 5),
    )
    with progress_bar(wanted=not as_json) as progress:
        found = nuchal.run_learn(out=out, options=options, progress=progress)
    rows = {
        name: dict(zip(("worst", "median", "best"), one.accuracy.spread("r2"), strict=True))
        | {"coverage": float(one.coverage.mean())}
        for name, one in found.tests.windows.items()
    }
    if as_json:
        said = {"out": str(found.out), "seconds": found.seconds, "r2": rows}
        typer.echo(json.dumps(said, indent=2, allow_nan=False))
        return
    console = Console(highlight=False, markup=False, emoji=False)
    console.print(f"{found.out}: trained in {found.seconds:.0f} s.", soft_wrap=True)
    for name, row in rows.items():
        console.print(
            f"{name}: R2 {row['worst']:.3f} in the worst muscle, {row['median']:.3f} in the "
            f"median; intervals hold {row['coverage']:.1%}.",
            soft_wrap=True,
        )
    console.print("The model card says more.")
