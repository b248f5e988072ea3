"""One bound SMPP session: requests by their numbers, keeping alive, and receipts that come meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import re
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from smpplib import smpp

from robot.crm.errors import DeliveryError
from robot.sending.smpp_faults import away, lost
from robot.sending.sms import Receipt

log = structlog.get_logger(__name__)

LARGEST_PDU = 64 * 1024

OnReceipt = Callable[[str, Receipt], Awaitable[None]]
"""Told the SMSC's id of a message and what became of it."""

_RECEIPT = re.compile(rb"\bid:(\S{1,65})\b.*?\bstat:([A-Z]{7})", re.DOTALL)
_FATES = {"DELIVRD": Receipt.DELIVERED, "EXPIRED": Receipt.FAILED, "UNDELIV": Receipt.FAILED, "REJECTD": Receipt.FAILED}
_STATES = {2: "DELIVRD", 3: "EXPIRED", 5: "UNDELIV", 8: "REJECTD"}


class Session:
    """A connection: requests by their numbers, and what the SMSC tells by itself."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        on_receipt: OnReceipt,
        alive_every_s: float,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._on_receipt = on_receipt
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._broken = False
        self._reading = asyncio.create_task(self._read(), name="smpp")
        self._keeping = asyncio.create_task(self._keep_alive(alive_every_s), name="smpp_alive")

    @property
    def ended(self) -> bool:
        return self._broken or self._reading.done()

    def next_sequence(self) -> int:
        """For smpplib, which takes this for its client."""
        return next(self._numbers)

    @property
    def sequence(self) -> int:
        return 0

    async def ask(self, command: str, within_s: float, **fields: Any) -> Any:
        """The answer's PDU, whatever its status. Raises Unsure, and Unreachable where it was not sent."""
        pdu = smpp.make_pdu(command, client=self, **fields)
        if self.ended:
            raise away("SMSC", "closed")
        future = self._waiting[pdu.sequence] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(within_s):
                self._writer.write(pdu.generate())
                await self._writer.drain()
                return await future
        except (TimeoutError, OSError):
            self._broken = True  # whoever does not answer is not asked again
            raise lost() from None
        finally:
            self._waiting.pop(pdu.sequence, None)

    async def close(self, *, bound: bool = True) -> None:
        if bound and not self.ended:
            with contextlib.suppress(DeliveryError):
                await self.ask("unbind", 2)
        for task in (self._keeping, self._reading):
            task.cancel()
        await asyncio.wait([self._keeping, self._reading])
        self._writer.close()
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(2):
                await self._writer.wait_closed()

    async def _keep_alive(self, every_s: float) -> None:
        while not self.ended:
            await asyncio.sleep(every_s)
            with contextlib.suppress(DeliveryError):
                await self.ask("enquire_link", every_s)

    async def _read(self) -> None:
        try:
            while True:
                length = int.from_bytes(await self._reader.readexactly(4))
                if not 16 <= length <= LARGEST_PDU:
                    break
                raw = length.to_bytes(4) + await self._reader.readexactly(length - 4)
                try:
                    pdu = smpp.parse_pdu(raw, client=self, allow_unknown_opt_params=True)
                except Exception as error:  # strangers' bytes: smpplib raises whatever comes
                    log.warning("smpp_unreadable", error=type(error).__name__)
                    continue
                await self._take(pdu)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            for future in self._waiting.values():
                if not future.done():
                    future.set_exception(ConnectionError())

    async def _take(self, pdu: Any) -> None:
        if pdu.command.endswith("_resp") or pdu.command == "generic_nack":
            future = self._waiting.get(pdu.sequence)
            if future is not None and not future.done():
                future.set_result(pdu)
            return
        if pdu.command == "deliver_sm" and not await self._received(pdu):
            return  # it will be told again
        self._answer(pdu)
        if pdu.command == "unbind":
            self._writer.close()

    async def _received(self, pdu: Any) -> bool:
        """False when the receipt could not be kept."""
        told = receipt_of(
            pdu.short_message or b"", text_of(pdu.receipted_message_id or b""), getattr(pdu, "message_state", None)
        )
        if told is None:
            return True
        try:
            await self._on_receipt(*told)
        except Exception:  # the store's trouble is not the session's
            log.exception("receipt_not_kept")
            return False
        return True

    def _answer(self, pdu: Any) -> None:
        command = f"{pdu.command}_resp"
        if command in {"deliver_sm_resp", "enquire_link_resp", "unbind_resp"}:
            answer = smpp.make_pdu(command, client=self)
            answer.sequence = pdu.sequence
            self._writer.write(answer.generate())


def receipt_of(text: bytes, told_id: str, state: int | None) -> tuple[str, Receipt] | None:
    """The id and the fate of a receipt: from its own fields, else from its text (appendix B of SMPP 3.4); None for an
    intermediate one, and for a client's message. Pure."""
    found = _RECEIPT.search(text)
    name = _STATES.get(state or 0) or (found.group(2).decode("ascii") if found else "")
    own_id = told_id or (text_of(found.group(1)) if found else "")
    fate = _FATES.get(name)
    return (own_id, fate) if own_id and fate is not None else None


def text_of(value: bytes | str) -> str:
    return (value.decode("latin-1") if isinstance(value, bytes) else value).rstrip("\x00")
