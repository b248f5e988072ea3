"""Lines as the settings describe them."""

from __future__ import annotations

import asyncio

from robot.observability.metrics import Metrics
from robot.settings import Settings
from telephony.asterisk.line import AsteriskLine
from telephony.asterisk.settings import AsteriskSettings
from telephony.base import Line, LineHealth
from telephony.lab.settings import LabSettings

PROBE_INTERVAL_S = 0.2


def lab_settings(settings: Settings, seed: int = 0) -> LabSettings:
    """`seed`: which people live behind the lab's telephone company."""
    return LabSettings.under(settings.data_dir, port_base=settings.lab.port, seed=seed)


def asterisk_line(asterisk: AsteriskSettings, metrics: Metrics) -> AsteriskLine:
    return AsteriskLine(asterisk, asterisk.ami_client(), metrics.frame_lateness.observe, metrics.intake.lost)


def configured_asterisk(settings: Settings) -> AsteriskSettings:
    ours = settings.asterisk
    return AsteriskSettings(
        ami_host=ours.host,
        ami_port=ours.ami_port,
        ami_user=ours.ami_user,
        ami_secret=ours.ami_secret.get_secret_value(),
        trunk=ours.trunk,
        office_trunk=ours.office_trunk,
        agi_port=settings.inbound.port if settings.inbound.at_most else None,
        audio_host=ours.audiosocket_bind,
        audio_port=ours.audiosocket_port,
        advertised_host=ours.audiosocket_advertised,
    )


async def probe(line: Line, *, within_s: float) -> LineHealth:
    """Bring a line up for a moment and ask how it is. Raises TelephonyError when it cannot run at all."""
    running = asyncio.create_task(line.run())
    deadline = asyncio.get_running_loop().time() + within_s
    try:
        while not (health := await line.health()).ok and not running.done():
            if asyncio.get_running_loop().time() >= deadline:
                break
            await asyncio.sleep(PROBE_INTERVAL_S)
    finally:
        running.cancel()
        await asyncio.wait([running])
    if not running.cancelled() and (error := running.exception()) is not None:
        raise error
    return health
