"""A stranger's file is read in a process of its own: calls under way share no interpreter with it, and what it would
take in memory or time ends that process and nothing else."""

from __future__ import annotations

import asyncio
import os
import resource
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TypeVar

from robot.crm.csv_table import ImportRefused, refusal
from robot.crm.stages import Text

T = TypeVar("T")

MOST_MEMORY = 3 * 1024**3
MOST_CPU_S = 90
LATER = 10
"""Niceness: the audio of calls goes first."""


async def read_apart(read: Callable[[bytes], T], content: bytes) -> T:
    """What `read`, a function of a module, makes of the file. Raises ImportRefused."""
    pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_humble)
    try:
        # Starting a process takes longer than a frame of audio, and so may its end.
        begun = await asyncio.to_thread(pool.submit, _told, read, content)
        done = await asyncio.wrap_future(begun)
    except (MemoryError, BrokenProcessPool):
        raise refusal(
            "Файл слишком велик или сложен: разделите его на части.",
            "The file is too large or too intricate: split it.",
        ) from None
    except asyncio.CancelledError:
        for process in list((pool._processes or {}).values()):
            process.kill()
        raise
    finally:
        pool.shutdown(wait=False)
    if isinstance(done, Text):
        raise ImportRefused(done)
    return done


def _told(read: Callable[[bytes], T], content: bytes) -> T | Text:
    """A refusal travels as its words."""
    try:
        return read(content)
    except ImportRefused as error:
        return error.reason


def _humble() -> None:
    os.nice(LATER)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S))
