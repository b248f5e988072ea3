import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.calls.turns import Cue, TurnSettings, TurnTaker, Utterance

pytestmark = pytest.mark.unit

STEP = 20


class Talk:
    """Feeds a turn-taker in 20 ms steps and notes when each cue came."""

    def __init__(self, settings: TurnSettings | None = None) -> None:
        self.turns = TurnTaker(settings)
        self.at_ms = 0
        self.cues: list[tuple[Cue, int]] = []

    def __call__(self, ms: int, *, voiced: bool = False, robot: bool = False) -> "Talk":
        for _ in range(ms // STEP):
            self.at_ms += STEP
            for cue in self.turns.step(self.at_ms, STEP, voiced=voiced, robot_speaking=robot):
                self.cues.append((cue, self.at_ms))
        return self

    def seen(self, cue: Cue) -> list[int]:
        return [at for seen, at in self.cues if seen is cue]


def test_an_answer_ends_after_the_silence_and_knows_where_the_voice_was() -> None:
    talk = Talk()(1000)(800, voiced=True)(1000)

    assert talk.seen(Cue.SPEECH_STARTED) == [1060]
    assert talk.seen(Cue.SPEECH_ENDED) == [1800 + 500]
    assert talk.turns.utterance == Utterance(1000, 1800)


def test_a_click_is_not_speech() -> None:
    assert Talk()(500)(40, voiced=True)(2000).cues == []


def test_a_pause_inside_a_sentence_does_not_end_it() -> None:
    talk = Talk()(600, voiced=True)(400)(600, voiced=True)(600)

    assert talk.seen(Cue.SPEECH_ENDED) == [600 + 400 + 600 + 500]


def test_real_speech_stops_the_robot_once_and_a_listeners_yes_does_not() -> None:
    assert Talk()(300, voiced=True, robot=True)(1000, robot=True).seen(Cue.BARGE_IN) == []
    assert Talk()(2000, voiced=True, robot=True).seen(Cue.BARGE_IN) == [400]


def test_a_robot_that_begins_after_the_client_has_spoken_is_not_interrupted_by_it() -> None:
    talk = Talk()(2000, voiced=True)(300)(3000, robot=True)

    assert talk.seen(Cue.BARGE_IN) == []
    assert Talk()(2000, voiced=True)(1000, voiced=True, robot=True).seen(Cue.BARGE_IN) == [2400]


def test_silence_is_counted_from_the_end_of_the_robots_phrase_and_told_once() -> None:
    talk = Talk()
    talk.turns.wait_for_answer(3000)
    talk(5000, robot=True)(10_000)

    assert talk.seen(Cue.NO_ANSWER) == [5000 + 3000 + STEP]


def test_whoever_speaks_is_not_silent() -> None:
    talk = Talk()
    talk.turns.wait_for_answer(1000)
    talk(900)(2000, voiced=True)(500)

    assert talk.seen(Cue.NO_ANSWER) == []
    assert talk(1100).seen(Cue.NO_ANSWER) == [900 + 2000 + 500 + 1000]


def test_endless_noise_is_cut_into_utterances() -> None:
    talk = Talk(TurnSettings(longest_ms=5000))(20_000, voiced=True)

    assert talk.seen(Cue.SPEECH_ENDED) == [5000, 10_000, 15_000, 20_000]


def test_a_network_gap_counts_as_silence_by_the_clock() -> None:
    turns = TurnTaker()
    cues: list[Cue] = []
    for at_ms in range(20, 420, 20):
        cues += turns.step(at_ms, STEP, voiced=True, robot_speaking=False)
    for at_ms in range(420, 1000, 20):
        cues += turns.step(at_ms, 0, voiced=False, robot_speaking=False)

    assert cues == [Cue.SPEECH_STARTED, Cue.SPEECH_ENDED]


@given(st.lists(st.tuples(st.integers(1, 60), st.booleans(), st.booleans()), max_size=60))
def test_every_start_has_one_end_and_a_barge_in_lies_between(pieces: list[tuple[int, bool, bool]]) -> None:
    talk = Talk()
    for steps, voiced, robot in pieces:
        talk(steps * STEP, voiced=voiced, robot=robot)
    talk(1000)
    order = [cue for cue, _ in talk.cues if cue is not Cue.BARGE_IN]

    assert order == [Cue.SPEECH_STARTED, Cue.SPEECH_ENDED] * (len(order) // 2)
    spans = zip(talk.seen(Cue.SPEECH_STARTED), talk.seen(Cue.SPEECH_ENDED), strict=True)
    barges = talk.seen(Cue.BARGE_IN)
    assert sum(1 for start, end in spans for at in barges if start <= at < end) == len(barges)
