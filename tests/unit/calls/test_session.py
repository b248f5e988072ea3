"""The call session on a scripted line, with a voice and a recognizer that understand each other through audio alone."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
import soundfile

from robot.calls.ear import Ear, VoiceDetector
from robot.calls.events import BargedIn, CallEvent, PhraseStarted
from robot.calls.fillers import AFTER_MS, FILLER_TEXTS
from robot.calls.hands import Hands
from robot.calls.recorder import Recorder
from robot.calls.session import CallSession, Talk
from robot.calls.turnlog import TurnLog
from robot.calls.turns import TurnSettings, TurnTaker
from robot.domain.calls import Turn, TurnEnding
from robot.speech.base import RecognizerSession, Transcript
from robot.speech.errors import RecognitionFailed
from robot.speech.fake import FakeRecognizer, decode, encode
from robot.speech.sounds import SoundDetector
from scripts_dialog import actions as act
from scripts_dialog import events as ev
from scripts_dialog.completeness import Completeness
from scripts_dialog.marks import Pause
from scripts_dialog.outcomes import Outcome
from scripts_dialog.values import Expects
from telephony.base import CallSpec, EndedBy
from telephony.fake import Answer, HangUp, Hear, ScriptedLine, Silence, Step, UntilSaid

pytestmark = [pytest.mark.unit, pytest.mark.asyncio, pytest.mark.looptime]

LISTEN = act.Listen("ask", silence_after_s=4.0, max_s=15.0)
BYE = (act.Say("bye", "до свидания"), act.End(Outcome.REFUSED, "no"))
NOISE = np.random.default_rng(7).integers(-3000, 3000, 8000).astype("<i2").tobytes()


class Puppet:
    """Asks, then takes each event by a table of replies; notes every event."""

    def __init__(
        self,
        replies: dict[str, Sequence[act.Action]],
        *,
        interruptible: bool = True,
        endings: dict[str, Completeness] | None = None,
        listen: act.Listen = LISTEN,
    ) -> None:
        self.replies = replies
        self.endings = endings or {}
        self.listen = listen
        self.taken_back = 0
        self.interruptible = interruptible
        self.events: list[ev.Event] = []
        self.texts: list[str] = []

    def start(self, now: datetime) -> list[act.Action]:
        return [act.Say("ask", "вам удобно говорить сейчас?", interruptible=self.interruptible), self.listen]

    def forbids(self, text: str) -> bool:
        return text in self.replies and any(isinstance(one, act.StopCalling) for one in self.replies[text])

    def completeness(self, text: str) -> Completeness:
        return self.endings.get(text, Completeness.OPEN)

    def take_back(self) -> None:
        self.taken_back += 1

    def step(self, event: ev.Event, now: datetime) -> list[act.Action]:
        self.events.append(event)
        match event:
            case ev.Heard(text):
                self.texts.append(text)
                heard = act.Understood("ask", act.Turn.ANSWER, intent=text, matched=text, next_phrase="bye")
                return [heard, *self.replies.get(text, BYE)]
            case ev.Silence():
                return [act.Understood("ask", act.Turn.SILENCE, next_phrase="bye"), *BYE]
            case ev.HungUp():
                return [act.Understood("ask", act.Turn.HUNG_UP), act.End(Outcome.REFUSED, "hung_up")]
        return []


class Phrases:
    """What it is asked for must be rendered, except `ready`."""

    def __init__(self, *ready: str) -> None:
        self.ready = ready

    def get(self, text: str) -> bytes | None:
        return encode(text) if text in self.ready else None

    async def speech(self, text: str) -> bytes:
        return encode(text)

    async def prepare(self, texts: Sequence[str]) -> None:
        self.ready += tuple(texts)


class Log:
    """Keeps turns as a table would: the last state of each."""

    def __init__(self, fail_at: int = 0) -> None:
        self.turns: dict[int, Turn] = {}
        self.stops: list[UUID] = []
        self.writes = 0
        self.fail_at = fail_at

    async def answered(self, attempt_id: UUID, *, at: datetime) -> None: ...

    async def turn(self, attempt_id: UUID, turn: Turn) -> None:
        self.writes += 1
        if self.writes == self.fail_at:
            raise OSError("the database is gone")
        self.turns[turn.number] = turn

    async def stop_calling(self, attempt_id: UUID, *, at: datetime) -> None:
        self.stops.append(attempt_id)

    def of(self, phrase: str) -> Turn:
        return next(turn for turn in self.turns.values() if turn.phrase == phrase)


class Stage:
    """One call: the client's steps against a dialog."""

    def __init__(self, tmp_path: Path, steps: Sequence[Step], dialog: Puppet, log: Log | None = None) -> None:
        self.line = ScriptedLine([[Answer(), *steps]])
        self.dialog = dialog
        self.log = log or Log()
        self.recording = tmp_path / "call.wav"
        self.speaking = asyncio.Event()
        self.events: list[CallEvent] = []
        self.phrases = Phrases()
        self.longest_s = 900.0
        self.detector: VoiceDetector = any
        self.longest_utterance_ms = 15_000
        self.recognition: RecognizerSession = FakeRecognizer(delay_s=0.2).session()

    async def run(self, during: Callable[["asyncio.Task[Talk]"], Awaitable[None]] | None = None) -> Talk:
        serving = asyncio.create_task(self.line.run())
        call_id = uuid4()
        turns = TurnLog(call_id, self.log, self.observe)
        try:
            self.call = await self.line.dial(CallSpec(call_id, "+74951234567"))
            session = CallSession(
                self.call,
                number="+74951234567",
                attempt_id=call_id,
                dialog=self.dialog,
                recordings={"studio.wav": encode("голос из студии")},
                ear=Ear(self.recognition, self.detector, TurnTaker(TurnSettings(longest_ms=self.longest_utterance_ms))),
                phrases=self.phrases,
                hands=Hands(call_id, None, None, now=_now, on_stop=turns.stop_calling),  # type: ignore[arg-type]
                turns=turns,
                recorder=Recorder(self.recording),
                observe=self.observe,
                now=_now,
                longest_s=self.longest_s,
            )
            talking = asyncio.create_task(session.run())
            if during is not None:
                await during(talking)
            return await talking
        finally:
            serving.cancel()
            await asyncio.wait([serving])

    def observe(self, event: CallEvent) -> None:
        self.events.append(event)
        if isinstance(event, PhraseStarted):
            self.speaking.set()


