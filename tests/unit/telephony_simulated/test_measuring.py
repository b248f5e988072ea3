"""The measuring client: what he says when, and what he notes, in ticks of 20 ms without any clock."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from telephony.audio import FRAME_BYTES, FRAME_S, SILENCE
from telephony.lab.subscribers import load_directory
from telephony.simulated.measured_town import MeasuringPerson
from telephony.simulated.measuring import LAST_ANSWER_S, THINKS_S, MeasuringClient
from telephony.simulated.measuring_part import Kind, Line, Notes, Part
from telephony.simulated.subscriber import PickUp, Ringing, Said

pytestmark = pytest.mark.unit

LOUD = (np.sin(np.arange(160) * 0.3) * 9000).astype("<i2").tobytes()
LEAD_MS, TAIL_MS = 100, 300


def utterance(seconds: float) -> bytes:
    """Sound with silence before and after, as files have it."""
    frames = round(seconds / FRAME_S)
    return bytes(16 * LEAD_MS) + LOUD * frames + bytes(16 * TAIL_MS)


def line(name: str, kind: Kind = Kind.ANSWER, seconds: float = 1.0) -> Line:
    return Line(name, name, kind, LEAD_MS, LEAD_MS + round(1000 * seconds))


class Talk:
    """The robot's side, played by hand."""

    def __init__(self, tmp_path: Path, *lines: Line) -> None:
        self.file = tmp_path / "notes.jsonl"
        self.client = MeasuringClient("+74950990000", Part(lines), Notes(self.file), lambda _name: utterance(1.0))
        self.now_s = 100.0
        self.said: list[bytes | None] = []

    def tick(self, heard: bytes = SILENCE) -> bytes | None:
        self.said.append(self.client.tick(self.now_s, heard))
        self.now_s += FRAME_S
        return self.said[-1]

    def wait(self, seconds: float, heard: bytes = SILENCE) -> None:
        for _ in range(round(seconds / FRAME_S)):
            self.tick(heard)

    def robot_says(self, text: str, seconds: float) -> None:
        self.client.told(Said("phrase", text))
        self.wait(seconds, LOUD)

    def until_he_speaks(self, within_s: float) -> float:
        began_s = self.now_s
        while not any(self.tick() or b""):
            assert self.now_s - began_s < within_s, "he says nothing"
        return self.now_s - began_s

    def notes(self, event: str) -> list[dict[str, Any]]:
        entries = map(json.loads, self.file.read_text().splitlines())
        return [entry for entry in entries if entry["event"] == event]


def test_he_answers_a_phrase_after_a_thought_and_notes_his_first_and_last_sound(tmp_path: Path) -> None:
    talk = Talk(tmp_path, line("yes"), line("no"))
    talk.wait(0.5)
    assert not any(any(frame or b"") for frame in talk.said)
    talk.robot_says("Удобно?", 1.0)
    thought_s = talk.until_he_speaks(2.0)
    assert THINKS_S[0] <= thought_s - LEAD_MS / 1000 <= THINKS_S[1] + 0.05
    began_s = talk.now_s - FRAME_S
    talk.wait(1.5)
    [note] = talk.notes("said")
    assert note["id"] == "yes"
    assert note["from"] == pytest.approx(began_s, abs=0.001)
    assert note["to"] == pytest.approx(began_s + 1.0, abs=0.001)


def test_the_robots_sound_is_noted_with_what_it_is_about(tmp_path: Path) -> None:
    talk = Talk(tmp_path, line("yes"))
    talk.wait(0.2)
    talk.robot_says("Удобно?", 0.6)
    talk.wait(0.2)
    assert [note["text"] for note in talk.notes("told")] == ["Удобно?"]
    assert talk.notes("on")[0]["at"] == pytest.approx(100.2, abs=0.021)
    assert talk.notes("off")[0]["at"] == pytest.approx(100.8, abs=0.021)


def test_a_phrase_that_must_be_longer_is_waited_for_beyond_a_pause(tmp_path: Path) -> None:
    talk = Talk(tmp_path, line("yes"))
    talk.robot_says("Мы поможем вам с рекламой на карте. Удобно ли вам говорить?", 1.0)
    talk.wait(0.7)
    talk.wait(1.0, LOUD)
    assert not any(any(frame or b"") for frame in talk.said)


def test_an_interruption_begins_in_the_middle_of_a_long_phrase(tmp_path: Path) -> None:
    talk = Talk(tmp_path, line("no", Kind.BARGE_IN), line("yes"))
    talk.robot_says("о" * 150, 4.0)
    talk.wait(1.0)
    [note] = talk.notes("said")
    assert note["kind"] == "barge_in"
    assert 101.8 <= note["from"] <= 103.3


