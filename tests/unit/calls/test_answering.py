"""Who answered, on the labelled set (`data/answers.yaml`), on sentences of other authors, and on real tones."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from robot.calls.answering import (
    PEOPLE,
    Answer,
    Answering,
    Heard,
    Move,
    Tone,
    Toned,
    ToneDetector,
    Verdict,
    classify,
    ending,
)
from robot.calls.turns import Utterance
from scripts_dialog.actions import End
from scripts_dialog.outcomes import Outcome
from telephony.audio import FRAME_BYTES, SILENCE
from telephony.simulated.library import load_library
from telephony.simulated.sentences import all_sentences
from telephony.simulated.speech import load_voices
from tests.unit.calls.answers_set import PERSON, SOUNDS, Case, Played, cases, play, tone

pytestmark = pytest.mark.unit

OTHER_AUTHORS = Path(__file__).parents[1] / "scripts_dialog" / "data"
MACHINES = frozenset(Answer) - PEOPLE


@cache
def played() -> list[Played]:
    return [play(case) for case in cases()]


def of(*kinds: str) -> list[Played]:
    return [one for one in played() if one.case.kind in kinds]


def machines() -> list[Played]:
    return [one for one in played() if one.case.kind not in PERSON | {"silence"}]


def said(text: str, *, opening: bool = True) -> Verdict:
    return classify([Heard(text, 400, 400 + 370 * len(text.split()), opening=opening)])


def test_the_set_is_what_it_says() -> None:
    assert len(of(*PERSON)) >= 60
    assert len(machines()) >= 60
    assert {one.case.kind for one in machines()} == {answer.value for answer in MACHINES}


def test_no_person_is_taken_for_a_machine() -> None:
    assert [one for one in of(*PERSON) if not one.taken_for_person or one.verdict in MACHINES] == []


def test_no_person_waits_longer_than_his_own_greeting() -> None:
    """He is answered in the very step in which his first utterance is over, or after 3 s of it; one that began as
    recordings do is heard out."""
    late = []
    for one in of(*PERSON):
        over_ms = one.first_length_ms + 500
        if one.decided_after_ms not in {over_ms, over_ms - 20} and one.decided_after_ms != min(over_ms, 3000):
            late.append((one.case.say, over_ms, one.decided_after_ms))
    assert late == []


def test_machines_are_found() -> None:
    missed = [one for one in machines() if one.taken_for_person]
    assert len(missed) <= 0.1 * len(machines()), missed


def test_nine_machines_of_ten_are_known_within_three_seconds_and_never_spoken_to() -> None:
    known = [one for one in machines() if one.at_3_s in MACHINES]
    unspoken = [one for one in machines() if not one.spoken_to]
    assert len(known) >= 0.9 * len(machines())
    assert len(unspoken) >= 0.9 * len(machines())


def test_every_machine_that_is_found_is_left_within_the_watched_time() -> None:
    left_ms = [one.moves[-1][0] for one in machines() if one.case.kind != "menu" and not one.taken_for_person]
    assert max(left_ms) <= 10_000


def test_kinds_of_machines_are_told_apart() -> None:
    right = [one for one in machines() if one.verdict.value == one.case.kind]
    assert len(right) >= 0.9 * len(machines())


def test_sentences_of_other_authors() -> None:
    """Their authors knew nothing of this: what clients say in talks is no machine's, what machines say mostly is."""
    clients, announcements = [], []
    for file in ("blind", "independent", "sealed", "sealed_last", "tuned"):
        by_intent = YAML(typ="safe", pure=True).load((OTHER_AUTHORS / f"{file}.yaml").read_text(encoding="utf-8"))
        for intent, sentences in by_intent.items():
            lines = sentences.splitlines() if isinstance(sentences, str) else [str(one) for one in sentences]
            (announcements if intent == "voicemail" else clients).extend(lines)

    assert len(clients) > 1000
    assert [text for text in clients if said(text).kind in MACHINES] == []
    missed = [text for text in announcements if said(text).kind not in MACHINES]
    assert len(missed) <= 0.1 * len(announcements), missed


def test_nothing_the_simulated_people_say_is_a_machines() -> None:
    library = load_library()
    persons = {
        name: one
        for name, one in library.personas.items()
        if one.name != "queue_then_person" and "machine" not in {who.id for who in one.people}
    }
    texts = {text for _, text in all_sentences(type(library)(library.common, persons))}
    assert len(texts) > 100
    assert [text for text in texts if said(text).kind in MACHINES] == []


