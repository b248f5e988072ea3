"""What the machine itself does to a node: a full disk, a clock that somebody sets."""

from __future__ import annotations

import asyncio
from random import Random

from robot.domain.clock import utc_now
from robot.proving.faults.alarms import away_from_zero, runs_out
from robot.proving.faults.base import Kind, Strike, Struck
from robot.proving.faults.ground import Ground, Station
from robot.proving.node_process import set_ahead

JUMPS_S = (30.0, 600.0, 7200.0, 86_400.0)


async def fill_disk(ground: Ground, station: Station, rng: Random) -> Struck:  # noqa: ARG001
    """Recordings and the log have no room."""
    assert station.disk is not None  # noqa: S101 - it fits
    for_s = rng.uniform(3.0, 7.0)
    try:
        used = await station.disk.fill()
        await asyncio.sleep(for_s)
    finally:
        await station.disk.free()
    return Struck(f"disk of {station.node.name} full at {used >> 20} MiB, for {for_s:.1f} s", utc_now())


def _jump(sign: int) -> Strike:
    async def strike(ground: Ground, station: Station, rng: Random) -> Struck:  # noqa: ARG001
        """Set, and put right after a while."""
        by_s, for_s = sign * rng.choice(JUMPS_S), rng.uniform(3.0, 8.0)
        try:
            set_ahead(station.clock, by_s)
            await asyncio.sleep(for_s)
        finally:
            set_ahead(station.clock, 0.0)
        return Struck(f"clock of {station.node.name} set by {by_s:+.0f} s, for {for_s:.1f} s", utc_now())

    return strike


_OFF = away_from_zero("ClockOff", "zvonar_clock_off_seconds")
KINDS = (
    Kind(
        "disk_full",
        "диск полон",
        "full disk",
        fill_disk,
        alarm=runs_out("DiskFull", "zvonar_data_free_bytes", "zvonar_data_size_bytes", 0.02),
        weight=3,
        fits=lambda station: station.disk is not None,
    ),
    Kind("clock_ahead", "часы вперёд", "clock set ahead", _jump(1), alarm=_OFF),
    Kind("clock_back", "часы назад", "clock set back", _jump(-1), alarm=_OFF),
)
