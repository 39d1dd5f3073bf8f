"""``nuchal train``: networks that give muscle forces in microseconds."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich import box
from rich.console import Console
from rich.table import Table

import nuchal
from nuchal.cli import options as ask
from nuchal.cli.progress import progress_bar

if TYPE_CHECKING:
    from nuchal.commands.trained import TrainedNetworks

_TRAINING = "The training"
_R2 = 0.95


def train(
    out: ask.OutFolder,
    dataset: Annotated[
        Path | None,
        typer.Argument(
            metavar="[DATASET]",
            help="What 'nuchal generate' made; the paper's set is made if there is none.",
            show_default=False,
        ),
    ] = None,
    preset: ask.PresetName = "paper",
    subjects: Annotated[
        int,
        typer.Option("--subjects", min=1, max=100_000, help="Necks to make without DATASET."),
    ] = 200,
    split: Annotated[
        Literal["random", "necks", "movement"],
        typer.Option(
            "--split",
            help="Test on random frames, as the paper; on necks never seen; on movement never "
            "seen: all axes combined after each by itself, or other free movements.",
            rich_help_panel=_TRAINING,
        ),
    ] = "random",
    epochs: Annotated[
        int | None,
        typer.Option(
            "--epochs",
            min=1,
            max=100_000,
            help="Times through the data at most.",
            rich_help_panel=_TRAINING,
        ),
    ] = None,
    seed: Annotated[
        int,
        typer.Option(
            "--seed",
            min=0,
            max=2**32 - 1,
            metavar="S",
            help="Of people, split, first weights and order.",
            rich_help_panel=_TRAINING,
        ),
    ] = 1,
    no_figures: ask.NoFigures = False,
    as_json: ask.AsJson = False,
) -> None:
    """The paper's networks: 72 of them, 12-64-32-1, one for each muscle.

    Example: nuchal train --preset paper --out networks

    Example: nuchal train paper.zarr --out networks
    """
    options = nuchal.TrainOptions(
        preset=preset,
        split=split,
        split_seed=seed,
        subjects=subjects,
        population_seed=seed,
        settings=_settings(seed, epochs),
        figures=not no_figures,
    )
    with progress_bar(wanted=not as_json) as progress:
        found = nuchal.run_train(dataset, out=out, options=options, progress=progress)
    if as_json:
        typer.echo(json.dumps(_as_dictionary(found), indent=2, allow_nan=False))
    else:
        _show(found)


def _settings(seed: int, epochs: int | None) -> "nuchal.TrainingSettings":
    if epochs is None:
        return nuchal.TrainingSettings(seed=seed)
    return nuchal.TrainingSettings(seed=seed, most_epochs=epochs)


def _as_dictionary(found: "TrainedNetworks") -> dict[str, object]:
    test = found.test
    spread = {
        name: dict(zip(("worst", "median", "best"), test.spread(name), strict=True))
        for name in ("r2", "nrmse")
    }
    muscles = [
        {
            "muscle": name,
            "flat": bool(test.flat[k]),
            "r2": None if test.flat[k] else float(test.r2[k]),
            "nrmse": None if test.flat[k] else float(test.nrmse[k]),
            "rmse_N": float(test.rmse_n[k]),
            "rmse_share_of_maximum": float(test.share_of_maximum[k]),
        }
        for k, name in enumerate(nuchal.MUSCLES)
    ]
    return {
        "out": str(found.out),
        "samples": {name: len(part) for name, part in found.split._asdict().items()},
        "epochs": len(found.training.train_loss),
        "seconds": found.seconds,
        **spread,
        "muscles": muscles,
    }


def _show(found: "TrainedNetworks") -> None:
    console = Console(highlight=False, markup=False, emoji=False)
    train, validation, test = (len(part) for part in found.split)
    sizes = "-".join(map(str, found.networks.sizes))
    console.print(
        f"{found.out}: {found.networks.count} networks {sizes}, trained on {train} frames and "
        f"validated on {validation}, in {len(found.training.train_loss)} epochs and "
        f"{found.seconds:.0f} s.",
        soft_wrap=True,
    )
    table = Table(title=f"On {test} test frames", title_justify="left", box=box.SIMPLE_HEAD)
    table.add_column("", no_wrap=True)
    for name in ("worst", "median", "best"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_row("R2", *(f"{value:.3f}" for value in found.test.spread("r2")))
    table.add_row("NRMSE", *(f"{value:.2%}" for value in found.test.spread("nrmse")))
    console.print(table)
    varied = ~found.test.flat
    good = int((found.test.r2[varied] > _R2).sum())
    said = f"R2 is above {_R2:g} for {good} of {int(varied.sum())} muscles"
    flat = int(found.test.flat.sum())
    if flat:
        share = float(found.test.share_of_maximum[found.test.flat].max())
        said += f"; {flat} hardly vary and are off by at most {share:.2%} of their maximal force"
    console.print(f"{said}. The model card says more.", soft_wrap=True)
