"""Every rule from JAX to ONNX: onnxruntime gives what JAX gives."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from nuchal.io.onnx.graph import Graph, model_of
from nuchal.io.onnx.lowering import lowered

onnxruntime = pytest.importorskip("onnxruntime")
DICE = np.random.default_rng(7)


def model(function: Callable, *arguments: np.ndarray) -> bytes:
    closed = jax.make_jaxpr(function)(*arguments)
    graph = Graph()
    given = [graph.input(x.shape, x.dtype, f"x{k}") for k, x in enumerate(arguments)]
    made = {f"y{k}": y for k, y in enumerate(lowered(graph, closed, given))}
    return model_of(graph, made, "test", {}).SerializeToString()


def both(function: Callable, *arguments: np.ndarray) -> tuple[list, list]:
    session = onnxruntime.InferenceSession(model(function, *arguments))
    found = session.run(None, {f"x{k}": x for k, x in enumerate(arguments)})
    return found, [np.asarray(y) for y in jax.tree.leaves(function(*map(jnp.asarray, arguments)))]


def agree(function: Callable, *arguments: np.ndarray, rtol: float = 1e-13) -> None:
    found, wanted = both(function, *arguments)
    for one, other in zip(found, wanted, strict=True):
        assert one.shape == other.shape
        assert one.dtype == other.dtype
        np.testing.assert_allclose(one, other, rtol=rtol, atol=rtol)


X, Y = DICE.normal(size=(4, 3)), DICE.normal(size=(4, 3))
CUBE, STACK = DICE.normal(size=(4, 3, 3)), DICE.normal(size=(4, 5, 3))
TABLE = np.arange(42.0).reshape(7, 6)
WHERE = DICE.integers(7, size=(4, 5))

FUNCTIONS = {
    "sums and products": lambda x, y: (x + y, x - y, x * y, x / y, -x, abs(x)),
    "powers": lambda x, y: (x**2, x**3, x**-2, jnp.square(y), jax.lax.rsqrt(y**2 + 1)),
    "curves": lambda x, y: (jnp.exp(x), jnp.log(abs(y)), jnp.tanh(x), jax.nn.silu(y)),
    "circles": lambda x, y: (jnp.sin(x), jnp.cos(y), jnp.arcsin(jnp.tanh(x)), jnp.arcsinh(y)),
    "choices": lambda x, y: (jnp.where(x > y, x, y), jnp.maximum(x, 0.3), jnp.clip(x, -0.5, y)),
    "comparisons": lambda x, y: (x < y, x <= y, x >= y, x == y, x != y, ~(x > 0) & (y > 0)),
    "sums along axes": lambda x, y: (x.sum(0), y.max(1), x.min(), y.mean(), jnp.any(x > 1, axis=1)),
    "running sums": lambda x, y: (jnp.cumsum(x, axis=0), jax.lax.cumsum(y, 1, reverse=True)),
    "pieces": lambda x, y: (x[1], y[:, 2], x[1:3, ::2], x[3, 1], *jnp.split(y, (1, 2), axis=1)),
    "joints": lambda x, y: (
        jnp.stack([x, y], 1),
        jnp.concatenate([x, 0 * y[:1]]),
        jnp.tile(x, (2, 1)),
    ),
    "repetition": lambda x, y: (
        jnp.broadcast_to(x[:, None], (4, 5, 3)) + y[:, :1, None],
        jnp.ones((4, 3)) * x,
    ),
    "turns": lambda x, y: (x.T @ y, x.reshape(2, 6), jnp.outer(x[0], y[1]), jnp.cross(x, y)),
    "replacement": lambda x, y: (x.at[-1].set(y[0]), x.at[0].set(y[1]), x.at[2].set(1.0)),
    "types": lambda x, y: (x.astype(jnp.float32), (y * 3).astype(int), (x > y).astype(float)),
    "nothing to do": lambda x, y: (x, x, jnp.arange(3.0), y.reshape(4, 3)),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_arithmetic_and_shapes(name) -> None:
    agree(FUNCTIONS[name], X, Y)


def test_the_same_function_gives_the_same_bytes() -> None:
    def function(x, y):
        turned = jax.lax.scan(lambda c, s: (c @ s, jnp.sin(c)), jnp.eye(3), x)
        return turned, jnp.exp(y), jnp.exp(y).sum(0)

    assert model(function, CUBE, Y) == model(function, CUBE, Y)


@pytest.mark.parametrize("precision", [np.float32, np.float64])
def test_angles_in_every_quadrant(precision) -> None:
    turn = np.linspace(-np.pi, np.pi, 49)[1:]
    length = np.geomspace(1e-3, 1e3, len(turn))
    y, x = (np.asarray(length * part(turn), precision) for part in (np.sin, np.cos))
    y, x = np.append(y, [0.0, 0.0, 1.0, -1.0]), np.append(x, [1.0, 0.0, 0.0, 0.0])
    y, x = y.astype(precision), x.astype(precision)
    rtol = 1e-6 if precision is np.float32 else 1e-14
    agree(jnp.arctan2, y, x, rtol=rtol)
    agree(jnp.arcsin, np.linspace(-0.999, 0.999, 60).astype(precision), rtol=100 * rtol)
    found, _ = both(jnp.arctan2, y, x)
    assert found[0][: len(turn)] == pytest.approx(turn, abs=10 * rtol)


@pytest.mark.parametrize(
    "product",
    [
        "bij,bj->bi",
        "bij,bjk->bik",
        "bij,bkj->bik",
        "bij,bij->b",
        "bi,bi->b",
        "bij,jk->bki",
        "ij,j->i",
    ],
)
def test_products(product) -> None:
    sizes = dict(zip("bijk", (4, 3, 5, 2), strict=True))
    parts = product.split("->")[0].split(",")
    arguments = [DICE.normal(size=[sizes[k] for k in part]) for part in parts]
    agree(lambda *x: jnp.einsum(product, *x), *arguments)


def test_looking_up() -> None:
    row = np.array([0, 6, 3, 2])
    agree(lambda x, k: (x[k], x[:, 1][k], x[k, 2], jnp.take(x, k, axis=0)), TABLE, WHERE)
    agree(lambda x, k: (x[k, k - 1], x[:, k]), TABLE[:6], np.minimum(WHERE, 5))
    pick = jax.vmap(lambda x, k: jax.lax.dynamic_index_in_dim(x, k, 1, keepdims=False), (None, 0))
    agree(pick, TABLE, np.array([0, 5, 3, 2]))
    beyond = jax.vmap(lambda x, k: jax.lax.dynamic_index_in_dim(x, k, 0), (None, 0))
    agree(beyond, TABLE, row + 3)


def test_loops_carry_states_and_collect() -> None:
    def body(carried, slices):
        turned, total = carried
        x, y = slices
        turned = turned @ x
        fixed = jnp.sin(CUBE[0])
        return (turned, total + y), (turned + fixed, total, y)

    def chain(x, y):
        return jax.lax.scan(body, (jnp.eye(3), jnp.zeros(3)), (x, y))

    agree(chain, CUBE, X)
    agree(jax.vmap(chain, (None, 1)), CUBE, STACK)

    def nested(x, y):
        def outer(carried, one):
            return chain(x, y + one)[0][1] + carried, carried

        return jax.lax.scan(outer, jnp.zeros(3), y)

    agree(nested, CUBE, X)


def test_derivatives_go_through() -> None:
    def twist(x):
        return jnp.arctan2(jnp.sin(x[0]) * x[1], 1.0 + x[2] ** 2) * x

    agree(jax.vmap(jax.jacfwd(twist)), X)
    agree(jax.vmap(lambda x: jax.jvp(jax.jacfwd(twist), (x,), (x,))[1]), X)


def test_what_depends_on_nothing_is_worked_out_beforehand() -> None:
    import_size = len(model(lambda x: x + jnp.sin(jnp.arange(3.0)) @ jnp.ones((3, 3)), X))
    assert import_size < 400
    onnx = pytest.importorskip("onnx")
    made = onnx.load_from_string(model(lambda x: (x * 2 + x * 2, jnp.linalg.norm(CUBE)), X))
    assert sorted(n.op_type for n in made.graph.node) == ["Add", "Identity", "Identity", "Mul"]


def test_what_does_not_change_leaves_the_loop() -> None:
    onnx = pytest.importorskip("onnx")

    def loop(x, y):
        return jax.lax.scan(lambda c, s: (c * jnp.exp(x) + s, None), jnp.zeros(3), y)[0]

    made = onnx.load_from_string(model(loop, X[0], Y))
    assert "Exp" in [n.op_type for n in made.graph.node]
    (scan,) = (n for n in made.graph.node if n.op_type == "Scan")
    (body,) = (a.g for a in scan.attribute if a.name == "body")
    assert sorted(n.op_type for n in body.node) == ["Add", "Mul"]
    agree(loop, X[0], Y)


@pytest.mark.parametrize(
    "function",
    [
        jnp.sort,
        lambda x: jax.lax.while_loop(lambda c: c.sum() < 9, lambda c: c + 1, x),
        lambda x: jax.lax.scan(lambda c, s: (c, s), 0.0, x, reverse=True)[1],
        lambda x: x.at[(x[0, 0] > 0).astype(int)].set(1.0),
    ],
    ids=["sort", "while", "backwards", "scatter"],
)
def test_what_there_is_no_rule_for_is_refused(function) -> None:
    with pytest.raises(NotImplementedError):
        model(function, X)
