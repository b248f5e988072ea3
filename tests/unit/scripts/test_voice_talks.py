"""A draft is talked to by voice: the real session on a call that somebody feeds with sound."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from robot.calls.scripts import ScriptShelf
from robot.calls.talk import Talk
from robot.domain.calls import Turn
from robot.scripts.desk import ScriptsDesk
from robot.scripts.errors import NotNow, UnknownScript
from robot.scripts.voice_talks import AT_ONCE, Ears, Listener, VoiceTalk
from robot.scripts.voicing import Voicing
from robot.speech.fake import FakeRecognizer, FakeVoice, decode, encode
from robot.speech.mastering import master_file
from robot.storage.memory import MemoryStorage
from robot.wiring.scripts import script_stores
from scripts_dialog.editing.edits import SaidAs, SetSay
from scripts_dialog.outcomes import Outcome
from telephony.audio import FRAME_BYTES, FRAME_S
from telephony.base import EndedBy
from tests.unit.web.script_office import OneVoice

pytestmark = [pytest.mark.unit, pytest.mark.asyncio, pytest.mark.looptime]

START = datetime(2026, 11, 23, 9, tzinfo=UTC)


def now() -> datetime:
    return START + timedelta(seconds=asyncio.get_running_loop().time())


class Visitor:
    """Sits at the browser: hears what the robot says, and answers when it has fallen silent."""

    def __init__(self, answers: list[str]) -> None:
        self.answers = answers
        self.heard = bytearray()
        self.turns: dict[int, Turn] = {}
        self.rendered: list[tuple[int, int]] = []
        self._quiet = 0
        self._speaking = b""
        self._spoken_to = False

    @property
    def listener(self) -> Listener:
        return Listener(self._sound, self._turn, lambda done, total: self.rendered.append((done, total)))

    def _turn(self, turn: Turn) -> None:
        self.turns[turn.number] = turn

    def _sound(self, frame: bytes) -> None:
        self.heard += frame
        self._spoken_to = self._spoken_to or any(frame)
        self._quiet = 0 if any(frame) else self._quiet + 1

    async def speak(self, talk: VoiceTalk) -> None:
        """Sound goes up all the time, as from a microphone; after the last answer he hangs up."""
        while talk.call.ended is None:
            if not self._speaking and self._spoken_to and self._quiet > 25:
                self._spoken_to, self._quiet = False, 0
                if not self.answers:
                    talk.call.end(EndedBy.CLIENT)
                    return
                self._speaking = encode(self.answers.pop(0))
            frame, self._speaking = self._speaking[:FRAME_BYTES], self._speaking[FRAME_BYTES:]
            talk.call.hear(frame.ljust(FRAME_BYTES, b"\0"))
            await asyncio.sleep(FRAME_S)


def make_desk(folder: Path) -> ScriptsDesk:
    voicing = Voicing(OneVoice(FakeVoice(), folder), master_file)
    stores = script_stores(MemoryStorage())
    ears = Ears(FakeRecognizer(), lambda: any)
    return ScriptsDesk.of(stores, ScriptShelf(now, master_file), voicing, now, ears=ears)


async def converse(desk: ScriptsDesk, visitor: Visitor, version: str = "draft") -> Talk:
    assert desk.voice_talks is not None
    async with desk.voice_talks.begin(
        "cold_call", version, campaign="", variables={}, listener=visitor.listener
    ) as talk:
        speaking = asyncio.create_task(visitor.speak(talk))
        try:
            return await talk.run()
        finally:
            speaking.cancel()


async def test_the_words_of_the_draft_are_heard_and_answered_by_ear(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    greeting = SetSay(op="set_say", phrase="greeting", variants=(SaidAs(texts=("Вы занимаетесь рекламой?",)),))
    await desk.drafts.edit("cold_call", 0, [greeting], by="Ольга")
    visitor = Visitor(["да, хорошо", "нет не надо"])
    talk = await converse(desk, visitor)
    assert talk.ended is not None
    assert visitor.rendered[-1][0] == visitor.rendered[-1][1] > 0
    first = visitor.turns[1]
    assert (first.phrase, first.said, first.heard) == ("greeting", "Вы занимаетесь рекламой?", "да, хорошо")
    assert (first.intent, first.went_to) == ("yes", "offer")
    assert decode(bytes(visitor.heard))[0].startswith("Вы занимаетесь рекламой?")
    assert visitor.turns[2].heard == "нет не надо"


async def test_a_meeting_is_booked_in_a_calendar_of_its_own(tmp_path: Path) -> None:
    visitor = Visitor(["да, хорошо", "да, хорошо", "давайте первый вариант", "да, хорошо", "да, хорошо"])
    talk = await converse(make_desk(tmp_path), visitor, "1")
    assert talk.verdict is not None
    assert talk.verdict.outcome is Outcome.MEETING_BOOKED


async def test_calls_to_clients_come_first(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    under_way = [asyncio.ensure_future(converse(desk, Visitor([]))) for _ in range(AT_ONCE)]
    await asyncio.sleep(0)
    with pytest.raises(NotNow):
        await converse(desk, Visitor([]))
    await asyncio.gather(*under_way)
    await converse(desk, Visitor([]))


async def test_a_script_that_is_not_there_is_not_talked_to(tmp_path: Path) -> None:
    with pytest.raises(UnknownScript):
        await converse(make_desk(tmp_path), Visitor([]), "7")
