"""All figures of one estimate."""

from pathlib import Path
from typing import Final

from nuchal.model.anatomy import Anatomy
from nuchal.records import Estimate
from nuchal.report.figures.angles import angles_figure
from nuchal.report.figures.forces import forces_figure
from nuchal.report.figures.head_forces import head_forces_figure
from nuchal.report.figures.loads import loads_figure
from nuchal.report.figures.moments import moments_figure
from nuchal.report.figures.overview import overview_figure
from nuchal.report.figures.peaks import peaks_figure
from nuchal.report.figures.style import save_all

_NAMES: Final = ("overview", "forces", "peak_forces", "moments", "angles", "loads", "head_forces")
# File names of all figures.
FIGURES: Final = tuple(f"{name}{suffix}" for name in _NAMES for suffix in (".png", ".svg"))


def write_figures(estimate: Estimate, folder: Path, *, anatomy: Anatomy) -> list[Path]:
    """Draw an estimate into an existing folder, each figure as PNG (200 dpi) and SVG.

    Writes ``overview``, ``forces``, ``peak_forces``, ``moments``, ``angles`` and ``loads``, and
    ``head_forces`` where something acts on the head from outside.

    Args:
        estimate: What is drawn.
        folder: An existing folder.
        anatomy: The neck of the person, for its shape and its range of motion.

    Returns:
        The paths of the files, in the order in which they were written.

    Raises:
        OSError: Where the folder cannot be written.
    """
    figures = [
        overview_figure(estimate, anatomy),
        forces_figure(estimate),
        peaks_figure(estimate, anatomy),
        moments_figure(estimate),
        angles_figure(estimate, anatomy),
        loads_figure(estimate),
    ]
    if estimate.head_forces is not None:
        figures.append(head_forces_figure(estimate, estimate.head_forces))
    return save_all(dict(zip(_NAMES, figures, strict=False)), folder)
