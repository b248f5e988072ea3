"""What Asterisk says: of us, of its trunk, of its registration, of its clock."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping

from telephony.asterisk.ami.base import Ami, AmiReply
from telephony.asterisk.check.finding import Finding, Part, broken, doubtful, fine
from telephony.errors import AmiRefused, AmiTimeout, LineDown

NEEDED = frozenset({"CoreShowChannels", "Getvar", "Hangup", "Originate", "Ping"})
TOO_MUCH = frozenset(
    {"AGI", "Command", "CreateConfig", "DBPut", "DialplanExtensionAdd", "GetConfig", "ModuleLoad", "Reload",
     "UpdateConfig", "UserEvent"}
)  # fmt: skip
"""What reaches the system, the configuration or the dial plan."""

SPEECH_CODECS = frozenset({"alaw", "ulaw"})
SKEW_S = 1.0
LOOK_S = 0.25


async def check_exchange(ami: Ami, trunk: str, *, within_s: float) -> list[Finding]:
    """Everything Asterisk can be asked. within_s: how long the trunk may take to answer and to let us in."""
    try:
        return [
            fine(Part.AMI),
            _rights((await ami.action("ListCommands")).fields),
            await _clock(ami),
            *await _trunk(ami, trunk, within_s),
        ]
    except AmiRefused as error:
        return [broken(Part.RIGHTS, "too_few", lacking=str(error))]
    except (AmiTimeout, LineDown) as error:
        return [broken(Part.AMI, "silent", detail=str(error))]


def _rights(allowed: Mapping[str, str]) -> Finding:
    if lacking := NEEDED - allowed.keys():
        return broken(Part.RIGHTS, "too_few", lacking=", ".join(sorted(lacking)))
    if needless := TOO_MUCH & allowed.keys():
        return doubtful(Part.RIGHTS, "too_many", needless=", ".join(sorted(needless)))
    return fine(Part.RIGHTS)


async def _clock(ami: Ami) -> Finding:
    asked_s = time.time()
    told = (await ami.action("Ping")).fields.get("Timestamp", "")
    answered_s = time.time()
    try:
        skew_s = float(told) - (asked_s + answered_s) / 2
    except ValueError:
        return doubtful(Part.CLOCK, "untold")
    if abs(skew_s) > SKEW_S + (answered_s - asked_s):
        return doubtful(Part.CLOCK, "skewed", seconds=f"{skew_s:+.1f}")
    return fine(Part.CLOCK, seconds=f"{abs(skew_s):.2f}")


async def _trunk(ami: Ami, trunk: str, within_s: float) -> list[Finding]:
    contact = await _read(ami, f"PJSIP_AOR({trunk},contact)")
    if not contact:
        return [broken(Part.TRUNK, "absent", trunk=trunk)]
    where = (await _read(ami, f"PJSIP_CONTACT({contact},uri)")).removeprefix("sip:")
    deadline_s = asyncio.get_running_loop().time() + within_s
    await ami.action("PJSIPQualify", Endpoint=trunk)  # else it may say for ten seconds what was true before
    state = await _reached(ami, f"PJSIP_CONTACT({contact},status)", deadline_s)
    if state == "Unreachable":
        found = broken(Part.TRUNK, "unreachable", trunk=trunk, where=where)
    elif state != "Reachable":
        found = doubtful(Part.TRUNK, "unqualified", trunk=trunk, where=where)
    else:
        rtt_us = await _read(ami, f"PJSIP_CONTACT({contact},rtt)")
        found = fine(Part.TRUNK, trunk=trunk, where=where, ms=f"{int(rtt_us) / 1000:.0f}" if rtt_us.isdecimal() else "")
    registered = await _registration(ami, trunk, where, deadline_s, answers=state == "Reachable")
    return [found, registered, await _codecs(ami, trunk)]


async def _reached(ami: Ami, status: str, deadline_s: float) -> str:
    """Reachable as soon as it is, else what it is at the end."""
    while (state := await _read(ami, status)) != "Reachable" and asyncio.get_running_loop().time() < deadline_s:
        await asyncio.sleep(LOOK_S)
    return state


async def _registration(ami: Ami, trunk: str, where: str, deadline_s: float, *, answers: bool) -> Finding:
    """Rejected for good, or for now: an operator that answers and does not let us in does not like the login."""
    loop = asyncio.get_running_loop()
    while True:
        ours = _registration_of(await ami.action("PJSIPShowRegistrationsOutbound"), trunk)
        if ours is None:
            return fine(Part.REGISTRATION, "by_address")
        user = ours.get("ClientUri", "").removeprefix("sip:").partition("@")[0]
        if ours.get("Status") == "Registered":
            return fine(Part.REGISTRATION, user=user, seconds=ours.get("NextReg", ""))
        if ours.get("Status") == "Rejected" or loop.time() >= deadline_s:
            break
        await asyncio.sleep(LOOK_S)
    return broken(Part.REGISTRATION, "refused" if answers else "unanswered", user=user, where=where)


def _registration_of(reply: AmiReply, trunk: str) -> Mapping[str, str] | None:
    for item in reply.items:
        if item.name == "OutboundRegistrationDetail" and item.get("Endpoint") in (trunk, ""):
            return item.fields
    return None


async def _codecs(ami: Ami, trunk: str) -> Finding:
    """Those we offer. Which one is agreed shows in a call alone."""
    offered = [codec for codec in (await _read(ami, f"PJSIP_ENDPOINT({trunk},allow)")).strip("()").split("|") if codec]
    encrypted = await _read(ami, f"PJSIP_ENDPOINT({trunk},media_encryption)")
    if not SPEECH_CODECS & set(offered):
        return broken(Part.CODECS, "none_spoken", offered=", ".join(offered))
    if "alaw" not in offered:
        return doubtful(Part.CODECS, "no_alaw", offered=", ".join(offered))
    return fine(Part.CODECS, "encrypted" if encrypted == "sdes" else "fine", offered=", ".join(offered))


async def _read(ami: Ami, function: str) -> str:
    return (await ami.action("Getvar", Variable=function)).fields.get("Value", "")
