"""A patient: what a neck can and cannot do, from five recordings."""

# %% [markdown]
# # A patient
#
# Five recordings of one person (rotation, bending, flexion, extension, combined movement) become an assessment:
# what moves less than it should, and which muscles stand out. The patient is a virtual one, so that the truth
# is known: **the head bends 13 degrees less far to the right** than that of a healthy twin.

# %%
from pathlib import Path

import matplotlib.pyplot as plt

import nuchal

patient = nuchal.example_patient("0")
result = nuchal.run_assess(
    sorted(patient.glob("*.trc")),
    subject=patient / "person.toml",
    out=Path("assessment"),
    options=nuchal.AssessOptions(tables=False, necks=2000),
)
print(*sorted(path.name for path in result.out.iterdir()), sep="\n")

# %% [markdown]
# `report.html` is [the report](../report.md); the same figures are in `assessment.json`, and here at hand.
#
# ## Directions
#
# How far the head went, what is expected of this person (by age, and by how far they go in the other
# directions), and how likely movement is restricted there.

# %%
directions = result.summary.directions
print(f"{'':16s} {'reached':>8s} {'expected':>9s} {'likely restricted':>18s}   verdict")
for name, one in directions.items():
    print(
        f"{name:16s} {one.reach_deg:6.0f} ° {one.expected_deg:7.0f} ° "
        f"{one.likelihood_of_restriction:18.0%}   {one.verdict}"
    )

# %%
figure, axes = plt.subplots(figsize=(8, 4))
for row, one in enumerate(directions.values()):
    low, high = (one.expected_deg + way * 1.96 * one.expected_sd_deg for way in (-1, 1))
    axes.plot([low, high], [row, row], color="0.8", linewidth=9, solid_capstyle="butt")
    colour = "#b3541e" if one.verdict == "restricted" else "#00558c"
    axes.plot(one.reach_deg, row, "o", color=colour)
axes.set_yticks(range(len(directions)), list(directions))
axes.invert_yaxis()
axes.set(
    xlabel="angle of the head on the thorax [degrees]",
    title="Reached (dots), and what 95 % of healthy people reach (bars)",
)

# %% [markdown]
# Verdicts go by the likelihood, not by the bar. The right side is found. A restriction of this size is not
# always: [virtual patients](../virtual-patients.md) show how often it is.
#
# ## Muscles
#
# The peak of each muscle's force over that of a healthy neck of the same measures, in postures that both reach.
# One ratio says little: it is laid beside the limits within which those of healthy people lie.

# %%
muscles = result.summary.muscles
named = {name: part for name, part in muscles.items() if part.finding is not None}
for part in named.values():
    ratio = part.common
    limits = f"healthy: {ratio.low:.2f} to {ratio.high:.2f}"
    print(f"{part.side} {part.name}: {part.finding}, {ratio.ratio:.2f} ({limits})")
print(len(named), "of", len(muscles), "muscles stand out")

# %% [markdown]
# ## What was true
#
# `truth.toml` says how the patient was made: where the head truly goes less far, and which muscles truly have
# another force than the healthy twin's.

# %%
import tomllib

truth = tomllib.loads((patient / "truth.toml").read_text("utf-8"))
print("less far:", ", ".join(f"{name} by {less:.0f} °" for name, less in truth["lost_deg"].items()))
changed = {name for ratios in truth["asked"].values() for name in ratios}
print("muscles truly changed:", *sorted(changed))
print("of those named:", *sorted(changed & named.keys()) or ["none"])

# %% [markdown]
# Directions are found better than muscles, and a muscle that stands out may be a false alarm. [How
# often](../virtual-patients.md) is measured on people whose truth is known.
