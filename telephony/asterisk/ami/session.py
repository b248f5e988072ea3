"""One AMI connection: which answer belongs to which action."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from telephony.asterisk.ami.base import AmiEvent, AmiReply
from telephony.asterisk.ami.package import Wire
from telephony.asterisk.ami.wire import NO_PACKET, Packet, safe_fields
from telephony.errors import AmiTimeout, LineDown


@dataclass(slots=True)
class _Pending:
    answer: asyncio.Future[AmiReply]
    reply: AmiReply | None = None
    items: list[AmiEvent] = field(default_factory=list)


class AmiSession:
    """Give `on_packet` and `on_closed` to the wire; `ask` then answers. Events that belong to no list go on."""

    def __init__(self, on_event: Callable[[AmiEvent], None]) -> None:
        self._on_event = on_event
        self._pending: dict[str, _Pending] = {}
        self._prefix = secrets.token_hex(4)
        self._count = 0
        self.malformed = 0
        self.closed: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def ask(self, wire: Wire, name: str, fields: dict[str, str], timeout_s: float) -> AmiReply:
        """Raises UnsafeValue, LineDown, AmiTimeout; see `Ami.action`."""
        self._count += 1
        fields = {"ActionID": f"{self._prefix}-{self._count}"} | fields
        safe_fields({"Action": name} | fields)
        if self.closed.done():
            raise LineDown(f"no connection to Asterisk: {self.closed.result()}")
        action_id = fields["ActionID"]
        if action_id in self._pending:
            raise ValueError("this ActionID is waiting for its answer already")
        pending = self._pending[action_id] = _Pending(asyncio.get_running_loop().create_future())
        try:
            async with asyncio.timeout(timeout_s):
                await wire.send(name, fields)
                return await pending.answer
        except TimeoutError as error:
            raise AmiTimeout(f"Asterisk did not answer {name} within {timeout_s:g} s") from error
        except OSError as error:
            raise LineDown(f"the connection to Asterisk broke: {error}") from error
        finally:
            del self._pending[action_id]
            if not pending.answer.cancel() and not pending.answer.cancelled():
                pending.answer.exception()  # seen, even when the wait ended for another reason

    def on_closed(self, reason: str) -> None:
        if not self.closed.done():
            self.closed.set_result(reason)
        for pending in self._pending.values():
            if not pending.answer.done():
                pending.answer.set_exception(LineDown(f"the connection to Asterisk was lost: {reason}"))

    def on_packet(self, packet: Packet) -> None:
        if self.closed.done():
            return
        self.malformed += not packet.whole
        pending = self._pending.get(packet.fields.get("ActionID", ""))
        if packet is NO_PACKET:
            return
        if packet.kind == "response":
            if pending is not None:
                self._answered(pending, packet)
            return
        event = AmiEvent(packet.value, packet.fields)
        if pending is None or pending.reply is None or pending.answer.done():  # an event may follow its action at once
            self._on_event(event)
        elif event.get("EventList").lower() == "complete":
            self._resolve(pending, pending.reply)
        else:
            pending.items.append(event)

    def _answered(self, pending: _Pending, packet: Packet) -> None:
        ok = packet.value.lower() in ("success", "follows", "goodbye")
        pending.reply = AmiReply(ok, packet.fields)
        if not ok or packet.fields.get("EventList", "").lower() != "start":
            self._resolve(pending, pending.reply)

    @staticmethod
    def _resolve(pending: _Pending, reply: AmiReply) -> None:
        if not pending.answer.done():
            pending.answer.set_result(AmiReply(reply.ok, reply.fields, tuple(pending.items)))
