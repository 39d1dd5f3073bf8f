"""What the neck of living people leaves out, and what it would do: fibres, hyoids, C7, upper neck.

    python benchmarks/physiology/left_out.py            # prints the page: about a minute
    python benchmarks/physiology/left_out.py --write    # writes results/left_out.md as well

Tables of recordings need ../shared/recordings/vicon_neck.
"""

import csv
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from pages import show, table
from recorded import ABOUT, HEAD, PEOPLE, ROOT, SETTINGS, recorded
from scipy.optimize import linprog
from scipy.spatial.transform import Rotation

from nuchal.dynamics.inverse import no_load
from nuchal.dynamics.passive import passive_moments
from nuchal.dynamics.pipeline import State, frame_mechanics
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import Form, generic_anatomy
from nuchal.model.kinematics import base_rotation, body_poses
from nuchal.model.passive import posture_of_head
from nuchal.optimisation.simulate import mechanics_of_frame
from nuchal.optimisation.strength import DIRECTIONS, LEVER_M, LOAD_PLACE_M, isometric_strength

RESULTS: Final = ROOT / "benchmarks" / "results" / "left_out.md"
FORMS: Final[dict[str, Form]] = {"muscles of the source": "source", "`recommended`": "living"}
ENDS_DEG: Final = {
    "60 of flexion": (-60.0, 0.0, 0.0),
    "60 of extension": (60.0, 0.0, 0.0),
    "40 of bending": (0.0, 40.0, 0.0),
    "75 of rotation": (0.0, 0.0, 75.0),
}
COORDINATES: Final = (
    *("upper pitch", "upper roll", "upper yaw"),
    *("lower pitch", "lower roll", "lower yaw"),
)
# From the joint between C1 and skull to the force on the head.
_LEVER_M: Final = LOAD_PLACE_M[1]
_WAYS: Final = {"extension": (1.0, 0.54), "flexion": (-1.0, 0.71)}
_C7_BEHIND_M: Final = 0.01
_STILL: Final = np.zeros(6)


def at_rest(q: np.ndarray, anatomy: Anatomy) -> State:
    """A posture that is held."""
    return State(q, _STILL, _STILL, np.asarray(anatomy.gravity), np.zeros((), int))


def upper_neck() -> Iterator[str]:
    """Strength of the upper neck alone against that of the whole."""
    neck = generic_anatomy("living")
    frame = mechanics_of_frame(neck, at_rest(_STILL, neck), SETTINGS, no_load())
    muscle, rest = (
        np.asarray(x)[:3] for x in (frame.problem.moment_per_activation, frame.problem.moment)
    )
    whole = isometric_strength(neck, SETTINGS).moment
    rows = []
    for way, (sign, measured) in _WAYS.items():
        # The load turns the head the other way: about the skull's axis, by its whole moment.
        unit = -sign * np.array([1.0, 0.0, 0.0])
        found = linprog(
            np.append(np.zeros(muscle.shape[1]), -1.0),
            A_eq=np.column_stack([muscle, unit]),
            b_eq=rest,
            bounds=[(0.0, 1.0)] * muscle.shape[1] + [(0.0, None)],
            method="highs",
        )
        upper, all_of_it = float(found.x[-1]), float(whole[DIRECTIONS.index(way)])
        rows.append(
            [way, f"{upper:.1f}", f"{all_of_it:.1f}", f"{upper / all_of_it:.2f}", f"{measured:.2f}"]
        )
    yield "Moment about the joint between C1 and skull that the muscles hold if only the upper neck"
    yield "has to be in balance, against the whole neck's moment about C7-T1. Measured in 20 men"
    yield "and 20 women: 16.5 ± 7.3 of 30.2 ± 12.2 N m in extension, 13.3 ± 6.0 of 18.9 ± 8.2 in"
    yield f"flexion. One force {_LEVER_M:.1f} m above the upper joint has {_LEVER_M / LEVER_M:.2f}"
    yield "of its moment about C7-T1 there, whatever muscles do."
    yield ""
    yield from table(["", "upper [N m]", "whole [N m]", "ratio", "measured"], rows)


def stretched_fibres() -> Iterator[str]:
    """Moments of fibres that are stretched and slack, where people's ranges end."""
    rows = []
    for name, form in FORMS.items():
        neck = generic_anatomy(form)
        for end, degrees in ENDS_DEG.items():
            q = posture_of_head(neck, np.radians(degrees))
            frame = frame_mechanics(neck, at_rest(q, neck), no_load())
            fibres = np.asarray(frame.paths.moment_arms @ frame.capacity.passive)
            joints = np.asarray(passive_moments(neck, q, _STILL))
            most = int(np.abs(fibres).argmax())
            k = int(
                np.asarray(np.abs(frame.paths.moment_arms[most] * frame.capacity.passive)).argmax()
            )
            rows.append(
                [
                    name,
                    end,
                    COORDINATES[most],
                    f"{fibres[most]:.2f}",
                    f"{joints[most]:.2f}",
                    neck.system.muscles[k],
                ]
            )
    head = ["", "head [degrees]", "coordinate", "fibres [N m]", "joints [N m]", "most by"]
    yield "Of the coordinate in which fibres pull most."
    yield ""
    yield from table(head, rows)