def _now() -> datetime:
    return datetime(2026, 11, 23, 9, tzinfo=UTC)


async def test_words_travel_as_sound_and_come_back_as_a_stored_turn(tmp_path: Path) -> None:
    steps = [Hear(encode("алло")), UntilSaid(), Silence(300), Hear(encode("да, слушаю")), Silence(9000)]
    stage = Stage(tmp_path, steps, Puppet({}))

    talk = await stage.run()

    assert stage.dialog.texts == ["да, слушаю"]
    assert decode(stage.line.played[0])[0] == "вам удобно говорить сейчас? до свидания"
    assert talk.verdict == act.End(Outcome.REFUSED, "no")
    assert talk.ended is not None
    assert talk.ended.by is EndedBy.ROBOT
    asked, answer = stage.log.of("ask"), stage.log.of("bye")
    assert (asked.heard, asked.ending, asked.went_to) == ("да, слушаю", TurnEnding.ANSWERED, "bye")
    assert [word.text for word in asked.words] == ["да,", "слушаю"]
    assert asked.heard_from_ms is not None
    assert asked.heard_to_ms is not None
    # Eight marks of 10 ms stand before the words, two behind them.
    assert asked.words[0].from_ms == pytest.approx(asked.heard_from_ms + 80, abs=20)
    assert asked.words[1].to_ms == pytest.approx(asked.heard_to_ms - 20, abs=20)
    assert asked.words[1].from_ms - asked.words[0].to_ms == 20, "a blank"
    assert stage.log.turns[0].words[0].text == "алло"
    assert stage.log.turns[0].heard == "алло", "the opening word is in the transcript, and answered nothing"
    assert answer.ending is TurnEnding.SPOKEN
    # 450 ms of silence end the turn; the words are there by then; a tick or two lie on the way.
    assert answer.response_ms is not None
    assert 450 <= answer.response_ms <= 500


