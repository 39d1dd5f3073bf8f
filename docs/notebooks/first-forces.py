"""First forces: from a recording of head markers to the forces of neck muscles."""

# %% [markdown]
# # First forces
#
# From a recording of head markers to the forces of neck muscles, in a dozen lines of Python. The recording
# is made up: nobody was measured for it.
#
# A recording needs three markers on the head, [any three of these](../recordings.md#markers); a person needs
# three measures.

# %%
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import nuchal

recording = nuchal.read_recording(Path("examples/demo_recording.trc"))
person = nuchal.read_subject(Path("examples/person.toml"))
print(len(recording.time), "frames at", f"{recording.rate_hz:.0f} Hz")
print(f"neck {person.neck_length_m:.3f} m, shoulders {person.shoulder_width_m:.3f} m")

# %% [markdown]
# One call does the rest: it finds axes, units and names, fits a neck of this person's size, and shares the
# moments out among 72 muscles. It writes a folder, as `nuchal estimate` does, and hands back what it found.

# %%
found = nuchal.run_estimate(
    Path("examples/demo_recording.trc"),
    subject=Path("examples/person.toml"),
    out=Path("forces"),
    options=nuchal.EstimateOptions(method="optimisation", figures=False),
).found
print(found.quality.sum(), "of", len(found.quality), "frames are usable")

# %% [markdown]
# ## How the head moved
#
# Angles of the head on the thorax. Flexion (chin to chest), bending to the right and rotation to the right are
# positive; extension, left bending and left rotation negative.

# %%
time = np.asarray(found.motion.time)
figure, axes = plt.subplots(figsize=(8, 3))
for name, angle, line in zip(
    ("flexion", "right bending", "right rotation"),
    found.head_angles_deg.T,
    ("-", "--", ":"),
    strict=True,
):
    axes.plot(time, angle, line, label=name)
axes.set(xlabel="time [s]", ylabel="angle [degrees]", title="Head on thorax")
axes.axhline(0.0, color="0.8", linewidth=0.8, zorder=0)
axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)

# %% [markdown]
# ## Which muscles work hardest
#
# Forces are newtons along the tendon; they pull, so they are never negative. A name without a suffix is the
# muscle on the right, `_L` is the one on the left.

# %%
force = np.asarray(found.forces.force)[found.quality]
peak = force.max(axis=0)
strongest = np.argsort(peak)[::-1][:8]
for muscle in strongest:
    print(f"{nuchal.MUSCLES[muscle]:20s} {peak[muscle]:6.1f} N at its peak")

# %%
figure, axes = plt.subplots(figsize=(8, 3))
for side, line in (("stern_mast", "-"), ("stern_mast_L", "--")):
    axes.plot(time, np.asarray(found.forces.force)[:, nuchal.MUSCLES.index(side)], line, label=side)
axes.set(xlabel="time [s]", ylabel="force [N]", title="Sternocleidomastoid, sternal part")
axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)

# %% [markdown]
# Both hold the head as it goes back, into extension (1.8 s), and again in the combined movement (7 s). In
# flexion it is the muscles behind the neck that hold it.
#
# ## What the joints carry
#
# Compression of a joint is positive where it presses the vertebrae together.

# %%
compression = np.asarray(found.reactions.compression)[found.quality]
for level, most in zip(nuchal.LEVELS, compression.max(axis=0), strict=True):
    print(f"{level}: up to {most:5.0f} N")

# %% [markdown]
# ## What had to be assumed
#
# Every run keeps a list, in `summary.json` as sentences.

# %%
import json

summary = json.loads(Path("forces/summary.json").read_text("utf-8"))
print(*(one["text"] for one in summary["assumptions"]), sep="\n")

# %% [markdown]
# How far such forces can be believed is said under [limits](../limits.md); what else is in the folder under
# [files written](../files.md).
