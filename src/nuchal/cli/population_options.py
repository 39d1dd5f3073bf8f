"""What the commands that deal with a population ask for."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

import nuchal

PopulationFileIfAny: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--population", metavar="FILE", help="People that 'nuchal population' drew, with --index."
    ),
]
PersonIndex: TypeAlias = Annotated[
    int | None,
    typer.Option("--index", min=0, help="Whose neck of the population, counted from 0."),
]
PopulationFile: TypeAlias = Annotated[
    Path, typer.Option("--out", metavar="FILE", help="The CSV file to write.")
]
Count: TypeAlias = Annotated[
    int, typer.Option("--count", min=1, max=2**32, metavar="N", help="How many people.")
]
Seed: TypeAlias = Annotated[
    int,
    typer.Option(
        "--seed",
        min=0,
        max=2**63 - 1,
        metavar="S",
        help="Which population: person i of seed s is always the same.",
    ),
]
WomenShare: TypeAlias = Annotated[
    float | None,
    typer.Option(
        "--women", metavar="SHARE", help="Share of women, 0 to 1.", show_default="one half"
    ),
]
Pooled: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--pooled", help="One normal distribution of men and women together, as in the paper."
    ),
]
Heads: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--head", help="Give people their own head breadth, length and height, which scale skulls."
    ),
]
Force: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--force", help="Replace a file that holds something else.", rich_help_panel="The result"
    ),
]


def population_of(
    *, seed: int, women: float | None, pooled: bool, heads: bool
) -> "nuchal.Population":
    """The population that the options ask for."""
    if pooled and women is not None:
        raise typer.BadParameter("--pooled has no sexes; leave out --women or --pooled")
    if women is not None and not 0.0 <= women <= 1.0:
        raise typer.BadParameter(f"--women {women:g} is no share; give 0 to 1")
    share = 0.5 if women is None else women
    return nuchal.Population(seed=seed, women=None if pooled else share, heads=heads)