class Away(Log):
    """The store goes away with the first phrase, for three seconds, and comes back."""

    class Gone(Exception):
        retryable = True

    def __init__(self) -> None:
        super().__init__()
        self.until_s: float | None = None

    async def turn(self, attempt_id: UUID, turn: Turn) -> None:
        now_s = asyncio.get_running_loop().time()
        self.until_s = self.until_s or now_s + 3.0
        if now_s < self.until_s:
            raise Away.Gone
        await super().turn(attempt_id, turn)


async def test_a_store_that_is_away_for_a_moment_ends_no_talk_and_loses_no_turn(tmp_path: Path) -> None:
    steps = [UntilSaid(), Silence(300), Hear(encode("да, слушаю")), Silence(9000)]
    stage = Stage(tmp_path, steps, Puppet({}), Away())

    talk = await stage.run()

    assert talk.verdict == act.End(Outcome.REFUSED, "no")
    assert [stage.log.of(phrase).ending for phrase in ("ask", "bye")] == [TurnEnding.ANSWERED, TurnEnding.SPOKEN]


async def test_the_recording_holds_both_sides_where_the_transcript_says(tmp_path: Path) -> None:
    steps = [UntilSaid(), Silence(300), Hear(encode("нет, спасибо")), Silence(9000)]
    stage = Stage(tmp_path, steps, Puppet({}))
    await stage.run()
    both, rate = soundfile.read(stage.recording, dtype="int16")
    client, robot = (both[:, side].astype("<i2").tobytes() for side in (0, 1))
    asked = stage.log.of("ask")

    assert rate == 8000
    assert decode(client)[0] == "нет, спасибо"
    assert decode(robot)[0] == "вам удобно говорить сейчас? до свидания"
    assert asked.said_to_ms is not None
    assert asked.heard_from_ms is not None
    assert asked.heard_to_ms is not None
    assert decode(robot[asked.said_from_ms * 16 : asked.said_to_ms * 16])[0] == "вам удобно говорить сейчас?"
    assert decode(client[asked.heard_from_ms * 16 : asked.heard_to_ms * 16])[0] == "нет, спасибо"


async def test_a_turn_is_over_after_as_much_speech_as_the_script_hears_out(tmp_path: Path) -> None:
    """The monologue is cut into pieces where it is longer than an utterance may be, and at the limit altogether."""
    monologue = Hear(encode("и вот ещё что") * 20)  # more than ten seconds
    for most_s in (3.0, 6.0):
        bye = {"": BYE}
        stage = Stage(tmp_path, [UntilSaid(), Silence(300), monologue, Silence(9000)], Puppet(bye))
        stage.dialog.listen = replace(LISTEN, max_s=most_s)
        stage.longest_utterance_ms = 4000
        await stage.run()
        asked, answered = stage.log.of("ask"), stage.log.of("bye")

        assert asked.heard.startswith("и вот ещё что и вот")
        assert asked.heard_from_ms is not None
        assert asked.heard_to_ms is not None
        assert asked.heard_to_ms - asked.heard_from_ms == pytest.approx(1000 * most_s, abs=400)
        assert answered.said_from_ms - asked.heard_to_ms < 600
        assert stage.dialog.taken_back == 0


async def test_a_studio_recording_wins_over_the_synthesized_voice(tmp_path: Path) -> None:
    bye = (act.Say("bye", "до свидания", recording="studio.wav"), act.End(Outcome.REFUSED, "no"))
    steps = [UntilSaid(), Silence(300), Hear(encode("нет")), Silence(9000)]
    stage = Stage(tmp_path, steps, Puppet({"нет": bye}))
    await stage.run()

    assert decode(stage.line.played[0])[0] == "вам удобно говорить сейчас? голос из студии"


async def test_a_pause_in_the_text_is_a_pause_on_the_line(tmp_path: Path) -> None:
    bye = (act.Say("bye", "да. нет", marks=(Pause(3, 700),)), act.End(Outcome.REFUSED, "no"))
    steps = [UntilSaid(), Silence(300), Hear(encode("нет")), Silence(9000)]
    stage = Stage(tmp_path, steps, Puppet({"нет": bye}))
    await stage.run()

    assert encode("да.") + bytes(700 * 16) + encode("нет") in stage.line.played[0]


