"""Everything `zvonar telephony check` looks at, in the order in which it is to be mended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

import aiohttp

from robot import app
from robot.cli.telephony_call import Tried, try_call
from robot.domain.clock import utc_now
from robot.i18n import tr
from robot.settings import Settings
from robot.web.routes.telephony import refused_text
from telephony.asterisk.check.exchange import check_exchange
from telephony.asterisk.check.finding import Finding, Part, broken, doubtful, fine
from telephony.asterisk.check.ground import (
    check_address,
    check_listening,
    check_metrics,
    check_ntp,
    check_rtp,
    check_tick,
)
from telephony.asterisk.settings import AsteriskSettings
from telephony.errors import AmiRefused, LineDown
from telephony.lab import lab as stand

CONNECT_S = 3.0
WHOLLY_S = 6.0
"""For the trunk to answer and to let us in: longer than one SIP message is repeated for."""


async def check_all(settings: Settings, phone: str = "", *, now: Callable[[], datetime] = utc_now) -> list[Finding]:
    """phone: rung last; "" rings nobody."""
    found = await _asterisk(settings) + await _machine(settings)
    if phone:
        found.append(_of_call(settings, await try_call(settings, phone, now=now)))
    return found


async def _asterisk(settings: Settings) -> list[Finding]:
    reach = _reach(settings)
    ami = reach.ami_client()
    running = asyncio.create_task(ami.run())
    try:
        await ami.connected(CONNECT_S)
        return await check_exchange(ami, reach.trunk, within_s=WHOLLY_S)
    except LineDown as error:
        if running.done() and isinstance(refused := running.exception(), AmiRefused):
            return [broken(Part.AMI, "refused", detail=str(refused))]
        return [broken(Part.AMI, "silent", detail=str(error))]
    finally:
        running.cancel()
        await asyncio.wait([running])


def _reach(settings: Settings) -> AsteriskSettings:
    if settings.line == "lab":
        return stand.asterisk_settings(app.lab_settings(settings))
    return app.configured_asterisk(settings)


async def _machine(settings: Settings) -> list[Finding]:
    found = [check_ntp(), await check_tick()]
    if settings.line != "asterisk":
        return found
    ours, trunk = settings.asterisk, settings.trunk
    runs = await _robot_runs(settings)
    calls = settings.dialer.channels + settings.inbound.at_most
    found.append(check_listening(Part.AUDIO_PORT, ours.audiosocket_bind, ours.audiosocket_port, ours=runs))
    if settings.inbound.at_most:
        found.append(check_listening(Part.AGI_PORT, ours.audiosocket_bind, settings.inbound.port, ours=runs))
    if trunk.host:  # else somebody else has written Asterisk's configuration
        found.append(check_rtp(trunk.sip_bind, trunk.rtp_first_port, trunk.rtp_last_port, calls=calls))
        found.append(
            await check_address(
                trunk.host, trunk.port or 5060, external=trunk.external_address, local=trunk.local_networks
            )
        )
    if trunk.metrics_port:
        found.append(await check_metrics(trunk.metrics_bind, trunk.metrics_port))
    return found


async def _robot_runs(settings: Settings) -> bool:
    """Whether the service of these settings works on this machine."""
    host = "127.0.0.1" if settings.web.host in ("0.0.0.0", "::") else settings.web.host  # noqa: S104 - read, not bound
    timeout = aiohttp.ClientTimeout(total=2)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as client,
            client.get(f"http://{host}:{settings.web.port}/healthz") as answer,
        ):
            return answer.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False


def _of_call(settings: Settings, tried: Tried) -> Finding:
    facts = {"codec": tried.codec or tr("неизвестен", "unknown"), "offered": ", ".join(settings.trunk.codecs)}
    if tried.refusal:
        why = refused_text(tried.refusal)
        return broken(Part.CALL, "forbidden", why=tr(why.ru, why.en))
    if tried.end.code in ("no_common_codec", "trunk_refused"):
        return broken(Part.CALL, tried.end.code, **facts)
    if not tried.end.answered:
        return broken(Part.CALL, "failed", why=tried.end.code)
    return fine(Part.CALL, **facts) if tried.end.heard else doubtful(Part.CALL, "unheard", **facts)
