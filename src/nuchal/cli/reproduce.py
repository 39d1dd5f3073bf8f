"""``nuchal reproduce``: the first paper from end to end, beside what the paper says."""

from typing import Annotated

import typer

import nuchal
from nuchal.cli import options as ask
from nuchal.cli.progress import progress_bar
from nuchal.cli.show import answer

Quick = Annotated[
    bool,
    typer.Option(
        "--quick", help="60 labelled necks in place of 200, less training, 8 people in place of 40."
    ),
]
Seed = Annotated[
    int, typer.Option("--seed", help="Of the made people.", min=0, max=2**32 - 2, metavar="S")
]


def reproduce(
    out: ask.OutFolder,
    quick: Quick = False,
    seed: Seed = 606,
    as_json: ask.AsJson = False,
) -> None:
    """The first paper from end to end: its tables and figures beside ours.

    He, Liu, Li 2026, doi 10.3390/s26020752. One page, reproduction.html, and CSV files. Nobody was
    recorded: the people are made ones. Run again with the same words, it goes on where it was
    broken off. Needs the extra train.

    Example: nuchal reproduce --quick --out reproduction
    """
    options = nuchal.ReproduceOptions(quick=quick, seed=seed)
    with progress_bar(wanted=not as_json) as progress:
        page = nuchal.run_reproduce(out, options=options, progress=progress)
    answer(
        page,
        lambda one: {"out": str(out), "page": str(one)},
        lambda console, one: console.print(f"Open {one} in a browser."),
        as_json=as_json,
        soft_wrap=True,
    )
