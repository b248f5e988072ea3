"""The line contract through two real Asterisks, a SIP trunk and RTP."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from telephony.base import Call, Line
from telephony.lab.recording import read_stereo
from telephony.lab.settings import LabSettings
from tests.contracts.line_contract import LineContract, LineHarness, eventually

pytestmark = pytest.mark.asterisk


@dataclass
class LabHarness:
    line: Line
    lab: LabSettings
    calls_before: int

    async def heard_by_client(self, call: Call) -> bytes:
        async def logged() -> bool:
            return len(call_log(self.lab)) > self.calls_before

        await eventually(logged)
        _, heard = read_stereo(self.lab.recordings / call_log(self.lab)[-1]["recording"])
        return heard


def call_log(lab: LabSettings) -> list[dict[str, str]]:
    return [json.loads(line) for line in lab.call_log.read_text().splitlines()] if lab.call_log.exists() else []


class TestAsteriskLine(LineContract):
    @pytest.fixture
    def harness(self, line: Line, lab: LabSettings) -> LineHarness:
        return LabHarness(line, lab, len(call_log(lab)))