def without_hyoids(neck: Anatomy) -> Anatomy:
    """Hyoid muscles are there, but have no force."""
    silent = np.where(np.array(neck.system.layers) == "hyoid", 1e-9, 1.0)
    return eqx.tree_at(
        lambda a: a.max_isometric_force, neck, np.asarray(neck.max_isometric_force) * silent
    )


def real_people() -> Iterator[str]:
    """The recordings with passive fibre force, and without the hyoid muscles."""
    rows = [
        ["`recommended`", *recorded(lambda neck: neck).cells()],
        [
            "with passive fibre force",
            *recorded(lambda neck: neck, replace(SETTINGS, passive=True)).cells(),
        ],
        ["hyoid muscles left out", *recorded(without_hyoids).cells()],
    ]
    yield from ABOUT
    yield ""
    yield from table(HEAD, rows)
    strong, left = (
        isometric_strength(change(generic_anatomy("living")), SETTINGS).moment
        for change in (lambda neck: neck, without_hyoids)
    )
    yield f"Without hyoid muscles flexion is {left[0]:.1f} in place of {strong[0]:.1f} N m,"
    yield f"extension {left[1]:.1f} in place of {strong[1]:.1f}."
    yield ""


def c7_of_people() -> Iterator[str]:
    """How far C7 goes sideways on the chest while the head turns."""
    rows = []
    for trial in sorted(PEOPLE.glob("subject_*/trial_1/data_marker.csv")):
        turned, aside = seen_from_chest(trial)
        slope = np.polyfit(turned, aside, 1)[0]
        fit = np.corrcoef(turned, aside)[0, 1] ** 2
        rows.append(
            [
                trial.parents[1].name.replace("_", " "),
                f"{np.degrees(np.ptp(turned)):.0f}",
                f"{1000.0 * np.ptp(aside):.0f}",
                f"{1000.0 * slope:.1f}",
                f"{fit:.2f}",
            ]
        )
    yield "The chest: sternum, clavicles and T10. C7 goes to the side that the face turns from."
    yield ""
    head = ["", "head turns by [degrees]", "C7 goes by [mm]", "[mm/rad]", "R2"]
    yield from table(head, rows)
    yield f"A neck whose upper thorax takes 0.19 of the turn moves it by {predicted():.1f} mm/rad."
    yield ""


def seen_from_chest(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Left rotation of the head [rad], and how far C7 is to the right of where it rests [m]."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    names = [name.rpartition(":")[2] for name in rows[2][2::3] if name]
    cells = [row[2 : 2 + 3 * len(names)] for row in rows[5:] if len(row) > 2 and row[0]]
    place = np.array([[float(x or "nan") for x in row] for row in cells])
    at = dict(zip(names, place.reshape(len(place), -1, 3).transpose(1, 0, 2) / 1000.0, strict=True))
    chest = axes(at["CLAV"] - at["STRN"], at["STRN"] - at["T10"])
    back, front = at["LBHD"] + at["RBHD"], at["LFHD"] + at["RFHD"]
    head = axes(np.cross(front - back, at["RFHD"] - at["LFHD"]), front - back)
    moved = np.einsum("tji,tjk->tik", chest, head)
    turn = Rotation.from_matrix(moved) * Rotation.from_matrix(moved[:50]).mean().inv()
    c7 = np.einsum("tji,tj->ti", chest, at["C7"] - at["CLAV"])
    return turn.as_rotvec()[:, 2], -(c7[:, 1] - c7[:50, 1].mean())


def axes(up: np.ndarray, ahead: np.ndarray) -> np.ndarray:
    """Frames (t, 3, 3) with z up and x as far ahead as that leaves, y to the left."""
    z = up / np.linalg.norm(up, axis=1, keepdims=True)
    y = np.cross(z, ahead)
    y = y / np.linalg.norm(y, axis=1, keepdims=True)
    return np.stack([np.cross(y, z), y, z], axis=-1)


def predicted() -> float:
    """C7's way sideways [mm/rad] of the generic neck, over a turn of 60 degrees to either side."""
    neck = generic_anatomy("living")
    tip = np.asarray(neck.landmarks)[neck.system.landmarks.index("C7")] - [_C7_BEHIND_M, 0.0, 0.0]

    def aside(yaw: jax.Array) -> jax.Array:
        head = yaw * jnp.array([0.0, 0.0, 1.0])
        poses = body_poses(neck, posture_of_head(neck, head))
        on_base = poses.rotation[1] @ tip + poses.origin[1] - neck.thorax_origin
        return (base_rotation(neck, head) @ on_base)[2]

    yaw = np.radians(np.linspace(-60.0, 60.0, 25))
    return float(abs(1000.0 * np.polyfit(yaw, np.asarray(jax.vmap(aside)(yaw)), 1)[0]))


def page() -> Iterator[str]:
    """All tables."""
    yield "# What the neck of living people leaves out"
    yield ""
    yield "Made by `python benchmarks/physiology/left_out.py --write`."
    yield ""
    for title, part, needs_people in (
        ("Upper against whole neck", upper_neck, False),
        ("Stretched fibres at the ends", stretched_fibres, False),
        ("Real people", real_people, True),
        ("C7 on the chest", c7_of_people, True),
    ):
        yield f"## {title}"
        yield ""
        if needs_people and not PEOPLE.is_dir():
            yield "The recordings are not here."
            yield ""
        else:
            yield from part()


if __name__ == "__main__":
    sys.exit(show(page(), RESULTS, __doc__, PEOPLE))
