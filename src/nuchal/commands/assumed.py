"""What an estimate took for granted, one sentence each."""

import numpy as np

from nuchal.commands.case import Case


def assumptions(case: Case) -> list[str]:
    """Of the person, the trunk, the load and the objective; tracking has sentences of its own."""
    tracked, settings, options = case.tracked, case.settings, case.options
    said = [
        f"Everything above T1 weighs {case.subject.head_mass_kg:.2f} kg; maximal isometric forces "
        "and the stiffness of the joints are the generic neck's, whoever the person is."
    ]
    leans = np.abs(tracked.gravity - tracked.gravity[:1]).max() > 0.0
    if leans and options.engine == "jax":
        said.append(
            "Weight follows the trunk's measured lean; the trunk's own acceleration is not."
        )
    elif leans:
        said.append("OpenSim is given an upright trunk; --engine jax follows its measured lean.")
    if options.load_kg:
        where = "at the place given" if options.load_place_m else "at the head's centre of mass"
        said.append(f"The head carries {options.load_kg:g} kg {where}.")
    if settings.capacity == "isometric":
        said.append(
            "Forces are bounded by the maximal isometric force alone, as in the paper, so some "
            "can exceed what length and speed allow; their activation is then given as 1."
        )
    if not settings.passive:
        said.append("Stretched muscle fibres are taken to make no passive force.")
    changed = ", ".join(f"{term} {weight:g}" for term, weight in options.weights.items())
    return [*said, *([f"Weights changed by hand: {changed}."] if changed else [])]
