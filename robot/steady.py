"""Keeping the interpreter from stopping the audio."""

from __future__ import annotations

import gc
import sys

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