async def test_whoever_says_nothing_is_silent_after_the_patience_of_the_phrase(tmp_path: Path) -> None:
    stage = Stage(tmp_path, [Silence(60_000)], Puppet({}))
    await stage.run()
    asked, bye = stage.log.of("ask"), stage.log.of("bye")

    assert stage.dialog.events == [ev.Silence()]
    assert asked.ending is TurnEnding.SILENT
    assert asked.said_from_ms == pytest.approx(800, abs=60)
    assert asked.said_to_ms is not None
    assert bye.said_from_ms - asked.said_to_ms == pytest.approx(4000, abs=80)


async def test_the_robot_falls_silent_for_whoever_really_speaks(tmp_path: Path) -> None:
    steps = [Silence(1000), Hear(encode("подождите минуточку пожалуйста")), Silence(9000)]
    stage = Stage(tmp_path, steps, Puppet({}))
    await stage.run()
    asked = stage.log.of("ask")

    interrupted, heard = stage.dialog.events[:2]
    assert isinstance(interrupted, ev.Interrupted)
    assert heard == ev.Heard("подождите минуточку пожалуйста")
    assert asked.interrupted
    assert asked.said_to_ms is not None
    assert asked.said_to_ms - 1000 <= 120, "silent with the second frame of the client's, give or take a tick"
    assert asked.played_ms == interrupted.played_ms
    assert asked.length_ms == interrupted.total_ms
    assert interrupted.played_ms < interrupted.total_ms
    [barged_in] = [event for event in stage.events if isinstance(event, BargedIn)]
    assert 0 < barged_in.stop_ms <= 120


async def test_a_phrase_that_must_be_heard_is_said_to_its_end(tmp_path: Path) -> None:
    steps = [Silence(1000), Hear(encode("подождите")), Silence(9000)]
    stage = Stage(tmp_path, steps, Puppet({}, interruptible=False))
    await stage.run()

    assert decode(stage.line.played[0])[0].startswith("вам удобно говорить сейчас?")
    assert not stage.log.of("ask").interrupted


async def test_noise_that_stopped_the_robot_lets_it_finish_its_phrase(tmp_path: Path) -> None:
    stage = Stage(tmp_path, [Silence(1000), Hear(NOISE), Silence(9000)], Puppet({}))
    await stage.run()
    asked = stage.log.of("ask")

    assert [type(event) for event in stage.dialog.events] == [ev.Silence], "nothing has happened"
    assert asked.ending is TurnEnding.SILENT
    assert asked.played_ms == asked.length_ms
    assert not asked.interrupted
    assert decode(stage.line.played[0])[0].endswith("вам удобно говорить сейчас? до свидания"), "said again whole"


async def test_the_last_words_before_the_receiver_falls_still_count(tmp_path: Path) -> None:
    steps = [UntilSaid(), Silence(300), Hear(encode("не звоните мне больше")), HangUp()]
    stage = Stage(tmp_path, steps, Puppet({}))
    talk = await stage.run()
    asked = stage.log.of("ask")

    assert stage.dialog.texts == ["не звоните мне больше"]
    assert (asked.heard, asked.ending, asked.went_to) == ("не звоните мне больше", TurnEnding.HUNG_UP_AFTER, "")
    assert "bye" not in {turn.phrase for turn in stage.log.turns.values()}, "nobody heard it, so it was not reached"
    assert talk.ended is not None
    assert talk.ended.by is EndedBy.CLIENT


async def test_hanging_up_within_a_phrase_is_told_from_hanging_up_after_it(tmp_path: Path) -> None:
    during = Stage(tmp_path, [Silence(1200), HangUp()], Puppet({}))
    await during.run()
    after = Stage(tmp_path, [UntilSaid(), Silence(300), HangUp()], Puppet({}))
    await after.run()

    assert during.log.of("ask").ending is TurnEnding.HUNG_UP_DURING
    assert after.log.of("ask").ending is TurnEnding.HUNG_UP_AFTER


