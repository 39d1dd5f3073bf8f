"""What the page of real people says around its figures."""

from typing import Final

PAGE: Final = """# Real people

`nuchal estimate` by `--method network` and by `--method optimisation` on recordings of {people}
people, {recordings} in all, {frames} frames. No network was trained on any of them. Each recording
is tracked once, and both methods get the same coordinates. `benchmarks/real_people/run.py --write`
makes this page, figures and words, and takes any folder of recordings;
[the results](../benchmarks/results/real_people.md) have every muscle.

{persons}

Two forces of a network have to be told apart:

- **central**: for the coordinates as tracked and the likeliest neck, in balance with the moments.
  These are the forces that `estimate` writes. Optimisation gets the same coordinates, so the two
  should agree.
- **mean**: over all necks that a recording leaves possible, with 90 % intervals about it. Three
  head markers tell little of a neck's traits, so the mean differs from optimisation by design:
  where a muscle works in some necks and rests in others, the mean lies between.

## The recordings

Cells are `recommended` / `paper`. "Counted": frames that can be used by both methods. "Balanced":
frames whose forces leave at most {balanced_nm} N m open, of those whose posture is known.
"Farthest": the frame least like the training frames, its distance from their centre as a multiple
of the border's, and in what respect; beyond 1 is outside.

{overview}

{reasons}

What is left unknown of each trait after each recording, as a share of how people differ (their own
range, where it reaches the mean, leaves 0.42 of the stretch of the curves about its axis):

{traits}

## How near they are

All counted frames. R2 and NRMSE (by the range of the optimisation's forces) over the muscles that
vary. "Flat" are those whose standard deviation is below 0.2 % of their maximal force; they are
judged by their RMSE as a share of that force, of which the table has the worst. R2 is rounded down,
so that 0.99999 is that or more.

{summary}

R2 and NRMSE of the paper's four muscles:

{four}

![Forces of four muscles by network and by optimisation](images/real_people.png)

Person {drawn} movement, `recommended`. The dashed line of the central forces lies on the pale one
of optimisation; the interval, about the mean, is what unknown traits leave open. Shaded frames
are not counted.

### What the intervals hold

They are not made to hold the forces of the one neck that optimisation is given, but the person's
own, whose traits nobody knows. So optimisation was repeated in {necks_drawn} other necks for each
recording, drawn with the standard deviation that is in doubt. Both the mean and the central forces
are set against those forces as well:

{intervals}

{nearer}

By how far the head is from the neutral pose, in the direction in which it is farthest, all as a
share of maximal force, root mean square: how far the drawn necks spread each force, how far the
mean is from the central force, and the intervals' width as the standard deviation of a normal
distribution:

{widths}

## Where central forces and optimisation part

{partings}

## Recording by recording

"Flat": how many muscles, and the worst RMSE among them as a share of maximal force. One movement
leaves more muscles flat, or nearly so, than all together, and a small muscle's mean can have an R2
below zero there while it is off by little.

{each}
"""

PRESET: Final = """### Preset {preset}

The largest difference among a frame's 72 forces is {median_n} N in the median of the counted
frames, {high_n} N in one of a thousand and {worst_n} N in the worst. By what the methods say of a
frame:

{kinds}

By the size of the largest difference; "multiplier" is how steeply the objective rises with one of
the six moments, the largest of six in the median frame, and "near" means at most {near_s} s away:

{classes}

{why}
"""

WHY_COUNTED: Final = """{frames} counted frames part by more than {edge:g} N. {near} of them
lie at most {near_s} s from a frame that muscles cannot balance, {full} have a muscle at full
activation, and their largest multiplier is {multiplier} per N m in the median, where that of all
counted frames is {usual}."""

BARELY: Final = """Muscles barely balance such frames, so that a trifle of a moment, such as single
precision is off by, moves forces much. `--correct` solves them exactly."""

NONE_COUNTED: Final = "No counted frame parts by more than {edge:g} N."

WHY_UNABLE: Final = """The {frames} frames that muscles cannot balance have {square} of all squared
differences. There the network's forces leave {missing} N m open in the median, where
optimisation leaves {reserve} N m. {settled} All of them are marked infeasible by both, and none
is counted."""

UNSETTLED: Final = """The network's fixed number of steps does not settle there, and its forces mean
nothing; `--correct` or `--method optimisation` finds those that come nearest to balance."""

NEARER: Final = "The mean is nearer to those forces than the central ones in most muscles."
NOT_NEARER: Final = """In one preset or both the mean is farther from those forces than the central
ones are in most muscles, although it is meant to be nearer. `estimate` writes the central forces,
and takes its intervals only from about the mean."""

LINGERS: Final = """Forces of this preset lean on those of the frame before. A difference in a frame
that muscles cannot balance lingers for a few tenths of a second in those after it, most of which
are beyond the generic range."""

ALL_ABLE: Final = "Muscles can balance every frame."

RESULTS: Final = """# Networks against optimisation, every muscle

`benchmarks/real_people/run.py`, {recordings} recordings of {people} people, all counted frames.
"Central": the network's forces for the coordinates as tracked; "mean": over all necks that a
recording leaves possible, which differs by design. "Held": share of the optimisation's forces, and
of those in other necks, within the 90 % intervals. Flat muscles are judged by RMSE as a share
of their maximal force.

{tables}
"""
