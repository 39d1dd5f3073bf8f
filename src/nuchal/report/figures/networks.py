"""What trained networks predict, over one cycle of movement, beside what was simulated."""

from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nuchal.model.generic import MUSCLES
from nuchal.networks.accuracy import Accuracy
from nuchal.networks.paper.experiment import TrainedNetworks
from nuchal.networks.paper.network import predict_forces
from nuchal.networks.paper.samples import paper_inputs, solved_frames
from nuchal.report.figures.style import corner_note, heading, styled

# The muscles that He, Liu, Li (2026), doi 10.3390/s26020752, show.
FOUR: Final = ("stern_mast", "trap_cl", "long_cap_sklc4", "semi_cap_sklc5")
_SIMULATED: Final[dict[str, Any]] = {"color": "#00558C", "linestyle": "-", "linewidth": 1.9}
_DASHES: Final = (0, (3.2, 1.4))
_PREDICTED: Final[dict[str, Any]] = {"color": "#F08A3C", "linestyle": _DASHES, "linewidth": 1.5}


def judged(found: Accuracy, muscle: int) -> str:
    """What is said of one muscle's accuracy: R2 and NRMSE, or its error if it is flat."""
    if found.flat[muscle]:
        return f"flat, RMSE {found.share_of_maximum[muscle]:.2%} of maximum"
    return f"R2 {found.r2[muscle]:.3f}, NRMSE {found.nrmse[muscle]:.1%}"


@styled
def cycle_figure(found: TrainedNetworks) -> Figure:
    """Predicted and simulated force of four muscles over one neck's movement."""
    data, solved = found.data, solved_frames(found.data)
    neck = int(solved.sum(axis=1).argmax())
    predicted = predict_forces(found.networks, paper_inputs(data.markers, data.measures)[neck])
    figure = Figure(figsize=(9.6, 5.8))
    width, height = figure.get_size_inches()
    whose = _subtitle(int(data.subject[neck]), data.measures[neck])
    heading(figure, "Muscle forces: networks and simulation", whose)
    for place, name in enumerate(FOUR):
        axes, k = figure.add_subplot(2, 2, place + 1), MUSCLES.index(name)
        both = (
            (data.force[neck][:, k], _SIMULATED, "simulated"),
            (predicted[:, k], _PREDICTED, "network"),
        )
        for force, line, label in both:
            axes.plot(data.time, np.ma.array(force, mask=~solved[neck]), label=label, **line)
        axes.set_title(name)
        _label(axes, place, judged(found.test, k), float(data.time[0]), float(data.time[-1]))
    figure.subplots_adjust(
        left=0.6 / width, right=1 - 0.2 / width, top=1 - 0.88 / height, bottom=0.62 / height,
        hspace=0.42, wspace=0.16,
    )  # fmt: skip
    return figure


def _subtitle(subject: int, measures: np.ndarray) -> str:
    """Whose movement it is."""
    length, shoulders, mass = measures
    return (
        f"Neck {subject} of the population: neck length {100 * length:.1f} cm, shoulder width "
        f"{100 * shoulders:.1f} cm, head and neck {mass:.1f} kg; figures are of all test samples"
    )


def _label(axes: Axes, place: int, caption: str, start: float, end: float) -> None:
    corner_note(axes, caption, rise=4.0)
    axes.set_ylabel("Force [N]" if place % 2 == 0 else "")
    axes.set_xlabel("Time [s]" if place >= 2 else "")
    axes.set_xlim(start, end or 1.0)
    if place == 0:
        axes.legend(loc="best", handlelength=2.8)
