"""``nuchal population``: people to draw necks from."""

import dataclasses
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table

import nuchal
from nuchal.cli import population_options as ask
from nuchal.cli.options import AsJson
from nuchal.cli.progress import progress_bar
from nuchal.cli.show import answer

if TYPE_CHECKING:
    from nuchal.commands.population import PopulationTable


def population(
    count: ask.Count,
    out: ask.PopulationFile,
    seed: ask.Seed = 1,
    women: ask.WomenShare = None,
    pooled: ask.Pooled = False,
    head: ask.Heads = False,
    force: ask.Force = False,
    as_json: AsJson = False,
) -> None:
    """People with the measures of the ANSUR II survey, as CSV: one line a person.

    Example: nuchal population --count 1000000 --seed 1 --out people.csv
    """
    asked = ask.population_of(seed=seed, women=women, pooled=pooled, heads=head)
    with progress_bar(wanted=not as_json) as progress:
        found = nuchal.run_population(
            out, population=asked, count=count, force=force, progress=progress
        )
    answer(found, _as_dictionary, _tell, as_json=as_json)


def _as_dictionary(found: "PopulationTable") -> dict[str, object]:
    asked = found.population
    return {
        "out": str(found.out),
        "count": found.count,
        "seed": asked.seed,
        "women": asked.women,
        "heads": asked.heads,
        "limits": dict(asked.limits),
        "farthest": asked.farthest,
        "rejected": found.rejected,
        "largest_covariance_error": found.largest_covariance_error,
        "measures": [dataclasses.asdict(row) for row in found.rows],
    }


def _tell(console: Console, found: "PopulationTable") -> None:
    asked = found.population
    mix = "pooled" if asked.women is None else f"{asked.women:.3g} of them women"
    console.print(f"{found.out}: {found.count} people, seed {asked.seed}, {mix}.", soft_wrap=True)
    table = Table(
        title="Drawn, and measured by ANSUR II", title_justify="left", box=box.SIMPLE_HEAD
    )
    table.add_column("measure", no_wrap=True)
    for name in ("mean", "ANSUR II", "SD", "ANSUR II"):
        table.add_column(name, justify="right", no_wrap=True)
    group = None
    for row in found.rows:
        if row.group != group:
            table.add_row(f"{row.group}, {row.people}")
        group = row.group
        values = (row.mean, row.survey_mean, row.sd, row.survey_sd)
        table.add_row(
            f"  {_name(row.measure)} [{_unit(row.measure)}]",
            *(_number(v, row.measure) for v in values),
        )
    console.print(table)
    if found.largest_covariance_error is not None:
        console.print(
            f"Covariances differ by at most {found.largest_covariance_error:.1%} of the product of "
            "the two standard deviations."
        )
    limits = ", ".join(
        f"{_name(name)} {low * _scale(name):g} to {high * _scale(name):g} {_unit(name)}"
        for name, (low, high) in asked.limits.items()
    )
    console.print(
        f"Rejected as implausible: {found.rejected:.3%}. Plausible is {limits}, and at most "
        f"{asked.farthest:g} standard deviations from the mean of all six together."
    )


def _name(measure: str) -> str:
    return measure.rpartition("_")[0].replace("_", " ")


def _unit(measure: str) -> str:
    return "kg" if measure.endswith("_kg") else "cm"


def _scale(measure: str) -> int:
    """From the measure's own unit to the one that is shown."""
    return 1 if measure.endswith("_kg") else 100


def _number(value: float | None, measure: str) -> str:
    return "-" if value is None else f"{value * _scale(measure):.2f}"
