"""What strangers and broken neighbours send while calls go on, and ten times as many clients at once."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import socket
from random import Random
from uuid import UUID

import aiohttp

from robot.domain.clock import utc_now
from robot.proving.cable import LOOPBACK
from robot.proving.faults.alarms import rises
from robot.proving.faults.base import Kind, NotNow, Struck, Text
from robot.proving.faults.ground import Ground, Station
from robot.proving.scene import BURST, asking
from robot.web.signature import SIGNATURE, TIMESTAMP, sign

STRANGERS = 20
TIMES = 10
"""As many requests as a node has channels."""
MOST_ASKING = 4900
AT_ONCE = 20


async def bad_audio(ground: Ground, station: Station, rng: Random) -> Struck:  # noqa: ARG001
    """Connections to the robot's audio port by nobody it has asked."""
    await asyncio.gather(*(_strange_audio(station.audio_port, rng.randbytes(8)) for _ in range(STRANGERS)))
    return Struck(f"{STRANGERS} strangers at the audio port of {station.node.name}", utc_now())


async def _strange_audio(port: int, seed: bytes) -> None:
    dice = random.Random(seed)
    openings = (
        dice.randbytes(2000),
        b"\x01\x00\x10" + UUID(int=dice.getrandbits(128)).bytes + b"\x10\x01\x40" + bytes(320),
        b"\x01\x00\x10" + b"\x00" * 3,  # and no more of it
        b"\x10\xff\xff" + bytes(65_535),
        b"\x01\xff\xff",
        b"GET / HTTP/1.1\r\n\r\n",
        b"",
    )
    with contextlib.suppress(OSError):
        reader, writer = await asyncio.open_connection(LOOPBACK, port)
        writer.write(dice.choice(openings))
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(2.0):
                await reader.read()
        writer.transport.abort()


async def bad_ami(ground: Ground, station: Station, rng: Random) -> Struck:  # noqa: ARG001
    """Between Asterisk's own lines."""
    if not station.ami.connections:
        raise NotNow
    kinds = (
        b"\r\n\r\n" + rng.randbytes(500) + b"\r\n\r\n",
        b"Event: OriginateResponse\r\nResponse: Failure\r\nActionID: none\r\n\r\n",
        b"Event: Hangup\r\nChannel\r\nCause: \xff\xfe\r\n\r\n" * 50,
        b"Response: Success\r\nActionID: 1\r\nMessage: " + b"a" * 100_000 + b"\r\n\r\n",
        b"Event: " + b"A" * 70_000 + b"\r\n\r\n",
    )
    nonsense = b"".join(rng.sample(kinds, 3))
    station.ami.inject(nonsense)
    return Struck(f"{len(nonsense)} bytes of nonsense in the AMI of {station.node.name}", utc_now())


async def bad_sip(ground: Ground, station: Station, rng: Random) -> Struck:  # noqa: ARG001
    """To our Asterisk's SIP port, from the operator's address."""
    port = station.node.lab.pbx_sip_port
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        for _ in range(200):
            one.sendto(_strange_sip(rng, port), (LOOPBACK, port))
    return Struck(f"200 malformed SIP messages to the Asterisk of {station.node.name}", utc_now())


def _strange_sip(rng: Random, port: int) -> bytes:
    head = f"INVITE sip:+79160000000@{LOOPBACK}:{port} SIP/2.0\r\nVia: SIP/2.0/UDP {LOOPBACK}:9;branch=z9hG4bK"
    return rng.choice(
        (
            rng.randbytes(rng.randrange(1, 1200)),
            head.encode() + rng.randbytes(20),
            f"{head}x\r\nFrom: <sip:x@y>\r\nTo: z\r\nCall-ID: {rng.random()}\r\nCSeq: -1 INVITE\r\n\r\n".encode(),
            f"{head}y\r\nContent-Length: 99999\r\n\r\nv=0\r\nm=audio 99999999".encode(),
            b"SIP/2.0 200 OK\r\n" + b"Via: x\r\n" * 60 + b"\r\n",
            b"\r\n\r\n",
        )
    )