async def test_a_breath_inside_an_answer_does_not_make_two_answers(tmp_path: Path) -> None:
    words = [Hear(encode("давайте в среду")), Silence(400), Hear(encode("после обеда")), Silence(9000)]
    stage = Stage(tmp_path, [UntilSaid(), Silence(300), *words], Puppet({}))
    await stage.run()

    assert stage.dialog.texts == ["давайте в среду после обеда"]


async def test_a_noise_after_an_answer_takes_nothing_from_it(tmp_path: Path) -> None:
    words = [Hear(encode("минутку соединяю")), Silence(560), Hear(NOISE), Silence(9000)]
    stage = Stage(tmp_path, [UntilSaid(), Silence(300), *words], Puppet({}))
    await stage.run()

    assert stage.dialog.events == [ev.Heard("минутку соединяю", 1.0)]


async def test_a_complete_answer_is_answered_at_once(tmp_path: Path) -> None:
    steps = [UntilSaid(), Silence(300), Hear(encode("да, удобно")), Silence(9000)]
    stage = Stage(tmp_path, steps, Puppet({}, endings={"да, удобно": Completeness.COMPLETE}))
    stage.recognition = FakeRecognizer(delay_s=0.1).session()
    await stage.run()

    response_ms = stage.log.of("bye").response_ms
    assert response_ms is not None
    assert 200 <= response_ms <= 260


@pytest.mark.parametrize("expects", [Expects.YES_NO, Expects.OPEN])
async def test_who_watches_is_told_of_replies_to_yes_and_no(tmp_path: Path, expects: Expects) -> None:
    steps = [
        UntilSaid(),
        Silence(300),
        Hear(encode("да")),
        UntilSaid(),
        Silence(300),
        Hear(encode("да")),
        Silence(9000),
    ]
    replies = {"да": (act.Say("bye", "и ещё одно"), replace(LISTEN, expects=Expects.OPEN))}
    stage = Stage(tmp_path, steps, Puppet(replies, listen=replace(LISTEN, expects=expects)))
    await stage.run()

    begun = [event for event in stage.events if isinstance(event, PhraseStarted)]
    replied = [event.to_yes_no for event in begun if event.response_ms is not None]
    assert not begun[0].to_yes_no
    assert replied[0] is (expects is Expects.YES_NO)
    assert len(replied) > 1
    assert not any(replied[1:])


OFFER = (act.Say("offer", "отлично, тогда расскажу о предложении"), LISTEN)
HASTY = {"да": Completeness.COMPLETE}


async def test_a_robot_that_began_too_early_falls_silent_and_answers_the_whole_sentence(tmp_path: Path) -> None:
    answer = [Hear(encode("да")), Silence(600), Hear(encode("но только не сегодня")), Silence(9000)]
    dialog = Puppet({"да": OFFER}, endings=HASTY)
    stage = Stage(tmp_path, [UntilSaid(), Silence(300), *answer], dialog)
    await stage.run()
    asked = stage.log.of("ask")

    assert dialog.texts == ["да", "да но только не сегодня"]
    assert dialog.taken_back == 1
    assert not any(isinstance(event, ev.Interrupted) for event in dialog.events)
    assert (asked.heard, asked.went_to, asked.false_starts) == ("да но только не сегодня", "bye", 1)
    assert " ".join(word.text for word in asked.words) == asked.heard
    assert asked.words[1].from_ms - asked.words[0].to_ms > 600, "the pause lies between the two"
    withdrawn = next(turn for turn in stage.log.turns.values() if turn.role == "withdrawn")
    assert (withdrawn.phrase, withdrawn.said) == ("", OFFER[0].text), "nobody has reached the phrase"
    assert withdrawn.said_to_ms is not None
    assert withdrawn.said_to_ms - withdrawn.said_from_ms < 600
    assert stage.log.of("bye").said


async def test_a_farewell_said_too_early_is_taken_back(tmp_path: Path) -> None:
    answer = [Hear(encode("нет")), Silence(500), Hear(encode("ну расскажите")), Silence(9000)]
    replies = {"нет": BYE, "нет ну расскажите": OFFER}
    stage = Stage(
        tmp_path, [UntilSaid(), Silence(300), *answer], Puppet(replies, endings={"нет": Completeness.COMPLETE})
    )
    await stage.run()

    assert stage.dialog.texts[:2] == ["нет", "нет ну расскажите"]
    assert stage.log.of("offer").said_to_ms is not None


