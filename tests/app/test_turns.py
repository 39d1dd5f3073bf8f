"""Turns: so many at once, one for each visitor, and nobody waits for someone's hundred files."""

import asyncio
from pathlib import Path

from nuchal.app.turns import Turns

A, B, C = Path("a"), Path("b"), Path("c")


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def order(places: int, comers: list[Path], until: int) -> list[Path]:
    """Who is served after whom, if everybody stays until the next has come."""

    async def going() -> list[Path]:
        turns, served = Turns(places), []

        async def come(who: Path) -> None:
            await turns.come(who)
            served.append(who)

        waiting = [asyncio.create_task(come(who)) for who in comers]
        await settle()
        for k in range(until):
            assert len(served) - k <= places
            turns.leave(served[k])
            await settle()
        for one in waiting:
            one.cancel()
        return served

    return asyncio.run(going())


def test_nobody_waits_for_all_of_someones_files() -> None:
    assert order(1, [A, A, A, A, B, C], 6) == [A, B, C, A, A, A]


def test_a_visitor_has_one_place_and_leaves_the_other_to_others() -> None:
    assert order(2, [A, A, A, B], 0) == [A, B]
    assert order(2, [A, A], 0) == [A]


def test_who_goes_while_waiting_leaves_no_place_taken() -> None:
    async def going() -> None:
        turns = Turns(1)
        await turns.come(A)
        impatient, patient = (asyncio.create_task(turns.come(who)) for who in (B, C))
        await settle()
        impatient.cancel()
        await settle()
        turns.leave(A)
        await asyncio.wait_for(patient, 1.0)
        too_late = asyncio.create_task(turns.come(A))
        await settle()
        turns.leave(C)
        too_late.cancel()
        await settle()
        await asyncio.wait_for(turns.come(B), 1.0)

    asyncio.run(going())