@pytest.mark.parametrize(
    "text",
    [
        "алло, это голосовая почта?",
        "это что, голосовой помощник?",
        "вы виртуальный помощник? тогда передайте, чтобы не звонили",
        "я так понимаю, голосовой помощник, позовите человека",
        "со мной что, говорит голосовой помощник?",
        "это искусственный интеллект отвечает или человек?",
        "у нас автоответчик был включён, вы звонили вчера",
        "директор находится вне зоны доступа, звоните завтра",
        "он сейчас вне зоны действия сети, в отпуске",
        "сейчас никто не может подойти, все на обеде",
        "этот номер давно не используется для рекламы",
        "номер вы набрали неправильно, это квартира",
        "его телефон выключен, что передать",
        "у нас такой номер не существует",
        "неправильно набрали номер",
        "он временно недоступен",
        "сейчас она не может ответить",
        "здравствуйте, я персональный помощник директора",
        "оставьте сообщение после праздника",
    ],
)
@pytest.mark.parametrize("opening", [True, False])
def test_people_who_speak_of_machines(text: str, opening: bool) -> None:
    assert said(text, opening=opening).is_person


@pytest.mark.parametrize(
    "text",
    [
        "мы не можем принять ваше предложение",
        "отправьте письмо и ждите ответа",
        "минутку, оставайтесь на линии",
        "его нет, оставьте сообщение",
        "все сотрудники сейчас заняты, перезвоните позже",
        "наберите внутренний номер двенадцать, это закупки",
        "позвоните на общий номер и нажмите один",
        "ага, ваш звонок очень важен для нас, как же",
        "а сколько минут, какой длительностью встреча",
        "разговор записывается, да",
    ],
)
def test_once_the_robot_has_spoken_less_is_certain(text: str) -> None:
    assert said(text, opening=False).is_person


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("аванент не отвечает или временно недоступен", Answer.OPERATOR),
        ("оставьте свое собщение после сигнало", Answer.VOICEMAIL),
        ("Ваш двона очень важен для нас.", Answer.MENU),
        ("набранный вами, но мир не существует", Answer.UNKNOWN_NUMBER),
        ("Здравствуйте, это виртуальный север.", Answer.ASSISTANT),
        ("набраный вами номер не существуит", Answer.UNKNOWN_NUMBER),
    ],
)
def test_a_recognizers_slips_hide_no_machine(text: str, kind: Answer) -> None:
    assert said(text).kind is kind


