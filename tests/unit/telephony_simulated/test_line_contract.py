"""The simulated line keeps the contract of a line, on a virtual clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import soundfile

from telephony.base import Call
from telephony.simulated.line import SimulatedLine, SimulatedLineSettings
from tests.contracts.line_contract import LineContract
from tests.contracts.people import ContractDirectory

pytestmark = [pytest.mark.unit, pytest.mark.asyncio, pytest.mark.looptime]


@dataclass
class Harness:
    line: SimulatedLine
    folder: Path

    async def heard_by_client(self, call: Call) -> bytes:
        samples, _ = soundfile.read(self.folder / f"{call.call_id}.wav", dtype="int16")
        return bytes(samples[:, 1].tobytes())


class TestSimulatedLine(LineContract):
    @pytest.fixture
    async def harness(self, tmp_path: Path) -> AsyncIterator[Harness]:
        line = SimulatedLine(ContractDirectory(), SimulatedLineSettings(record_dir=tmp_path))
        running = asyncio.create_task(line.run())
        yield Harness(line, tmp_path)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
