"""Hearing recordings a second time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from robot.calls.recordings import compress
from robot.calls.review import CallReview, Disagreement, Meaning, TurnReview, Unreviewed, review, word_errors
from robot.domain.calls import HeardWord, Turn
from robot.speech.base import Word
from robot.speech.errors import RecognitionFailed
from robot.speech.fake import decode, encode, timed_words

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
WORDS = st.lists(st.sampled_from(["да", "нет", "ёлка", "Елка", "потом"]), max_size=5).map(" ".join)


class Hearing:
    """Hears what the sound holds, whatever was heard before."""

    name = "fake"

    def __init__(self) -> None:
        self.biases: list[Sequence[str]] = []

    def hear(self, pcm: bytes, answers: Sequence[str]) -> tuple[str, float]:
        self.biases.append(answers)
        if "сбой" in decode(pcm)[0]:
            raise RecognitionFailed("broken")
        return decode(pcm)[0], 0.75

    def align(self, pcm: bytes, text: str) -> Sequence[Word]:
        return timed_words(pcm)


def understand(call: Unreviewed, turn: Turn, text: str) -> Meaning | None:
    return Meaning(text.split(maxsplit=1)[0] if text else "", ("да", "нет")) if turn.phrase else None


def recorded(folder: Path, *said: tuple[str, str]) -> Unreviewed:
    """A call in which the client said the first of each pair and the robot heard the second."""
    client, turns = bytearray(), []
    for number, (truly, heard) in enumerate(said):
        client += bytes(16 * 1000)
        from_ms = len(client) // 16
        client += encode(truly) if truly else bytes(16 * 500)
        turns.append(
            Turn(number, "ask" if number else "", heard=heard, heard_from_ms=from_ms, heard_to_ms=len(client) // 16)
        )
    client += bytes(16 * 1000)
    left = np.frombuffer(bytes(client), "<i2")
    soundfile.write(folder / "call.wav", np.stack([left, np.roll(left, 4000)], axis=1), 8000)
    return Unreviewed(uuid4(), "call.ogg", "cold_call", "v1", [*turns, Turn(9, "bye", said="до свидания")])


def test_answers_are_heard_again_and_where_they_differ_is_marked(tmp_path: Path) -> None:
    call = recorded(
        tmp_path, ("алло", "ало"), ("да конечно", "да конечно"), ("да", "нет"), ("да вы кто такие", "да"), ("", "угу")
    )
    hearing = Hearing()
    told = review(call, tmp_path, hearing, understand, now=NOW)
    assert told is not None
    assert (told.engine, told.reviewed_at, told.problem) == ("fake", NOW, "")
    assert list(told.turns) == [
        TurnReview(0, "алло", 0.75, "", 1.0, Disagreement.WORDS),
        TurnReview(1, "да конечно", 0.75, "да", 0.0, Disagreement.NONE),
        TurnReview(2, "да", 0.75, "да", 1.0, Disagreement.MEANING),
        TurnReview(3, "да вы кто такие", 0.75, "да", 0.75, Disagreement.WORDS),
        TurnReview(4, "", 0.75, "", 1.0, Disagreement.MEANING),
    ]
    assert hearing.biases == [(), *[("да", "нет")] * 4]
    assert told.words.keys() == {0, 1, 2, 3, 4}, "where the robot had heard words"
    from_ms = call.turns[1].heard_from_ms
    assert from_ms is not None
    assert [word.text for word in told.words[1]] == ["да", "конечно"]
    assert told.words[1][0].from_ms == pytest.approx(from_ms + 80, abs=20), "in the time of the call"


def test_words_that_were_timed_in_the_call_are_left_as_they_are(tmp_path: Path) -> None:
    call = recorded(tmp_path, ("да", "да"))
    turn = replace(call.turns[0], words=(HeardWord("да", 1, 2, 0.5),))
    told = review(replace(call, turns=[turn]), tmp_path, Hearing(), understand, now=NOW)
    assert told is not None
    assert told.words == {}


def test_it_stops_between_answers_and_keeps_nothing_half_done(tmp_path: Path) -> None:
    call = recorded(tmp_path, ("да", "да"), ("нет", "нет"))
    hearing = Hearing()
    assert review(call, tmp_path, hearing, understand, now=NOW, stop=lambda: len(hearing.biases) == 1) is None


def test_what_cannot_be_heard_is_told(tmp_path: Path) -> None:
    call = recorded(tmp_path, ("да", "да"), ("сбой", "нет"))
    assert review(call, tmp_path, Hearing(), understand, now=NOW) == CallReview(
        "fake", NOW, problem="recognition_failed"
    )
    (tmp_path / "call.wav").unlink()
    lost = review(call, tmp_path, Hearing(), understand, now=NOW)
    assert lost == CallReview("fake", NOW, problem="recording_unreadable")


def test_only_the_clients_side_is_heard_of_a_compressed_recording_too(tmp_path: Path) -> None:
    call = recorded(tmp_path, ("", "да"))
    client = np.zeros(8000, np.int16)
    robot = np.random.default_rng(1).integers(-9000, 9000, 8000).astype(np.int16)
    soundfile.write(tmp_path / "call.wav", np.stack([client, robot], axis=1), 8000)
    compress(tmp_path / "call.wav")
    heard: list[bytes] = []

    class Loud(Hearing):
        def hear(self, pcm: bytes, answers: Sequence[str]) -> tuple[str, float]:
            heard.append(pcm)
            return "", 0.0

    review(call, tmp_path, Loud(), understand, now=NOW)
    assert np.abs(np.frombuffer(heard[0], "<i2")).max() < 0.05 * 9000


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [
        ("", "", 0.0),
        ("да", "", 1.0),
        ("Да, конечно!", "да конечно", 0.0),
        ("ещё", "еще", 0.0),
        ("да нет наверное", "да наверное", 1 / 3),
        ("раз два", "два раз", 1.0),
    ],
)
def test_word_errors_are_a_share_of_the_longer_text(one: str, other: str, share: float) -> None:
    assert word_errors(one, other) == share


@given(WORDS, WORDS)
def test_word_errors_are_the_same_both_ways_and_within_bounds(one: str, other: str) -> None:
    share = word_errors(one, other)
    assert share == word_errors(other, one)
    assert 0 <= share <= 1
    assert word_errors(one, one) == 0
