"""A CRM on its bad days: errors, limits, answers that are late, lost or nonsense."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from random import Random

from robot.crm.faking import Faults
from robot.domain.clock import utc_now
from robot.proving.faults.alarms import Alarm, beyond, rises
from robot.proving.faults.base import Kind, Lane, Strike, Struck
from robot.proving.faults.ground import Ground, Station

FOR_S = (3.0, 6.0)
"""From when somebody met it."""
MEETS_S = 20.0
POLL_S = 0.1
SLOW_S = 12.0
LATE_S = (2 * SLOW_S + 1.0, 2 * SLOW_S + 4.0)
"""Until a delivery with two late answers has come: it came, so only its time shows that."""

NONSENSE = (
    b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{"result":[[',
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 20\r\n\r\n<html>maintenance...",
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4\r\n\r\nnull",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64),
    b"HTTP/1.1 999 ?\r\nContent-Length: -1\r\n\r\n",
)


async def _met(yet: Callable[[], bool]) -> None:
    """Until somebody met it: a CRM on its bad day troubles nobody who asks nothing of it. Not for ever: there may be
    nothing to ask."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(MEETS_S):
            while not yet():
                await asyncio.sleep(POLL_S)


def _troubled(name: str, faults: Faults, lasts_s: tuple[float, float] = FOR_S) -> Strike:
    async def strike(ground: Ground, station: Station, rng: Random) -> Struck:  # noqa: ARG001 - everybody's
        for_s, told = rng.uniform(*lasts_s), ground.crm.trouble.told.total()
        try:
            ground.crm.trouble.faults = faults
            await _met(lambda: ground.crm.trouble.told.total() > told)
            await asyncio.sleep(for_s)
        finally:
            ground.crm.trouble.faults = Faults()
        done, struck = ground.crm.requests.total(), ground.crm.trouble.told.total() - told
        return Struck(
            f"CRM: {name}, for {for_s:.1f} s, {struck} requests",
            utc_now(),
            lambda: ground.crm.requests.total() > done,
        )

    return strike


async def babble(ground: Ground, station: Station, rng: Random) -> Struck:  # noqa: ARG001 - everybody's
    for_s, nonsense, before = rng.uniform(*FOR_S), rng.choice(NONSENSE), ground.crm.requests.total()
    heard = sum(one.crm.babbled for one in ground.stations)
    try:
        for one in ground.stations:
            one.crm.babble = nonsense
            one.crm.break_off()
        await _met(lambda: sum(one.crm.babbled for one in ground.stations) > heard)
        await asyncio.sleep(for_s)
    finally:
        for one in ground.stations:
            one.crm.babble = b""
    struck = sum(one.crm.babbled for one in ground.stations) - heard
    return Struck(
        f"CRM: {nonsense[:24]!r}…, for {for_s:.1f} s, {struck} connections",
        utc_now(),
        lambda: ground.crm.requests.total() > before,
    )


async def cut_off(ground: Ground, station: Station, rng: Random) -> Struck:  # noqa: ARG001 - everybody's
    """Between all nodes and the CRM."""
    for_s, before = rng.uniform(*FOR_S), ground.crm.requests.total()
    refused = sum(one.crm.refused for one in ground.stations)
    async with asyncio.TaskGroup() as cables:
        cuts = [cables.create_task(one.crm.cut(MEETS_S + for_s)) for one in ground.stations]
        await _met(lambda: sum(one.crm.refused for one in ground.stations) > refused)
        await asyncio.sleep(for_s)
        for cut in cuts:
            cut.cancel()
    struck = sum(one.crm.refused for one in ground.stations) - refused
    return Struck(
        f"CRM: cut for {for_s:.1f} s, {struck} connections",
        utc_now(),
        lambda: ground.crm.requests.total() > before,
    )


FAIL = rises("DeliveriesFail", "zvonar_delivery_errors_total")


def _kind(name: str, ru: str, en: str, strike: Strike, alarm: Alarm = FAIL) -> Kind:
    return Kind(name, ru, en, strike, Lane.CRM, alarm, weight=2, calls_go_on=False)


KINDS = (
    _kind("crm_500", "CRM: ошибки 500", "CRM: errors 500", _troubled("500", Faults(failed=1.0))),
    _kind("crm_429", "CRM: слишком часто (429)", "CRM: too many requests", _troubled("429", Faults(limited=1.0))),
    _kind(
        "crm_slow",
        "CRM: ответ через 12 с",
        "CRM: answers after 12 s",
        _troubled("slow", Faults(slow=0.5, slow_s=SLOW_S), LATE_S),
        beyond("DeliveriesSlow", "zvonar_delivery_seconds", "10.0"),
    ),
    _kind("crm_lost", "CRM: сделано, ответ потерян", "CRM: done, answer lost", _troubled("lost", Faults(lost=0.5))),
    _kind("crm_cut", "обрыв робот—CRM", "robot—CRM cut", cut_off),
    _kind("crm_garbage", "CRM: мусор вместо ответа", "CRM: nonsense for an answer", babble),
)
