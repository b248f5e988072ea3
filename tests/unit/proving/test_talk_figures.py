"""Labels, words, plans and figures of the measured talks."""

from datetime import datetime
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from robot.domain.calls import Turn, TurnEnding
from robot.proving.talks.capacity import Order, talking_calls
from robot.proving.talks.labels import moment, offered, right
from robot.proving.talks.own_speech import MURMUR, texts
from robot.proving.talks.plan import PER_CALL, SCRIPT, Room, room_of, turn_calls
from robot.proving.talks.report import Measured, figures, percentiles
from robot.proving.talks.robot import Understood
from robot.proving.talks.speech import Sentence, Sounding, sounding, word_errors, words
from robot.proving.talks.stage import LineName
from robot.proving.talks.verdicts import TurnVerdict
from scripts_dialog import Understanding, load_script
from telephony.simulated.measuring_part import Kind

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 25, 12, tzinfo=ZoneInfo("Europe/Moscow"))  # a Wednesday


def sentence(name: str, label: str, seconds: float = 1.0, text: str = "нет") -> Sentence:
    return Sentence(name, text, label, Path(f"{name}.wav"), Sounding(((300, 300 + round(1000 * seconds)),)))


def verdict(label: str, turn: Turn | None = None, **more: object) -> TurnVerdict:
    understood = Understood(1.0, turn) if turn is not None else None
    heard = turn.heard if turn is not None else ""
    return TurnVerdict(
        "+7", room_of(label), sentence("a", label), Kind.ANSWER, understood=understood, heard=heard, **more
    )  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("tomorrow 12:00", "2026-11-26T12:00"),
        ("friday 11:00", "2026-11-27T11:00"),
        ("wednesday 15:00", "2026-12-02T15:00"),
        ("next tuesday 10:00", "2026-12-01T10:00"),
        ("+2h", "2026-11-25T14:00"),
        ("+1d 09:00", "2026-11-26T09:00"),
    ],
)
def test_a_label_of_a_time_is_a_moment(label: str, expected: str) -> None:
    assert moment(label, NOW) == datetime.fromisoformat(expected).replace(tzinfo=NOW.tzinfo)


def test_what_is_no_time_is_none() -> None:
    assert moment("some day", NOW) is None
    assert moment("someday 11:00", NOW) is None


def test_the_slots_to_choose_from_lie_ahead_in_order() -> None:
    first, second = offered(NOW)
    assert NOW < first < second
    assert second.isoweekday() == 3


def implied(intent: str) -> str | None:
    return "no" if intent == "not_interested" else None


ANSWERED = TurnEnding.ANSWERED


@pytest.mark.parametrize(
    ("label", "turn", "expected"),
    [
        ("no", Turn(1, "a", heard="нет", intent="no", ending=ANSWERED), True),
        ("no", Turn(1, "a", heard="не надо", intent="not_interested", ending=ANSWERED), True),
        ("yes", Turn(1, "a", heard="нет", intent="no", ending=ANSWERED), False),
        ("no", Turn(1, "a", heard="нет", intent="no", ending=TurnEnding.NOT_UNDERSTOOD), False),
        ("no", None, False),
        ("inner_pause", Turn(1, "a", heard="нет", intent="no", ending=ANSWERED), None),
        ("", None, None),
        ("time:tomorrow 12:00", Turn(1, "a", heard="…", matched="2026-11-26T12:00:00+03:00", ending=ANSWERED), True),
        ("time:tomorrow 12:00", Turn(1, "a", heard="…", matched="2026-11-26T02:00:00+03:00", ending=ANSWERED), False),
        ("choice:2", Turn(1, "a", heard="давайте второй вариант", ending=TurnEnding.NOT_UNDERSTOOD), True),
        ("choice:2", Turn(1, "a", heard="первый", ending=ANSWERED), False),
        ("email", Turn(1, "a", heard="…", kind="value", intent="email", ending=ANSWERED), True),
    ],
)
def test_what_was_understood_is_held_against_the_label(label: str, turn: Turn | None, *, expected: bool | None) -> None:
    assert right(verdict(label, turn), NOW, implied) is expected


def test_words_are_counted_right_whatever_their_marks() -> None:
    assert words("Ещё раз, пожалуйста!") == ["еще", "раз", "пожалуйста"]
    assert word_errors(words("нет денег на это"), words("не денег на")) == 2


