"""Talking to a draft by voice: a real call session, with ears, voice and turns of the product, on a call that a browser
feeds. Nothing of it is kept."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

from robot.calls.dialog import ScriptDialog
from robot.calls.ear import Ear, VoiceDetector
from robot.calls.hands import Hands
from robot.calls.recorder import Recorder
from robot.calls.scripts import Published
from robot.calls.session import CallSession
from robot.calls.talk import Talk
from robot.calls.turnlog import TurnLog
from robot.calls.turns import TurnTaker
from robot.domain.calls import Turn
from robot.domain.campaigns import Campaign
from robot.scripts.errors import NotNow
from robot.scripts.practice import FreeCalendar, Unkept
from robot.scripts.trained import Trainer, known_to
from robot.scripts.voicing import Phrases, Voicing
from robot.speech.base import Recognizer
from scripts_dialog import Context
from telephony.base import EndedBy
from telephony.hand_fed import HandFedCall

AT_ONCE = 2
"""On one node: calls to clients come first."""
LONGEST_S = 600.0


@dataclass(frozen=True, slots=True)
class Ears:
    """How the client is heard: the node's recognizer, and a detector of voice for each talk."""

    recognizer: Recognizer
    detector: Callable[[], VoiceDetector]


@dataclass(frozen=True, slots=True)
class Listener:
    """Whom the talk is held for. sound: is given 20 ms of what the robot says, at each tick. turn: each turn as it
    stands. rendered: phrases done of all, before it begins. All return at once."""

    sound: Callable[[bytes], None]
    turn: Callable[[Turn], None]
    rendered: Callable[[int, int], None]


class VoiceTalk:
    """`call` is fed by whoever has the microphone; `run` returns when the talk is over."""

    def __init__(self, call: HandFedCall, session: CallSession, listener: Listener) -> None:
        self.call = call
        self._session = session
        self._listener = listener

    async def run(self) -> Talk:
        carrying = asyncio.create_task(self.call.carry(self._listener.sound), name="voice talk")
        try:
            return await self._session.run()
        finally:
            self.call.end(EndedBy.LINE)
            await asyncio.wait([carrying])


class VoiceTalks:
    def __init__(self, trainer: Trainer, voicing: Voicing, ears: Ears, now: Callable[[], datetime]) -> None:
        self._trainer = trainer
        self._voicing = voicing
        self._ears = ears
        self._now = now
        self._under_way = 0

    @asynccontextmanager
    async def begin(
        self, script: str, version: str, *, campaign: str, variables: Mapping[str, str], listener: Listener
    ) -> AsyncIterator[VoiceTalk]:
        """Its phrases are rendered first. Raises UnknownScript, UnreadableScript, NotNow when too many talk."""
        if self._under_way >= AT_ONCE:
            raise NotNow("too_many_talks", "слишком много проб сразу: подождите", "too many talks at once: wait")
        self._under_way += 1
        try:
            trained = await self._trainer.get(script, version)
            by = await self._trainer.campaign(campaign) or Campaign(0, "practice", "Проба", script)
            published = trained.published
            known = known_to(published.engine.script, by, variables)
            phrases = await self._voicing.voices.of(by.facts)
            await phrases.prepare(published.texts(Context(self._now(), known)), listener.rendered)
            with tempfile.TemporaryDirectory(prefix="zvonar-talk-") as folder:
                talking = replace(by, script=script)
                yield self._talk(talking, published, known, phrases=phrases, listener=listener, folder=Path(folder))
        finally:
            self._under_way -= 1

    def _talk(
        self,
        campaign: Campaign,
        published: Published,
        known: Mapping[str, str],
        *,
        phrases: Phrases,
        listener: Listener,
        folder: Path,
    ) -> VoiceTalk:
        call = HandFedCall(uuid4())
        turns = TurnLog(call.call_id, Unkept(listener.turn), lambda _event: None)
        session = CallSession(
            call,
            number="",
            attempt_id=call.call_id,
            dialog=ScriptDialog(published.engine, known, zone=ZoneInfo(campaign.timezone), seed=call.call_id.int),
            recordings=published.recordings,
            ear=Ear(self._ears.recognizer.session(), self._ears.detector(), TurnTaker()),
            phrases=phrases,
            hands=Hands(call.call_id, campaign, FreeCalendar(), now=self._now, on_stop=turns.stop_calling),
            turns=turns,
            recorder=Recorder(folder / "talk.raw.wav"),
            observe=lambda _event: None,
            now=self._now,
            called_us=True,  # whoever presses the button is there, and waits to be greeted
            longest_s=LONGEST_S,
        )
        return VoiceTalk(call, session, listener)
