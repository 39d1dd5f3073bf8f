"""Isometric strength: the largest load on the head that the muscles can hold.

maximise   s
subject to A a + s Q = b,   0 <= a <= 1,   s >= 0

with the moments A of fully active muscles, the moments Q of a unit load, and b what gravity,
bushings and stretched fibres leave to hold: a linear programme in the activations and the load s.

The load is that of Mortensen et al. (2018), doi 10.1371/journal.pone.0199912: a horizontal force
20 cm above the joint between C1 and skull, reported as a moment about C7-T1 with a lever of 32 cm;
for rotation a moment about the vertical axis.

Multipliers y with y Q = 1 bound the load from above without trust in any solver:

    s = y (b - A a) <= y b + sum_i max(-(y A)_i, 0)

and say what every muscle is worth: the terms of the sum.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.optimize import OptimizeResult, linprog

from nuchal.arrays import Array, Coords
from nuchal.dynamics.inverse import no_load
from nuchal.dynamics.pipeline import State
from nuchal.errors import Status
from nuchal.model.anatomy import Anatomy
from nuchal.model.kinematics import joint_angles
from nuchal.optimisation.settings import RecruitmentSettings
from nuchal.optimisation.simulate import mechanics_of_frame
from nuchal.programs.kept import kept

# What the muscles do; the load pushes or turns the head the other way.
DIRECTIONS: Final = (
    "flexion",
    "extension",
    "right_bending",
    "left_bending",
    "right_rotation",
    "left_rotation",
)
# Where the force acts, in the skull frame.
LOAD_PLACE_M: Final = (0.0, 0.2, 0.0)
# From C7-T1 to the force, as the strengths of the generic neck are reported.
LEVER_M: Final = 0.32

# What has to be in balance: the six coordinates, all eight joints about three axes, or everything
# above C7-T1 as a whole about that joint's three axes.
Balance: TypeAlias = Literal["coordinates", "joints", "base"]

_LOADS: Final = np.array(
    [
        # force along X, Y, Z, moment about X, Y, Z
        [-1, 0, 0, 0, 0, 0],
        [1, 0, 0, 0, 0, 0],
        [0, 0, -1, 0, 0, 0],
        [0, 0, 1, 0, 0, 0],
        [0, 0, 0, 0, 1, 0],
        [0, 0, 0, 0, -1, 0],
    ],
    dtype=float,
)
_LEVERS: Final = np.where(_LOADS[:, :3].any(axis=1), LEVER_M, 1.0)
_JOINT_AXES: Final = 24
_AXES_AT_ONCE: Final = 5
_FULL: Final = 1.0 - 1e-9
_TOLERANCE: Final = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
_GIVE_WAY: Final = 1e-9
_SOLVED: Final = 0
_IMPOSSIBLE: Final = 2


@dataclass(frozen=True, kw_only=True)
class Strength:
    """Strength in the order of :data:`DIRECTIONS`; k equations had to balance.

    Attributes:
        moment: Force times :data:`LEVER_M`; in rotation the axial moment.
        load: The force [N]; in rotation the moment [N m]. Zero where the status is not OK.
        bound: No activations can hold more than this: the certificate of the multipliers.
        activation: Of all sets of activations that hold the load, one of the smallest sum.
        force: Active and (where the settings have it) passive, along the tendon [N].
        saturated: At full activation.
        worth: Share of ``moment`` that hangs on each muscle's strength: the slope by the muscle's
            relative strength where both sides change together, and no less than the slope where one
            does. ``head`` is the rest.
        head: Share of weight, bushings and stretched fibres; negative where they are a burden.
        multiplier: Gain in ``moment`` per newton metre less to hold at each equation; zero: not
            binding.
        lever_m: This neck's own height of the load above C7-T1.
        status: ``errors.Status``: OK, INFEASIBLE (the head itself is too heavy) or NOT_CONVERGED.
    """

    moment: Float[np.ndarray, "6"]
    load: Float[np.ndarray, "6"]
    bound: Float[np.ndarray, "6"]
    activation: Float[np.ndarray, "6 muscles"]
    force: Float[np.ndarray, "6 muscles"]
    saturated: Bool[np.ndarray, "6 muscles"]
    worth: Float[np.ndarray, "6 muscles"]
    head: Float[np.ndarray, "6"]
    multiplier: Float[np.ndarray, "6 k"]
    lever_m: float
    status: Int[np.ndarray, "6"]


class _Equations(eqx.Module):
    """A a + s Q = b, k of them, and what is needed to read the answer.

    Attributes:
        muscle: A [N m].
        load: Q, by direction [m], or dimensionless for rotation.
        rest: b [N m].
        active: Force at full activation [N].
        passive: [N].
        height: Of the load above C7-T1 [m].
    """

    muscle: Float[Array, "k muscles"]
    load: Float[Array, "k 6"]
    rest: Float[Array, " k"]
    active: Float[Array, " muscles"]
    passive: Float[Array, " muscles"]
    height: Float[Array, ""]


def isometric_strength(
    anatomy: Anatomy,
    settings: RecruitmentSettings,
    *,
    posture: Coords | None = None,
    balance: Balance = "coordinates",
) -> Strength:
    """Strength of one neck at rest in all :data:`DIRECTIONS`.

    Args:
        anatomy: The neck.
        settings: Capacity, curves, projection and passive fibre force are taken from here;
            activation goes from 0 to 1 and there are no reserves, whatever the settings.
        posture: The six coordinates [rad]; the neutral pose without.
        balance: What has to be in balance. De Bruijn et al. (2016),
            doi 10.1007/s11044-015-9461-z, compare ``base`` with ``joints``.
    """
    q = np.zeros(6) if posture is None else np.asarray(posture, dtype=float)
    equations = _equations_of(anatomy, q, settings, balance)
    held = [_hold(equations, k) for k in range(len(DIRECTIONS))]
    columns = [np.stack(column) for column in zip(*held, strict=True)]
    load, activation, pull, status = columns
    worth = np.maximum(-pull @ equations.muscle, 0.0) * _LEVERS[:, None]
    head = pull @ equations.rest * _LEVERS
    return Strength(
        moment=load * _LEVERS,
        load=load,
        bound=head + worth.sum(axis=1),
        activation=activation,
        force=activation * equations.active + equations.passive,
        saturated=(activation >= _FULL) & (np.asarray(equations.active) > 0.0),
        worth=worth,
        head=head,
        multiplier=pull * _LEVERS[:, None],
        lever_m=float(equations.height),
        status=status,
    )


def _equations_of(
    anatomy: Anatomy, q: Coords, settings: RecruitmentSettings, balance: Balance
) -> _Equations:
    if balance == "coordinates":
        return _in_numpy(_equations(anatomy, q, settings))
    parts = [_equations(freed, np.eye(6)[-1], settings) for freed in _with_free_joints(anatomy, q)]
    rows = 3 if balance == "base" else _JOINT_AXES

    def stack(name: str) -> np.ndarray:
        every = [np.asarray(getattr(part, name))[:_AXES_AT_ONCE] for part in parts]
        return np.concatenate(every)[:rows]

    first = _in_numpy(parts[0])
    return _Equations(
        stack("muscle"), stack("load"), stack("rest"), first.active, first.passive, first.height
    )


def _in_numpy(equations: _Equations) -> _Equations:
    return _Equations(*(np.asarray(x) for x in vars(equations).values()))


def _with_free_joints(anatomy: Anatomy, q: Coords) -> Iterator[Anatomy]:
    """The neck with joint axes in place of coordinates, five at a time.

    The sixth coordinate of each carries the whole posture: at (0, 0, 0, 0, 0, 1) all joints have
    the angles that q gives them.
    """
    angles = np.asarray(joint_angles(anatomy, q))[..., None]
    axes = np.eye(_JOINT_AXES).reshape(8, 3, _JOINT_AXES)
    axes = np.concatenate([axes, np.zeros((8, 3, 1))], axis=2)
    for first in range(0, _JOINT_AXES, _AXES_AT_ONCE):
        coupling = np.concatenate([axes[..., first : first + _AXES_AT_ONCE], angles], axis=2)
        yield eqx.tree_at(lambda a: a.coupling, anatomy, coupling)


@kept
def _equations(anatomy: Anatomy, q: Coords, settings: RecruitmentSettings) -> _Equations:
    still = jnp.zeros(6)
    state = State(q, still, still, jnp.asarray(anatomy.gravity), jnp.zeros((), dtype=int))
    mechanics = mechanics_of_frame(anatomy, state, settings, no_load())
    poses, jacobians = mechanics.body.poses, mechanics.body.jacobians
    place = poses.rotation[-1] @ jnp.array(LOAD_PLACE_M) + poses.origin[-1]
    force, moment = _LOADS[:, :3], _LOADS[:, 3:]
    turning = moment + jnp.cross(place, force)
    passive = mechanics.capacity.passive
    return _Equations(
        mechanics.problem.moment_per_activation,
        jacobians.linear[-1] @ force.T + jacobians.angular[-1] @ turning.T,
        mechanics.problem.moment,
        mechanics.share * anatomy.max_isometric_force,
        passive if settings.passive else jnp.zeros_like(passive),
        (place - anatomy.thorax_origin)[1],
    )


def _hold(
    equations: _Equations, direction: int
) -> tuple[float, Float[np.ndarray, " muscles"], Float[np.ndarray, " k"], Status]:
    """Largest load, activations that hold it, multipliers with y Q = 1, and the status."""
    unit = np.asarray(equations.load)[:, direction]
    muscles = np.zeros(len(equations.active))
    heaviest = np.append(muscles, -1.0)
    found = _solve(equations, unit, heaviest, (0.0, None))
    if found.status == _SOLVED:
        most = float(found.x[-1])
        least_effort = np.append(muscles + 1.0, 0.0)
        calm = _solve(equations, unit, least_effort, (most * (1.0 - _GIVE_WAY), most))
        if calm.status == _SOLVED:
            pull = -np.asarray(found.eqlin.marginals)
            activation = np.clip(calm.x[:-1], 0.0, 1.0)
            return float(calm.x[-1]), activation, pull / (pull @ unit), Status.OK
    failed = Status.INFEASIBLE if found.status == _IMPOSSIBLE else Status.NOT_CONVERGED
    return 0.0, muscles, np.zeros(len(unit)), failed


def _solve(
    equations: _Equations,
    unit: Float[np.ndarray, " k"],
    price: Float[np.ndarray, " unknowns"],
    load: tuple[float, float | None],
) -> OptimizeResult:
    return linprog(
        price,
        A_eq=np.column_stack([equations.muscle, unit]),
        b_eq=equations.rest,
        bounds=[(0.0, 1.0)] * len(equations.active) + [load],
        method="highs",
        options=_TOLERANCE,
    )
