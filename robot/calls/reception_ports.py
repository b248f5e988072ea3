"""What the reception of incoming calls needs of the world: whose call it is, and somebody to see it through."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from robot.domain.calls import CallResult, ClaimedTask


@dataclass(frozen=True, slots=True)
class Visit:
    """A client who rang in: his task, already claimed by this node, its attempt already begun, and what to speak."""

    claimed: ClaimedTask
    script: str


class Reception(Protocol):
    async def arrived(self, caller: str, dialed: str, *, call_id: UUID, now: datetime) -> Visit | None:
        """Somebody rang in from `caller` (E.164) on our number `dialed` ("" where the network did not say), and is
        answered. Find whom he is, claim, begin: one transaction.

        A known lead: the task of the campaign that called him last, which is claimed whatever its hour, or a new one
        there when that campaign has none open for him; the script is the campaign's `inbound_script`. An unknown
        number becomes a lead of the campaign set up for incoming calls, with the script inbound_lead. The attempt has
        the id `call_id` and direction "in", and is begun answered by nobody yet (`CallLog.answered` follows at once);
        it is no dial: caps, spend, calling hours, consent and quota do not stop it, and the stop list does not either,
        for the client called himself. A withdrawn campaign or a paused one answers; a stopped one does not.

        None, and nothing written: a call with this lead is under way on any node, or nothing is set up for strangers.
        The caller then hears a polite sentence. Errors are told in the log, with the same sentence."""
        ...


class Carries(Protocol):
    async def carry(self, claimed: ClaimedTask, attempt_id: UUID, talk: Callable[[], Awaitable[CallResult]]) -> None:
        """See an attempt that is begun through, as a dialed one: the task's lease renewed while `talk` goes on, the
        talk cancelled where a dialed call would be ended (the campaign stopped, the lease lost, the drain over), the
        result written with its retry. Returns when it is written."""
        ...