def test_the_sound_of_a_noisy_file_is_the_speech_in_it() -> None:
    rng = np.random.default_rng(1)
    noise = rng.normal(0, 10 ** (-50 / 20), 16_000)
    noise[4000:8000] += 0.1 * np.sin(np.arange(4000) * 0.4)
    noise[11_000:14_000] += 0.1 * np.sin(np.arange(3000) * 0.4)
    found = sounding(noise.astype(np.float32))
    assert [pytest.approx(edge, abs=20) for edge in (500, 1000, 1375, 1750)] == [
        edge for stretch in found.stretches for edge in stretch
    ]
    assert found.noisy


def test_a_silent_file_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing sounds"):
        sounding(np.zeros(8000, dtype=np.float32))


def many() -> list[Sentence]:
    labels = ("yes", "no", "expensive", "goodbye", "time:friday 11:00", "choice:1", "email", "number", "inner_pause")
    return [sentence(f"{label}-{n}", label) for label in labels for n in range(9)]


def test_everything_is_said_once_in_a_room_that_asks_for_it() -> None:
    murmurs = [sentence("hm", MURMUR, 0.3)]
    calls = turn_calls(many(), murmurs, Random(1), first=100)
    answers = [one.sentence.id for call in calls if call.room is not Room.LONG for one in call.utterances]
    assert sorted(answers) == sorted(one.id for one in many())
    assert len({call.number for call in calls}) == len(calls)
    for call in calls:
        said = [one for one in call.utterances if one.kind is not Kind.OPENING]
        assert len(said) <= PER_CALL
        assert "goodbye" not in [one.sentence.label for one in said[:-1]]
        assert call.room is Room.LONG or {room_of(one.sentence.label) for one in said} == {call.room}
    kinds = [one.kind for call in calls if call.room is Room.LONG for one in call.utterances]
    assert kinds.count(Kind.BARGE_IN) >= 4
    assert kinds.count(Kind.MURMUR) >= 4


def test_people_who_have_no_end_never_say_goodbye() -> None:
    calls = talking_calls(many(), 12, Random(1))
    assert len({call.number for call in calls}) == 12
    assert all(call.again and call.utterances for call in calls)
    assert "goodbye" not in {one.sentence.label for call in calls for one in call.utterances}


def test_steps_grow_up_to_the_most() -> None:
    assert Order(LineName.LAB, most=45, least=15).steps == [15, 20, 40, 45]
    assert Order(LineName.LAB, most=10).steps == [10]


def test_no_measurement_is_no_figure() -> None:
    assert percentiles([]) == {"p50": None, "p95": None, "p99": None, "max": None, "n": 0}
    assert percentiles([100.0, 300.0])["p50"] == 200


def test_cut_offs_of_sentences_with_a_pause_are_counted_by_themselves() -> None:
    rounds = [
        Measured(
            [
                verdict("no", Turn(1, "a", heard="нет", intent="no", ending=ANSWERED), gap_s=0.2),
                verdict("expensive", gap_s=0.4, began_early=True, recovered=True),
                verdict("inner_pause", gap_s=0.9, began_early=True),
                verdict("inner_pause", missed=True),
            ],
            unsaid=1,
        )
    ]
    found = figures(rounds, [0.001, 0.003], NOW, implied)
    assert found["gap_ms"] == {"p50": 400, "p95": 850, "p99": 890, "max": 900, "n": 3}
    assert found["gap_yes_no_ms"] == {"p50": 200, "p95": 200, "p99": 200, "max": 200, "n": 1}
    assert found["false_cutoff_share"] == 0.5
    assert found["false_cutoff_share_inner_pause"] == 0.5
    assert found["recovered_share"] == 0.5
    assert found["missed_turn_share"] == 0.25
    assert found["intent_accuracy"] == 0.5
    assert found["unsaid"] == 1


def test_the_measuring_script_is_in_order_and_has_every_room() -> None:
    script = load_script(SCRIPT)
    understanding = Understanding.for_script(script)
    assert understanding is not None
    assert {f"{room.value}_one" for room in Room if room is not Room.YES_NO} <= set(script.phrases)


def test_our_own_sentences_cover_every_room() -> None:
    labels = {label for label in texts() if label != MURMUR}
    assert {room_of(label) for label in labels} == set(Room) - {Room.LONG}
    assert all("|" in text for text in texts()["inner_pause"])
