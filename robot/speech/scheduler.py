"""Who is decoded next: threads that take what is most urgent, over all calls.

Answers (a glance, the end of an utterance) go first, the one asked for earliest before the others; audio to be followed
while somebody speaks comes after them; work nobody waits for comes last. A job cancelled before it began costs nothing.
"""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from enum import IntEnum
from typing import Any, TypeVar

from robot.speech.load import Load, LoadMeter

_T = TypeVar("_T")


class Lane(IntEnum):
    ANSWER = 0
    STREAM = 1
    BACKGROUND = 2


_Job = tuple[Lane, float, int, Future[Any], Callable[[], Any]]


class Scheduler:
    """Thread-safe. Its threads start with the first job."""

    def __init__(self, threads: int, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._name = name
        self._wanted = threads
        self._threads: list[threading.Thread] = []
        self._jobs: list[_Job] = []
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        self._meter = LoadMeter(threads)
        self._stopped = False

    def submit(self, work: Callable[[], _T], lane: Lane, asked_s: float | None = None) -> Future[_T]:
        """asked_s: when it was asked for, on the scheduler's clock; now by default. RuntimeError once stopped."""
        future: Future[_T] = Future()
        with self._changed:
            if self._stopped:
                raise RuntimeError("the scheduler was stopped")
            asked = self._clock() if asked_s is None else asked_s
            heapq.heappush(self._jobs, (lane, asked, next(self._numbers), future, work))
            if len(self._threads) < self._wanted:
                thread = threading.Thread(target=self._run, name=f"{self._name}-{len(self._threads)}", daemon=True)
                self._threads.append(thread)
                thread.start()
            self._changed.notify()
        return future

    @property
    def stopped(self) -> bool:
        return self._stopped

    def load(self) -> Load:
        with self._changed:
            return self._meter.read(self._clock())

    def stop(self) -> None:
        """Cancel what waits, wait for what is being done. Blocking."""
        with self._changed:
            self._stopped = True
            jobs, self._jobs = self._jobs, []
            self._changed.notify_all()
        for job in jobs:
            job[3].cancel()
            job[3].set_running_or_notify_cancel()
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        while (job := self._next()) is not None:
            lane, asked, _, future, work = job
            if not future.set_running_or_notify_cancel():
                continue
            began = self._clock()
            try:
                result = work()
            except BaseException as failure:  # to whoever waits, or he would wait for ever
                self._record(asked, began, lane)
                future.set_exception(failure)
            else:
                self._record(asked, began, lane)
                future.set_result(result)
            del job, future, work

    def _record(self, asked: float, began: float, lane: Lane) -> None:
        with self._changed:
            self._meter.record(asked, began, self._clock(), answer=lane is Lane.ANSWER)

    def _next(self) -> _Job | None:
        with self._changed:
            while not self._jobs:
                if self._stopped:
                    return None
                self._changed.wait()
            return heapq.heappop(self._jobs)
