"""Names, order and signs that every other room agrees on.

Ground (and the thorax frame) is X forward, Y up, Z right; metres, seconds, kilograms,
newtons and radians throughout. Positive pitch is extension, positive roll is right lateral
bending, positive yaw is left axial rotation. Coordinates 1 move the upper neck (C2 to
skull), coordinates 2 the lower neck (T1 to C2).
"""

from typing import Final, Literal, TypeAlias

COORDINATES: Final = ("pitch1", "roll1", "yaw1", "pitch2", "roll2", "yaw2")
# The moving chain, from the thorax (one rigid body called ``spine``) to the skull.
BODIES: Final = ("spine", "cerv7", "cerv6", "cerv5", "cerv4", "cerv3", "cerv2", "cerv1", "skull")

# The eight joints of the chain, in the order of the bodies that they carry.
LEVELS: Final = ("C7-T1", "C6-C7", "C5-C6", "C4-C5", "C3-C4", "C2-C3", "C1-C2", "C0-C1")

# Top of head, left of head, right of head: the three markers of the paper.
MARKERS: Final = ("TP", "LH", "RH")

# Each joint turns about z, then x, then y of its own frame (body-fixed).
JOINT_AXES: Final = ("z", "x", "y")

N_MUSCLES: Final = 72
LEFT_SUFFIX: Final = "_L"
GRAVITY_M_S2: Final = 9.80665
# Head and neck as a share of body mass (He, Liu, Li 2026, doi 10.3390/s26020752).
HEAD_MASS_SHARE: Final = 0.08
# Body masses that a measured person may have, down to a child [kg]; beyond, the unit is mistaken.
GIVEN_BODY_MASS_KG: Final = (25.0, 250.0)
# Those that a population is drawn with: the extremes of the ANSUR II survey's adults and some more,
# far enough out that means and covariances keep within 1 %. 28 kg is a body mass index of 12 in a
# woman 1.53 m tall, the least that adults survive.
DRAWN_BODY_MASS_KG: Final = (28.0, 150.0)

Preset: TypeAlias = Literal["paper", "recommended", "classical"]
PRESETS: Final[tuple[Preset, ...]] = ("paper", "recommended", "classical")
# What measures how bodies are turned: kinds that err in different ways.
Device: TypeAlias = Literal["rigid bodies", "inertial", "markerless", "headset", "camera"]
# Made people who come along: folders of ``examples/patients``.
Patient: TypeAlias = Literal["0", "1", "2", "7", "10", "38"]
