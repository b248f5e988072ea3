"""Somebody behind the lab's telephone company dials the robot's number: over SIP, into our Asterisk."""

from __future__ import annotations

import asyncio
from uuid import uuid4

from telephony.asterisk.ami.base import AmiEvent
from telephony.asterisk.ami.client import AmiClient
from telephony.asterisk.attempt import CAUSE_WAIT_S
from telephony.asterisk.causes import dial_error
from telephony.errors import Congestion
from telephony.lab import exchange
from telephony.lab.lab import telco_login
from telephony.lab.settings import LabSettings

ROBOT_NUMBER = "+74950990000"
CONNECT_S = 5.0


async def ring_in(
    settings: LabSettings, number: str, *, dialed: str = ROBOT_NUMBER, caller: str | None = None, wait_s: float = 15.0
) -> None:
    """The person at `number` calls; returns when he is answered, and he is on the line from then on. caller: the number
    he shows, his own by default, "" for none. Raises what a dial raises: Busy and its like, LineDown, LabError."""
    ami = AmiClient(telco_login(settings))
    running = asyncio.create_task(ami.run())
    try:
        await ami.connected(CONNECT_S)
        async with asyncio.timeout(wait_s + CONNECT_S):
            await _originate(ami, number, dialed, number if caller is None else caller, wait_s)
    finally:
        running.cancel()
        await asyncio.wait([running])


async def _originate(ami: AmiClient, number: str, dialed: str, caller: str, wait_s: float) -> None:
    call_id = str(uuid4())
    response: asyncio.Future[AmiEvent] = asyncio.get_running_loop().create_future()
    cause: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def on_event(event: AmiEvent) -> None:
        if event.name == "OriginateResponse" and event.get("ActionID") == call_id and not response.done():
            response.set_result(event)
        elif event.name == "Hangup" and event.get("Uniqueid") == call_id and not cause.done():
            cause.set_result(int(event.get("Cause") or 0))

    unsubscribe = ami.subscribe(on_event)
    fields = {
        "ActionID": call_id,
        "ChannelId": call_id,
        "Channel": f"PJSIP/{dialed}@{exchange.CUSTOMER}",
        "Context": exchange.CALLING,
        "Exten": number,
        "Priority": "1",
        "Timeout": str(round(wait_s * 1000)),
        "Async": "true",
    }
    if caller:
        fields["CallerID"] = f"<{caller}>"
    try:
        reply = await ami.action("Originate", **fields)
        if not reply.ok:
            raise Congestion(f"the telephone company did not take the dial: {reply.message}")
        answer = await response
        if answer.get("Response") != "Success":
            await asyncio.wait([cause], timeout=CAUSE_WAIT_S)
            raise dial_error(cause.result() if cause.done() else None, int(answer.get("Reason") or 0))
    finally:
        unsubscribe()
