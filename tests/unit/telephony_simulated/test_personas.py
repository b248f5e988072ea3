"""What the simulated people do when a puppet robot talks to them; time is counted in ticks."""

from __future__ import annotations

import pytest

from telephony.audio import FRAME_S
from telephony.simulated.cast import cast
from telephony.simulated.dice import Dice
from telephony.simulated.person import SimulatedPerson
from telephony.simulated.speech import load_voices
from telephony.simulated.subscriber import Said
from tests.contracts.people import tone
from tests.unit.telephony_simulated.puppet import SALES, Talk, is_loud, library, sound, talk

pytestmark = pytest.mark.unit

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


def called(persona: str, index: int = 0) -> Talk:
    """The call with the whole sales talk, made once for all tests that only look at it."""
    if (persona, index) not in _CALLED:
        _CALLED[persona, index] = talk(persona, index=index)
    return _CALLED[persona, index]


def says(texts: list[str], words: set[str]) -> bool:
    return any(word in text for text in texts for word in words)


@pytest.mark.parametrize("persona", WILLING)
def test_the_willing_stay_to_the_farewell_and_confirm_the_slot(persona: str) -> None:
    result = called(persona)
    assert [told.said for told in result.phrases] == list(SALES)
    assert says(result.texts, {"вариант", "подходит", "Давайте в "})
    assert says(result.texts, {"верно", "правильно"})
    assert result.texts[-1] in {"До свидания.", "Спасибо, до свидания.", "Всего доброго."}
    assert result.client_left


@pytest.mark.parametrize("persona", REFUSING)
def test_the_unwilling_leave_before_anything_is_booked(persona: str) -> None:
    result = called(persona)
    assert len(result.phrases) <= 5
    assert not says(result.texts, {"вариант", "подходит", "всё верно"})
    assert result.client_left


@pytest.mark.parametrize("persona", TELLING)
def test_everyone_says_what_he_is_there_for(persona: str) -> None:
    assert says((called(persona)).texts, TELLING[persona])


def test_a_client_greets_first() -> None:
    result = talk("agrees", [])
    assert result.texts[0] in {"Алло?", "Да, слушаю.", "Алло, слушаю вас."}
    silent = next(tick for tick, heard in enumerate(result.heard) if is_loud(heard))
    assert 0.2 <= silent * FRAME_S <= 0.8


@pytest.mark.parametrize("index", range(2))
def test_an_answer_comes_after_the_end_of_the_sound(index: int) -> None:
    result = called("agrees", index)
    waits = [told.answered_s - told.ended_s for told in result.phrases if told.answered_s is not None]
    assert len(waits) == len(SALES)
    assert all(0.2 <= wait <= 1.1 for wait in waits)
    assert len({round(wait, 1) for wait in waits}) > 2, "people are not metronomes"


def test_sound_without_meaning_is_asked_about() -> None:
    result = talk("agrees", SALES[:3], hints=False)
    assert says(result.texts, {"не расслышал", "Повторите"})


def test_the_decision_maker_has_another_voice_and_comes_after_ringback() -> None:
    for index in range(3):
        result = called("secretary", index)
        secretary, director = result.voices
        assert secretary in {"elena", "irina"}
        assert director != secretary
        texts = [text for voice, text in result.words if voice == director]
        assert texts[0] in {"Алло.", "Да, слушаю."}


def test_the_director_answers_only_what_he_heard() -> None:
    phrases = [*SALES[:2], Said("thanks", "Спасибо большое, жду."), *SALES[1:]]
    result = talk("secretary", phrases)
    assert result.client_left
    assert result.words[-1][1] in {"До свидания.", "Спасибо, до свидания.", "Всего доброго."}


def test_an_interrupter_speaks_while_the_robot_does() -> None:
    result = called("interrupts")
    cut = [told for told in result.phrases if told.answered_s is not None and told.answered_s < told.ended_s]
    assert len(cut) == 1
    assert 1.3 <= (cut[0].answered_s or 0) - cut[0].began_s <= 2.9


def test_a_murmurer_murmurs_while_the_robot_speaks_and_still_answers_afterwards() -> None:
    result = called("mumbles")
    assert says(result.texts, {"Угу", "Ага"})
    assert says(result.texts, {"не знаю", "интересно"})
    assert result.client_left


@pytest.mark.parametrize(("yields", "least_s", "most_s"), [(0.0, 4.0, 20.0), (1.0, 0.6, 2.0)])
def test_who_is_talked_over_gives_way_as_his_manners_are(yields: float, least_s: float, most_s: float) -> None:
    people = library()
    persona = people.named("voicemail")
    machine = persona.people[0].model_copy(update={"yields": yields})
    persona = persona.model_copy(update={"people": (machine,)})
    person = SimulatedPerson(persona, cast(persona, people.common, Dice("c")), load_voices(), Dice("x"))
    robot = sound(SALES[0]) * 4
    loud_s = []
    for tick in range(800):
        at_s = tick * 0.02
        begun = tick - int((loud_s[0] + 0.4) / 0.02) if loud_s else -1
        heard = robot[begun * 320 : (begun + 1) * 320] if begun >= 0 else b""
        frame = person.tick(at_s, heard)
        if frame is None:
            break
        if is_loud(frame):
            loud_s.append(at_s)
    assert least_s < loud_s[-1] - loud_s[0] < most_s


@pytest.mark.parametrize("persona", ["hangs_up_at_once", "hangs_up_midway"])
def test_some_hang_up_in_the_middle_of_a_phrase(persona: str) -> None:
    result = called(persona)
    last = result.phrases[-1]
    assert last.said.phrase == ("greeting" if persona == "hangs_up_at_once" else "offer")
    spoken_s = result.seconds - last.began_s
    assert 0.3 < spoken_s < len(last.said.text) / 14
    assert result.client_left


def test_the_silent_one_never_speaks_and_leaves() -> None:
    result = called("never_speaks")
    assert not any(is_loud(heard) for heard in result.heard)
    assert 8 < result.seconds < 60


def test_a_robot_that_repeats_itself_is_left() -> None:
    result = talk("agrees", [SALES[4]] * 12)
    assert len(result.phrases) == 4


def test_a_silent_robot_is_asked_twice_and_left() -> None:
    result = talk("agrees", [])
    assert sum(text in {"Алло?", "Алло, вас не слышно."} for text in result.texts[1:]) == 2
    assert 10 < result.seconds < 25


def test_equal_seeds_give_equal_calls_to_the_byte_and_others_differ() -> None:
    first, again, other = [talk("agrees", SALES[:2], seed=seed) for seed in (7, 7, 8)]
    assert first.heard == again.heard
    assert first.words == again.words
    assert first.words != other.words


def test_jitter_of_the_clock_changes_no_choice() -> None:
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
