import numpy as np
import pytest

from robot.calls.mouth import Mouth
from robot.calls.seams import seam_before
from telephony.audio import BYTES_PER_MS, FRAME_BYTES
from telephony.playback import OutgoingAudio, Playback

pytestmark = pytest.mark.unit


class Line:
    """A call of which only the mouth's side matters."""

    def __init__(self) -> None:
        self.outgoing = OutgoingAudio()
        self.said = bytearray()

    def play(self, pcm: bytes) -> Playback:
        return self.outgoing.play(pcm)

    def tick(self, ms: int) -> None:
        for _ in range(ms // 20):
            self.said += self.outgoing.next_frame()


def words(*ms: int, pause_ms: int = 200) -> bytes:
    """Sounds of these lengths with pauses between them, each of a loudness of its own."""
    pieces = []
    for number, length in enumerate(ms):
        pieces.append(np.full(length * 8, 4000 + 1000 * number, dtype="<i2").tobytes())
        pieces.append(bytes(pause_ms * BYTES_PER_MS))
    return b"".join(pieces[:-1])


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def mouth(line: Line) -> Mouth:
    return Mouth(line)  # type: ignore[arg-type]


def test_a_held_breath_is_silence_from_the_next_frame_on(line: Line, mouth: Mouth) -> None:
    mouth.say(1, words(1000), interruptible=True)
    line.tick(200)
    assert mouth.hold(200)
    line.tick(200)

    assert not mouth.speaking
    assert mouth.busy
    assert not any(line.said[200 * BYTES_PER_MS :])


def test_after_a_noise_the_words_that_were_cut_are_said_again_and_all_that_was_to_follow(
    line: Line, mouth: Mouth
) -> None:
    first, second = words(400, 400), words(300)
    mouth.say(1, first, interruptible=True)
    mouth.say(2, second, interruptible=True)
    line.tick(800)  # in the middle of the second word
    mouth.hold(800)
    line.tick(100)
    line.said.clear()
    mouth.resume()
    line.tick(2000)

    kept = 20 * BYTES_PER_MS  # a word does not begin from nothing
    assert bytes(line.said).startswith(bytes(kept) + first[600 * BYTES_PER_MS :] + second)
    _, ended = mouth.follow()
    assert [one.turn for one in ended] == [1, 2]
    assert [one.played_ms for one in ended] == [1000, 300]
    assert not mouth.busy


def test_a_client_who_takes_the_turn_ends_the_phrase_where_he_began(line: Line, mouth: Mouth) -> None:
    mouth.say(1, words(1000), interruptible=True)
    mouth.say(2, words(1000), interruptible=True)
    line.tick(300)
    mouth.hold(300)
    line.tick(500)
    cut = mouth.drop()

    assert cut is not None
    assert (cut.turn, cut.played_ms, cut.total_ms, cut.cut_ms) == (1, 300, 1000, 300)
    assert [one.turn for one in mouth.follow()[1]] == [1, 2]
    assert not mouth.busy


def test_what_must_be_heard_is_not_held_but_for_a_sentence_that_goes_on(line: Line, mouth: Mouth) -> None:
    mouth.say(1, words(1000), interruptible=False)
    line.tick(100)

    assert not mouth.hold(100)
    assert mouth.speaking
    assert mouth.hold(100, anyway=True)
    assert not mouth.speaking


def test_what_is_said_under_a_held_breath_waits(line: Line, mouth: Mouth) -> None:
    mouth.hold(0)
    mouth.say(1, words(500), interruptible=True)
    line.tick(100)
    assert not any(line.said)
    mouth.resume()
    line.tick(500)

    assert mouth.follow()[0][0].turn == 1
    assert any(line.said)


def test_a_seam_lies_after_the_last_pause_that_was_heard() -> None:
    pcm = words(600, 600, 600)

    assert seam_before(pcm, 1700 * BYTES_PER_MS) == 1580 * BYTES_PER_MS
    assert seam_before(pcm, 900 * BYTES_PER_MS) == 780 * BYTES_PER_MS
    assert seam_before(pcm, 300 * BYTES_PER_MS) == 0
    assert seam_before(pcm, 0) == 0
    assert seam_before(words(9000), 8000 * BYTES_PER_MS) == 4000 * BYTES_PER_MS, "nobody hears ten seconds again"
    assert seam_before(pcm, len(pcm) + FRAME_BYTES) <= len(pcm)
