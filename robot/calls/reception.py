"""The client who calls back reaches the robot: whoever rings in is found, talked with, and his attempt written.

What is said to callers is Russian alone, as every word of the robot's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import structlog

from robot.calls.caller import Dialogs
from robot.calls.conversation import Conversations
from robot.calls.events import CallEnded, Dialing
from robot.calls.ports import Prepared
from robot.calls.reception_ports import Carries, Reception, Visit
from robot.calls.sentence import OneSentence
from robot.domain.calls import CallResult, ClaimedTask
from robot.domain.campaigns import Campaign
from robot.domain.outcomes import Outcome
from robot.speech.errors import SpeechError
from scripts_dialog.actions import End
from scripts_dialog.outcomes import Outcome as Verdict
from telephony.base import Call, Incoming, Receives

log = structlog.get_logger(__name__)

OUT_OF_HOURS = "out_of_hours"
CLOSED = (
    "Здравствуйте! {who}К сожалению, сейчас нерабочее время. Мы сами перезвоним вам, как только откроемся. "
    "Всего доброго!"
)
NOT_NOW = "Здравствуйте! К сожалению, сейчас мы не можем ответить. Пожалуйста, позвоните немного позже. Всего доброго!"
WITHHELD = (
    "Здравствуйте! Ваш номер не определился, и мы не сможем вам перезвонить. Пожалуйста, позвоните с открытым номером. "
    "Всего доброго!"
)
FAREWELL_S = 30.0
"""A sentence takes no longer, whatever the line does."""


@dataclass(frozen=True, slots=True)
class ReceptionSettings:
    """at_most: callers at once; one more hears the busy tone. drain_s: how long talks may go on after the stop."""

    at_most: int = 4
    drain_s: float = 180.0


async def _at_once(_script: str) -> None:
    """Scripts are ready as soon as they are asked for."""


class Receptionist:
    """Takes the calls of a line."""

    def __init__(
        self,
        *,
        line: Receives,
        conversations: Conversations,
        dialogs: Dialogs,
        reception: Reception,
        carrier: Carries,
        settings: ReceptionSettings | None = None,
        publish: Callable[[str], Awaitable[object]] = _at_once,
    ) -> None:
        """publish: make a script ready that nobody has spoken yet, without holding up the calls under way."""
        self._line = line
        self._conversations = conversations
        self._dialogs = dialogs
        self._reception = reception
        self._carrier = carrier
        self._settings = settings or ReceptionSettings()
        self._publish = publish
        self._under_way: set[asyncio.Task[None]] = set()

    async def run(self, stop: asyncio.Event) -> None:
        """Take calls until `stop`; then callers hear the busy tone, and talks under way have `drain_s` to end."""
        close = self._line.on_call(self._take, at_most=self._settings.at_most)
        try:
            await stop.wait()
            close()
            if self._under_way:
                log.info("reception_draining", calls=len(self._under_way))
                await asyncio.wait(tuple(self._under_way), timeout=self._settings.drain_s)
        finally:
            close()
            for task in self._under_way:
                task.cancel()
            if self._under_way:
                await asyncio.wait(tuple(self._under_way))

    def _take(self, incoming: Incoming) -> None:
        task = asyncio.create_task(self._attend(incoming), name=f"incoming-{incoming.call.call_id}")
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _attend(self, incoming: Incoming) -> None:
        call = incoming.call
        try:
            with self._conversations.channels.taken():
                if not incoming.caller:
                    await self._say_goodbye(call, WITHHELD)
                elif (visit := await self._who(incoming)) is None:
                    await self._say_goodbye(call, NOT_NOW)
                else:
                    await self._carrier.carry(visit.claimed, call.call_id, lambda: self._talk(call, visit))
        except Exception:
            # One caller's fault must not close the reception.
            log.exception("reception_failed", call=str(call.call_id))
        finally:
            await call.hang_up()

    async def _who(self, incoming: Incoming) -> Visit | None:
        call_id = incoming.call.call_id
        try:
            now = self._conversations.now()
            return await self._reception.arrived(incoming.caller, incoming.dialed, call_id=call_id, now=now)
        except Exception:
            log.exception("caller_not_found", call=str(call_id))
            return None

    async def _talk(self, call: Call, visit: Visit) -> CallResult:
        talks = self._conversations
        claimed = replace(visit.claimed, campaign=replace(visit.claimed.campaign, script=visit.script))
        talks.observe(Dialing(call.call_id, claimed, came_in=True))
        result = CallResult(Outcome.INTERRUPTED, talks.now(), reason="cancelled")
        try:
            result = await talks.settled(self._greet_and_talk(call, claimed), call.call_id)
        finally:
            talks.observe(CallEnded(call.call_id, claimed, result))
        return result

    async def _greet_and_talk(self, call: Call, claimed: ClaimedTask) -> CallResult:
        prepared = await self._prepared(claimed, call.call_id, self._conversations.now())
        rendering = asyncio.create_task(self._prepare_rest(prepared, claimed.campaign))
        try:
            return await self._conversations.hold(call, claimed, prepared, called_us=True)
        finally:
            rendering.cancel()

    async def _prepared(self, claimed: ClaimedTask, call_id: UUID, now: datetime) -> Prepared:
        campaign = claimed.campaign
        if campaign.window.allows(now, campaign.timezone):
            await self._publish(campaign.script)
            return self._dialogs(claimed, call_id)
        opening = campaign.window.opening(now, campaign.timezone)
        text = closed_text(campaign.facts)
        end = End(Verdict.CALLBACK_SCHEDULED, OUT_OF_HOURS, callback_at=opening)
        return Prepared(OneSentence(OUT_OF_HOURS, text, end), [text], "", {})

    async def _prepare_rest(self, prepared: Prepared, campaign: Campaign) -> None:
        """What this script may say, while its greeting is being said: nobody waits on the line for all of it."""
        phrases = await self._conversations.phrases_of(campaign)
        await phrases.prepare(prepared.texts)

    async def _say_goodbye(self, call: Call, text: str) -> None:
        """Without an attempt there is nothing to write: the sentence, and the end."""
        try:
            playback = call.play(await self._conversations.phrases.speech(text))
        except SpeechError as error:
            log.warning("goodbye_not_spoken", code=error.code)
            return
        async with asyncio.timeout(FAREWELL_S):
            async for _ in call.frames():
                if playback.done:
                    return


TO_ANYBODY = (NOT_NOW, WITHHELD)
"""Said to callers whose campaign is not known, in the voice of the settings; to be rendered in advance."""


def closed_text(facts: Mapping[str, str]) -> str:
    """What is said outside the hours of the campaign with these facts."""
    company = facts.get("company.name", "")
    return CLOSED.format(who=f"Вы позвонили в компанию «{company}». " if company else "")
