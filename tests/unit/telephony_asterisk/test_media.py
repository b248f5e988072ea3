"""What RTCP tells of lost sound."""

from __future__ import annotations

import pytest

from telephony.asterisk.ami.base import AmiEvent
from telephony.asterisk.media import Direction, loss_of

pytestmark = pytest.mark.unit

TRUNK = {"Channel": "PJSIP/telco-00000001", "ReportCount": "1"}


def report(name: str = "RTCPSent", **fields: str) -> AmiEvent:
    return AmiEvent(name, TRUNK | fields)


@pytest.mark.parametrize(("name", "direction"), [("RTCPSent", Direction.HEARD), ("RTCPReceived", Direction.SAID)])
def test_each_report_tells_of_the_sound_that_came_to_who_wrote_it(name: str, direction: Direction) -> None:
    assert loss_of(report(name, Report0FractionLost="64"), "telco") == (direction, 0.25)
    assert loss_of(report(name, Report0FractionLost="0"), "telco") == (direction, 0.0)


@pytest.mark.parametrize(
    "event",
    [
        AmiEvent("RTCPSent", {"Report0FractionLost": "64"}),
        report(Report0FractionLost="64", Channel="PJSIP/office-00000001"),
        report(Report0FractionLost="64", Channel="PJSIP/telco"),
        report(),
        report(Report0FractionLost=""),
        report(Report0FractionLost="-1"),
        report(Report0FractionLost="256"),
        report(Report0FractionLost="9" * 50),
        report(Report0FractionLost="٣"),
        report("Hangup", Report0FractionLost="64"),
    ],
)
def test_what_tells_of_no_sound_on_the_trunk_is_none(event: AmiEvent) -> None:
    assert loss_of(event, "telco") is None
