"""What a turn was like for the client, from notes as he takes them."""

from math import inf
from pathlib import Path

import pytest

from robot.domain.calls import Turn, TurnEnding
from robot.proving.talks.notes import Heard, SaidByClient, Told
from robot.proving.talks.plan import Room
from robot.proving.talks.robot import Understood
from robot.proving.talks.speech import Sentence, Sounding
from robot.proving.talks.verdicts import TurnVerdict, judge, whole
from telephony.simulated.measuring_part import Kind

pytestmark = pytest.mark.unit

Sounds = list[tuple[float, float]]
PLAIN = Sentence("plain", "нет спасибо", "no", Path("a.wav"), Sounding(((300, 1300),)))
BROKEN = Sentence(
    "broken", "мне нужно посоветоваться", "inner_pause", Path("b.wav"), Sounding(((300, 800), (1400, 2300)))
)
HM = Sentence("hm", "угу", "murmur", Path("c.wav"), Sounding(((300, 600),)))
SENTENCES = {one.id: one for one in (PLAIN, BROKEN, HM)}


def said(sentence: Sentence, at_s: float = 10.0, kind: Kind = Kind.ANSWER) -> SaidByClient:
    length_s = (sentence.sounding.last_ms - sentence.sounding.first_ms) / 1000
    return SaidByClient(sentence.id, kind, at_s, at_s + length_s)


def understood(text: str, at_s: float) -> Understood:
    return Understood(at_s, Turn(1, "open", heard=text, ending=TurnEnding.ANSWERED, intent="no"))


def one(utterance: SaidByClient, sounds: Sounds, *turns: Understood, told: tuple[Told, ...] = ()) -> TurnVerdict:
    heard = Heard("+74950990000", 0.0, said=[utterance], told=list(told), sounds=sounds)
    [verdict] = judge(heard, Room.OPEN, SENTENCES, turns, frozenset({"Алло?"}))
    return verdict


def test_the_gap_is_from_his_last_sound_to_the_robots_first() -> None:
    verdict = one(said(PLAIN), [(8.0, 9.0), (11.35, 12.0)], understood("нет спасибо", 11.3))
    assert verdict.gap_s == pytest.approx(0.35)
    assert (verdict.missed, verdict.began_early, verdict.overlapped) == (False, False, False)
    assert verdict.heard == "нет спасибо"


def test_words_that_only_cover_a_wait_answer_nothing() -> None:
    told = (Told(11.73, "", "Секунду…"), Told(13.28, "open", "Хорошо"))
    covered = one(said(PLAIN), [(11.7, 12.6), (13.3, 14.0)], told=told)
    assert covered.gap_s == pytest.approx(2.3)
    at_once = one(said(PLAIN), [(11.7, 14.0)], told=told)
    assert at_once.gap_s == pytest.approx(2.28), "the phrase follows them without a pause: it began when it was told"
    assert one(said(PLAIN), [(11.7, 12.6)], told=told[:1]).missed


def test_an_answer_that_does_not_come_in_time_is_missed() -> None:
    assert one(said(PLAIN), [(15.1, 16.0)]).missed
    assert one(said(PLAIN), []).missed
    assert not one(said(PLAIN), [(14.9, 16.0)]).missed


def test_asking_whether_he_is_there_is_no_answer() -> None:
    told = (Told(13.0, "open", "Алло?"),)
    assert one(said(PLAIN), [(13.0, 14.0)], told=told).missed


def test_a_robot_that_begins_in_the_pause_and_falls_silent_again_has_recovered() -> None:
    sounds = [(10.8, 11.3), (12.4, 13.0)]  # he goes on at 11.1
    verdict = one(said(BROKEN), sounds, understood("мне", 10.7), understood("мне нужно посоветоваться", 12.3))
    assert verdict.began_early
    assert verdict.recovered
    assert verdict.gap_s == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("sounds", "heard"),
    [
        ([(10.8, 11.9), (12.4, 13.0)], "мне нужно посоветоваться"),  # it spoke on over him
        ([(10.8, 11.3), (12.4, 13.0)], "посоветоваться"),  # it answered the rest alone
        ([(10.8, 11.3)], "мне нужно посоветоваться"),  # and then said nothing
        ([(10.8, inf)], "мне нужно посоветоваться"),
    ],
)
def test_a_robot_that_begins_early_and_does_not_make_it_good_has_not(sounds: Sounds, heard: str) -> None:
    verdict = one(said(BROKEN), sounds, understood(heard, 12.3))
    assert verdict.began_early
    assert not verdict.recovered


def test_an_answer_to_a_robot_still_speaking_is_no_cut_off() -> None:
    verdict = one(said(PLAIN), [(8.0, 10.3), (11.4, 12.0)])
    assert verdict.overlapped
    assert not verdict.began_early


def test_an_interruption_stops_the_robot_after_the_last_sound_before_quiet() -> None:
    sounds = [(8.0, 10.05), (10.1, 10.16), (11.5, 12.0)]  # a gap between words is no silence
    verdict = one(said(PLAIN, kind=Kind.BARGE_IN), sounds)
    assert verdict.stop_s == pytest.approx(0.16)
    assert verdict.gap_s == pytest.approx(0.5)


def test_a_robot_that_says_its_phrase_to_the_end_stops_then() -> None:
    verdict = one(said(PLAIN, kind=Kind.BARGE_IN), [(8.0, 13.0)])
    assert verdict.stop_s == pytest.approx(3.0)
    assert verdict.gap_s is None


def test_a_murmur_is_told_from_an_interruption() -> None:
    assert not one(said(HM, kind=Kind.MURMUR), [(8.0, 13.0)]).stopped
    stopped = one(said(HM, kind=Kind.MURMUR), [(8.0, 10.2)])
    assert stopped.stopped
    assert stopped.resumed_s is None
    resumed = one(said(HM, kind=Kind.MURMUR), [(8.0, 10.2), (11.0, 13.0)])
    assert resumed.stopped
    assert resumed.resumed_s == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        ("мне нужно посоветоваться с партнером", True),
        ("мне нужно посоветоваться спартнером", True),
        ("с партнёром", False),
        ("мне нужно", False),
        ("", False),
    ],
)
def test_a_sentence_is_whole_when_both_of_its_halves_were_heard(heard: str, *, expected: bool) -> None:
    assert whole("мне нужно посоветоваться с партнёром", heard) is expected
