"""What curved paths do to forces: generic movements, real people, and time."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeAlias

import jax
import numpy as np
from curved import Form, more_compression, product_with

from nuchal.commands.forces import estimate_tracked
from nuchal.commands.options import ForceOptions
from nuchal.commands.own_range import track_recordings
from nuchal.commands.plan import Plan, plan_of
from nuchal.dynamics.inverse import no_load
from nuchal.errors import Status
from nuchal.io.subject import read_subject
from nuchal.model.anatomy import Anatomy
from nuchal.model.norms import norm_of
from nuchal.model.passive import posture_of_head
from nuchal.model.person import RANGE_KEYS
from nuchal.movements.examination import ideal_movement
from nuchal.movements.minimum_jerk import made_motion
from nuchal.movements.standard import FRAMES as STANDARD_FRAMES
from nuchal.movements.standard import RATE_HZ, standard_movement
from nuchal.optimisation.settings import PRESET_SETTINGS
from nuchal.optimisation.simulate import Simulation, simulate
from nuchal.records import Estimate
from nuchal.tracking.motion import TrackedMotion

ROOT: Final = Path(__file__).parents[2]
PEOPLE: Final = ROOT.parent / "shared" / "recordings" / "vicon_neck"
PERSON: Final = ROOT / "examples" / "person.toml"
SETTINGS: Final = PRESET_SETTINGS["recommended"].recruitment
GROUPS: Final = (
    "sternocleidomastoid", "trapezius", "splenius", "semispinalis", "longissimus and iliocostalis",
    "levator scapulae", "scalenes", "suboccipitals", "longus",
)  # fmt: skip
BALANCED_NM: Final = 0.05
FRAMES: Final = 2400
_ROUNDS, _EACH = 3, 8
# Every so many frames the shortest paths say which way strands pass C5-C6.
_LOOKED_AT: Final = 20

_NAMES: Final = [
    "",
    "without a balance [%]",
    "all muscles, 99 % of frames, largest recording [N]",
    *(f"{name} [N]" for name in GROUPS),
    "C5-C6, mean [N]",
    "C5-C6, largest [N]",
]

# The head of a table and its rows.
Table: TypeAlias = list[list[str]]
Row: TypeAlias = dict[str, float]


def ends_of_rotation(anatomy: Anatomy, forms: dict[str, Form], ways: list[str]) -> list[list[str]]:
    """Where muscles can turn the neck no farther against passive tissue, held still [degrees]."""
    heads = np.radians(np.arange(40.0, 110.0, 0.5))
    q = jax.vmap(lambda yaw: posture_of_head(anatomy, yaw * np.array([0.0, 0.0, 1.0])))(heads)
    still = np.zeros_like(q)
    motion = made_motion(0.01 * np.arange(len(heads)), q, still, still)
    cells = []
    for way in ways:
        if way == "shortest":
            cells.append("")
            continue
        with product_with(forms.get(way)):
            found = simulate(anatomy, motion, SETTINGS, no_load())
        lacking = np.abs(np.asarray(found.forces.reserve)).max(axis=1) > 1e-6
        last = int(np.argmax(lacking)) - 1
        cells.append(f"{np.degrees(float(q[last, 2] + q[last, 5])):.0f}")
    return [["7 end of active rotation of the neck [degrees]", "55 to 70", *cells]]


def times(anatomy: Anatomy, forms: dict[str, Form]) -> list[list[str]]:
    """Processor time a frame of all cores for everything, once compiled: least of many."""
    motion = standard_movement(anatomy, frames=FRAMES, rate_hz=RATE_HZ * FRAMES / STANDARD_FRAMES)
    every = _with_straight(forms)
    least = dict.fromkeys(every, np.inf)
    for _ in range(_ROUNDS):
        for name, form in every.items():
            with product_with(form):
                jax.block_until_ready(simulate(anatomy, motion, SETTINGS, no_load()))
                for _ in range(_EACH):
                    start = time.process_time()
                    jax.block_until_ready(simulate(anatomy, motion, SETTINGS, no_load()))
                    least[name] = min(least[name], time.process_time() - start)
    base = least["straight"]
    return [[n, f"{1e6 * t / FRAMES:.0f}", f"{t / base:.2f}"] for n, t in least.items()]


def on_movements(anatomy: Anatomy, forms: dict[str, Form]) -> Table:
    """Straight against curved on the movements of the generic neck."""
    reach = np.radians(norm_of(None).mean_deg)
    movements = {
        "standard movement": standard_movement(anatomy),
        "to the mean range": ideal_movement(reach, anatomy=anatomy),
    }
    columns = [_NAMES]
    for name, motion in movements.items():
        known = np.ones(len(motion.time), dtype=bool)
        for way, form in _with_straight(forms).items():
            with product_with(form):
                found = simulate(anatomy, motion, SETTINGS, no_load())
            row = _row(anatomy, found, np.asarray(motion.q), known, curved=form is not None)
            columns.append([f"{name}, {way}", *_cells([row])])
    return [list(row) for row in zip(*columns, strict=True)]


def on_people(forms_of: Callable[[Anatomy], dict[str, Form]]) -> Table:
    """The same on 15 recordings of three people, on their own neck."""
    columns = [_NAMES]
    trials = list(_tracked()) if PEOPLE.is_dir() else []
    forms = _with_straight(forms_of(trials[0][0].anatomy)) if trials else {}
    for way, form in forms.items():
        parts = []
        with product_with(form):
            for own, tracked in trials:
                found = estimate_tracked(tracked, own).estimate
                known = np.asarray(found.motion.status) != Status.GAP
                q = np.asarray(found.motion.q)
                parts.append(_row(own.anatomy, found, q, known, curved=form is not None))
        columns.append([f"15 recordings of three people, {way}", *_cells(parts)])
    return [list(row) for row in zip(*columns, strict=True)]


def _tracked() -> Iterator[tuple[Plan, TrackedMotion]]:
    person = replace(read_subject(PERSON), range_deg=dict.fromkeys(RANGE_KEYS, 1.0))
    for trial in sorted(PEOPLE.glob("subject_*/trial_*/data_marker.csv")):
        options = ForceOptions(method="optimisation", static=trial.parents[1] / "Static.csv")
        own, (tracked,) = track_recordings([trial], plan_of(person, options))
        yield own, tracked


def _with_straight(forms: dict[str, Form]) -> dict[str, Form | None]:
    return {"straight": None, **forms}


def _row(
    anatomy: Anatomy,
    found: Simulation | Estimate,
    q: np.ndarray,
    known: np.ndarray,
    *,
    curved: bool,
) -> Row:
    """Figures of one movement; sums over frames, to be divided by how many there are."""
    force, groups = np.asarray(found.forces.force)[known], np.array(anatomy.system.groups)
    lacking = np.abs(np.asarray(found.forces.reserve)[known]).max(axis=1)
    pressed = np.asarray(found.reactions.compression)[known][::_LOOKED_AT, 2]
    if curved:
        pressed = pressed + more_compression(anatomy, q[known][::_LOOKED_AT], force[::_LOOKED_AT])
    return {
        "frames": len(force),
        "without": float((lacking > BALANCED_NM).sum()),
        "total": float(np.percentile(force.sum(axis=1), 99)),
        **{name: float(force[:, groups == name].sum()) for name in GROUPS},
        "pressed": float(pressed.sum()),
        "looked at": len(pressed),
        "most": float(pressed.max()),
    }


def _cells(rows: list[Row]) -> Iterator[str]:
    def summed(name: str) -> float:
        return sum(row[name] for row in rows)

    yield f"{100.0 * summed('without') / summed('frames'):.2f}"
    yield f"{max(row['total'] for row in rows):.0f}"
    yield from (f"{summed(name) / summed('frames'):.1f}" for name in GROUPS)
    yield f"{summed('pressed') / summed('looked at'):.0f}"
    yield f"{max(row['most'] for row in rows):.0f}"
