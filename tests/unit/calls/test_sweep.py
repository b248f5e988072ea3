"""What calls of a previous life left on the line is taken down, also while the line comes and goes."""

from __future__ import annotations

from uuid import UUID

import pytest

from robot.calls.caller import TelephoneCaller
from robot.calls.transfer import legs
from robot.domain.calls import OpenAttempt
from telephony.base import LineHealth
from telephony.errors import LineDown

pytestmark = [pytest.mark.unit, pytest.mark.asyncio, pytest.mark.looptime]

MINE, RINGING_FOR_ME, SOMEBODY = UUID(int=1), UUID(int=2), UUID(int=3)


class Flapping:
    """A line that is up whenever it is asked how it is, and gone at the first questions that follow."""

    def __init__(self, alive: set[UUID], *, gone: int) -> None:
        self.alive = alive
        self.gone = gone

    async def health(self) -> LineHealth:
        return LineHealth(True)

    async def live_calls(self) -> frozenset[UUID]:
        self._reach()
        return frozenset(self.alive)

    async def end_call(self, call_id: UUID) -> None:
        self._reach()
        self.alive.discard(call_id)

    def _reach(self) -> None:
        self.gone -= 1
        if self.gone in (0, 2):
            raise LineDown("Asterisk restarts")


@pytest.mark.parametrize("gone", [0, 1, 3, 4])
async def test_a_line_that_goes_away_meanwhile_is_waited_for(gone: int) -> None:
    manager = next(legs(RINGING_FOR_ME))
    line = Flapping({MINE, manager, SOMEBODY}, gone=gone)
    caller = TelephoneCaller(line=line, conversations=None, dialogs=None)  # type: ignore[arg-type]
    found = await caller.sweep([OpenAttempt(MINE, 1, answered=True), OpenAttempt(RINGING_FOR_ME, 2, answered=False)])
    assert found == {MINE, RINGING_FOR_ME}
    assert line.alive == {SOMEBODY}
