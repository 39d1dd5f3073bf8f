"""``verify`` runs both engines, and a bound that is broken is called broken."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from nuchal.commands.verify import VerifyTable, verify
from nuchal.errors import EngineError
from nuchal.findings import Assumed, Found
from nuchal.movements.standard import standard_movement
from nuchal.records import HeadLoad, Motion, Subject

pytestmark = pytest.mark.slow


QUANTITIES = {
    "muscle lengths",
    "moment arms",
    "head markers",
    "net moments",
    "passive moments",
    "capacities",
    "joint reactions",
    "balance of moments",
    "objective above OpenSim's",
    "muscle forces",
}


@pytest.fixture(scope="module")
def table(people: list[Subject], helmet: HeadLoad) -> VerifyTable:
    told: list[tuple[str, int, int]] = []
    found = verify(people[3], frames=6, load=helmet, progress=lambda *step: told.append(step))
    assert ("recruitment", 5, 6) in told
    return found


def test_every_quantity_of_a_person_with_a_load_holds(table: VerifyTable) -> None:
    assert {row.quantity for row in table.rows} == QUANTITIES
    assert table.holds
    assert table.frames == 6


def test_a_difference_beyond_the_bound_does_not_hold(table: VerifyTable) -> None:
    for row in table.rows:
        broken = replace(row, largest=row.bound + 1e-3, median=row.bound + 1e-3)
        assert not broken.holds
        assert not replace(table, rows=(*table.rows, broken)).holds


def test_time_is_told_by_quantity(table: VerifyTable) -> None:
    assert all(seconds > 0.0 for seconds in table.seconds_opensim.values())
    total = sum(table.seconds_opensim.values())
    assert table.speed_ratio == pytest.approx(total / table.seconds_ours)


def test_what_was_assumed_is_said(table: VerifyTable) -> None:
    said = [one.what for one in table.assumptions]
    assert said == [Found.FRAMES_COMPARED, Assumed.STANDARD_MOVEMENT]


@pytest.mark.slow
def test_derivatives_are_used_as_given(people: list[Subject]) -> None:
    """A frame whose acceleration is not the derivative of its neighbours' speeds."""
    motion = standard_movement(frames=3)
    jolted = replace(
        motion, qdd=np.asarray(motion.qdd) + np.array([9.0, -7.0, 11.0, 8.0, -6.0, 5.0])
    )
    assert verify(people[0], jolted, frames=None).holds


def test_without_opensim(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nuchal.errors.find_spec", lambda _: None)
    with pytest.raises(EngineError) as caught:
        verify()
    assert (caught.value.what, caught.value.values["extra"]) == ("extra.missing", "opensim")


def test_the_neck_of_living_people_is_opensims_as_well(
    movement: Callable[[int], Motion],
) -> None:
    """Through the whole range: curves of passive tissue as formulas that OpenSim evaluates."""
    rows = {row.quantity: row for row in verify(motion=movement(6), form="living").rows}
    for quantity in ("muscle lengths", "moment arms", "net moments", "passive moments"):
        assert rows[quantity].holds, quantity
