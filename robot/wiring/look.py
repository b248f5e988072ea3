"""What a scrape of the metrics asks of a node's own parts."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import Protocol

from robot.domain import clock
from robot.keeping.last import last_backup
from robot.observability.metrics import Metrics
from robot.settings import Settings
from robot.speech.load import load_of
from robot.speech.process import deaths_of
from robot.speech.worker.proxy import WorkerRecognizer
from robot.wiring.speech import Speech


class Node(Protocol):
    """What is asked."""

    speech: Speech
    metrics: Metrics
    recordings: Path
    settings: Settings


async def look(node: Node) -> None:
    """Write down how busy recognition is, how often it and the voices died, and how much space recordings
    have, and when the last backup was made."""
    metrics, recognizer = node.metrics.node, node.speech.recognizer
    metrics.recognizer(load_of(recognizer))
    metrics.clock_off.set(clock.utc_now.off.total_seconds())
    metrics.counts(voice_restarts=deaths_of(node.speech.voice) + node.speech.voices.deaths)
    if isinstance(recognizer, WorkerRecognizer):
        metrics.counts(recognizer_restarts=recognizer.deaths)
    data_dir = node.recordings.parent
    last, within_h = await asyncio.to_thread(last_backup, data_dir), node.settings.backup_within_h
    made = None if last is None else (last.at, last.size)
    metrics.backup(made, None if within_h is None else within_h * 3600)
    try:
        disk = await asyncio.to_thread(shutil.disk_usage, data_dir)
    except OSError:  # not made yet
        return
    metrics.disk(free_bytes=disk.free, size_bytes=disk.total)
