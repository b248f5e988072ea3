"""`zvonar serve` as a proof starts it: with a wall clock that can be set, and another way for the audio of the lab.

Its order is one line of JSON in ZVONAR_PROVING: "clock", a file of eight bytes (a little-endian float: by how
many seconds the wall clock is ahead), and "audio", the port where the robot listens and the one that Asterisk is told.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

ORDER = "ZVONAR_PROVING"
AHEAD = struct.Struct("<d")


def shifted(file: Path) -> Callable[[], datetime]:
    """The machine's wall clock, ahead by what the file says at this moment."""
    with file.open("r+b") as opened:
        memory = mmap.mmap(opened.fileno(), AHEAD.size)

    def wall() -> datetime:
        (ahead_s,) = AHEAD.unpack(memory[: AHEAD.size])
        return datetime.now(UTC) + timedelta(seconds=ahead_s)

    return wall


def set_ahead(file: Path, seconds: float) -> None:
    """Set the wall clock of the process that was given this file. The file is made when it is not there."""
    if not file.exists():
        file.write_bytes(AHEAD.pack(seconds))
        return
    with file.open("r+b") as opened:
        opened.write(AHEAD.pack(seconds))


def order(clock: Path, listens: int, told: int) -> str:
    """What ZVONAR_PROVING is to be."""
    return json.dumps({"clock": str(clock), "audio": [listens, told]})


def main() -> None:
    given = json.loads(os.environ[ORDER])
    from robot.domain import clock  # noqa: PLC0415 - before everybody who takes the clock from there

    clock.utc_now = clock.SteadyClock(shifted(Path(given["clock"])))
    from telephony.lab import lab  # noqa: PLC0415

    usual, (listens, told) = lab.asterisk_settings, given["audio"]

    def through_cable(*arguments: object, **more: object) -> object:
        return replace(usual(*arguments, **more), audio_port=listens, advertised_port=told)  # type: ignore[arg-type]

    lab.asterisk_settings = through_cable  # type: ignore[assignment]
    from robot.cli.main import main as zvonar  # noqa: PLC0415

    zvonar()


if __name__ == "__main__":
    main()
