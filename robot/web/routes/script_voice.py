"""/api/scripts/{name}/voice: talk to a draft from the browser's microphone, over a WebSocket.

Up: binary messages, signed 16-bit little-endian mono PCM at `rate`, any length; texts {"type": "key", "digits": "1"}
and {"type": "hang_up"}. Down: binary messages, 20 ms of the robot at 8 kHz each; texts {"type": "rendering", "done",
"total"} before it begins, {"type": "begun"}, {"type": "turn", …} whenever a turn changes (the same number again), and
{"type": "ended", "outcome", "reason", "by"}, or {"type": "refused", "code", "message"}.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from typing import Any

import numpy as np
import soxr
from aiohttp import WSMsgType, web

from robot.calls.talk import Talk
from robot.domain.access import Right
from robot.domain.calls import Turn
from robot.i18n import tr
from robot.scripts.errors import DeskError
from robot.scripts.voice_talks import Listener, VoiceTalk
from robot.web.body import read_query
from robot.web.endpoint import Endpoint
from robot.web.schemas_scripts import VoiceQuery
from robot.web.scripts_desk import Refused, desk_of, name_of, refusing
from robot.web.services import SERVICES
from robot.web.standing import first_of
from telephony.audio import SAMPLE_RATE_HZ
from telephony.base import EndedBy

MOST_MESSAGE_BYTES = 64 * 1024
WAITING = 100
"""Messages that a slow browser may be behind: two seconds of sound. One that is slower is hung up."""
BEAT_S = 15.0


class Outbox:
    """What goes down, in order. Never waits: whoever cannot keep up is given up."""

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[bytes | str | None] = asyncio.Queue(WAITING)
        self.overrun = asyncio.Event()

    def put(self, message: bytes | str | None) -> None:
        try:
            self._waiting.put_nowait(message)
        except asyncio.QueueFull:
            self.overrun.set()

    def tell(self, kind: str, **data: Any) -> None:
        self.put(json.dumps({"type": kind, **data}, ensure_ascii=False))

    async def send(self, socket: web.WebSocketResponse) -> None:
        """Until None was put, or the browser is gone."""
        while (message := await self._waiting.get()) is not None:
            try:
                await (socket.send_bytes(message) if isinstance(message, bytes) else socket.send_str(message))
            except ConnectionError:
                self.overrun.set()
                return


@refusing
async def voice(request: web.Request) -> web.StreamResponse:
    """A WebSocket: sound both ways, turns as they happen. Nothing of the talk is kept."""
    desk, name, asked = desk_of(request), name_of(request), read_query(request, VoiceQuery)
    if desk.voice_talks is None:
        raise Refused(503, "unavailable", "на этом узле голосом не говорят", "nobody talks by voice on this node")
    await desk.drafts.current(name)
    socket = web.WebSocketResponse(heartbeat=BEAT_S, max_msg_size=MOST_MESSAGE_BYTES)
    if not socket.can_prepare(request).ok:
        raise Refused(426, "upgrade_required", "этот адрес — для WebSocket", "this address is for WebSocket")
    await socket.prepare(request)
    outbox = Outbox()
    sending = asyncio.create_task(outbox.send(socket), name="voice down")
    listener = Listener(outbox.put, lambda turn: outbox.tell("turn", **_turn(turn)), _rendering(outbox))
    try:
        async with desk.voice_talks.begin(
            name, asked.version, campaign=asked.campaign, variables={}, listener=listener
        ) as talk:
            outbox.tell("begun")
            revoked = request.app[SERVICES].standing.until_revoked(request)
            ended = await _hold(socket, outbox, talk, int(asked.rate), revoked)
        outbox.tell("ended", **_ended(ended))
    except DeskError as error:
        outbox.tell("refused", code=error.code, message=tr(error.ru, str(error)))
    finally:
        outbox.put(None)
        if outbox.overrun.is_set():
            sending.cancel()
        await asyncio.wait([sending])
        await socket.close()
    return socket


async def _hold(
    socket: web.WebSocketResponse, outbox: Outbox, talk: VoiceTalk, rate: int, revoked: Coroutine[Any, Any, None]
) -> Talk:
    """The talk to its end; it ends too when the browser is gone or too slow, or who talks may talk no more."""

    async def given_up() -> None:
        try:
            await first_of(_set(outbox.overrun), revoked)
        finally:
            talk.call.end(EndedBy.LINE)

    sides = [
        asyncio.create_task(_listen(socket, talk, rate), name="voice up"),
        asyncio.create_task(given_up(), name="voice overrun"),
    ]
    try:
        return await talk.run()
    finally:
        for side in sides:
            side.cancel()
        await asyncio.wait(sides)


async def _set(event: asyncio.Event) -> None:
    await event.wait()


async def _listen(socket: web.WebSocketResponse, talk: VoiceTalk, rate: int) -> None:
    """What the browser sends; its end is the client's hanging up."""
    to_line = soxr.ResampleStream(rate, SAMPLE_RATE_HZ, 1, dtype="int16") if rate != SAMPLE_RATE_HZ else None
    async for message in socket:
        if message.type is WSMsgType.BINARY:
            pcm = message.data[: len(message.data) // 2 * 2]
            if to_line is not None:
                pcm = to_line.resample_chunk(np.frombuffer(pcm, dtype="<i2")).astype("<i2").tobytes()
            talk.call.hear(pcm)
        elif message.type is WSMsgType.TEXT:
            said = _command(message.data)
            if said.get("type") == "hang_up":
                break
            if said.get("type") == "key":
                talk.call.press(str(said.get("digits", ""))[:10])
    talk.call.end(EndedBy.CLIENT)


def _command(text: str) -> dict[str, Any]:
    """What is no command says nothing."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _rendering(outbox: Outbox) -> Any:
    def tell(done: int, total: int) -> None:
        if done % 10 == 0 or done == total:
            outbox.tell("rendering", done=done, total=total)

    return tell


def _turn(turn: Turn) -> dict[str, Any]:
    return {
        "number": turn.number,
        "phrase": turn.phrase,
        "role": turn.role,
        "said": turn.said,
        "heard": turn.heard,
        "intent": turn.intent,
        "matched": turn.matched,
        "went_to": turn.went_to,
        "ending": turn.ending.value if turn.ending is not None else "",
        "response_ms": turn.response_ms,
    }


def _ended(talk: Talk) -> dict[str, Any]:
    verdict = talk.verdict
    return {
        "outcome": verdict.outcome.value if verdict is not None else "",
        "reason": verdict.reason if verdict is not None else "",
        "by": talk.ended.by.value if talk.ended is not None else "",
    }


ENDPOINTS = (
    Endpoint("GET", "/api/scripts/{name}/voice", voice, Right.SEE_SCRIPTS,
             "WebSocket: talk to the draft or a version by voice", "Scripts", query=VoiceQuery,
             media="application/octet-stream", status=101, params={"name": "The script's name"}),
)  # fmt: skip
