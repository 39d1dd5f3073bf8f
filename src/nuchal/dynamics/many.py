"""Forces of many necks at once: every core works on a neck of its own."""

from collections.abc import Iterable, Iterator

from nuchal.dynamics.batches import in_chunks, ordered
from nuchal.dynamics.settings import RecruitmentSettings
from nuchal.dynamics.simulate import forces_of_frames, simulate, states_of
from nuchal.model.anatomy import Anatomy
from nuchal.records import HeadLoad, Motion, MuscleForces


def simulate_many(
    cases: Iterable[tuple[Anatomy, Motion]], settings: RecruitmentSettings, load: HeadLoad
) -> Iterator[MuscleForces]:
    """Muscle forces of necks in motion, neck by neck, in the order given.

    The forces are those of :func:`nuchal.dynamics.simulate.simulate`; moments and reactions are
    not worked out. Cases are taken as results are asked for, so a generator of a million necks
    needs no more memory than a list of a few.
    """

    def forces(case: tuple[Anatomy, Motion]) -> MuscleForces:
        anatomy, motion = case
        if settings.rate != "off":
            return simulate(anatomy, motion, settings, load).forces
        return in_chunks(
            lambda part: forces_of_frames(anatomy, part, settings, load),
            states_of(anatomy, motion),
            threads=1,
        )

    return ordered(forces, cases)
