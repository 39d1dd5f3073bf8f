"""The vocabulary of arrays that the numerical rooms share.

Importing it switches JAX to 64-bit: the mechanics of one person are computed in float64.
Bulk work that wants float32 passes float32 arrays and states its error.
"""

from typing import TypeAlias

import jax
import numpy as np
from jaxtyping import Bool, Float, Int

jax.config.update("jax_enable_x64", True)

Array: TypeAlias = jax.Array | np.ndarray

Scalar: TypeAlias = Float[Array, ""]
Vec3: TypeAlias = Float[Array, "3"]
Mat33: TypeAlias = Float[Array, "3 3"]
# One row and one column for each of the six coordinates.
Mat66: TypeAlias = Float[Array, "6 6"]
# One value for each of the six coordinates, in the order of ``conventions.COORDINATES``.
Coords: TypeAlias = Float[Array, "6"]
# One value for each muscle, in the order of ``anatomy.system.muscles``.
Muscles: TypeAlias = Float[Array, " muscles"]
# Moment arms [m], coordinate by muscle; ``-dL/dq``.
MomentArms: TypeAlias = Float[Array, "6 muscles"]
Levels: TypeAlias = Float[Array, "8"]
CoordsT: TypeAlias = Float[Array, "t 6"]
MusclesT: TypeAlias = Float[Array, "t muscles"]
LevelsT: TypeAlias = Float[Array, "t 8"]
Time: TypeAlias = Float[Array, " t"]
StatusT: TypeAlias = Int[Array, " t"]
MaskT: TypeAlias = Bool[Array, " t"]