async def bad_webhook(ground: Ground, station: Station, rng: Random) -> Struck:
    """Bodies that are none, signed by a stranger or by the site itself. A refusal is what is awaited."""
    codes: dict[int, int] = {}
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as session:
        for number in range(30):
            body = _strange_body(rng)
            secret = ground.secret if number % 2 else "nobody's"
            code = await _post(session, station, secret, body)
            codes[code] = codes.get(code, 0) + 1
    told = ", ".join(f"{count}×{code}" for code, count in sorted(codes.items()))
    wrong = tuple(f"the webhook answered {code}" for code in codes if not 400 <= code < 500)
    return Struck(f"30 malformed webhooks to {station.node.name}: {told}", utc_now(), wrong=wrong)


def _strange_body(rng: Random) -> bytes:
    return rng.choice(
        (
            rng.randbytes(300),
            b"[" * 5000,
            b'{"phone": ' + b"9" * 2000 + b"}",
            json.dumps({"phone": {"a": [None]}, "name": "=cmd()" * 50}).encode(),
            json.dumps({f"field{n}": n for n in range(500)}).encode(),
            b'{"phone": "+7916", "phone": "\xff"}',
            b"null",
            b"",
            b"\xef\xbb\xbf{}",
        )
    )


async def burst(ground: Ground, station: Station, rng: Random) -> Struck:
    """Ten times as many requests as the node has lines, each sent twice, by the webhook."""
    number = min(TIMES * station.channels, MOST_ASKING - ground.fresh)
    if number <= 0:
        raise NotNow
    phones = [asking(ground.fresh + n) for n in range(number)]
    ground.fresh += number
    rng.shuffle(phones)
    gate, taken = asyncio.Semaphore(AT_ONCE), list[str]()
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as session:

        async def ask(phone: str) -> None:
            told = {"phone": phone, "name": "Пётр", "timezone": "Europe/Moscow", "request_id": phone}
            async with gate:
                codes = [await _post(session, station, ground.secret, json.dumps(told).encode()) for _ in range(2)]
            if any(200 <= code < 300 for code in codes):
                taken.append(phone)

        await asyncio.gather(*(ask(phone) for phone in phones))
    ground.asked += taken
    wrong = () if len(taken) == number else (f"{number - len(taken)} of {number} requests were not taken",)
    return Struck(
        f"{number} requests at once to {station.node.name}, each twice: {len(taken)} taken", utc_now(), wrong=wrong
    )


async def _post(session: aiohttp.ClientSession, station: Station, secret: str, body: bytes) -> int:
    """The status; 0 where there was no answer."""
    stamp = str(int(utc_now().timestamp()))
    headers = {"Content-Type": "application/json", TIMESTAMP: stamp, SIGNATURE: sign(secret, stamp, body)}
    url = f"http://{LOOPBACK}:{station.node.web_port}/hooks/leads/{BURST}"
    try:
        async with session.post(url, data=body, headers=headers) as answer:
            await answer.read()
            return answer.status
    except (aiohttp.ClientError, TimeoutError, OSError):
        return 0


async def nothing(ground: Ground, station: Station, rng: Random) -> Struck:  # noqa: ARG001
    """What the others are held against: so long the next client takes to hear the robot anyway."""
    return Struck(f"nothing was done to {station.node.name}", utc_now())


_ASKED = rises("RequestsWait", 'zvonar_queue_oldest_seconds{priority="request"}')
_NO_CALL = Text("Asterisk отбрасывает, звонка нет", "dropped by Asterisk before any call")
"""The parser drops it, and counts nothing; whatever SIP port the internet reaches sees it all day. Where it does harm
LineDown, AsteriskDown or CongestionHigh tell."""

KINDS = (
    Kind(
        "bad_audio",
        "мусор в AudioSocket",
        "malformed AudioSocket",
        bad_audio,
        alarm=rises("StrangersKnock", "zvonar_refused_connections_total"),
    ),
    Kind("bad_ami", "мусор в AMI", "malformed AMI", bad_ami, alarm=rises("AmiGarbled", "zvonar_ami_malformed_total")),
    Kind("bad_sip", "мусор в SIP", "malformed SIP", bad_sip, quiet=_NO_CALL),
    Kind(
        "bad_webhook",
        "мусор в вебхуке",
        "malformed webhook",
        bad_webhook,
        alarm=rises("WebhooksRefused", 'zvonar_webhooks_total{hook="leads",result="invalid"}'),
    ),
    Kind("burst", "заявок вдесятеро", "ten times the leads", burst, alarm=_ASKED, weight=1),
    Kind(
        "nothing",
        "ничего (для сравнения)",
        "nothing (to compare)",
        nothing,
        quiet=Text("ничего не случилось", "nothing happened"),
        weight=1,
    ),
)
