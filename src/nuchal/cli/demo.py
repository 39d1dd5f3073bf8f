"""``nuchal demo``: a report on a patient who comes with nuchal."""

from pathlib import Path
from typing import Annotated

import typer

import nuchal
from nuchal.cli import options as ask
from nuchal.cli.assess import tell
from nuchal.cli.progress import progress_bar
from nuchal.cli.show import PlainConsole, show
from nuchal.conventions import Patient

OutFolder = Annotated[
    Path,
    typer.Option(
        "--out",
        metavar="DIR",
        help="Folder for the files; made if missing. One that holds anything but an earlier "
        "demonstration is left as it is.",
    ),
]
Whom = Annotated[
    Patient,
    typer.Option(
        "--patient",
        help="0: short of right bending; 1: avoids sore muscles; 2: healthy; 7: short of two "
        "directions; 10: one weak group; 38: moves slowly.",
    ),
]


def demo(
    out: OutFolder = Path("nuchal-demo"),
    patient: Whom = "0",
    as_json: ask.AsJson = False,
) -> None:
    """A report on a made patient who comes with nuchal: half a minute, nothing to prepare.

    Nobody was measured. The recordings stay where they are, and what is true of the patient lies
    beside them.

    Example: nuchal demo --out nuchal-demo
    """
    with progress_bar(wanted=not as_json) as progress:
        result = nuchal.run_demo(out, patient=patient, progress=progress)
    show(result, tell, as_json=as_json)
    if not as_json:
        home = nuchal.example_patient(patient)
        console = PlainConsole(soft_wrap=True)
        console.print(f"\nRecordings: {home}; what is true of the patient: truth.toml there.")
        console.print("The patient is a made one: nobody was measured.")
