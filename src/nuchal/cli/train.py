"""``nuchal train``: networks that give muscle forces in microseconds."""

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer
from rich import box
from rich.console import Console
from rich.table import Table

import nuchal
from nuchal.cli import options as ask
from nuchal.cli.progress import progress_bar
from nuchal.cli.settings import setting, takes
from nuchal.cli.show import answer

if TYPE_CHECKING:
    from nuchal.networks.paper.experiment import TrainedNetworks

_TRAINING = "The training"
_R2 = 0.95


_CHOICES: Final = {
    "subjects": setting(
        int, "--subjects", "Necks to make without DATASET.", default=200, min=1, max=100_000
    ),
    "split": setting(
        Literal["random", "necks", "movement"],
        "--split",
        "Test on random frames, as the paper; on necks never seen; on movement never seen: all "
        "axes combined after each by itself, or other free movements.",
        default="random",
        rich_help_panel=_TRAINING,
    ),
    "epochs": setting(
        int | None,
        "--epochs",
        "Times through the data at most.",
        min=1,
        max=100_000,
        rich_help_panel=_TRAINING,
    ),
    "seed": setting(
        int,
        "--seed",
        "Of people, split, first weights and order.",
        default=1,
        min=0,
        max=2**32 - 1,
        metavar="S",
        rich_help_panel=_TRAINING,
    ),
}
Dataset = Annotated[
    Path | None,
    typer.Argument(
        metavar="[DATASET]",
        help="What 'nuchal generate' made; the paper's set is made if there is none.",
        show_default=False,
    ),
]

Motion = Annotated[
    Path | None,
    typer.Option(
        "--motion",
        metavar="FILE",
        help="Without DATASET: the movement that all necks make, from nuchal average; the standard "
        "one if there is none.",
        show_default=False,
    ),
]


@takes(_CHOICES)
def train(
    out: ask.OutFolder,
    dataset: Dataset = None,
    motion: Motion = None,
    preset: ask.PresetName = "paper",
    no_figures: ask.NoFigures = False,
    as_json: ask.AsJson = False,
    **given: Any,
) -> None:
    """The paper's networks: 12-64-32-1, one for each muscle.

    Needs the extra train.

    Example: nuchal train --preset paper --out networks

    Example: nuchal train paper.zarr --out networks
    """
    seed, epochs = given["seed"], given["epochs"]
    settings = nuchal.TrainingSettings(seed=seed)
    if epochs is not None:
        settings = dataclasses.replace(settings, most_epochs=epochs)
    options = nuchal.TrainOptions(
        preset=preset,
        split=given["split"],
        split_seed=seed,
        subjects=given["subjects"],
        population_seed=seed,
        settings=settings,
        figures=not no_figures,
    )
    with progress_bar(wanted=not as_json) as progress:
        found = nuchal.run_train(
            dataset, out=out, options=options, motion=motion, progress=progress
        )
    answer(
        found,
        lambda one: {"out": str(out), **one.as_json(nuchal.MUSCLES)},
        lambda console, one: _tell(console, one, out),
        as_json=as_json,
        soft_wrap=True,
    )


def _tell(console: Console, found: "TrainedNetworks", out: Path) -> None:
    train, validation, test = (len(part) for part in found.split)
    sizes = "-".join(map(str, found.networks.sizes))
    console.print(
        f"{out}: {found.networks.count} networks {sizes}, trained on {train} frames and "
        f"validated on {validation}, in {len(found.training.train_loss)} epochs and "
        f"{found.seconds:.0f} s."
    )
    table = Table(title=f"On {test} test frames", title_justify="left", box=box.SIMPLE_HEAD)
    table.add_column("", no_wrap=True)
    r2, nrmse = found.test.spread("r2"), found.test.spread("nrmse")
    for name in r2._fields:
        table.add_column(name, justify="right", no_wrap=True)
    table.add_row("R2", *(f"{value:.3f}" for value in r2))
    table.add_row("NRMSE", *(f"{value:.2%}" for value in nrmse))
    console.print(table)
    varied = ~found.test.flat
    good = int((found.test.r2[varied] > _R2).sum())
    said = f"R2 is above {_R2:g} for {good} of {int(varied.sum())} muscles"
    flat = int(found.test.flat.sum())
    if flat:
        share = float(found.test.share_of_maximum[found.test.flat].max())
        said += f"; {flat} hardly vary and are off by at most {share:.2%} of their maximal force"
    console.print(f"{said}. The model card says more.")