def heard_in(sound: bytes) -> list[Tone]:
    detector = ToneDetector()
    found: list[Toned] = []
    for at in range(0, len(sound), FRAME_BYTES):
        found += detector.hear(sound[at : at + FRAME_BYTES], (at + FRAME_BYTES) // 16)
    return [one.tone for one in found]


@pytest.mark.parametrize(
    ("sound", "tones"),
    [
        ("beep", [Tone.BEEP]),
        ("beep1400", [Tone.BEEP]),
        ("ced", [Tone.CED]),
        ("cng", [Tone.CNG, Tone.CNG]),
        ("sit", [Tone.SIT]),
        ("ringback", [Tone.RINGBACK]),
    ],
)
def test_tones_are_found(sound: str, tones: list[Tone]) -> None:
    assert heard_in(SOUNDS[sound]) == tones


def test_busy_is_found_and_the_place_of_a_beep_is_right() -> None:
    assert Tone.BUSY in heard_in(SOUNDS["busy"])
    [beep] = ToneDetector().hear(bytes(16 * 700) + SOUNDS["beep"], 1300)
    assert beep.from_ms == pytest.approx(700, abs=40)
    assert beep.to_ms == pytest.approx(1100, abs=40)


@pytest.mark.parametrize(
    "sound",
    [
        tone(((1000,), 0.12), ((), 0.5)),
        tone(((697, 1209), 0.5), ((), 0.2)),
        tone(((600,), 0.5), ((1200,), 0.5), ((), 0.2)),
        tone(((1000,), 0.5), ((), 0.2), level=200.0),
    ],
    ids=["a click", "a key", "a whistle", "crosstalk"],
)
def test_other_sounds_are_no_tones(sound: bytes) -> None:
    assert heard_in(sound) == []


def test_no_tone_is_found_in_speech() -> None:
    voices = load_voices()
    speech = sorted(all_sentences(load_library()))[::20]
    assert len(speech) > 16
    assert [(key, found) for key in speech if (found := heard_in(voices.pcm(*key)))] == []


def test_a_beep_after_a_short_word_is_a_beep_and_after_a_long_speech_a_recorder() -> None:
    beep = [Toned(Tone.BEEP, 5000, 5400)]
    assert classify([Heard("алло", 400, 800)], beep).is_person
    assert classify([], beep).is_person
    assert classify([Heard("всем привет это Саша сегодня меня нет в городе", 400, 4000)], beep).kind is Answer.VOICEMAIL
    assert classify([Heard("перезвоню", 400, 900)], beep).kind is Answer.VOICEMAIL


def run(answering: Answering, until_ms: int, *, since_ms: int = 0, utterance: Utterance | None = None) -> list[Move]:
    return [answering.step(at_ms, SILENCE, utterance) for at_ms in range(since_ms + 20, until_ms + 20, 20)]


def test_silence_is_greeted_after_eight_tenths_of_a_second() -> None:
    answering = Answering()
    moves = run(answering, 2000)
    assert moves.index(Move.TALK) == 800 // 20 - 1
    assert answering.verdict.kind is Answer.SILENCE


def test_a_menu_is_waited_through_for_twenty_seconds_and_no_longer() -> None:
    answering = Answering()
    run(answering, 3000, utterance=Utterance(400, 3000))
    answering.words(Heard("оставайтесь на линии, ваш звонок важен для нас", 400, 3000))
    moves = run(answering, 24_000, since_ms=3000)
    assert set(moves[:1000]) == {Move.LISTEN}
    assert moves[1000] is Move.LEAVE
    assert ending(answering.verdict) == End(Outcome.NO_ANSWER, "menu")


def test_the_person_behind_the_menu_is_talked_to() -> None:
    answering = Answering()
    run(answering, 3000, utterance=Utterance(400, 3000))
    answering.words(Heard("оставайтесь на линии, ваш звонок важен для нас", 400, 3000))
    assert set(run(answering, 9000, since_ms=3000)) == {Move.LISTEN}
    answering.words(Heard("спасибо за ожидание", 5000, 6000))
    assert set(run(answering, 10_000, since_ms=9000)) == {Move.LISTEN}
    answering.words(Heard("отдел продаж, Ирина, здравствуйте", 9000, 10_500))
    assert run(answering, 10_520, since_ms=10_500) == [Move.TALK]
    assert answering.verdict.is_person


def test_words_after_the_watched_time_change_nothing() -> None:
    answering = Answering()
    run(answering, 11_000)
    answering.words(Heard("абонент временно недоступен", 10_500, 12_000, opening=False))
    assert set(run(answering, 14_000, since_ms=11_000)) == {Move.TALK}
    assert answering.verdict.is_person


def test_a_late_look_never_replaces_the_whole_utterance() -> None:
    answering = Answering()
    answering.words(Heard("добрый день, компания Весна, меня зовут Анна", 400, 3400))
    answering.words(Heard("абонент недоступен", 400, 1800, final=False))
    assert answering.verdict.is_person


def test_a_person_is_never_recognized_early_before_a_second_of_speech() -> None:
    """An "алло" costs one recognition, as ever."""
    answering = Answering()
    wanted = []
    for at_ms in range(20, 2000, 20):
        speaking = 400 <= at_ms < 1600
        answering.step(at_ms, SILENCE, Utterance(400, min(at_ms, 1100)) if speaking else None)
        wanted.append(answering.wants_words(at_ms))
    assert not any(wanted)


@pytest.mark.parametrize(
    ("verdict", "end"),
    [
        (Verdict(Answer.VOICEMAIL, 1.0), End(Outcome.VOICEMAIL, "voicemail")),
        (Verdict(Answer.ASSISTANT, 1.0), End(Outcome.VOICEMAIL, "assistant")),
        (Verdict(Answer.OPERATOR, 1.0), End(Outcome.NO_ANSWER, "operator")),
        (Verdict(Answer.OPERATOR, 1.0, "busy"), End(Outcome.BUSY, "busy_tone")),
        (Verdict(Answer.UNKNOWN_NUMBER, 1.0), End(Outcome.FAILED, "unknown_number")),
        (Verdict(Answer.FAX, 1.0), End(Outcome.FAILED, "fax")),
    ],
)
def test_what_becomes_of_the_call(verdict: Verdict, end: End) -> None:
    assert ending(verdict) == end


def test_every_machine_has_an_ending_and_no_person_has() -> None:
    for answer in MACHINES:
        assert ending(Verdict(answer, 1.0)).outcome is not Outcome.INTERRUPTED
    for answer in PEOPLE:
        with pytest.raises(KeyError):
            ending(Verdict(answer, 1.0))


def test_a_case_that_is_a_machine_in_the_middle_of_a_talk_ends_it() -> None:
    """A greeting with a pause in it: the robot speaks, the machine goes on, and is noticed."""
    result = play(Case("voicemail", "здравствуйте <0.7> оставьте сообщение после сигнала <beep>", 2.5))
    assert [move for _, move in result.moves] == [Move.TALK, Move.LEAVE]
