"""``nuchal personalise``: a person's neck as an OpenSim model."""

import typer

import nuchal
from nuchal.cli import options as ask


def personalise(
    subject: ask.SubjectFile, out: ask.OsimFile, preset: ask.PresetName = "recommended"
) -> None:
    """A person's neck as a model that OpenSim 4 opens and simulates.

    Example: nuchal personalise --subject person.toml --out neck.osim
    """
    nuchal.run_personalise(subject, out=out, preset=preset)
    typer.echo(f"{out}: the neck of {subject}, preset {preset}, with head markers TP, LH, RH.")
