"""The people of the simulated exchange, each called by a puppet robot on a virtual clock."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from telephony.base import Call, CallSpec, EndedBy
from telephony.errors import Busy, DialError, NoAnswer, Rejected, UnknownNumber
from telephony.simulated.cast import cast
from telephony.simulated.dice import Dice
from telephony.simulated.person import SimulatedPerson
from telephony.simulated.speech import load_voices
from telephony.simulated.subscriber import Said
from tests.contracts.people import tone
from tests.unit.telephony_simulated.puppet import SALES, Talk, exchange, is_loud, library, sound, talk

pytestmark = [pytest.mark.unit, pytest.mark.asyncio, pytest.mark.looptime(noop_cycles=0)]

WILLING = ["agrees", "counter_proposal", "expensive_agrees", "asks_robot", "suspicious", "interrupts", "secretary"]
REFUSING = ["expensive_refuses", "not_interested", "has_supplier", "removal", "wrong_number"]
TELLING = {
    "counter_proposal": {"в четверг, в два", "в пятницу, в десять", "в среду после обеда"},
    "expensive_agrees": {"дорого", "Дорого"},
    "expensive_refuses": {"дорого", "Дорого", "денег"},
    "asks_robot": {"робот", "живым человеком"},
    "suspicious": {"кто это", "компании"},
    "interrupts": {"Подождите"},
    "secretary": {"вопросу"},
    "not_interested": {"не интересно", "ничего не нужно"},
    "has_supplier": {"с другими", "поставщик"},
    "removal": {"не звоните", "Не звоните", "Уберите"},
    "wrong_number": {"не туда", "частный"},
    "call_later": {"Перезвоните завтра"},
    "director_away": {"сейчас нет"},
    "send_info": {"на почту"},
    "agrees": {"давайте", "интересно"},
}


_CALLED: dict[tuple[str, int], Talk] = {}


async def called(persona: str, index: int = 0) -> Talk:
    """The call with the whole sales talk, made once for all tests that only look at it."""
    if (persona, index) not in _CALLED:
        _CALLED[persona, index] = await talk(persona, index=index)
    return _CALLED[persona, index]


def says(texts: list[str], words: set[str]) -> bool:
    return any(word in text for text in texts for word in words)


@pytest.mark.parametrize("persona", WILLING)
async def test_the_willing_stay_to_the_farewell_and_confirm_the_slot(persona: str) -> None:
    result = await called(persona)
    assert [told.said for told in result.phrases] == list(SALES)
    assert says(result.texts, {"вариант", "подходит", "Давайте в "})
    assert says(result.texts, {"верно", "правильно"})
    assert result.texts[-1] in {"До свидания.", "Спасибо, до свидания.", "Всего доброго."}
    assert result.ended is not None
    assert result.ended.by is EndedBy.CLIENT


@pytest.mark.parametrize("persona", REFUSING)
async def test_the_unwilling_leave_before_anything_is_booked(persona: str) -> None:
    result = await called(persona)
    assert len(result.phrases) <= 5
    assert not says(result.texts, {"вариант", "подходит", "всё верно"})
    assert result.ended is not None
    assert result.ended.by is EndedBy.CLIENT


@pytest.mark.parametrize("persona", TELLING)
async def test_everyone_says_what_he_is_there_for(persona: str) -> None:
    assert says((await called(persona)).texts, TELLING[persona])


async def test_a_client_greets_first() -> None:
    result = await talk("agrees", [])
    assert result.texts[0] in {"Алло?", "Да, слушаю.", "Алло, слушаю вас."}
    loud = next(frame.at_s for frame in result.frames if is_loud(frame.heard))
    assert 0.2 <= loud - result.frames[0].at_s <= 0.8


async def test_nobody_answers_a_hint_without_sound() -> None:
    async with exchange() as (line, directory, voices):
        call = await line.dial(CallSpec(uuid4(), directory.number_for("agrees", 0)))
        line.told(call.call_id, SALES[0])
        async for _ in call.frames():
            pass
    greeting, *others = [text for _, text in voices.said]
    assert greeting in {"Алло?", "Да, слушаю.", "Алло, слушаю вас."}
    assert set(others) <= {"Алло?", "Алло, вас не слышно.", "До свидания.", "Всё, до свидания."}


@pytest.mark.parametrize("index", range(2))
async def test_an_answer_comes_after_the_end_of_the_sound(index: int) -> None:
    result = await called("agrees", index)
    waits = [told.answered_s - told.ended_s for told in result.phrases if told.answered_s is not None]
    assert len(waits) == len(SALES)
    assert all(0.2 <= wait <= 1.1 for wait in waits)
    assert len({round(wait, 1) for wait in waits}) > 2, "people are not metronomes"


async def test_a_pause_inside_a_phrase_is_waited_out() -> None:
    offer = SALES[1]
    half = sound(offer)[: len(sound(offer)) // 4 * 2]
    async with exchange() as (line, directory, _):
        call = await line.dial(CallSpec(uuid4(), directory.number_for("agrees", 0)))
        started_s, spoken_s, playback = None, [], None
        async for frame in call.frames():
            if is_loud(frame.heard):
                spoken_s.append(frame.at_s)
            if started_s is None and spoken_s and frame.at_s - spoken_s[-1] > 1.0:
                started_s = frame.at_s
                line.told(call.call_id, offer)
                playback = call.play(half + bytes(16 * 600) + half)
            if playback is not None and playback.done and started_s is not None and spoken_s[-1] > started_s:
                await call.hang_up()
    assert playback is not None
    assert started_s is not None
    first_answer_s = next(at_s for at_s in spoken_s if at_s > started_s)
    assert first_answer_s - started_s >= playback.total_ms / 1000


async def test_sound_without_meaning_is_asked_about() -> None:
    result = await talk("agrees", SALES[:3], hints=False)
    assert says(result.texts, {"не расслышал", "Повторите"})


async def test_the_decision_maker_has_another_voice_and_comes_after_ringback() -> None:
    for index in range(3):
        result = await called("secretary", index)
        secretary, director = result.voices
        assert secretary in {"elena", "irina"}
        assert director != secretary
        texts = [text for voice, text in result.words if voice == director]
        assert texts[0] in {"Алло.", "Да, слушаю."}


async def test_the_director_answers_only_what_he_heard() -> None:
    phrases = [*SALES[:2], Said("thanks", "Спасибо большое, жду."), *SALES[1:]]
    result = await talk("secretary", phrases)
    assert result.ended is not None
    assert result.words[-1][1] in {"До свидания.", "Спасибо, до свидания.", "Всего доброго."}


async def test_an_interrupter_speaks_while_the_robot_does() -> None:
    result = await called("interrupts")
    cut = [told for told in result.phrases if told.answered_s is not None and told.answered_s < told.ended_s]
    assert len(cut) == 1
    assert 1.3 <= (cut[0].answered_s or 0) - cut[0].began_s <= 2.9


async def test_a_murmurer_murmurs_while_the_robot_speaks_and_still_answers_afterwards() -> None:
    result = await called("mumbles")
    assert says(result.texts, {"Угу", "Ага"})
    assert says(result.texts, {"не знаю", "интересно"})
    assert result.ended is not None


@pytest.mark.parametrize("persona", ["hangs_up_at_once", "hangs_up_midway"])
async def test_some_hang_up_in_the_middle_of_a_phrase(persona: str) -> None:
    result = await called(persona)
    last = result.phrases[-1]
    assert last.said.phrase == ("greeting" if persona == "hangs_up_at_once" else "offer")
    spoken_s = result.frames[-1].at_s - last.began_s
    assert 0.3 < spoken_s < len(last.said.text) / 14
    assert result.ended is not None
    assert result.ended.by is EndedBy.CLIENT


async def test_the_silent_one_never_speaks_and_leaves() -> None:
    result = await called("never_speaks")
    assert not any(is_loud(frame.heard) for frame in result.frames)
    assert 8 < result.seconds < 60


async def test_voicemail_speaks_over_the_robot_beeps_and_records() -> None:
    async with exchange() as (line, directory, voices):
        call = await line.dial(CallSpec(uuid4(), directory.number_for("voicemail", 0)))
        line.told(call.call_id, SALES[0])
        call.play(sound(SALES[0]))
        frames = [frame async for frame in call.frames()]
    loud = [frame.at_s for frame in frames if is_loud(frame.heard)]
    assert len(voices.said) == 1
    assert loud[-1] - loud[0] > 4
    assert frames[-1].at_s - loud[-1] > 5, "it goes on listening after the beep"


@pytest.mark.parametrize(
    ("persona", "error"),
    [("busy", Busy), ("no_answer", NoAnswer), ("rejects", Rejected), ("unknown_number", UnknownNumber)],
)
async def test_some_never_answer(persona: str, error: type[DialError]) -> None:
    with pytest.raises(error):
        await talk(persona)


async def test_a_number_outside_the_plan_is_unknown() -> None:
    async with exchange() as (line, _, _):
        for number in ("+74950991234", "+79161234567", "+749501012345", "+12025550123"):
            with pytest.raises(UnknownNumber):
                await line.dial(CallSpec(uuid4(), number))


async def test_a_robot_that_repeats_itself_is_left() -> None:
    result = await talk("agrees", [SALES[4]] * 12)
    assert len(result.phrases) == 4


async def test_a_silent_robot_is_asked_twice_and_left() -> None:
    result = await talk("agrees", [])
    assert sum(text in {"Алло?", "Алло, вас не слышно."} for text in result.texts[1:]) == 2
    assert 10 < result.seconds < 25


async def test_equal_seeds_give_equal_calls_to_the_byte_and_others_differ() -> None:
    first, again, other = [await talk("agrees", SALES[:2], seed=seed) for seed in (7, 7, 8)]
    assert [frame.heard for frame in first.frames] == [frame.heard for frame in again.frames]
    assert first.words == again.words
    assert first.words != other.words


async def test_jitter_of_the_clock_changes_no_choice() -> None:
    """The lab's clock is a real one: the same person says the same words when ticks come late and unevenly."""
    people, voices = library(), load_voices()

    def words(jitter_s: float) -> bytes:
        persona = people.named("agrees")
        person = SimulatedPerson(persona, cast(persona, people.common, Dice("c")), voices, Dice("0/x"))
        said = bytearray()
        for tick in range(1500):
            if tick == 150:
                person.told(SALES[0])
            heard = tone(300.0, 0.02) if 150 <= tick < 450 else bytes(320)
            frame = person.tick(tick * 0.02 + jitter_s * (tick % 3), heard)
            if frame is None:
                break
            said += frame if is_loud(frame) else b""
        return bytes(said)

    assert words(0.0) == words(0.004)


async def test_clients_on_the_line_at_once_keep_apart() -> None:
    async with exchange() as (line, directory, voices):
        numbers = [directory.number_for(name, index) for name in ("agrees", "not_interested") for index in range(4)]
        calls = await asyncio.gather(*(line.dial(CallSpec(uuid4(), number)) for number in numbers))
        assert await line.live_calls() == {call.call_id for call in calls}
        for call in calls:
            line.told(call.call_id, SALES[0])
            call.play(bytes(16 * 1500) + sound(SALES[0]))
        await asyncio.gather(*(_until_answered(call) for call in calls))
        assert await line.live_calls() == frozenset()
    refusals = sum("интересно" in text or "не нужно" in text for _, text in voices.said)
    assert refusals == 4


async def _until_answered(call: Call) -> None:
    count = 0
    async for frame in call.frames():
        count += 1
        if count > 500 and is_loud(frame.heard):
            await call.hang_up()
