"""Figures of one node: its line, its engines of speech, its database, its disk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from robot.observability.totals import Totals
from robot.speech.load import Load

SYNTHESIS_BUCKETS_S = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.2, 2.0, 5.0, 10.0)
WRITE_BUCKETS_S = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

USUAL_BACKUP_S = 26 * 3600.0
"""Of who makes them: one a day, and two hours for the way it takes."""


class Node:
    """What is asked at each scrape, and what only counts up."""

    def __init__(self, registry: CollectorRegistry, version: str) -> None:
        r = registry
        Gauge("zvonar_build_info", "1; its label tells the version.", ["version"], registry=r).labels(version).set(1)
        self.store_up = Gauge(
            "zvonar_store_up", "1 while the database answers; its gauges are its last word else.", registry=r
        )
        self.line_up = Gauge("zvonar_line_up", "1 while the line can dial.", ["line"], registry=r)
        self.ami_up = Gauge("zvonar_ami_up", "1 while Asterisk can be asked.", ["line"], registry=r)
        self._ami_reconnects = Counter("zvonar_ami_reconnects", "AMI connections made again after a loss.", registry=r)
        self._channels = Gauge("zvonar_channels", "Calls that this node may carry at once.", registry=r)
        self._taken = Gauge("zvonar_channels_taken", "Of them taken, legs to managers included.", registry=r)
        self._headroom = Gauge(
            "zvonar_recognizer_headroom_calls",
            "Further calls that recognition keeps up with; the free channels while it has no limit.",
            registry=r,
        )
        self._busy = Gauge(
            "zvonar_recognizer_busy_ratio", "Share of the recognizer's time taken in the last 5 s.", registry=r
        )
        self._waiting = Gauge(
            "zvonar_recognizer_wait_seconds", "95 of 100 utterances of the last 5 s waited no longer.", registry=r
        )
        self._restarts = Counter("zvonar_recognizer_restarts", "Processes of the recognizer that died.", registry=r)
        self._voice_restarts = Counter(
            "zvonar_voice_restarts", "Processes of the voices that died or hung.", registry=r
        )
        self._synthesis = Histogram(
            "zvonar_synthesis_seconds",
            "A phrase that was not in the cache, from its text to its sound.",
            ["voice"],
            buckets=SYNTHESIS_BUCKETS_S,
            registry=r,
        )
        self._disk_free = Gauge("zvonar_data_free_bytes", "Free space where recordings are kept.", registry=r)
        self._disk_size = Gauge("zvonar_data_size_bytes", "Size of that file system.", registry=r)
        self._backup_at = Gauge(
            "zvonar_backup_last_success_timestamp_seconds",
            "The moment the last backup holds; 0 without one.",
            registry=r,
        )
        self._backup_size = Gauge("zvonar_backup_last_size_bytes", "Of the files in it.", registry=r)
        self._backup_within = Gauge(
            "zvonar_backup_within_seconds", "The last backup should be younger; 0 where none is expected.", registry=r
        )
        self.clock_off = Gauge(
            "zvonar_clock_off_seconds",
            "How far the wall clock was set away from the time this process goes by; 0 while it is followed.",
            registry=r,
        )
        self.store_write = Histogram(
            "zvonar_store_write_seconds",
            "A writing transaction, from its begin to its commit.",
            buckets=WRITE_BUCKETS_S,
            registry=r,
        )
        self._totals = Totals()

    def counts(self, *, ami_reconnects: int = 0, recognizer_restarts: int = 0, voice_restarts: int = 0) -> None:
        """The parts' own counts since the process began."""
        self._totals.up_to(self._ami_reconnects, ami_reconnects)
        self._totals.up_to(self._restarts, recognizer_restarts)
        self._totals.up_to(self._voice_restarts, voice_restarts)

    def speaks(self, voice: str) -> None:
        """From the first scrape on: a rate of what appears with its first count misses it."""
        self._synthesis.labels(voice)

    def rendered(self, voice: str, took_s: float) -> None:
        self._synthesis.labels(voice).observe(took_s)

    def recognizer(self, load: Load) -> None:
        self._busy.set(load.busy)
        self._waiting.set(load.waiting_s)

    def carries(self, channels: int, *, free: Callable[[], int], headroom: Callable[[], int | None]) -> None:
        """Asked at each scrape. headroom: None while recognition sets no limit."""
        self._channels.set(channels)
        self._taken.set_function(lambda: channels - free())
        self._headroom.set_function(lambda: min(free(), _or(headroom(), free())))

    def backup(self, last: tuple[datetime, int] | None, within_s: float | None) -> None:
        """last: of which moment, and its bytes. within_s: how young it should be; None where nobody has said."""
        if last is not None:
            at, size = last
            self._backup_at.set(at.timestamp())
            self._backup_size.set(size)
        self._backup_within.set(within_s or (0.0 if last is None else USUAL_BACKUP_S))

    def disk(self, *, free_bytes: int, size_bytes: int) -> None:
        self._disk_free.set(free_bytes)
        self._disk_size.set(size_bytes)


def _or(number: int | None, else_: int) -> int:
    return else_ if number is None else number
