"""The endpoints calls go out by, as our Asterisk sees them: reachable or not, and which channels on them are ours."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

from telephony.asterisk.ami.base import AmiEvent, AmiReply

READY = frozenset({"Reachable", "NonQualified"})
Ask = Callable[..., Awaitable[AmiReply]]
"""An AMI action; raises LineDown when Asterisk cannot be asked."""


async def state(ask: Ask, trunk: str) -> str:
    """How the last qualification of the trunk's contact went, in Asterisk's word; "" when it has no contact.

    Not the trunk's device state, which tells of the calls on it as long as there are any.
    """
    contact = await _read(ask, f"PJSIP_AOR({trunk},contact)")
    return await _read(ask, f"PJSIP_CONTACT({contact},status)") if contact else ""


def down(trunk: str, found: str) -> str:
    """The sentence for a trunk in a state that is not READY."""
    return f"trunk {trunk} is not reachable ({found.lower() or 'state unknown'})"


async def live(ask: Ask, trunks: frozenset[str]) -> dict[UUID, str]:
    """Our calls among the channels of these endpoints: call id -> the channel's name."""
    reply = await ask("CoreShowChannels")
    found = {}
    for item in reply.items:
        technology, _, rest = item.get("Channel").partition("/")
        call_id = call_of(item)
        if technology == "PJSIP" and rest.rpartition("-")[0] in trunks and call_id is not None:
            found[call_id] = item.get("Channel")
    return found


def call_of(event: AmiEvent) -> UUID | None:
    """The call a channel belongs to: its own id where we dialed it, its account code where it came in."""
    return parse(event.get("Uniqueid")) or parse(event.get("AccountCode"))


def parse(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


async def _read(ask: Ask, function: str) -> str:
    return (await ask("Getvar", Variable=function)).fields.get("Value", "")
