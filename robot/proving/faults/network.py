"""Cables that are cut, slow or lose packets, between any two parts."""

from __future__ import annotations

import asyncio
from random import Random

from robot.domain.clock import utc_now
from robot.proving.faults.alarms import beyond, falls, rises
from robot.proving.faults.base import Kind, Lane, NotNow, Struck
from robot.proving.faults.ground import Ground, Station

DATABASE_DELAY_S = (0.05, 0.3)
LOSS = (0.01, 0.05)
DELAY_S = (0.02, 0.06)
SILENT_S = (4.0, 7.0)
"""A line is told to be down after two seconds, and looked at every second."""


async def cut_ami(ground: Ground, station: Station, rng: Random) -> Struck:  # noqa: ARG001
    for_s, before = rng.uniform(0.5, 4.0), station.ami.cuts
    await station.ami.cut(for_s)
    return Struck(f"AMI of {station.node.name}: {station.ami.cuts - before} cut, none for {for_s:.1f} s", utc_now())


async def cut_audio(ground: Ground, station: Station, rng: Random) -> Struck:  # noqa: ARG001
    if station.audio is None or not station.audio.connections:
        raise NotNow
    for_s, before = rng.uniform(0.2, 2.0), station.audio.cuts
    await station.audio.cut(for_s)
    return Struck(
        f"AudioSocket of {station.node.name}: {station.audio.cuts - before} cut, none for {for_s:.1f} s", utc_now()
    )


async def cut_database(ground: Ground, station: Station, rng: Random) -> Struck:  # noqa: ARG001
    for_s, before = rng.uniform(0.5, 5.0), station.database.cuts
    await station.database.cut(for_s)
    return Struck(
        f"PostgreSQL of {station.node.name}: {station.database.cuts - before} cut, none for {for_s:.1f} s", utc_now()
    )


async def slow_database(ground: Ground, station: Station, rng: Random) -> Struck:  # noqa: ARG001 - everybody's
    """Each way of each statement takes longer."""
    delay_s, for_s = rng.uniform(*DATABASE_DELAY_S), rng.uniform(3.0, 6.0)
    try:
        for one in ground.stations:
            one.database.delay_s = delay_s
        await asyncio.sleep(for_s)
    finally:
        for one in ground.stations:
            one.database.delay_s = 0.0
    return Struck(f"PostgreSQL: {2 * delay_s * 1000:.0f} ms more a statement, for {for_s:.1f} s", utc_now())


async def cut_operator(ground: Ground, station: Station, rng: Random) -> Struck:  # noqa: ARG001
    """Neither SIP nor media get through."""
    assert station.trunk is not None  # noqa: S101 - it fits
    for_s, before = rng.uniform(*SILENT_S), station.trunk.lost
    await station.trunk.cut(for_s)
    return Struck(
        f"trunk of {station.node.name}: nothing for {for_s:.1f} s, {station.trunk.lost - before} packets", utc_now()
    )


async def lose_packets(ground: Ground, station: Station, rng: Random) -> Struck:  # noqa: ARG001
    trunk = station.trunk
    assert trunk is not None  # noqa: S101 - it fits
    share, delay_s, for_s = rng.uniform(*LOSS), rng.uniform(*DELAY_S), rng.uniform(4.0, 8.0)
    before = trunk.lost
    try:
        trunk.loss, trunk.delay_s = share, delay_s
        await asyncio.sleep(for_s)
    finally:
        trunk.loss = trunk.delay_s = 0.0
    return Struck(
        f"media of {station.node.name}: {share:.1%} lost ({trunk.lost - before} packets), "
        f"{delay_s * 1000:.0f}-{2 * delay_s * 1000:.0f} ms late, for {for_s:.1f} s",
        utc_now(),
    )


def _has_trunk(station: Station) -> bool:
    return station.trunk is not None


KINDS = (
    Kind(
        "ami_cut",
        "обрыв робот—AMI",
        "robot—AMI cut",
        cut_ami,
        alarm=rises("AmiUnsteady", "zvonar_ami_reconnects_total"),
    ),
    Kind(
        "audio_cut",
        "обрыв робот—AudioSocket",
        "robot—AudioSocket cut",
        cut_audio,
        alarm=rises("CallsInterrupted", 'zvonar_attempts_total{outcome="interrupted"}'),
        fits=lambda station: station.audio is not None,
    ),
    Kind(
        "postgres_cut",
        "обрыв робот—PostgreSQL",
        "robot—PostgreSQL cut",
        cut_database,
        alarm=falls("StoreDown", "zvonar_store_up"),
    ),
    Kind(
        "postgres_slow",
        "медленная база",
        "slow database",
        slow_database,
        Lane.ALL,
        beyond("StoreSlow", "zvonar_store_write_seconds", "0.25", share=0.5),
    ),
    Kind(
        "operator_cut",
        "обрыв Asterisk—оператор",
        "Asterisk—operator cut",
        cut_operator,
        alarm=falls("LineDown", "zvonar_line_up"),
        fits=_has_trunk,
    ),
    Kind(
        "rtp_loss",
        "потери и задержка RTP",
        "RTP lost and late",
        lose_packets,
        alarm=beyond("MediaLost", "zvonar_media_loss_ratio", "0.005"),
        fits=_has_trunk,
    ),
)
