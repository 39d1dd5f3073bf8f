"""A person's measures become a neck that OpenSim opens."""

from pathlib import Path

from nuchal.conventions import Preset
from nuchal.io.opensim.model import write_osim
from nuchal.io.output.files import refuse_to_replace
from nuchal.io.population import read_person
from nuchal.io.subject import read_subject
from nuchal.model.anatomy import Anatomy
from nuchal.optimisation.own_strength import neck_of


def run_personalise(
    subject: Path, *, out: Path, preset: Preset, index: int | None = None
) -> Anatomy:
    """Write the neck of the person that a file describes as an OpenSim model.

    Args:
        subject: the person's measures, a ``person.toml``; or a population, with ``index``.
        out: the ``.osim`` to write; replaced whole or not at all.
        preset: ``paper`` and ``classical`` keep the source's inertias, ``recommended`` takes
            anatomical ones.
        index: which person of the population, counted from 0.

    Returns:
        The neck that was written.

    Raises:
        SubjectError: a file that is missing, misnamed or describes no possible person.
        PopulationError: a file that is missing or holds no population, or not that person.
        OutputError: a place that cannot be written, or that holds the person's measures.
    """
    person = read_subject(subject) if index is None else read_person(subject, index)
    what = "output.is_the_person" if index is None else "output.is_the_population"
    refuse_to_replace(out, [subject], what)
    anatomy = neck_of(person, preset)
    write_osim(out, anatomy, name=out.stem)
    return anatomy
