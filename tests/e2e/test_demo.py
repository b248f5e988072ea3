"""The main job, watched from outside: the command runs it, the report tells it, the database and the sound prove it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from statistics import median
from typing import Any

import pytest
import soundfile
from rapidfuzz import fuzz

from robot.analytics.dropoff import count
from robot.calls.recordings import find
from robot.domain.calls import Turn, TurnEnding
from robot.domain.outcomes import Outcome
from robot.speech.engines.whisper import WhisperRecognizer
from tests.e2e.conftest import Product, load, make_product

pytestmark = pytest.mark.e2e

QUOTA = 3
TURNS = "SELECT * FROM turns WHERE attempt_id = ? ORDER BY number"


class Run:
    """One finished demonstration."""

    def __init__(self, product: Product, line: str) -> None:
        self.product = product
        report = product.data / "out.json"
        self.ran = product.run("demo", "--quota", str(QUOTA), "--line", line, "--report", str(report))
        assert self.ran.code == 0, self.ran.err
        self.report = load(report)
        [self.home] = (product.data / "demo").iterdir()
        self.rows = sqlite3.connect(f"file:{self.home / 'zvonar.db'}?mode=ro", uri=True)
        self.rows.row_factory = sqlite3.Row

    def all(self, query: str, *values: object) -> list[sqlite3.Row]:
        return self.rows.execute(query, values).fetchall()

    def number(self, query: str) -> int:
        [(number,)] = self.rows.execute(query).fetchall()
        return int(number)


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return Run(make_product(tmp_path_factory), "simulated")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return Run(make_product(tmp_path_factory), "lab")


@pytest.fixture(params=["simulated", "lab"])
def run(request: pytest.FixtureRequest) -> Run:
    made: Run = request.getfixturevalue(request.param)
    return made


def test_the_quota_is_met_and_no_task_is_claimed_after(run: Run) -> None:
    booked = run.all("SELECT ended_at FROM attempts WHERE outcome = 'meeting_booked' ORDER BY ended_at")
    [last_dial] = run.all("SELECT max(started_at) AS at FROM attempts")

    assert len(run.report["meetings"]) >= QUOTA
    assert last_dial["at"] <= booked[QUOTA - 1]["ended_at"]
    assert run.number("SELECT count(*) FROM tasks WHERE owner IS NOT NULL") == 0
    assert run.number("SELECT count(*) FROM attempts WHERE ended_at IS NULL") == 0


def test_the_report_says_what_the_database_says(run: Run) -> None:
    report = run.report
    attempts = run.all("SELECT * FROM attempts")
    calls = [
        (
            Outcome(attempt["outcome"]),
            [_turn(row) for row in run.all(TURNS, attempt["id"])],
        )
        for attempt in attempts
    ]
    by_hand = {phrase.phrase: phrase for phrase in count(calls) if phrase.phrase}
    responses = [turn.response_ms for _, turns in calls for turn in turns if turn.response_ms is not None]

    assert report["attempts"] == len(attempts)
    assert report["outcomes"] == Counter(attempt["outcome"] for attempt in attempts)
    assert report["quota"] == QUOTA
    assert report["recognizer"]
    assert report["voice"]
    assert len(report["meetings"]) == run.number("SELECT count(*) FROM meetings")
    assert len(report["meetings"]) == report["outcomes"]["meeting_booked"]
    assert {phrase["id"] for phrase in report["phrases"]} == set(by_hand)
    for phrase in report["phrases"]:
        hand = by_hand[phrase["id"]]
        assert phrase == {
            "id": hand.phrase,
            "reached": hand.reached,
            "hung_up": hand.hung_up,
            "refused": hand.refused,
            "silent": hand.silent,
            "not_understood": hand.not_understood,
            "interrupted": hand.interrupted,
            "went_on": dict(hand.went_on),
        }
    assert report["response_ms"]["n"] == len(responses)
    assert report["response_ms"]["p50"] == pytest.approx(median(responses), abs=1)


def _turn(row: sqlite3.Row) -> Turn:
    return Turn(
        number=row["number"],
        phrase=row["phrase"],
        role=row["role"],
        visit=row["visit"],
        interrupted=bool(row["interrupted"]),
        response_ms=row["response_ms"],
        ending=TurnEnding(row["ending"]) if row["ending"] else None,
        went_to=row["went_to"],
    )


def test_a_meeting_stands_in_the_calendar_on_the_card_and_in_the_managers_tasks(run: Run) -> None:
    for meeting in run.all(
        "SELECT m.*, l.stage, a.recording, a.outcome FROM meetings m JOIN leads l ON l.id = m.lead_id "
        "JOIN attempts a ON a.id = m.attempt_id"
    ):
        lead = meeting["lead_id"]
        assert meeting["stage"] == "meeting"
        assert meeting["outcome"] == "meeting_booked"
        assert meeting["recording"].endswith(".ogg")
        assert find(run.home / meeting["recording"])
        [activity] = run.all("SELECT recording FROM activities WHERE lead_id = ?", lead)
        assert activity["recording"] == meeting["recording"]
        assert len(run.all("SELECT * FROM manager_tasks WHERE lead_id = ?", lead)) == 1
    slots = run.all("SELECT manager_id, starts_at FROM slots")
    assert len({(slot["manager_id"], slot["starts_at"]) for slot in slots}) == len(slots)


def test_every_talk_has_a_recording_and_a_timed_transcript_inside_it(run: Run) -> None:
    answered = run.all("SELECT * FROM attempts WHERE answered_at IS NOT NULL AND outcome != 'interrupted'")

    assert answered
    for attempt in answered:
        file = find(run.home / attempt["recording"])
        assert file
        sound = soundfile.info(file)
        length_ms = 1000 * sound.frames / sound.samplerate  # whole numbers first: 64.38 s * 1000 is under 64,380 ms
        turns = load(file.with_suffix(".json"))["turns"]
        assert sound.channels == 2
        assert file.stat().st_mode & 0o077 == 0, "recordings are personal data"
        for turn in turns:
            assert 0 <= turn["said_from_ms"] <= turn["said_to_ms"] <= length_ms


def test_no_telephone_number_is_in_what_the_command_printed(run: Run) -> None:
    numbers = [row["phone"] for row in run.all("SELECT phone FROM leads")]

    assert not [number for number in numbers if number[1:] in run.ran.out + run.ran.err]


def test_what_each_side_recorded_is_what_the_other_side_said(lab: Run) -> None:
    """Through two Asterisks, SIP and RTP: the client's recording holds the robot's phrases, and the robot's transcript
    what the client said. The clients' own recordings are recognized anew, by an engine that is told nothing."""
    [attempt] = lab.all(
        "SELECT a.*, l.phone FROM attempts a JOIN leads l ON l.id = a.lead_id "
        "WHERE outcome = 'meeting_booked' ORDER BY started_at LIMIT 1"
    )
    turns = lab.all(TURNS, attempt["id"])
    [recording] = (lab.product.data / "lab" / "recordings").glob(f"*_{attempt['phone'][1:]}_*.wav")
    client, robot = soundfile.read(recording, dtype="int16")[0].T
    said = " ".join(turn["said"] for turn in turns)
    answered = " ".join(turn["heard"] for turn in turns if turn["heard"])
    heard_there, said_there = asyncio.run(_recognize(lab.product, robot, client))

    assert fuzz.token_set_ratio(heard_there.lower(), said.lower()) >= 75, (heard_there, said)
    assert fuzz.token_set_ratio(said_there.lower(), answered.lower()) >= 70, (said_there, answered)


async def _recognize(product: Product, *sides: Any) -> list[str]:
    """The words of each side, cut at its silences."""
    recognizer = WhisperRecognizer(product.data / "models" / "whisper-base")
    await recognizer.start()
    texts = []
    for side in sides:
        session = recognizer.session()
        words = []
        for piece in _pieces(side):
            session.accept(piece.astype("<i2").tobytes())
            words.append((await session.finish()).text)
        texts.append(" ".join(words))
        await session.close()
    await recognizer.close()
    return texts


def _pieces(samples: Any, *, frame: int = 160, quiet_frames: int = 20, loud: int = 300) -> list[Any]:
    """Stretches of sound between silences of 0.4 s."""
    pieces: list[tuple[int, int]] = []
    for at in range(0, len(samples) - frame, frame):
        if abs(samples[at : at + frame]).max() < loud:
            continue
        if pieces and at - pieces[-1][1] <= quiet_frames * frame:
            pieces[-1] = (pieces[-1][0], at + frame)
        else:
            pieces.append((at, at + frame))
    return [samples[max(0, start - 1600) : end + 1600] for start, end in pieces if end - start > 8 * frame]
