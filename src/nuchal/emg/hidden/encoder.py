"""An attention-based encoder: from how joints move and what they carry to a drive over time.

Frames are gathered into tokens; tokens attend to their neighbours within a reach, by content and
by how far apart they are, so that a network serves recordings of any length. Pre-normalised
Transformer blocks (Vaswani et al. 2017, arXiv 1706.03762; Xiong et al. 2020, arXiv 2002.04745)
with learnt relative positions (Shaw et al. 2018, doi 10.18653/v1/N18-2074).
"""

from typing import Final

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, PRNGKeyArray

from nuchal.arrays import Array

# How far a token sees to either side.
REACH_TOKENS: Final = 12


class Block(eqx.Module):
    """Attention among neighbours, then a small network in every token."""

    norms: tuple[eqx.nn.LayerNorm, eqx.nn.LayerNorm]
    query_key_value: eqx.nn.Linear
    out: eqx.nn.Linear
    distance: Float[Array, "h r"]
    widen: eqx.nn.Linear
    narrow: eqx.nn.Linear
    heads: int = eqx.field(static=True)

    def __init__(self, width: int, heads: int, key: PRNGKeyArray) -> None:
        keys = jax.random.split(key, 4)
        self.norms = (eqx.nn.LayerNorm(width), eqx.nn.LayerNorm(width))
        self.query_key_value = eqx.nn.Linear(width, 3 * width, key=keys[0])
        self.out = eqx.nn.Linear(width, width, key=keys[1])
        self.distance = jnp.zeros((heads, 2 * REACH_TOKENS + 1))
        self.widen = eqx.nn.Linear(width, 2 * width, key=keys[2])
        self.narrow = eqx.nn.Linear(2 * width, width, key=keys[3])
        self.heads = heads

    def __call__(self, tokens: Float[jax.Array, "s w"]) -> Float[jax.Array, "s w"]:
        """What every token has become."""
        tokens = tokens + self._attend(jax.vmap(self.norms[0])(tokens))
        inside = jax.vmap(self.widen)(jax.vmap(self.norms[1])(tokens))
        return jnp.asarray(tokens + jax.vmap(self.narrow)(jax.nn.gelu(inside)))

    def _attend(self, tokens: jax.Array) -> jax.Array:
        count, width = tokens.shape
        projected = jax.vmap(self.query_key_value)(tokens)
        query, key, value = projected.reshape(count, 3, self.heads, -1).transpose(1, 2, 0, 3)
        apart = np.subtract.outer(np.arange(count), np.arange(count))
        near = np.abs(apart) <= REACH_TOKENS
        bias = self.distance[:, np.clip(apart, -REACH_TOKENS, REACH_TOKENS) + REACH_TOKENS]
        score = query @ key.transpose(0, 2, 1) / np.sqrt(query.shape[-1]) + bias
        weight = jax.nn.softmax(jnp.where(near, score, -jnp.inf), axis=-1)
        return jax.vmap(self.out)((weight @ value).transpose(1, 0, 2).reshape(count, width))


class Encoder(eqx.Module):
    """What it sees over time becomes outputs over time."""

    into: eqx.nn.Linear
    blocks: tuple[Block, ...]
    last: eqx.nn.LayerNorm
    out_of: eqx.nn.Linear
    mean: Float[Array, " k"]
    sd: Float[Array, " k"]
    stride: int = eqx.field(static=True)

    def __call__(self, seen: Float[Array, "t k"]) -> Float[Array, "t o"]:
        """Outputs of every frame, straight lines between those of the tokens."""
        frames = seen.shape[0]
        scaled = (seen - self.mean) / self.sd
        padded = jnp.pad(scaled, ((0, -frames % self.stride), (0, 0)), mode="edge")
        tokens = padded.reshape(-1, self.stride, padded.shape[1]).mean(axis=1)
        tokens = jax.vmap(self.into)(tokens)
        for block in self.blocks:
            tokens = block(tokens)
        outputs = jax.vmap(self.out_of)(jax.vmap(self.last)(tokens))
        return _between_tokens(len(outputs), frames, self.stride) @ outputs


def _between_tokens(tokens: int, frames: int, stride: int) -> Float[np.ndarray, "t s"]:
    """Straight lines between the middles of tokens, as a matrix; flat at the ends."""
    place = np.clip((np.arange(frames) + 0.5) / stride - 0.5, 0.0, tokens - 1.0)
    return np.maximum(1.0 - np.abs(np.subtract.outer(place, np.arange(tokens))), 0.0)


def fresh_encoder(
    seen: Float[np.ndarray, "*n t k"],
    outputs: int,
    *,
    key: PRNGKeyArray,
    width: int,
    heads: int,
    layers: int,
    stride: int,
) -> Encoder:
    """An encoder that has learnt nothing but the scales of what it will see; outputs are zero."""
    columns = np.asarray(seen).reshape(-1, seen.shape[-1])
    keys = jax.random.split(key, layers + 2)
    last = eqx.nn.Linear(width, outputs, key=keys[-1])
    return Encoder(
        into=eqx.nn.Linear(columns.shape[1], width, key=keys[0]),
        blocks=tuple(Block(width, heads, k) for k in keys[1:-1]),
        last=eqx.nn.LayerNorm(width),
        out_of=eqx.tree_at(lambda x: x.weight, last, 0.01 * last.weight),
        mean=columns.mean(axis=0),
        sd=np.maximum(columns.std(axis=0), 1e-6),
        stride=stride,
    )