async def test_what_cannot_be_undone_is_not_taken_back(tmp_path: Path) -> None:
    answer = [Hear(encode("больше не звоните")), Silence(500), Hear(encode("поняли меня")), Silence(9000)]
    replies = {"больше не звоните": (act.StopCalling("больше не звоните"), *OFFER)}
    dialog = Puppet(replies, endings={"больше не звоните": Completeness.COMPLETE})
    stage = Stage(tmp_path, [UntilSaid(), Silence(300), *answer], dialog)
    await stage.run()

    assert dialog.texts == ["больше не звоните", "больше не звоните поняли меня"]
    assert dialog.taken_back == 0
    assert stage.log.of("offer").interrupted


async def test_an_answer_after_a_murmur_is_heard(tmp_path: Path) -> None:
    long = "вам удобно говорить сейчас? я займу у вас ровно одну минуту, не больше"
    dialog = Puppet({})
    dialog.start = lambda now: [act.Say("ask", long), LISTEN]  # type: ignore[method-assign]
    steps = [Silence(1000), Hear(encode("ага")), UntilSaid(1500), Hear(encode("да слушаю")), Silence(9000)]
    await Stage(tmp_path, steps, dialog).run()

    assert dialog.texts == ["да слушаю"]


async def test_a_murmur_in_the_middle_of_a_phrase_leaves_the_turn_with_the_robot(tmp_path: Path) -> None:
    long = "вам удобно говорить сейчас? я займу у вас ровно одну минуту, не больше"
    dialog = Puppet({})
    dialog.start = lambda now: [act.Say("ask", long), LISTEN]  # type: ignore[method-assign]
    stage = Stage(tmp_path, [Silence(1000), Hear(encode("угу")), Silence(20_000)], dialog)
    await stage.run()
    asked = stage.log.of("ask")

    assert [type(event) for event in dialog.events] == [ev.Silence]
    assert not asked.interrupted
    assert asked.played_ms == asked.length_ms
    assert decode(stage.line.played[0])[0].endswith(long + " до свидания")


class SlowToRender(Phrases):
    async def speech(self, text: str) -> bytes:
        await asyncio.sleep(1.5)
        return await super().speech(text)


async def test_a_word_covers_a_wait_that_a_client_would_notice(tmp_path: Path) -> None:
    steps = [UntilSaid(), Silence(300), Hear(encode("да")), Silence(9000)]
    stage = Stage(tmp_path, steps, Puppet({}, endings=HASTY))
    stage.phrases = SlowToRender(*FILLER_TEXTS)
    await stage.run()
    filler = next(turn for turn in stage.log.turns.values() if turn.role == "filler")
    asked, bye = stage.log.of("ask"), stage.log.of("bye")

    assert (filler.phrase, filler.said in FILLER_TEXTS) == ("", True)
    assert filler.response_ms == pytest.approx(AFTER_MS, abs=60)
    assert (asked.heard, asked.ending) == ("да", TurnEnding.ANSWERED)
    assert filler.said_to_ms is not None
    assert bye.said_from_ms >= filler.said_to_ms
    assert sum(turn.role == "filler" for turn in stage.log.turns.values()) == 1


async def test_a_client_who_hangs_up_while_the_next_phrase_is_rendered_is_gone(tmp_path: Path) -> None:
    """It came too late to be played, and the call waited for its end for ever."""
    steps = [UntilSaid(), Silence(300), Hear(encode("да")), Silence(1500), HangUp()]
    stage = Stage(tmp_path, steps, Puppet({}))

    class SlowGoodbye(Phrases):
        async def speech(self, text: str) -> bytes:
            if text == "до свидания":
                while stage.call.ended is None:
                    await asyncio.sleep(0.1)
                await asyncio.sleep(1)
            return await super().speech(text)

    stage.phrases = SlowGoodbye()
    async with asyncio.timeout(60):
        talk = await stage.run()

    assert talk.ended is not None
    assert talk.ended.by is EndedBy.CLIENT
    assert stage.log.of("bye").played_ms is None
    assert stage.log.of("ask").ending is TurnEnding.ANSWERED


