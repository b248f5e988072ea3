"""Who is decoded next, and how busy that keeps."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future

import pytest

from robot.speech.load import Load, LoadMeter, look_delay_s
from robot.speech.scheduler import Lane, Scheduler
from tests.conftest import HANGS_S

pytestmark = pytest.mark.unit


class Engine:
    """One thread that is held until `go`, so that what is submitted meanwhile queues up."""

    def __init__(self) -> None:
        self.scheduler = Scheduler(1, "test")
        self.done: list[str] = []
        self.go = threading.Event()
        self.began = threading.Event()
        self.scheduler.submit(self._hold, Lane.ANSWER, 0.0)
        assert self.began.wait(HANGS_S)

    def _hold(self) -> None:
        self.began.set()
        self.go.wait(HANGS_S)

    def asks(self, name: str, lane: Lane, asked_s: float) -> Future[None]:
        return self.scheduler.submit(lambda: self.done.append(name), lane, asked_s)


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = Engine()
    yield made
    made.go.set()
    made.scheduler.stop()


def test_answers_go_first_the_oldest_of_all_calls_before_the_others(engine: Engine) -> None:
    jobs = [
        engine.asks("second pass", Lane.BACKGROUND, 1.0),
        engine.asks("audio", Lane.STREAM, 2.0),
        engine.asks("younger", Lane.ANSWER, 4.0),
        engine.asks("older", Lane.ANSWER, 3.0),
    ]
    engine.go.set()
    for job in jobs:
        job.result(HANGS_S)
    assert engine.done == ["older", "younger", "audio", "second pass"]


def test_what_is_cancelled_before_it_begins_is_never_done(engine: Engine) -> None:
    glance = engine.asks("glance", Lane.ANSWER, 1.0)
    end = engine.asks("end", Lane.ANSWER, 2.0)
    assert glance.cancel()
    engine.go.set()
    end.result(HANGS_S)
    assert engine.done == ["end"]


def test_a_failure_reaches_who_waits_and_the_thread_goes_on(engine: Engine) -> None:
    failing = engine.scheduler.submit(lambda: 1 // 0, Lane.ANSWER)
    after = engine.asks("after", Lane.ANSWER, 9e9)
    engine.go.set()
    with pytest.raises(ZeroDivisionError):
        failing.result(HANGS_S)
    after.result(HANGS_S)


def test_stopping_cancels_what_waits_and_refuses_more(engine: Engine) -> None:
    waiting = engine.asks("never", Lane.ANSWER, 1.0)
    waiting.add_done_callback(lambda _cancelled: engine.go.set())
    engine.scheduler.stop()
    assert waiting.cancelled()
    with pytest.raises(RuntimeError):
        engine.asks("late", Lane.ANSWER, 1.0)


def test_the_load_is_the_share_of_all_threads_over_the_last_seconds() -> None:
    meter = LoadMeter(threads=2, look_s=5.0)
    assert meter.read(100.0) == Load()
    meter.record(90.0, 93.0, 96.0, answer=True)  # one of its three seconds is within the look
    meter.record(98.0, 98.1, 99.1, answer=True)
    meter.record(98.0, 99.0, 100.0, answer=False)
    load = meter.read(100.0)
    assert load.busy == pytest.approx(3.0 / 10.0)
    assert load.waiting_s == pytest.approx(0.1), "of the answers, not of the audio; 95 of 100 waited no longer"
    assert load.decoding_s == pytest.approx(1.0)
    assert meter.read(106.0) == Load()


def test_a_busy_recognizer_is_asked_later_an_idle_one_at_once() -> None:
    delays = [look_delay_s(Load(busy)) for busy in (0.0, 0.7, 0.8, 0.85, 0.95, 1.0)]
    assert delays[:2] == [0.0, 0.0]
    assert 0.0 < delays[2] < delays[3] < delays[4] == delays[5]
    assert delays[4] - delays[3] > delays[3], "where a queue begins to grow, it rises faster"
