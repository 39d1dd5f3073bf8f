"""``nuchal strength``: the largest loads that a neck can hold."""

import dataclasses
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table

import nuchal
from nuchal.cli import options as ask
from nuchal.cli.show import answer
from nuchal.report.text import say, sentence, status_meaning

if TYPE_CHECKING:
    from nuchal.commands.strength import StrengthRow, StrengthTable

_GROUPS_NAMED = 4
_VERDICTS = {True: "within", False: "beyond", None: "no_sd"}


def strength(
    subject: ask.SubjectFileIfAny = None,
    preset: ask.PresetName = "recommended",
    as_json: ask.AsJson = False,
) -> None:
    """Isometric strength in flexion, extension, lateral bending and axial rotation.

    Example: nuchal strength --subject person.toml
    """
    person = None if subject is None else nuchal.read_subject(subject)
    found = nuchal.strength(person, preset=preset)
    answer(found, _as_dictionary, _tell, as_json=as_json)


def _as_dictionary(found: "StrengthTable") -> dict[str, object]:
    rows = [
        dataclasses.asdict(row) | {"status": row.status.name, "within_one_sd": row.within_one_sd}
        for row in found.rows
    ]
    assumptions = [sentence(one) for one in found.assumptions]
    whole = dataclasses.replace(found, assumptions=())
    return dataclasses.asdict(whole) | {"rows": rows, "assumptions": assumptions}


def _tell(console: Console, found: "StrengthTable") -> None:
    table = Table(
        title=f"Isometric strength, preset {found.preset}",
        title_justify="left",
        box=box.SIMPLE_HEAD,
    )
    table.add_column("direction", no_wrap=True)
    for name in ("strength [N m]", "force [N]", f"{found.compared_with} [N m]"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("")
    for row in found.rows:
        table.add_row(
            row.direction.replace("_", " "),
            _number(row.moment_Nm),
            _number(row.force_N),
            _measured(row),
            say(f"strength.{_VERDICTS[row.within_one_sd]}"),
        )
    console.print(table)
    for row in found.rows:
        console.print(Padding(_explanation(row), (0, 0, 0, 2)))
    console.print(f"\n{say(f'strength.{found.compared_with}')}")
    console.print(f"Assumed: {' '.join(map(sentence, found.assumptions))}")
    console.print(f"This neck's own lever from C7-T1 to the force is {found.lever_m:.3f} m.")


def _measured(row: "StrengthRow") -> str:
    if row.measured_sd_Nm is None:
        return f"{row.measured_mean_Nm:g}"
    return f"{row.measured_mean_Nm:g} ± {row.measured_sd_Nm:g}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def _explanation(row: "StrengthRow") -> str:
    name = row.direction.replace("_", " ")
    if row.moment_Nm is None:
        return f"{name}: {status_meaning(row.status)}"
    shares = [
        f"{group} {worth / row.moment_Nm:.0%}"
        for group, worth in list(row.hangs_on_Nm.items())[:_GROUPS_NAMED]
    ]
    return f"{name} hangs on {', '.join(shares)}; {len(row.saturated)} of 72 muscles saturated."
