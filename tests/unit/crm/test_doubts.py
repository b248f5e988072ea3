"""A write that may have arrived is looked for before it is sent again; one that certainly did not, is simply sent."""

from __future__ import annotations

from copy import deepcopy

import pytest

from robot.crm.errors import DeliveryError, Refused, Unreachable
from robot.crm.writes import Done, Journal, Write, carry_out

pytestmark = pytest.mark.unit


class Kept:
    def __init__(self) -> None:
        self.journal = Journal()

    async def keep(self, journal: Journal) -> None:
        self.journal = deepcopy(journal)


@pytest.mark.parametrize(
    ("failure", "looks"),
    [
        (Unreachable("cut off"), 1),
        (Unreachable("nobody there", may_have_arrived=False), 0),
        (Refused("no such mailbox", may_have_arrived=False), 0),
        (Refused("half of it was done"), 1),
    ],
)
async def test_only_what_may_have_arrived_is_looked_for(failure: DeliveryError, looks: int) -> None:
    looked, failures = 0, [failure]

    async def look(_done: Done) -> str | None:
        nonlocal looked
        looked += 1
        return None

    async def do(_done: Done) -> str:
        if failures:
            raise failures.pop()
        return "made"

    kept, write = Kept(), Write("mail", do=do, look=look)
    with pytest.raises(type(failure)):
        await carry_out([write], deepcopy(kept.journal), kept.keep)
    assert kept.journal.begun == ({"mail"} if looks else set())
    await carry_out([write], deepcopy(kept.journal), kept.keep)
    assert looked == looks
    assert (kept.journal.begun, kept.journal.done) == (set(), {"mail": "made"})
