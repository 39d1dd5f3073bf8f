"""Networks with mechanics in them: forces with intervals, and where they don't apply."""

# %% [markdown]
# # Networks and their intervals
#
# Three markers on the head do not show how upper and lower neck share a movement. Optimisation gives one
# answer all the same; [our networks](../own-networks.md) give the answer and an interval that holds the true
# force with a stated probability.

# %%
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import nuchal


def estimate(method, **more):
    return nuchal.run_estimate(
        Path("examples/demo_recording.trc"),
        subject=Path("examples/person.toml"),
        out=Path(f"forces-{method}-{len(more)}"),
        options=nuchal.EstimateOptions(method=method, figures=False, **more),
    ).found


network, exact = estimate("network"), estimate("optimisation")

# %% [markdown]
# ## The same forces
#
# How far the network's forces are from those of the exact solver, over all muscles and usable frames:

# %%
usable = network.quality & exact.quality
apart = np.abs(np.asarray(network.forces.force) - np.asarray(exact.forces.force))[usable]
print(f"{apart.max():.4f} N at most, of forces up to {np.asarray(exact.forces.force).max():.0f} N")

# %% [markdown]
# ## And how sure they are
#
# The band holds 90 % of true forces of people whose measures and movement are these but whose neck is their
# own. It is wide for muscles that depend on the split between upper and lower neck.

# %%
time = np.asarray(network.motion.time)
low, high = np.asarray(network.intervals.low), np.asarray(network.intervals.high)
print(f"intervals of {network.intervals.coverage:.0%}")
figure, both = plt.subplots(2, 1, figsize=(8, 5), sharex=True, layout="constrained")
for axes, name in zip(both, ("stern_mast", "semi_cap_sklc5"), strict=True):
    muscle = nuchal.MUSCLES.index(name)
    axes.fill_between(time, low[:, muscle], high[:, muscle], color="#9cc3e0", label="90 %")
    axes.plot(time, np.asarray(network.forces.force)[:, muscle], color="#00558c", label="network")
    axes.plot(
        time, np.asarray(exact.forces.force)[:, muscle], "k:", linewidth=1, label="optimisation"
    )
    axes.set(ylabel="force [N]", title=f"{name}, right side")
both[-1].set_xlabel("time [s]")
both[0].legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)

# %%
width = np.median((high - low)[usable], axis=0)
peak = np.asarray(network.forces.force)[usable].max(axis=0)
order = np.argsort(width)[::-1]
for muscle in (*order[:3], *order[-3:]):
    name, wide = nuchal.MUSCLES[muscle], width[muscle]
    print(f"{name:20s} peak {peak[muscle]:6.1f} N, interval {wide:5.2f} N wide")

# %% [markdown]
# ## Where they do not apply
#
# With `auto`, as on the command line, a network is taken only where the recording is like its training. A load
# of 20 kg on the head is not:

# %%
loaded = estimate("auto", load_kg=20.0)
print("method:", loaded.method)

# %% [markdown]
# `nuchal learn` trains networks of your own, and `--network FILE` takes them. To hand them to [other
# programs](../export.md), `nuchal export` writes an ONNX graph.
