"""Compresses recordings in a process of its own, behind everything else that runs.

    <- /path/to/call.wav          one a line, until the end of the input
    -> {"file": "/path/to/call.wav", "ok": true}   or   {"file": ..., "error": "..."}

In a process and not in a thread: a thread that waits its turn for a core while it holds the interpreter's lock would
hold up the calls' frames.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from pathlib import Path

from robot.calls.recordings import RecordingUnreadable, compress

NICENESS = 15


def main() -> None:
    os.nice(NICENESS)
    with contextlib.suppress(OSError):  # a container may forbid it: then being nice must do
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    for line in sys.stdin:
        told: dict[str, object] = {"file": line.rstrip("\n")}
        try:
            compress(Path(line.rstrip("\n")))
            told["ok"] = True
        except (OSError, RecordingUnreadable) as error:
            told["error"] = str(error)
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
