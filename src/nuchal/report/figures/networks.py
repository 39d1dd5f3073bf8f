"""What trained networks predict, over one cycle of movement, beside what was simulated."""

from typing import Any, Final

import numpy as np
from jaxtyping import Bool, Float
from matplotlib.figure import Figure

from nuchal.report.figures.style import SOFT, heading, styled

# The muscles that He, Liu, Li (2026), doi 10.3390/s26020752, show.
FOUR: Final = ("stern_mast", "trap_cl", "long_cap_sklc4", "semi_cap_sklc5")
_SIMULATED: Final[dict[str, Any]] = {"color": "#00558C", "linestyle": "-", "linewidth": 1.9}
_PREDICTED: Final[dict[str, Any]] = {
    "color": "#F08A3C",
    "linestyle": (0, (3.2, 1.4)),
    "linewidth": 1.5,
}


@styled
def cycle_figure(
    time: Float[np.ndarray, " t"],
    simulated: Float[np.ndarray, "t k"],
    predicted: Float[np.ndarray, "t k"],
    *,
    solved: Bool[np.ndarray, " t"],
    names: tuple[str, ...],
    captions: tuple[str, ...],
    subtitle: str,
) -> Figure:
    """Predicted and simulated force of a few muscles over one movement.

    Args:
        time: [s].
        simulated: one column a muscle [N].
        predicted: the same by the networks [N].
        solved: frames that have a simulated force; others are left blank.
        names: of the muscles.
        captions: what is said of each muscle's accuracy.
        subtitle: whose movement it is.
    """
    rows = -(-len(names) // 2)
    figure = Figure(figsize=(9.6, 0.9 + 2.45 * rows))
    width, height = figure.get_size_inches()
    heading(figure, "Muscle forces: networks and simulation", subtitle)
    for k, name in enumerate(names):
        axes = figure.add_subplot(rows, 2, k + 1)
        both = (simulated[:, k], _SIMULATED, "simulated"), (predicted[:, k], _PREDICTED, "network")
        for force, line, label in both:
            axes.plot(time, np.ma.array(force, mask=~solved), label=label, **line)
        axes.set_title(name)
        axes.annotate(
            captions[k], (1.0, 1.0), (0, 4), xycoords="axes fraction",
            textcoords="offset points", ha="right", va="baseline", fontsize=7.5, color=SOFT,
        )  # fmt: skip
        axes.set_ylabel("Force [N]" if k % 2 == 0 else "")
        axes.set_xlabel("Time [s]" if k >= len(names) - 2 else "")
        axes.set_xlim(float(time[0]), float(time[-1]) or 1.0)
        if k == 0:
            axes.legend(loc="best", handlelength=2.8)
    figure.subplots_adjust(
        left=0.6 / width, right=1 - 0.2 / width, top=1 - 0.88 / height, bottom=0.62 / height,
        hspace=0.42, wspace=0.16,
    )  # fmt: skip
    return figure