async def test_music_is_waited_out_and_the_new_voice_is_heard_from_its_first_word(tmp_path: Path) -> None:
    at = np.arange(8 * 8000) / 8000
    chord = sum(2500 * np.sin(2 * np.pi * hertz * at) for hertz in (392.0, 493.9, 587.3))
    music = np.asarray(chord, dtype="<i2").tobytes()
    asked = (act.Say("wait", "спасибо, жду"), act.Listen("wait", silence_after_s=30.0, max_s=15.0))
    steps = [UntilSaid(), Silence(300), Hear(encode("соединяю")), UntilSaid(), Hear(music)]
    dialog = Puppet({"соединяю": asked})
    stage = Stage(tmp_path, [*steps, Silence(700), Hear(encode("иванов слушает")), Silence(9000)], dialog)
    stage.detector = SoundDetector()
    await stage.run()

    assert dialog.texts == ["соединяю", "иванов слушает"]
    assert not any(isinstance(event, ev.Silence) for event in dialog.events)
    waited = stage.log.of("wait")
    assert waited.heard_from_ms is not None
    assert waited.heard_to_ms is not None
    assert waited.heard_to_ms - waited.heard_from_ms < 2000, "the music is no part of what was said"


class Slow:
    """A recognizer that takes longer for longer utterances."""

    partial = ""

    def __init__(self) -> None:
        self.heard = b""

    def expect(self, answers: Sequence[str]) -> None: ...

    def accept(self, pcm: bytes) -> None:
        self.heard += pcm

    def finish(self) -> Coroutine[Any, Any, Transcript]:
        heard, self.heard = self.heard, b""
        return self._decoded(heard)

    def glance(self) -> Coroutine[Any, Any, Transcript]:
        return self._decoded(self.heard)

    async def _decoded(self, heard: bytes) -> Transcript:
        text, _ = decode(heard)
        await asyncio.sleep(3.0 if len(text) > 10 else 0.1)
        return Transcript(text)

    async def close(self) -> None: ...


async def test_words_reach_the_dialog_in_the_order_in_which_they_were_said(tmp_path: Path) -> None:
    words = [Hear(encode("а вы из какой компании")), Silence(1500), Hear(encode("нет")), Silence(9000)]
    dialog = Puppet({"а вы из какой компании": (LISTEN,)})
    stage = Stage(tmp_path, [UntilSaid(), Silence(300), *words], dialog)
    stage.recognition = Slow()
    await stage.run()

    assert dialog.texts == ["а вы из какой компании", "нет"]


class Broken:
    """A recognizer that fails at every utterance."""

    partial = ""

    def expect(self, answers: Sequence[str]) -> None: ...

    def accept(self, pcm: bytes) -> None: ...

    async def finish(self) -> Transcript:
        raise RecognitionFailed("out of memory")

    async def close(self) -> None: ...


async def test_a_failing_recognizer_is_a_client_who_was_not_heard(tmp_path: Path) -> None:
    stage = Stage(tmp_path, [UntilSaid(), Silence(300), Hear(encode("да")), Silence(60_000)], Puppet({}))
    stage.recognition = Broken()
    talk = await stage.run()

    assert stage.dialog.events == [ev.Silence()]
    assert talk.verdict == act.End(Outcome.REFUSED, "no")


async def test_a_call_whose_turns_cannot_be_stored_ends_loudly(tmp_path: Path) -> None:
    stage = Stage(tmp_path, [Silence(60_000)], Puppet({}), Log(fail_at=2))

    with pytest.raises(OSError, match="the database is gone"):
        await stage.run()
    assert stage.call.ended is not None


async def test_a_cancelled_call_is_hung_up_and_keeps_its_turns(tmp_path: Path) -> None:
    stage = Stage(tmp_path, [UntilSaid(), Silence(60_000)], Puppet({}))

    async def cancel(talking: "asyncio.Task[Talk]") -> None:
        await stage.speaking.wait()
        talking.cancel()

    with pytest.raises(asyncio.CancelledError):
        await stage.run(cancel)
    assert stage.call.ended is not None
    assert stage.log.of("ask").ending is TurnEnding.CUT_OFF
    assert stage.recording.exists()


