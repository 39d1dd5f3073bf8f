"""The joints of the comparison: who moves, what is fitted, what is tested."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeAlias

from arm import MUSCLES, elbow_system
from elbow_forward import drift
from elbow_trials import FITTED, HELD_OUT, elbow_trials
from electrodes import ARM, NECK, with_raw_emg
from kinds import Kind, person_of
from methods import Fitted, by_ours, by_synergies, fitted_to, judged
from neck_trials import CO_CONTRACTION, FITTED_KG, HELD_OUT_KG, neck_trials, settled, system_of
from people import Truth, VirtualPerson

from nuchal.emg.hidden.muscles import JointTask, MuscleSystem
from nuchal.emg.hidden.records import MseSettings, NmmSettings
from nuchal.synthetic.emg import SyntheticSettings

ROUNDS: Final = 2
"""How often all trials of the elbow are done again for what can be known."""
MANY_KG: Final = (0.0, 0.5, 1.0, 1.5, 2.0) * 6
Lived: TypeAlias = tuple[JointTask, Truth]


@dataclass(frozen=True, kw_only=True)
class Joint:
    """One joint, its people and their trials.

    Attributes:
        most_lacking_nm: Whose muscles lack more than that in a hundredth of the frames could not do
            what was asked.
        many: Trials from which is learnt what can be known.
        teachers: How many others teach a network what follows from movement and load alone.
        further: What is looked at in people who share effort only.
    """

    name: str
    hidden: tuple[str, ...]
    most_lacking_nm: float
    settings: NmmSettings
    teachers: int
    synergies: Mapping[str, MseSettings]
    person: Callable[[Kind, int], tuple[MuscleSystem, VirtualPerson]]
    fitted: Callable[[VirtualPerson], Lived]
    test: Callable[[VirtualPerson], Lived]
    many: Callable[[VirtualPerson], Lived]
    further: Callable[..., dict[str, Any]]


def elbow(model: Path) -> Joint:
    """OpenSim's six-muscle arm; brachialis and the medial head of triceps are hidden."""
    system, settings = elbow_system(), NmmSettings()

    def further(
        system: MuscleSystem, person: VirtualPerson, ours: Fitted, fitted: Lived, test: Lived
    ) -> dict[str, Any]:
        read = by_ours(ours, test[0], settings)[0]["NMM"][0]
        raw = _raw(system, person, fitted, test, ARM, settings)
        return raw | {"forward": drift(model, test[0], ours.committee.whole.model, read)}

    return Joint(
        name="elbow",
        hidden=tuple(MUSCLES[m] for m in system.hidden),
        most_lacking_nm=0.6,
        settings=settings,
        teachers=28,
        synergies={
            "MSE, NMF": MseSettings(),
            "MSE, NMF, all synergies": MseSettings(synergies=4),
            "MSE, PCA": MseSettings(factorisation="pca"),
        },
        person=lambda kind, number: (system, person_of(kind, system, number)),
        fitted=lambda person: elbow_trials(model, person, FITTED, 1),
        test=lambda person: elbow_trials(model, person, HELD_OUT, 2),
        many=lambda person: elbow_trials(model, person, (FITTED + HELD_OUT) * ROUNDS, 3),
        further=further,
    )


def neck(_model: Path) -> Joint:
    """The neck's 72 muscles, of which four channels see ten."""
    settings = NmmSettings(steps=200)

    def person(kind: Kind, number: int) -> tuple[MuscleSystem, VirtualPerson]:
        system = system_of(number)
        return system, settled(person_of(kind, system, number, co_contraction=CO_CONTRACTION))

    def further(
        system: MuscleSystem, person: VirtualPerson, _ours: Fitted, fitted: Lived, test: Lived
    ) -> dict[str, Any]:
        return _raw(system, person, fitted, test, NECK, settings)

    generic = system_of(0)
    return Joint(
        name="neck",
        hidden=tuple(generic.names[m] for m in generic.hidden),
        most_lacking_nm=0.1,
        settings=settings,
        teachers=14,
        synergies={"MSE, NMF": MseSettings(), "MSE, PCA": MseSettings(factorisation="pca")},
        person=person,
        fitted=partial(neck_trials, loads_kg=FITTED_KG, seed=1),
        test=partial(neck_trials, loads_kg=HELD_OUT_KG, seed=2),
        many=partial(neck_trials, loads_kg=MANY_KG, seed=3),
        further=further,
    )


JOINTS: Final[dict[str, Callable[[Path], Joint]]] = {"elbow": elbow, "neck": neck}


def _raw(
    system: MuscleSystem,
    person: VirtualPerson,
    fitted: Lived,
    test: Lived,
    made: SyntheticSettings,
    settings: NmmSettings,
) -> dict[str, Any]:
    """Scores with raw surface EMG in place of clean envelopes."""
    task, later = (
        with_raw_emg(trials, person, truth.excitation, made) for trials, truth in (fitted, test)
    )
    told, _ = by_ours(fitted_to(system, task, settings), later, settings)
    told |= by_synergies(system, task, later, {"MSE, NMF": MseSettings()})
    return {"raw": judged(system, told, later, test[1])}
