"""Runs OpenSim beside us on one neck and one movement, and says how far the two are apart."""

import time
from dataclasses import dataclass
from typing import Final

import equinox as eqx
import numpy as np

from nuchal.commands.verify_rows import VerifyRow, mechanics_rows, recruitment_rows, rest_of_frames
from nuchal.dynamics.inverse import no_load
from nuchal.findings import Assumed, Finding, Found, finding
from nuchal.io.opensim.engine import engine_version
from nuchal.io.opensim.engine_frames import Progress, opensim_estimate, some_frames
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import Form
from nuchal.model.scaling import GENERIC_SUBJECT, personalise
from nuchal.movements.standard import standard_movement
from nuchal.optimisation.settings import PRESET_SETTINGS
from nuchal.optimisation.simulate import simulate
from nuchal.records import HeadLoad, Motion, Subject

_CLASSICAL: Final = PRESET_SETTINGS["classical"]


@dataclass(frozen=True, kw_only=True)
class VerifyTable:
    """Both engines on the same frames, quantity by quantity.

    Attributes:
        seconds_ours: For all frames, geometry to reactions, once compiled.
        seconds_opensim: By quantity; moment arms by unit tensions, ten times quicker than its own
            solver.
    """

    rows: tuple[VerifyRow, ...]
    frames: int
    opensim_version: str
    seconds_ours: float
    seconds_opensim: dict[str, float]
    assumptions: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        """Whether every bound holds."""
        return all(row.holds for row in self.rows)

    @property
    def speed_ratio(self) -> float:
        """How many times faster we are."""
        return sum(self.seconds_opensim.values()) / self.seconds_ours


def verify(
    subject: Subject | None = None,
    motion: Motion | None = None,
    *,
    frames: int | None = 60,
    load: HeadLoad | None = None,
    form: Form = "source",
    progress: Progress | None = None,
) -> VerifyTable:
    """Compare classical static optimisation, and all it stands on, with OpenSim.

    Args:
        subject: The person; the generic neck without one.
        motion: The movement; the standard movement without one.
        frames: How many frames to compare, evenly spaced; None compares all.
        load: A mass on the head.
        form: Of the generic neck; its base stands still, as that of OpenSim's model does.
        progress: Told how far OpenSim is.

    Raises:
        EngineError: OpenSim is not installed.
    """
    version = engine_version()
    anatomy = _on_still_base(personalise(subject or GENERIC_SUBJECT, form=form))
    chosen = _evenly_spaced(motion or standard_movement(), frames)
    theirs = opensim_estimate(anatomy, chosen, load=load, progress=progress)
    carried = no_load() if load is None else load
    simulate(anatomy, chosen, _CLASSICAL.recruitment, carried)
    start = time.perf_counter()
    mine = simulate(anatomy, chosen, _CLASSICAL.recruitment, carried)
    spent = time.perf_counter() - start
    rest = rest_of_frames(anatomy, chosen, theirs.force, carried)
    return VerifyTable(
        rows=(*mechanics_rows(mine, rest, theirs), *recruitment_rows(mine, theirs)),
        frames=len(chosen.time),
        opensim_version=version,
        seconds_ours=spent,
        seconds_opensim={k: v for k, v in theirs.seconds.items() if k in _TIMED},
        assumptions=_assumptions(subject, motion, len(chosen.time)),
    )


def _on_still_base(anatomy: Anatomy) -> Anatomy:
    still: Anatomy = eqx.tree_at(
        lambda a: a.thorax_share, anatomy, None, is_leaf=lambda leaf: leaf is None
    )
    return still


_TIMED: Final = ("length", "moment_arms", "capacity", "moments", "recruitment", "reactions")


def _evenly_spaced(motion: Motion, frames: int | None) -> Motion:
    count = len(motion.time)
    if frames is None or frames >= count:
        return some_frames(motion, np.ones(count, dtype=bool))
    chosen = np.zeros(count, dtype=bool)
    chosen[np.linspace(0, count - 1, frames).round().astype(int)] = True
    return some_frames(motion, chosen)


def _assumptions(
    subject: Subject | None, motion: Motion | None, frames: int
) -> tuple[Finding, ...]:
    said = [finding(Found.FRAMES_COMPARED, frames=frames)]
    if subject is None:
        said.append(finding(Assumed.GENERIC_NECK))
    if motion is None:
        said.append(finding(Assumed.STANDARD_MOVEMENT))
    return tuple(said)
