"""``nuchal assess``: what a neck can and cannot do."""

from pathlib import Path
from typing import Annotated

import typer

import nuchal
from nuchal.cli import emg_options as emg_ask
from nuchal.cli import options as ask
from nuchal.cli.assess_summary import show_assessment
from nuchal.cli.progress import progress_bar
from nuchal.cli.reading import finds_forces


@finds_forces
def assess(
    recordings: Annotated[
        list[Path],
        typer.Argument(
            metavar="RECORDING...",
            help="Recordings of one person, in any of the formats of nuchal estimate.",
        ),
    ],
    subject: ask.SubjectFile,
    out: ask.OutFolder,
    estimate: "nuchal.EstimateOptions",
    necks: Annotated[
        int,
        typer.Option(
            "--necks",
            min=1,
            max=10_000_000,
            help="Among how many people the best match is looked for.",
        ),
    ] = 1_000_000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Which population they are of.")] = 1,
    mvc: emg_ask.Mvc = None,
    channel: emg_ask.Channels = None,
    delay: emg_ask.Delay = None,
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Write the report as PDF too. Needs nuchal[pdf].")
    ] = False,
    no_tables: Annotated[
        bool, typer.Option("--no-tables", help="Write the report and its figures alone.")
    ] = False,
    as_json: ask.AsJson = False,
) -> None:
    """What a neck can and cannot do: a report on one person's recordings.

    Example: nuchal assess flexion.trc bending.trc --subject person.toml --out result
    """
    options = nuchal.AssessOptions(
        estimate=estimate,
        necks=necks,
        seed=seed,
        emg=nuchal.EmgOptions(
            mvc=tuple(mvc or ()),
            channels=ask.pairs(channel, option="--channel", form="OURS=THEIRS"),
            delay_s=emg_ask.delay(delay),
        ),
        pdf=pdf,
        tables=not no_tables,
    )
    with progress_bar(wanted=not as_json) as bar:
        nuchal.run_assess(recordings, subject=subject, out=out, options=options, progress=bar)
    show_assessment(out, as_json=as_json)
