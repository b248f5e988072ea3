"""A CRM on its bad days: errors, limits, answers that are late, lost or nonsense."""

from __future__ import annotations

import asyncio
from random import Random

from robot.crm.faking import Faults
from robot.domain.clock import utc_now
from robot.proving.faults.alarms import rises
from robot.proving.faults.base import Kind, Lane, Strike, Struck
from robot.proving.faults.ground import Ground, Station

FOR_S = (3.0, 6.0)
NONSENSE = (
    b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{"result":[[',
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 20\r\n\r\n<html>maintenance...",
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4\r\n\r\nnull",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64),
    b"HTTP/1.1 999 ?\r\nContent-Length: -1\r\n\r\n",
)


def _troubled(name: str, faults: Faults) -> Strike:
    async def strike(ground: Ground, station: Station, rng: Random) -> Struck:  # noqa: ARG001 - everybody's
        for_s, told = rng.uniform(*FOR_S), ground.crm.trouble.told.total()
        try:
            ground.crm.trouble.faults = faults
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
    try:
        for one in ground.stations:
            one.crm.babble = nonsense
            one.crm.break_off()
        await asyncio.sleep(for_s)
    finally:
        for one in ground.stations:
            one.crm.babble = b""
    return Struck(
        f"CRM: {nonsense[:24]!r}…, for {for_s:.1f} s", utc_now(), lambda: ground.crm.requests.total() > before
    )


def _kind(name: str, ru: str, en: str, strike: Strike) -> Kind:
    alarm = rises("DeliveriesFail", "zvonar_delivery_errors_total")
    return Kind(name, ru, en, strike, Lane.CRM, alarm, weight=2, calls_go_on=False)


KINDS = (
    _kind("crm_500", "CRM: ошибки 500", "CRM: errors 500", _troubled("500", Faults(failed=1.0))),
    _kind("crm_429", "CRM: слишком часто (429)", "CRM: too many requests", _troubled("429", Faults(limited=1.0))),
    _kind(
        "crm_slow",
        "CRM: ответ через 15 с",
        "CRM: answers after 15 s",
        _troubled("slow", Faults(slow=0.5, slow_s=15.0)),
    ),
    _kind("crm_lost", "CRM: сделано, ответ потерян", "CRM: done, answer lost", _troubled("lost", Faults(lost=0.5))),
    _kind("crm_garbage", "CRM: мусор вместо ответа", "CRM: nonsense for an answer", babble),
)
