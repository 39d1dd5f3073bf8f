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
        preset=preset,
        subjects=subjects,
        calibration_subjects=max(40, subjects // 2),
        test_subjects=test_subjects,
        recorded_subjects=max(8, test_subjects // 5),
        seed=seed,
    )
    with progress_bar(wanted=not as_json) as progress:
        found = nuchal.run_learn(out=out, options=options, progress=progress)
    if as_json:
        typer.echo(json.dumps(found.as_json(), indent=2, allow_nan=False))
        return
    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    console.print(f"{found.out}: trained in {found.seconds:.0f} s.")
    for name, one in found.tests.windows.items():
        r2 = one.accuracy.spread("r2")
        console.print(
            f"{name}: R2 {r2.worst:.3f} in the worst muscle, {r2.median:.3f} in the "
            f"median; intervals hold {one.coverage.mean():.1%}."
        )
    console.print("The model card says more.")
