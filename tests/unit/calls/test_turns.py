import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.calls.turns import Cue, TurnSettings, TurnTaker, Utterance
from robot.speech.sounds import Sound

pytestmark = pytest.mark.unit

STEP = 20


class Talk:
    """Feeds a turn-taker in 20 ms steps and notes when each cue came. wait_ms: what is told at each pause, at once."""

    def __init__(self, settings: TurnSettings | None = None, wait_ms: int | None = 500) -> None:
        self.turns = TurnTaker(settings)
        self.at_ms = 0
        self.wait_ms = wait_ms
        self.cues: list[tuple[Cue, int]] = []

    def __call__(self, ms: int, *, voiced: bool = False, murmur: bool = False, robot: bool = False) -> "Talk":
        sound = Sound.VOICE if voiced else Sound.MURMUR if murmur else Sound.QUIET
        for _ in range(ms // STEP):
            self.at_ms += STEP
            for cue in self.turns.step(self.at_ms, STEP, sound=sound, robot_speaking=robot):
                self.cues.append((cue, self.at_ms))
                if cue is Cue.PAUSED and self.wait_ms is not None:
                    self.turns.wait(self.wait_ms)
        return self

    def seen(self, cue: Cue) -> list[int]:
        return [at for seen, at in self.cues if seen is cue]


def test_an_answer_ends_after_the_silence_it_asks_for_and_knows_where_the_voice_was() -> None:
    talk = Talk()(1000)(800, voiced=True)(1000)

    assert talk.cues == [
        (Cue.SPEECH_STARTED, 1060),
        (Cue.PAUSED, 1800 + 80),
        (Cue.SPEECH_ENDED, 1800 + 500),
    ]
    assert talk.turns.utterance == Utterance(1000, 1800)


def test_a_complete_answer_is_taken_at_once_and_an_unfinished_one_is_waited_for() -> None:
    assert Talk(wait_ms=200)(800, voiced=True)(2000).seen(Cue.SPEECH_ENDED) == [1000]
    assert Talk(wait_ms=1200)(800, voiced=True)(2000).seen(Cue.SPEECH_ENDED) == [2000]


def test_words_that_fade_in_a_hiss_end_with_it() -> None:
    talk = Talk()(1000)(400, voiced=True)(60, murmur=True)(20)(100, murmur=True)(1000)

    assert talk.turns.utterance == Utterance(1000, 1580)
    assert talk.seen(Cue.PAUSED) == [1580 + 80]


def test_a_short_word_may_fade_too() -> None:
    talk = Talk()(1000)(80, voiced=True)(60, murmur=True)(1000)

    assert talk.turns.utterance == Utterance(1000, 1140)


@pytest.mark.parametrize(
    ("gap_ms", "noise_ms", "to_ms"), [(40, 20, 1460), (60, 20, 1480), (80, 100, 1400), (160, 100, 1400)]
)
def test_after_the_look_a_short_noise_is_none_of_the_words(gap_ms: int, noise_ms: int, to_ms: int) -> None:
    talk = Talk()(1000)(400, voiced=True)(gap_ms)(noise_ms, murmur=True)(1000)

    assert talk.turns.utterance == Utterance(1000, to_ms)
    assert talk.seen(Cue.SPEECH_ENDED) == [to_ms + 500]


def test_words_that_come_late_hold_the_turn_open_but_not_for_ever() -> None:
    talk = Talk(wait_ms=None)(800, voiced=True)(600)
    assert talk.seen(Cue.SPEECH_ENDED) == []
    talk.turns.wait(200)
    assert talk(20).seen(Cue.SPEECH_ENDED) == [1420]

    assert Talk(wait_ms=None)(800, voiced=True)(2000).seen(Cue.SPEECH_ENDED) == [800 + 900]

    talk = Talk(wait_ms=None)(800, voiced=True)(100)
    talk.turns.look_later(300)
    assert talk(2000).seen(Cue.SPEECH_ENDED) == [800 + 900 + 300], "words asked for later may come later"


def test_words_of_an_earlier_pause_end_no_later_one() -> None:
    talk = Talk(wait_ms=None)(800, voiced=True)(200)(400, voiced=True)
    talk.turns.wait(0)
    assert talk(80).seen(Cue.SPEECH_ENDED) == []


def test_what_was_told_of_one_utterance_ends_no_other() -> None:
    talk = Talk(wait_ms=0)(600, voiced=True)(200)
    assert len(talk.seen(Cue.SPEECH_ENDED)) == 1
    talk.wait_ms = None
    assert len(talk(600, voiced=True)(300)(600, voiced=True).seen(Cue.SPEECH_ENDED)) == 1


def test_a_click_is_not_speech() -> None:
    assert Talk()(500)(40, voiced=True)(2000).cues == []


def test_a_pause_inside_a_sentence_does_not_end_it() -> None:
    talk = Talk()(600, voiced=True)(400)(600, voiced=True)(600)

    assert talk.seen(Cue.SPEECH_ENDED) == [600 + 400 + 600 + 500]
    assert talk.seen(Cue.PAUSED) == [680, 1680]
    assert talk.seen(Cue.RESUMED) == [1040]


def test_a_click_in_a_pause_does_not_prolong_it() -> None:
    talk = Talk()(600, voiced=True)(300)(20, voiced=True)(1000)

    assert talk.seen(Cue.RESUMED) == []
    assert talk.seen(Cue.SPEECH_ENDED) == [600 + 500]


def test_noise_after_the_words_prolongs_nothing_and_a_hum_does() -> None:
    noise = Talk(wait_ms=200)(600, voiced=True)
    for _ in range(10):
        noise(20, murmur=True)(60)
    assert 800 <= noise.seen(Cue.SPEECH_ENDED)[0] <= 960

    assert Talk(wait_ms=200)(600, voiced=True)(500, murmur=True)(600).seen(Cue.SPEECH_ENDED) == [1300]
    assert Talk(wait_ms=500)(600, voiced=True)(300)(400, murmur=True)(900).seen(Cue.SPEECH_ENDED) == [1800]


def test_speech_silences_the_robot_with_its_second_frame_and_a_murmur_does_not() -> None:
    assert Talk()(2000, voiced=True, robot=True).seen(Cue.TALKED_OVER) == [40]
    assert Talk()(500, murmur=True, robot=True)(1000, robot=True).seen(Cue.TALKED_OVER) == []
    assert Talk()(2000, murmur=True, robot=True).seen(Cue.TALKED_OVER) == [740], "it goes on: it is none"


def test_a_hiss_or_a_hum_before_it_leaves_its_first_frame_of_speech_to_silence_the_robot() -> None:
    assert Talk()(100, murmur=True, robot=True)(20, voiced=True, robot=True).seen(Cue.TALKED_OVER) == [120]
    burst = Talk()(100, murmur=True, robot=True)(200, robot=True)(20, voiced=True, robot=True)
    assert burst(500, robot=True).seen(Cue.TALKED_OVER) == [], "long before it, it is none"


def test_murmurs_do_not_add_up() -> None:
    talk = Talk()
    for _ in range(5):
        talk(300, murmur=True, robot=True)(1000, robot=True)

    assert talk.seen(Cue.TALKED_OVER) == []


def test_a_robot_that_begins_after_the_client_has_spoken_is_not_interrupted_by_it() -> None:
    talk = Talk()(2000, voiced=True)(300)(3000, robot=True)

    assert talk.seen(Cue.TALKED_OVER) == []
    assert Talk()(2000, voiced=True)(1000, voiced=True, robot=True).seen(Cue.TALKED_OVER) == [2040]


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
        cues += turns.step(at_ms, STEP, sound=Sound.VOICE, robot_speaking=False)
    for at_ms in range(420, 1400, 20):
        cues += turns.step(at_ms, 0, sound=Sound.QUIET, robot_speaking=False)

    assert cues == [Cue.SPEECH_STARTED, Cue.PAUSED, Cue.SPEECH_ENDED]


@given(st.lists(st.tuples(st.integers(1, 60), st.booleans(), st.booleans()), max_size=60))
def test_every_start_has_one_end_and_talking_over_and_pauses_lie_between(pieces: list[tuple[int, bool, bool]]) -> None:
    talk = Talk()
    for steps, voiced, robot in pieces:
        talk(steps * STEP, voiced=voiced, robot=robot)
    talk(1000)
    order = [cue for cue, _ in talk.cues if cue in {Cue.SPEECH_STARTED, Cue.SPEECH_ENDED}]

    assert order == [Cue.SPEECH_STARTED, Cue.SPEECH_ENDED] * (len(order) // 2)
    spans = list(zip(talk.seen(Cue.SPEECH_STARTED), talk.seen(Cue.SPEECH_ENDED), strict=True))
    over = talk.seen(Cue.TALKED_OVER)
    assert all(sum(start <= at <= end for at in over) <= 1 for start, end in spans)
    pauses = talk.seen(Cue.PAUSED)
    assert all(any(start <= at <= end for start, end in spans) for at in (*over, *pauses, *talk.seen(Cue.RESUMED)))
    assert len(pauses) - len(talk.seen(Cue.RESUMED)) <= len(spans)
