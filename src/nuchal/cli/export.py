"""``nuchal export``: the networks as a graph for other programs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table

import nuchal
from nuchal.cli import options as ask
from nuchal.cli.progress import progress_bar
from nuchal.cli.show import answer

if TYPE_CHECKING:
    from nuchal.commands.export import ExportedNetwork


def export(
    out: Annotated[Path, typer.Option("--out", metavar="ONNX", help="The ONNX file to write.")],
    preset: ask.PresetName = "recommended",
    network: ask.NetworkFile = None,
    batch: Annotated[
        int,
        typer.Option("--batch", min=1, max=4096, metavar="N", help="Frames that go in at once."),
    ] = 1,
    force: Annotated[
        bool, typer.Option("--force", help="Replace a file that nuchal did not export.")
    ] = False,
    as_json: ask.AsJson = False,
) -> None:
    """The networks as an ONNX graph: from the last 16 frames of markers to forces with intervals.

    It is run in onnxruntime and set beside JAX before it is written. Needs the extra onnx.

    Example: nuchal export --preset recommended --out neck.onnx
    """
    options = nuchal.ExportOptions(preset=preset, network=network, batch=batch, force=force)
    with progress_bar(wanted=not as_json) as progress:
        found = nuchal.run_export(out, options=options, progress=progress)
    answer(found, lambda one: one.as_json(), _tell, as_json=as_json)


def _tell(console: Console, found: "ExportedNetwork") -> None:
    console.print(
        f"{found.out}: networks of preset {found.preset}, version {found.version}, "
        f"{found.size_bytes / 1e6:.1f} MB.",
        soft_wrap=True,
    )
    for title, ports in (("Goes in", found.inputs), ("Comes out", found.outputs)):
        table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
        for name in ("name", "shape", "unit"):
            table.add_column(name, no_wrap=True)
        table.add_column("meaning")
        for name, port in ports.items():
            shape = " x ".join(str(n) for n in (found.batch, *port.shape))
            table.add_row(name, shape, port.unit, port.meaning)
        console.print(table)
    console.print(
        f"All numbers are float32. Forces are those of {1e3 * found.latency_s:g} ms before the "
        "latest frame."
    )
    share = found.largest_difference
    apart = f"differ by at most {share:.0e} of maximal force" if share else "give the same forces"
    console.print(f"onnxruntime and JAX {apart}, in {found.frames_compared} frames.")
