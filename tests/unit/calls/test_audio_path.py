"""The robot knows nothing of the client but what it hears: the words that reach the dialog come out of the audio of the
line, through the recognizer, and from nowhere else. Each test here fails when that path is bypassed."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from robot.calls.caller import TelephoneCaller
from robot.calls.channels import Channels
from robot.calls.conversation import Conversations
from robot.calls.events import CallEvent, PhraseStarted
from robot.calls.scripts import ScriptShelf
from robot.crm.base import NewLead
from robot.domain.calls import Turn
from robot.domain.campaigns import ALWAYS, Campaign
from robot.domain.meetings import WorkingHours
from robot.domain.outcomes import Outcome
from robot.speech.base import Transcript
from robot.speech.fake import FakeRecognizer, FakeSession, FakeVoice, decode, encode
from robot.speech.phrases import PhraseCache
from robot.storage.memory import MemoryStorage
from telephony.audio import FRAME_BYTES, SILENCE
from telephony.simulated.line import SimulatedLine, SimulatedLineSettings
from telephony.simulated.subscriber import PickUp, Ringing, Said

pytestmark = [pytest.mark.unit, pytest.mark.asyncio, pytest.mark.looptime]

START = datetime(2026, 11, 23, 9, tzinfo=UTC)
QUIET_MS = 500


def now() -> datetime:
    return START + timedelta(seconds=asyncio.get_running_loop().time())


class Client:
    """Agrees to everything the robot means, in words `voice` turns into sound. Finds the robot's silence by ear."""

    ringing = Ringing(PickUp.ANSWER, 0.1)

    def __init__(self, voice: Callable[[str], bytes]) -> None:
        self.voice = voice
        self.meant: list[str] = []
        self.answers: list[str] = []
        self.heard = bytearray()
        self._speaking = b""
        self._quiet_ms = 0

    def subscriber(self, number: str) -> "Client":
        return self

    def told(self, said: Said) -> None:
        self.meant.append(said.text)

    def tick(self, at_s: float, heard: bytes) -> bytes | None:
        self.heard += heard
        self._quiet_ms = 0 if any(heard) else self._quiet_ms + 20
        if self._quiet_ms >= QUIET_MS and self.meant and not self._speaking:
            self._speaking = self.voice(self._answer(self.meant.pop()))
            self.meant.clear()
        frame, self._speaking = self._speaking[:FRAME_BYTES], self._speaking[FRAME_BYTES:]
        return frame.ljust(FRAME_BYTES, b"\0") if frame else SILENCE

    def _answer(self, meant: str) -> str:
        answer = "давайте первый вариант" if "предложить" in meant else "да, хорошо"
        self.answers.append(answer)
        return answer


async def talk(tmp_path: Path, client: Client, recognizer: FakeRecognizer) -> tuple[Outcome, list[Turn]]:
    """One call of the shipped cold call, through the product's own caller."""
    storage = MemoryStorage()
    campaign = await storage.campaigns.ensure(Campaign(0, "cold", "Cold", "cold_call", window=ALWAYS))
    await storage.managers.ensure("Ольга", WorkingHours(), campaigns=[campaign.id])
    await storage.campaigns.set_quota("cold", 1)
    lead = NewLead("+74950100000", "Иван", timezone="Europe/Moscow")
    await storage.leads.add(campaign.id, [lead], now=now())
    campaign = await storage.campaigns.get("cold")
    [claimed] = await storage.queue.claim(campaign, limit=1, now=now(), node="n", lease=timedelta(hours=1))
    attempt_id = uuid4()
    assert await storage.attempts.begin(claimed, attempt_id=attempt_id, node="n", now=now())
    line = SimulatedLine(client, SimulatedLineSettings(noise_rms=0, alaw=False))

    def observe(event: CallEvent) -> None:
        if isinstance(event, PhraseStarted):
            line.told(event.number, Said(event.phrase, event.text))

    conversations = Conversations(
        recognizer=recognizer,
        voice_detector=lambda: any,
        phrases=PhraseCache(FakeVoice(), tmp_path / "phrases"),
        calls=storage.calls,
        calendar=storage.calendar,
        recordings=tmp_path / "recordings",
        channels=Channels(4),
        now=now,
        observe=observe,
    )
    caller = TelephoneCaller(line=line, conversations=conversations, dialogs=ScriptShelf(now, bytes).prepare)
    serving = asyncio.create_task(line.run())
    try:
        result = await caller.call(claimed, attempt_id)
    finally:
        serving.cancel()
        await asyncio.wait([serving])
    await storage.attempts.finish(attempt_id, result, retry_at=None)
    turns = await storage.reports.turns(attempt_id)
    return result.outcome, list(turns)


async def test_a_client_who_agrees_aloud_gets_a_meeting_and_every_word_is_in_the_turns(tmp_path: Path) -> None:
    client = Client(encode)
    outcome, turns = await talk(tmp_path, client, FakeRecognizer())
    heard = [turn.heard for turn in turns if turn.heard]

    assert outcome is Outcome.MEETING_BOOKED
    assert len(heard) >= 4, "greeting, offer, slot, read-back"
    assert heard == client.answers[: len(heard)]
    assert decode(bytes(client.heard))[0] == " ".join(turn.said for turn in turns if turn.said)


async def test_a_disk_that_refuses_recording_and_transcript_costs_no_meeting(tmp_path: Path) -> None:
    (tmp_path / "recordings").write_text("no folder")
    outcome, turns = await talk(tmp_path, Client(encode), FakeRecognizer())

    assert outcome is Outcome.MEETING_BOOKED
    assert turns


async def test_the_same_client_with_the_microphone_cut_says_nothing_to_the_robot(tmp_path: Path) -> None:
    client = Client(lambda text: bytes(len(encode(text))))
    outcome, turns = await talk(tmp_path, client, FakeRecognizer())

    assert client.answers, "he did mean to answer"
    assert outcome is not Outcome.MEETING_BOOKED
    assert [turn.heard for turn in turns if turn.heard] == []


async def test_other_words_in_the_sound_are_other_words_in_the_dialog(tmp_path: Path) -> None:
    client = Client(lambda _text: encode("больше не звоните мне"))
    outcome, turns = await talk(tmp_path, client, FakeRecognizer())

    assert outcome is Outcome.OPTED_OUT
    assert {turn.heard for turn in turns if turn.heard} == {"больше не звоните мне"}


class Parrot(FakeSession):
    """A recognizer that hears one thing in everything."""

    async def finish(self) -> Transcript:
        await super().finish()
        return Transcript("вы ошиблись номером", 1.0)


async def test_whatever_the_recognizer_says_is_what_the_dialog_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recognizer = FakeRecognizer()
    make: Callable[[], Any] = Parrot
    monkeypatch.setattr(recognizer, "session", make)
    outcome, turns = await talk(tmp_path, Client(encode), recognizer)

    assert outcome is Outcome.WRONG_NUMBER
    assert {turn.heard for turn in turns if turn.heard} == {"вы ошиблись номером"}