def test_a_short_phrase_is_answered_when_an_interruption_is_due(tmp_path: Path) -> None:
    talk = Talk(tmp_path, line("no", Kind.BARGE_IN), line("yes"))
    talk.robot_says("Удобно?", 0.8)
    talk.until_he_speaks(2.0)
    talk.wait(1.5)
    assert [note["id"] for note in talk.notes("said")] == ["yes"]


def test_after_a_murmur_he_waits_for_the_rest_of_the_phrase(tmp_path: Path) -> None:
    talk = Talk(tmp_path, line("hm", Kind.MURMUR), line("yes"))
    talk.robot_says("о" * 150, 3.6)
    talk.wait(1.5)
    assert [note["id"] for note in talk.notes("said")] == ["hm"]
    talk.until_he_speaks(3.0)


def test_he_hangs_up_when_all_is_said_and_the_answer_heard(tmp_path: Path) -> None:
    talk = Talk(tmp_path, line("yes"))
    talk.robot_says("Удобно?", 0.8)
    talk.until_he_speaks(2.0)
    talk.wait(1.6)
    talk.robot_says("Отлично!", 0.6)
    assert None not in talk.said
    talk.wait(0.3)
    assert talk.said[-1] is None


def test_he_does_not_wait_for_ever_for_an_answer(tmp_path: Path) -> None:
    talk = Talk(tmp_path, line("yes"))
    talk.robot_says("Удобно?", 0.8)
    talk.until_he_speaks(2.0)
    talk.wait(1.0 + LAST_ANSWER_S + 0.2)
    assert talk.said[-1] is None


def test_one_who_has_no_end_begins_anew(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    talk.client = MeasuringClient(
        "+74950990000", Part((line("yes"),), again=True), Notes(talk.file), lambda _name: utterance(1.0)
    )
    for _ in range(3):
        talk.robot_says("Удобно?", 0.8)
        talk.until_he_speaks(2.0)
        talk.wait(1.5)
    assert [note["id"] for note in talk.notes("said")] == ["yes"] * 3


class Parrot:
    """Says something from the tenth tick to the thirtieth."""

    ringing = Ringing(PickUp.ANSWER)

    def __init__(self) -> None:
        self._frames: Iterator[bytes] = iter([SILENCE] * 10 + [LOUD] * 20 + [SILENCE] * 30)

    def told(self, said: Said) -> None:
        """Nothing to him."""

    def tick(self, at_s: float, heard: bytes) -> bytes | None:
        return next(self._frames)


def test_of_a_simulated_person_both_sides_are_noted(tmp_path: Path) -> None:
    file = tmp_path / "notes.jsonl"
    person = MeasuringPerson("+74950100000", Parrot(), Notes(file))
    robot: Callable[[int], bytes] = lambda number: LOUD if number >= 40 else SILENCE  # noqa: E731
    for number in range(60):
        assert len(person.tick(number * FRAME_S, robot(number)) or b"") == FRAME_BYTES
    events = [json.loads(entry) for entry in file.read_text().splitlines()]
    assert [(one["event"], one["at"]) for one in events] == [
        ("speaks", pytest.approx(0.2, abs=0.011)),
        ("silent", pytest.approx(0.6, abs=0.011)),
        ("on", pytest.approx(0.8, abs=0.011)),
    ]


def test_whoever_is_told_nothing_takes_any_sound_for_a_phrase(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    notes = Notes(talk.file)
    talk.client = MeasuringClient("+74950990000", Part((line("yes"),)), notes, lambda _name: utterance(1.0))
    talk.wait(1.0, LOUD)
    talk.wait(2.5)
    assert not any(any(frame or b"") for frame in talk.said)
    talk.client = MeasuringClient(
        "+74950990000", Part((line("yes"),), hints=False), notes, lambda _name: utterance(1.0)
    )
    talk.wait(1.0, LOUD)
    talk.until_he_speaks(2.0)


def test_the_labs_subscribers_are_loaded_with_the_plan_they_are_given(tmp_path: Path) -> None:
    notes, plan, sound = tmp_path / "notes.jsonl", tmp_path / "plan.json", tmp_path / "yes.wav"
    soundfile.write(sound, np.frombuffer(utterance(0.4), dtype="<i2"), 8000, subtype="PCM_16")
    said = {"id": "yes", "file": str(sound), "kind": "opening", "first_ms": LEAD_MS, "last_ms": LEAD_MS + 400}
    part = {"again": False, "hints": True, "lines": [said]}
    plan.write_text(json.dumps({"notes": str(notes), "calls": {"+74950990000": part}}))
    directory = load_directory(f"telephony.simulated.measuring:measuring_directory={plan}", 0)
    client = directory.subscriber("+74950990000")
    assert client.ringing.then is PickUp.ANSWER
    for number in range(60):
        client.tick(number * FRAME_S, SILENCE)
    assert '"id": "yes"' in notes.read_text()
    assert directory.subscriber("+74950990001").ringing.then is PickUp.UNKNOWN_NUMBER
