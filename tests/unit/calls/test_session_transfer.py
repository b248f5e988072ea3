"""A transfer in the middle of a talk: what the session hears, forgets, records and goes on with."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
import soundfile

from robot.calls.caller import TelephoneCaller
from robot.calls.channels import Channels
from robot.calls.conversation import Conversations, Switchboard
from robot.calls.managers import TransferTargets
from robot.calls.ports import Prepared
from robot.calls.summary import SUMMARY
from robot.calls.transfer import TransferSettings
from robot.domain.calls import CallResult, CallTask, ClaimedTask, TaskState, Turn
from robot.domain.campaigns import Campaign
from robot.domain.outcomes import Outcome
from robot.domain.people import Lead
from robot.speech.fake import FakeRecognizer, FakeVoice, decode, encode
from robot.speech.phrases import PhraseCache
from robot.speech.voices import VOICE
from scripts_dialog import actions as act
from scripts_dialog import events as ev
from scripts_dialog import outcomes
from scripts_dialog.completeness import Completeness
from telephony.fake import Answer, Decline, HangUp, Hear, ScriptedLine, Silence, Step, UntilSaid
from telephony.simulated.subscriber import PickUp
from tests.contracts.people import CLIENT_HZ, SECOND_CLIENT_HZ, share_of, tone

pytestmark = [pytest.mark.unit, pytest.mark.asyncio, pytest.mark.looptime]

CLIENT, DESK = "+74950100001", "101"
LISTEN = act.Listen("ask", silence_after_s=4.0, max_s=15.0)


class Script:
    """Asks, connects with sales whatever is answered, promises a call where nobody can be had."""

    def __init__(self) -> None:
        self.events: list[ev.Event] = []

    def start(self, now: datetime) -> list[act.Action]:
        return [act.Say("ask", "чем помочь?"), LISTEN]

    def forbids(self, text: str) -> bool:
        return False

    def completeness(self, text: str) -> Completeness:
        return Completeness.OPEN

    def step(self, event: ev.Event, now: datetime) -> list[act.Action]:
        self.events.append(event)
        match event:
            case ev.Heard() if len(self.events) == 1:
                words = act.Understood("ask", act.Turn.OBJECTION, intent="expensive", next_phrase="connect")
                said = act.Say("connect", "соединяю", interruptible=False)
                return [words, act.Collected("lead.need", "сайт"), said, act.Transfer("sales")]
            case ev.Transferred(ok=True):
                return [act.End(outcomes.Outcome.TRANSFERRED)]
            case ev.Transferred():
                return [act.Say("failed", "никого нет"), LISTEN]
        end = act.End(outcomes.Outcome.CALLBACK_SCHEDULED, "operator")
        return [act.Say("bye", "перезвоним"), end]


class Log:
    def __init__(self) -> None:
        self.turns: dict[int, Turn] = {}

    async def answered(self, attempt_id: UUID, *, at: datetime) -> None: ...

    async def turn(self, attempt_id: UUID, turn: Turn) -> None:
        self.turns[turn.number] = turn

    async def stop_calling(self, attempt_id: UUID, *, at: datetime) -> None: ...


class Stage:
    def __init__(self, tmp_path: Path, client: Sequence[Step], manager: Sequence[Step]) -> None:
        self.script, self.log = Script(), Log()
        self.recordings = tmp_path / "recordings"
        self.house, self.anna = FakeVoice("fake/house"), FakeVoice("fake/anna")
        phrases = {voice.name: PhraseCache(voice, tmp_path / "phrases") for voice in (self.house, self.anna)}

        async def voice_of(campaign: Campaign) -> PhraseCache:
            return phrases[campaign.facts.get(VOICE, self.house.name)]

        self.line = ScriptedLine({CLIENT: client, DESK: manager})
        conversations = Conversations(
            recognizer=FakeRecognizer(),
            voice_detector=lambda: any,
            phrases=phrases[self.house.name],
            calls=self.log,
            calendar=None,  # type: ignore[arg-type]
            recordings=self.recordings,
            channels=Channels(4),
            now=_now,
            switchboard=Switchboard(
                self.line, TransferTargets({"sales": [DESK]}, lambda _number: None), TransferSettings(ring_s=6.0)
            ),
            voices=voice_of,
        )
        self.caller = TelephoneCaller(line=self.line, conversations=conversations, dialogs=self._dialog)

    def _dialog(self, claimed: ClaimedTask, attempt_id: UUID) -> Prepared:
        return Prepared(self.script, [], "v", {})

    async def call(self, **facts: str) -> CallResult:
        serving = asyncio.create_task(self.line.run())
        task = CallTask(1, 1, 1, TaskState.CLAIMED, _now())
        campaign = Campaign(1, "cold", "Холодные", "cold_call", facts={"product": "карты", **facts})
        claimed = ClaimedTask(task, Lead(1, CLIENT, name="Иван"), campaign)
        try:
            return await self.caller.call(claimed, UUID(int=7))
        finally:
            serving.cancel()
            await asyncio.wait([serving])


def _now() -> datetime:
    return datetime(2026, 11, 23, 9, tzinfo=UTC)


ASKS = [Answer(), UntilSaid(), Silence(300), Hear(encode("дорого позовите человека")), Silence(2500)]


async def test_two_people_talk_and_the_attempt_is_a_transfer_with_a_card(tmp_path: Path) -> None:
    stage = Stage(
        tmp_path,
        [*ASKS, Hear(tone(CLIENT_HZ, 30))],
        [Answer(2.0), Silence(4000), Hear(tone(SECOND_CLIENT_HZ, 3.0)), HangUp()],
    )
    result = await stage.call()

    assert result.outcome is Outcome.TRANSFERRED
    assert stage.script.events[1:] == [ev.Transferred(ok=True)], "what people say to each other is not the script's"
    card = result.collected[SUMMARY].splitlines()
    assert card[0] == "Клиент: Иван."
    assert "Узнали: задача: сайт." in card
    assert "Возражения: дорого («дорого позовите человека»)." in card
    assert int(result.collected["call.transferred_s"]) in range(3, 7)
    assert decode(stage.line.played[1])[0].startswith("Клиент Иван. Тема: сайт. Соединяю.")
    both, _ = soundfile.read(next(stage.recordings.rglob("*.wav")), dtype="int16")
    client, other = (both[-8000 * 2 :, side].astype("<i2").tobytes() for side in (0, 1))
    assert share_of(CLIENT_HZ, client) > 0.9
    assert share_of(SECOND_CLIENT_HZ, other) > 0.9, "the recording holds both people"


async def test_the_manager_hears_of_the_client_in_the_voice_of_the_campaign(tmp_path: Path) -> None:
    stage = Stage(tmp_path, [*ASKS, Silence(3000), HangUp()], [Answer(1.0), Silence(4000)])
    await stage.call(**{VOICE: stage.anna.name})

    assert any(text.startswith("Клиент Иван.") for text in stage.anna.spoken)
    assert stage.house.spoken == []


async def test_nobody_is_there_and_the_script_goes_on_with_a_client_who_is_heard_again(tmp_path: Path) -> None:
    muttering = [Silence(1500), Hear(encode("долго ещё")), Silence(1000)]
    stage = Stage(
        tmp_path,
        [*ASKS, *muttering, UntilSaid(400), Hear(encode("хорошо")), Silence(9000)],
        [Decline(PickUp.NO_ANSWER)],
    )
    result = await stage.call()

    assert (result.outcome, result.reason) == (Outcome.CALLBACK_SCHEDULED, "operator")
    assert stage.script.events[1:] == [ev.Transferred(ok=False), ev.Heard("хорошо", 1.0)]
    assert SUMMARY not in result.collected
    assert [turn.phrase for turn in stage.log.turns.values() if turn.number] == ["ask", "connect", "failed", "bye"]


async def test_a_client_who_gives_up_waiting_is_told_to_the_script_after_the_failed_transfer(tmp_path: Path) -> None:
    stage = Stage(tmp_path, [*ASKS, Silence(2000), HangUp()], [Answer(5.0)])
    result = await stage.call()

    assert stage.script.events[1:] == [ev.Transferred(ok=False), ev.HungUp(ev.Side.CLIENT)]
    assert result.outcome is Outcome.CALLBACK_SCHEDULED
    assert result.ended_by == "client"


async def test_the_client_ends_the_talk_with_the_manager(tmp_path: Path) -> None:
    stage = Stage(tmp_path, [*ASKS, Silence(8000), HangUp()], [Answer()])
    result = await stage.call()

    assert (result.outcome, result.ended_by) == (Outcome.TRANSFERRED, "client")
    assert await stage.line.live_calls() == frozenset()


async def test_without_a_switchboard_the_script_promises_a_call(tmp_path: Path) -> None:
    stage = Stage(tmp_path, [*ASKS, UntilSaid(400), Hear(encode("ладно")), Silence(9000)], [Answer()])
    stage.caller._conversations._switchboard = None
    result = await stage.call()

    assert result.outcome is Outcome.CALLBACK_SCHEDULED
    assert [spec.number for spec in stage.line.dialed] == [CLIENT]


async def test_people_talk_no_longer_than_what_was_reserved_for_the_call(tmp_path: Path) -> None:
    stage = Stage(tmp_path, [*ASKS, Silence(120_000)], [Answer(), Silence(120_000)])
    stage.caller._conversations._longest_call_s = 30.0
    result = await stage.call()

    assert (result.outcome, result.ended_by) == (Outcome.TRANSFERRED, "robot")
    assert soundfile.info(next(stage.recordings.rglob("*.wav"))).duration == pytest.approx(29.0, abs=0.1)
    assert await stage.line.live_calls() == frozenset()
