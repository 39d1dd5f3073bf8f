"""EMG beside the model: raw signals, envelopes, and agreement with activations."""

# %% [markdown]
# # EMG beside the model
#
# Do the muscles do what the model says? Surface EMG of four muscles is laid beside the activations that the
# model finds for the same movement. Nobody wore electrodes: `examples/make_emg.py` made this EMG from the
# model's own activations, so the agreement proves nothing but the arithmetic.
#
# ## Raw signals

# %%
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import nuchal

raw = nuchal.read_emg(Path("examples/demo_emg.csv"))
print(*raw.names, "in", *sorted(set(raw.units)))
print(f"{len(raw.values)} samples at {raw.rate_hz:.0f} Hz")

# %% [markdown]
# Band-pass from 20 to 450 Hz, rectified, and smoothed at 10 Hz: the linear envelope.

# %%
from nuchal.emg.filters import condition

made = condition(raw, nuchal.ConditioningSettings())
figure, axes = plt.subplots(figsize=(8, 3))
seconds = np.arange(len(raw.values)) / raw.rate_hz
axes.plot(seconds, raw.values[:, 0], color="0.75", linewidth=0.5, label="raw")
axes.plot(seconds, made.envelopes.values[:, 0], color="#b3541e", label="envelope")
axes.set(xlabel="time [s]", ylabel="EMG [µV]", title=raw.names[0])
axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)

# %% [markdown]
# ## Beside the activations
#
# Envelopes are divided by those of maximal voluntary contractions (MVC). Activations are shares of what a
# muscle can do, from 0 to 1. A lag is positive where the EMG comes before the activation.

# %%
result = nuchal.run_emg(
    Path("examples/demo_recording.trc"),
    subject=Path("examples/person.toml"),
    out=Path("emg"),
    options=nuchal.EmgOptions(
        emg=Path("examples/demo_emg.csv"), mvc=(Path("examples/demo_mvc.csv"),), figures=False
    ),
)
print("channel   muscles beneath it              r (95 %)             lag")
for one in result.summary.channels.values():
    beneath = f"{one.side} {one.site}"
    held = f"{one.r:.2f} ({one.r_low:.2f} to {one.r_high:.2f})"
    print(f"{one.channel:9s} {beneath:28s} {held:20s} {1000 * one.lag_s:+.0f} ms")

# %% [markdown]
# The folder has both curves at the frames of the motion, in OpenSim's format.

# %%
import pandas

measured, modelled = (
    pandas.read_csv(result.out / name, sep="\t", skiprows=7, index_col="time")
    for name in ("emg.sto", "emg_model.sto")
)
figure, grid = plt.subplots(2, 2, figsize=(9, 5), sharex=True, sharey=True, layout="constrained")
for axes, name in zip(grid.flat, measured.columns, strict=True):
    axes.plot(measured.index, measured[name], color="#b3541e", label="EMG, share of MVC")
    axes.plot(modelled.index, modelled[name], "--", color="#00558c", label="activation")
    axes.set_title(name)
for axes in grid[-1]:
    axes.set_xlabel("time [s]")
for axes in grid[:, 0]:
    axes.set_ylabel("share of the most [1]")
grid[0, 0].legend(frameon=False, fontsize=8)

# %% [markdown]
# ## Is the signal any good?
#
# Each channel has its quality and, where something is wrong with it, flags that [the page on
# electrodes](../electrodes.md) explains.

# %%
from nuchal.emg.quality import quality_of

for channel in quality_of(raw, nuchal.ConditioningSettings()).channels:
    flags = ", ".join(str(flag.what) for flag in channel.flags) or "none"
    print(f"{channel.name}: loudest over quietest {channel.signal_db:.0f} dB, flags: {flags}")
