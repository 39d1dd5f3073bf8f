"""Functions that the tests of programs keep; a module of their own, for others find them here."""

from collections.abc import Callable
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from nuchal.programs.kept import kept

# Names of functions, each time that they are traced.
TRACED: list[str] = []


class Pair(NamedTuple):
    first: jax.Array
    second: jax.Array | None


class Neck(eqx.Module):
    lengths: jax.Array
    pair: Pair
    names: tuple[str, ...] = eqx.field(static=True)


def neck(count: int = 3, names: tuple[str, ...] = ("a", "b")) -> Neck:
    return Neck(jnp.arange(1.0, 1.0 + count), Pair(jnp.ones(()), None), names)


@kept
def longer(neck: Neck, by: jax.Array, power: float) -> tuple[Pair, list[jax.Array]]:
    TRACED.append("longer")
    lengths = jnp.linalg.solve(jnp.diag(neck.lengths), by**power) + len(neck.names)
    return Pair(lengths, None), [neck.pair.first * 2.0, jnp.sin(by)]


@kept
def same(neck: Neck) -> Neck:
    return neck


@kept
def names_of(neck: Neck) -> tuple[str, ...]:
    return neck.names


@kept
def applied(function: Callable[[jax.Array], jax.Array], x: jax.Array) -> jax.Array:
    TRACED.append("applied")
    return function(x)


doubled = kept(jax.vmap(lambda x: 2.0 * x))

if __name__ == "__main__":
    from tests.programs import examples

    (first, _), rest = examples.longer(examples.neck(), np.array([0.3, 0.5, 0.7]), 2.0)
    print(examples.TRACED, [float(x).hex() for x in [*first, *rest[1]]])
