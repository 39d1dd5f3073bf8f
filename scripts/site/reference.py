"""Pages of reference: every command with its settings, and every public name of nuchal."""

import re
import textwrap
from typing import Any, Final

import nuchal
from nuchal.cli.program import COMMANDS, command

# Public names in the order in which somebody needs them; each page says what its names are for.
API: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "commands-from-python": (
        "Commands",
        {
            "People and visits": "run_assess AssessOptions run_compare CompareOptions run_study "
            "StudyOptions run_demo example_patient",
            "Forces": "run_estimate EstimateOptions run_stream StreamOptions Onlooker Board",
            "EMG": "run_emg EmgOptions run_deep_emg DeepEmgOptions run_joint_emg JointEmgOptions",
            "Necks and movements": "run_personalise run_population run_average AverageOptions "
            "given_movement strength verify",
            "Networks": "run_learn LearnOptions Recipe run_export ExportOptions run_generate "
            "run_train TrainOptions TrainingSettings run_reproduce ReproduceOptions",
            "The page": "run_app run_live_page PageLimits",
        },
    ),
    "reading": (
        "Reading files",
        {
            "Files": "read_recording read_subject read_emg read_dataset",
            "What they hold": "Recording Subject",
        },
    ),
    "neck": (
        "The neck and its forces",
        {
            "The neck": "generic_anatomy personalise MUSCLES COORDINATES LEVELS MARKERS",
            "Movement": "track TrackingSettings Motion standard_movement free_movements "
            "FreeSettings",
            "Forces": "simulate PRESET_SETTINGS Estimate HeadLoad ConditioningSettings",
            "People": "Population draw_people draw_person",
            "What can be wrong": "Status NuchalError",
        },
    ),
}
# What values are, which have no docstring of their own.
VALUES: Final = {
    "COORDINATES": "The six coordinates in order: pitch, roll and yaw of upper and lower neck.",
    "LEVELS": "The eight joints, from C7-T1 to C0-C1.",
    "MARKERS": "The three head markers: top, left and right of the head.",
    "MUSCLES": "The generic neck's muscles in order; no suffix is right, `_L` left.",
    "PRESET_SETTINGS": "What each preset means, as data; [Presets](../docs/presets.md) says why.",
}
# Classes that are no records of fields.
OTHER_CLASSES: Final = ("Board", "NuchalError", "Status")


def api_page(name: str) -> str:
    """One page of the reference of Python."""
    title, groups = API[name]
    lines = [f"# {title}", "", _HEAD]
    for heading, names in groups.items():
        lines += [f"## {heading}", ""]
        for one in names.split():
            lines += _value(one) if one in VALUES else _name(one)
    return "\n".join(lines)


_HEAD: Final = (
    "Import them from `nuchal`; a name loads when it is first used. Lengths are metres, angles "
    "radians, forces newtons, unless a name says otherwise; axes and signs are those of "
    "[Conventions](../docs/conventions.md).\n"
)


def _name(name: str) -> list[str]:
    """A function or class with what its docstring says; records have fields of their bases, too."""
    lines = [f"::: nuchal.{name}", "    options:", "      heading_level: 3"]
    if name[0].islower() or name in OTHER_CLASSES:
        return [*lines, ""]
    every = f"[All its fields](../docs/reference.md#{name.lower()})\n"
    return [*lines, "      members: false", "", every]


def commands_page() -> str:
    """Every command of the terminal, its arguments and its settings, as ``--help`` has them."""
    lines = ["# Commands", "", "What `nuchal COMMAND --help` says, on one page.", ""]
    lines += ["| command | what it does |", "| --- | --- |"]
    lines += [f"| [`nuchal {name}`](#nuchal-{name}) | {said} |" for name, said in COMMANDS.items()]
    for name in COMMANDS:
        lines += ["", *_command(name)]
    return "\n".join(lines) + "\n"


def _command(name: str) -> list[str]:
    made = command(name)
    with made.make_context(f"nuchal {name}", [], resilient_parsing=True) as context:
        usage = " ".join([f"nuchal {name}", *made.collect_usage_pieces(context)])
        rows = [_row(one, context) for one in made.params if one.get_help_record(context)]
    about = [_flat(part) for part in (made.help or "").strip().split("\n\n")]
    about = [re.sub(r"^([A-Z][a-z ]+): (nuchal .*)$", r"\1: `\2`", part) for part in about]
    return [
        f"## `nuchal {name}`",
        "",
        "\n\n".join(about),
        "",
        f"```text\n{usage}\n```",
        "",
        "| setting | what it is |",
        "| --- | --- |",
        *rows,
    ]


def _row(setting: Any, context: Any) -> str:
    spelt, said = (_flat(part) for part in setting.get_help_record(context))
    return f"| `{_cell(spelt)}` | {_cell(said)} |"


def _cell(text: str) -> str:
    return text.replace("|", chr(92) + "|")


def _flat(text: str) -> str:
    return " ".join(text.replace("\b", "").split())


def _value(name: str) -> list[str]:
    value = getattr(nuchal, name)
    names = value if isinstance(value, tuple) else tuple(value)
    shown = textwrap.fill(", ".join(f'"{one}"' for one in names), width=88)
    return [f"### `{name}`", "", VALUES[name], "", f"```text\n{shown}\n```", ""]
