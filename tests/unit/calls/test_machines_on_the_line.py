"""What the call session makes of the verdict, on a scripted line: whom it speaks to, and how soon."""

import asyncio
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any

import pytest

from robot.calls.answering import Answer
from robot.calls.session import Talk
from robot.domain.calls import TurnEnding
from robot.speech.base import RecognizerSession, Transcript
from robot.speech.errors import RecognitionFailed
from robot.speech.fake import FakeRecognizer, decode, encode
from scripts_dialog import actions as act
from scripts_dialog.outcomes import Outcome
from telephony.base import EndedBy
from telephony.fake import HangUp, Hear, Silence, Step, UntilSaid
from tests.unit.calls.answers_set import SOUNDS
from tests.unit.calls.test_session import Puppet, Stage

pytestmark = [pytest.mark.unit, pytest.mark.asyncio, pytest.mark.looptime]

VOICEMAIL = "абонент не может ответить оставьте сообщение после сигнала"
MENU = "ваш звонок очень важен для нас оставайтесь на линии"


class Deaf:
    """Hears like the fake, but tells nothing before the end of an utterance, as engines that do not stream."""

    partial = ""

    def __init__(self) -> None:
        self.real = FakeRecognizer(delay_s=0.2).session()
        self.glanced = 0

    def expect(self, answers: Sequence[str]) -> None: ...

    def accept(self, pcm: bytes) -> None:
        self.real.accept(pcm)

    def glance(self) -> Coroutine[Any, Any, Transcript]:
        self.glanced += 1
        return self.real.glance()

    def finish(self) -> Coroutine[Any, Any, Transcript]:
        return self.real.finish()

    async def close(self) -> None: ...


async def played(tmp_path: Path, *steps: Step, recognition: RecognizerSession | None = None) -> tuple[Stage, Talk]:
    stage = Stage(tmp_path, [*steps, Silence(30_000), HangUp()], Puppet({}))
    stage.recognition = recognition or Deaf()
    return stage, await stage.run()


def spoke(stage: Stage) -> str:
    return decode(bytes(stage.line.played[0]))[0]


@pytest.mark.parametrize("streams", [True, False])
async def test_a_machine_is_left_without_a_word(tmp_path: Path, streams: bool) -> None:
    recognition = FakeRecognizer(delay_s=0.2).session() if streams else Deaf()
    stage, talk = await played(tmp_path, Silence(400), Hear(encode(VOICEMAIL)), recognition=recognition)

    assert not any(stage.line.played[0])
    assert talk.verdict == act.End(Outcome.VOICEMAIL, "voicemail")
    assert talk.answered_as is Answer.VOICEMAIL
    assert talk.ended is not None
    assert talk.ended.by is EndedBy.ROBOT
    assert stage.dialog.events == []
    assert len(stage.line.played[0]) / 16 <= 400 + 3000, "known within 3 s of its first sound"


async def test_what_was_looked_at_early_still_comes_out_whole(tmp_path: Path) -> None:
    words = "добрый день компания ромашка меня зовут ольга слушаю вас"
    ear = Deaf()
    stage, talk = await played(tmp_path, Silence(400), Hear(encode(words)), recognition=ear)

    assert ear.glanced >= 2, "it was looked at"
    assert stage.log.turns[0].heard == words
    assert talk.answered_as is Answer.SECRETARY


@pytest.mark.parametrize("streams", [True, False])
async def test_a_person_is_answered_in_the_step_in_which_he_has_spoken(tmp_path: Path, streams: bool) -> None:
    words = encode("да слушаю вас")
    recognition = FakeRecognizer(delay_s=0.2).session() if streams else Deaf()
    stage, talk = await played(tmp_path, Silence(400), Hear(words), recognition=recognition)
    over_ms = 400 + len(words) // 16

    asked = stage.log.of("ask")
    assert asked.said_from_ms == pytest.approx(over_ms + 350, abs=60)
    assert talk.answered_as is Answer.HUMAN
    assert talk.verdict == act.End(Outcome.REFUSED, "no")


