"""Incoming calls on the simulated line."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

import pytest

from telephony.simulated.line import SimulatedLine
from tests.contracts.people import ContractDirectory
from tests.contracts.receiving_contract import ReceivingContract

pytestmark = [pytest.mark.unit, pytest.mark.asyncio, pytest.mark.looptime]


@dataclass
class Telephone:
    line: SimulatedLine

    async def ring(self, number: str, *, caller: str | None = None) -> None:
        await self.line.ring(number, caller=caller)


class TestSimulatedLine(ReceivingContract):
    @pytest.fixture
    async def telephone(self) -> AsyncIterator[Telephone]:
        line = SimulatedLine(ContractDirectory())
        running = asyncio.create_task(line.run())
        while not (await line.health()).ok:
            await asyncio.sleep(0)
        yield Telephone(line)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
