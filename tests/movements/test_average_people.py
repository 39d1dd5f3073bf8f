"""People whose movements are known give the mean of these, whoever moved more often."""

import numpy as np
import pytest

from nuchal.errors import NuchalError
from nuchal.model.angles import CLINICAL_SIGNS
from nuchal.movements.average_people import PersonsTrial, average_people
from nuchal.records import Motion

RATE_HZ = 50.0
USUAL = np.array([60.0, 60.0, 40.0, 40.0, 70.0, 70.0])
RIGHT_ROTATION = np.array([0.0, 0.0, 1.0])
FLEXION = np.array([1.0, 0.0, 0.0])


def trial(person: str, *moves: tuple[np.ndarray, float, float]) -> PersonsTrial:
    """Moves of a size [degrees] and duration [s], a third of each in the upper neck."""
    rest = np.zeros((30, 3))
    parts = [rest]
    for way, size, seconds in moves:
        share = np.linspace(0.0, 1.0, round(seconds * RATE_HZ))[:, None]
        parts += [size * np.sin(np.pi * share) ** 2 * way, rest]
    clinical = np.concatenate(parts)
    total = np.radians(clinical * CLINICAL_SIGNS)
    q = np.concatenate([total / 3.0, total * 2.0 / 3.0], axis=1)
    time, zero = np.arange(len(q)) / RATE_HZ, np.zeros_like(q)
    motion = Motion(time=time, q=q, qd=zero, qdd=zero, status=np.zeros(len(q), int))
    return PersonsTrial(person=person, motion=motion, angles_deg=clinical)


def test_people_count_alike_however_often_they_moved() -> None:
    often = trial("anna", *[(RIGHT_ROTATION, 40.0, 2.0)] * 3)
    once = trial("ben", (RIGHT_ROTATION, 60.0, 3.0))
    found = average_people([often, once], USUAL)
    (part,) = found.parts
    assert (part.sides, part.people, part.movements) == (("right rotation",), 2, 4)
    yaw = np.degrees(np.asarray(found.motion.q)[:, [2, 5]])
    assert abs(yaw.sum(axis=1).min() + 50.0) < 1.0
    assert np.allclose(yaw[:, 1], 2.0 * yaw[:, 0], atol=0.02)
    assert abs(float(found.motion.time[-1]) - (2.5 + 0.6)) < 0.6


def test_sides_follow_one_another_from_rest_to_rest_with_true_derivatives() -> None:
    moves = [(RIGHT_ROTATION, 50.0, 2.0), (FLEXION, 40.0, 2.0)]
    found = average_people([trial("anna", *moves), trial("ben", *moves)], USUAL)
    assert [part.sides for part in found.parts] == [("flexion",), ("right rotation",)]
    q, time = np.asarray(found.motion.q), np.asarray(found.motion.time)
    assert np.abs(np.degrees(q[[0, -1]])).max() < 0.02
    at = np.searchsorted(time, found.parts[1].first_s)
    assert np.abs(np.degrees(q[at - 15])).max() < 0.5
    slope = np.gradient(q, time, axis=0)[2:-2]
    assert np.abs(slope - np.asarray(found.motion.qd)[2:-2]).max() < 0.02 * np.abs(slope).max()


def test_of_combined_movements_that_nobody_shares_the_most_typical_stands() -> None:
    def diagonal(person: str, far: float) -> PersonsTrial:
        way = np.array([0.8, 0.0, 0.0]), np.array([0.0, 0.0, 1.0])
        there = np.linspace(0.0, 1.0, 100)[:, None]
        size = far * np.sin(np.pi * there) ** 2 * (1.0 - there) * way[0]
        size = size + far * np.sin(np.pi * there) ** 2 * there * way[1] * (1 if far < 60 else -1)
        one = trial(person, (np.zeros(3), 0.0, 2.0))
        clinical = np.asarray(one.angles_deg).copy()
        clinical[30:130] += 2.0 * size
        total = np.radians(clinical * CLINICAL_SIGNS)
        q = np.concatenate([total / 3.0, total * 2.0 / 3.0], axis=1)
        motion = Motion(
            time=one.motion.time,
            q=q,
            qd=one.motion.qd,
            qdd=one.motion.qdd,
            status=one.motion.status,
        )
        return PersonsTrial(person=person, motion=motion, angles_deg=clinical)

    found = average_people([diagonal("anna", 40.0), diagonal("ben", 70.0)], USUAL)
    (part,) = found.parts
    assert part.people == part.movements == 1
    assert len(part.sides) > 1
    assert sum(found.left_out.values()) == 1


def test_recordings_without_a_movement_are_refused() -> None:
    with pytest.raises(NuchalError) as caught:
        average_people([trial("anna", (FLEXION, 5.0, 2.0))], USUAL)
    assert caught.value.what == "movements.no_movement"