STOP = (act.StopCalling("больше не звоните"), act.Say("opted_out", "больше не позвоним"), act.End(Outcome.OPTED_OUT))


class Noticing:
    """A recognition that tells when an utterance is over, some time before its words are there."""

    def __init__(self) -> None:
        self.session = FakeRecognizer(delay_s=0.2).session()
        self.ended = asyncio.Event()

    def __getattr__(self, name: str) -> object:
        if name == "finish":
            self.ended.set()
        return getattr(self.session, name)


async def test_the_demand_to_stop_calling_is_written_while_the_talk_goes_on(tmp_path: Path) -> None:
    steps = [UntilSaid(), Silence(300), Hear(encode("больше не звоните")), Silence(9000)]
    stage = Stage(tmp_path, steps, Puppet({"больше не звоните": (*STOP[:2], LISTEN)}))

    async def written(_talking: "asyncio.Task[Talk]") -> None:
        while not stage.log.stops:
            await asyncio.sleep(0.02)
        assert stage.call.ended is None

    await stage.run(written)
    assert len(stage.log.stops) == 1


async def test_a_demand_to_stop_calling_heard_just_before_the_call_is_cancelled_counts(tmp_path: Path) -> None:
    steps = [UntilSaid(), Silence(300), Hear(encode("больше не звоните")), Silence(60_000)]
    stage = Stage(tmp_path, steps, Puppet({"больше не звоните": STOP}))
    stage.recognition = noticing = Noticing()  # type: ignore[assignment]

    async def cancel(talking: "asyncio.Task[Talk]") -> None:
        await noticing.ended.wait()
        talking.cancel()

    with pytest.raises(asyncio.CancelledError):
        await stage.run(cancel)
    assert len(stage.log.stops) == 1


async def test_a_demand_to_stop_calling_waits_for_nothing_the_robot_says(tmp_path: Path) -> None:
    steps = [UntilSaid(), Silence(300), Hear(encode("больше не звоните")), Silence(60_000)]
    farewell_first = (STOP[1], STOP[0], STOP[2])
    stage = Stage(tmp_path, steps, Puppet({"больше не звоните": farewell_first}))
    rendering = asyncio.Event()

    class Slow(Phrases):
        async def speech(self, text: str) -> bytes:
            if text == "больше не позвоним":
                rendering.set()
                await asyncio.Event().wait()
            return await super().speech(text)

    stage.phrases = Slow()

    async def cancel(talking: "asyncio.Task[Talk]") -> None:
        await rendering.wait()
        talking.cancel()

    with pytest.raises(asyncio.CancelledError):
        await stage.run(cancel)
    assert len(stage.log.stops) == 1


async def test_no_call_is_longer_than_it_may_be(tmp_path: Path) -> None:
    stage = Stage(tmp_path, [Silence(60_000)], Puppet({}))
    stage.longest_s = 3.0
    talk = await stage.run()

    assert talk.ended is not None
    assert talk.ended.by is EndedBy.ROBOT
    assert stage.dialog.events == [ev.HungUp(ev.Side.ROBOT)]
    assert soundfile.info(stage.recording).duration == pytest.approx(2.0, abs=0.1)


@pytest.mark.parametrize(
    ("steps", "interruptible"),
    [
        ([Hear(encode("больше не звоните")), Silence(9000)], True),
        ([Silence(1000), Hear(encode("больше не звоните")), Silence(9000)], False),
    ],
    ids=["on taking the phone", "under a phrase that is said to its end"],
)
async def test_a_demand_to_stop_calling_is_heard_wherever_it_is_said(
    tmp_path: Path, steps: list[Step], interruptible: bool
) -> None:
    stage = Stage(tmp_path, steps, Puppet({"больше не звоните": STOP}, interruptible=interruptible))
    talk = await stage.run()

    assert len(stage.log.stops) == 1
    assert talk.verdict == STOP[-1]
    assert decode(stage.line.played[0])[0].endswith("больше не позвоним")
