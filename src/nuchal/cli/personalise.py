"""``nuchal personalise``: a person's neck as an OpenSim model."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

import nuchal
from nuchal.cli import options as ask
from nuchal.cli.population_options import PersonIndex, PopulationFileIfAny
from nuchal.plain_text import path_words

SubjectFile: TypeAlias = Annotated[
    Path | None,
    typer.Option("--subject", metavar="TOML", help="The person's measures: person.toml."),
]
OsimFile: TypeAlias = Annotated[
    Path, typer.Option("--out", metavar="OSIM", help="The OpenSim model to write.")
]


def personalise(
    out: OsimFile,
    subject: SubjectFile = None,
    population: PopulationFileIfAny = None,
    index: PersonIndex = None,
    preset: ask.PresetName = "recommended",
) -> None:
    """A person's neck as a model that OpenSim 4 opens and simulates.

    Example: nuchal personalise --subject person.toml --out neck.osim

    Someone of a population: nuchal personalise --population people.csv --index 7 --out neck.osim
    """
    source = subject or population
    if source is None or (subject and population):
        raise typer.BadParameter("give either --subject, or --population with --index")
    if (population is None) != (index is None):
        raise typer.BadParameter("--population and --index go together: whose neck of all of them")
    nuchal.run_personalise(source, out=out, preset=preset, index=index)
    given = path_words(source)
    who = given if index is None else f"person {index} of {given}"
    typer.echo(
        f"{path_words(out)}: the neck of {who}, preset {preset}, with head markers TP, LH, RH."
    )