async def test_who_says_nothing_is_greeted_all_the_same(tmp_path: Path) -> None:
    stage, talk = await played(tmp_path)

    assert stage.log.of("ask").said_from_ms == pytest.approx(800, abs=60)
    assert talk.answered_as is Answer.SILENCE


async def test_a_machine_that_goes_on_over_the_robot_ends_the_call(tmp_path: Path) -> None:
    greeting = [Hear(encode("здравствуйте")), Silence(700), Hear(encode("оставьте сообщение после сигнала"))]
    stage, talk = await played(tmp_path, Silence(400), *greeting)

    assert talk.verdict == act.End(Outcome.VOICEMAIL, "voicemail")
    assert stage.log.of("ask").ending is TurnEnding.SPOKEN
    assert "bye" not in {turn.phrase for turn in stage.log.turns.values()}
    assert len(stage.line.played[0]) / 16 < 10_000


async def test_the_person_behind_a_menu_is_greeted(tmp_path: Path) -> None:
    person = [Silence(5000), Hear(encode("алло слушаю вас")), UntilSaid(), Silence(300), Hear(encode("нет"))]
    stage, talk = await played(tmp_path, Silence(400), Hear(encode(MENU)), *person)

    assert spoke(stage).startswith("вам удобно говорить сейчас?")
    assert stage.dialog.texts == ["нет"]
    assert talk.answered_as is Answer.HUMAN
    assert stage.log.of("ask").said_from_ms > 7000


async def test_a_menu_without_a_person_costs_twenty_seconds(tmp_path: Path) -> None:
    stage, talk = await played(tmp_path, Silence(400), Hear(encode(MENU)))

    assert not any(stage.line.played[0])
    assert talk.verdict == act.End(Outcome.NO_ANSWER, "menu")
    assert 20_000 <= len(stage.line.played[0]) / 16 <= 24_000


@pytest.mark.parametrize("sound", ["ced", "cng", "sit", "busy"])
async def test_tones_are_left_without_a_word(tmp_path: Path, sound: str) -> None:
    stage, talk = await played(tmp_path, Silence(400), Hear(SOUNDS[sound]))

    assert not any(stage.line.played[0])
    assert talk.verdict is not None
    assert talk.verdict.reason in {"fax", "operator", "busy_tone"}


async def test_a_ringing_tone_is_no_machine(tmp_path: Path) -> None:
    """Some exchanges answer, then ring the extension."""
    person = [Hear(encode("алло")), UntilSaid(), Silence(300), Hear(encode("нет"))]
    _, talk = await played(tmp_path, Silence(400), Hear(SOUNDS["ringback"]), *person)

    assert talk.answered_as is Answer.HUMAN
    assert talk.verdict == act.End(Outcome.REFUSED, "no")


class Failing(Deaf):
    async def _fail(self) -> Transcript:
        raise RecognitionFailed("out of memory")

    def finish(self) -> Coroutine[Any, Any, Transcript]:
        self.real.accept(b"")
        return self._fail()


async def test_a_recognizer_that_fails_makes_no_machine(tmp_path: Path) -> None:
    steps = [Silence(400), Hear(encode("добрый день компания ромашка меня зовут ольга слушаю вас"))]
    stage, talk = await played(tmp_path, *steps, recognition=Failing())

    assert talk.answered_as is Answer.UNSURE
    assert spoke(stage).startswith("вам удобно говорить сейчас?")


async def test_a_call_that_ends_while_words_are_looked_at_leaves_nothing_behind(tmp_path: Path) -> None:
    words = encode("добрый день компания ромашка меня зовут ольга")
    stage = Stage(tmp_path, [Silence(400), Hear(words[: 16 * 1500]), HangUp()], Puppet({}))
    stage.recognition = Deaf()
    talk = await stage.run()

    assert talk.ended is not None
    assert talk.ended.by is EndedBy.CLIENT
    await asyncio.sleep(0)
    assert [task for task in asyncio.all_tasks() if "recognize" in repr(task)] == []
