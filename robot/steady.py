"""Keeping the interpreter, and the machine's other work, from stopping the audio."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

SWITCH_S = 0.0005
"""The loop gives the interpreter lock away with every frame it sends; by default a thread that took it (the store's, a
recording's) may keep it for 5 ms, at any of a hundred calls' frames."""


def keep_steady() -> None:
    """What is there by now stays for good, and is never looked through again: a full collection of garbage over the
    models of language, scripts and settings takes longer than eight frames, and finds nothing there. Call it when
    everything is loaded and no call is on: it takes some tenths of a second."""
    sys.setswitchinterval(SWITCH_S)
    gc.collect()
    gc.freeze()
    # The interpreter waits with a full collection until what is new is a quarter of what the last one left, and that
    # is the models: the rings of objects that calls leave behind would fill tens of megabytes first. Now it is nothing.
    gc.collect()


@contextmanager
def going_first() -> Iterator[bool]:
    """The calling thread gets a core whenever it has something to do, as Asterisk's do with its option -p: a frame is
    due every 20 ms, and whoever computes beside it (recognition, the database) can wait for the fraction of a
    millisecond that it takes. Threads and processes started meanwhile do not inherit it, and the kernel keeps a
    twentieth of the time for all others (sched(7)). Yields False, and changes nothing, where this is not allowed: it
    takes root, CAP_SYS_NICE, or a limit on `rtprio` of 1 or more."""
    before, priority = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        least = os.sched_param(os.sched_get_priority_min(os.SCHED_RR))
        os.sched_setscheduler(0, os.SCHED_RR | os.SCHED_RESET_ON_FORK, least)
    except OSError:
        yield False
        return
    try:
        yield True
    finally:
        os.sched_setscheduler(0, before, priority)
