"""SMS over SMPP 3.4: one bound session that sends, and hears receipts meanwhile. The PDUs are smpplib's, the waiting is
ours: its own client blocks a thread.

A message whose answer was lost may have been sent: SMPP knows no way to ask without the id that was lost.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import re
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from smpplib import consts, smpp

from robot.crm.errors import DeliveryError, Limited, NoAddress, Refused, Unauthorized, Unreachable, Unsure
from robot.i18n import tr
from robot.sending.sms import Receipt, split

log = structlog.get_logger(__name__)
logging.getLogger("smpp").setLevel(logging.CRITICAL + 1)  # it prints PDUs: numbers and words of people

CONNECT_S = 15.0
ANSWER_S = 30.0
ALIVE_EVERY_S = 30.0
LARGEST_PDU = 64 * 1024
REGISTERED = 1
"""Ask for a receipt, whatever becomes of the message."""

OnReceipt = Callable[[str, Receipt], Awaitable[None]]
"""Told the SMSC's id of a message and what became of it."""

_NOW_BUSY = frozenset({consts.SMPP_ESME_RTHROTTLED, consts.SMPP_ESME_RMSGQFUL, consts.SMPP_ESME_RSYSERR})
_NO_ENTRY = frozenset({consts.SMPP_ESME_RBINDFAIL, consts.SMPP_ESME_RINVPASWD, consts.SMPP_ESME_RINVSYSID})
_NO_NUMBER = frozenset({consts.SMPP_ESME_RINVDSTADR})
_RECEIPT = re.compile(rb"\bid:(\S{1,65})\b.*?\bstat:([A-Z]{7})", re.DOTALL)
_FATES = {"DELIVRD": Receipt.DELIVERED, "EXPIRED": Receipt.FAILED, "UNDELIV": Receipt.FAILED, "REJECTD": Receipt.FAILED}
_STATES = {2: "DELIVRD", 3: "EXPIRED", 5: "UNDELIV", 8: "REJECTD"}


@dataclass(frozen=True, slots=True)
class Smsc:
    """source: our name (letters) or number that the client sees."""

    host: str
    port: int
    system_id: str
    password: str
    source: str
    system_type: str = ""
    tls: ssl.SSLContext | None = None


class SmppSms:
    """Sms of robot.sending.sms."""

    repeats_safely = False

    def __init__(
        self,
        smsc: Smsc,
        *,
        on_receipt: OnReceipt,
        connect_s: float = CONNECT_S,
        answer_s: float = ANSWER_S,
        alive_every_s: float = ALIVE_EVERY_S,
    ) -> None:
        self._smsc = smsc
        self._on_receipt = on_receipt
        self._connect_s = connect_s
        self._answer_s = answer_s
        self._alive_every_s = alive_every_s
        self._session: _Session | None = None
        self._opening = asyncio.Lock()

    def parts(self, key: str, text: str) -> int:
        return len(split(key, text))

    async def send(self, key: str, to: str, text: str, part: int) -> str:
        session = await self._bound()
        one = split(key, text)[part]
        ton, npi = _kind(self._smsc.source)
        answer = await session.ask(
            "submit_sm",
            self._answer_s,
            source_addr_ton=ton,
            source_addr_npi=npi,
            source_addr=self._smsc.source,
            dest_addr_ton=consts.SMPP_TON_INTL,
            dest_addr_npi=consts.SMPP_NPI_ISDN,
            destination_addr=to.removeprefix("+"),
            esm_class=consts.SMPP_GSMFEAT_UDHI if one.joined else consts.SMPP_MSGMODE_DEFAULT,
            data_coding=one.coding,
            short_message=one.content,
            registered_delivery=REGISTERED,
        )
        if answer.status:
            raise _refused(answer.status)
        return _text(answer.message_id)

    async def check(self) -> str:
        await self._bound()
        return f"{self._smsc.host}:{self._smsc.port}"

    async def listen(self, stop: asyncio.Event, *, again_s: float = 60.0) -> None:
        """Keeps a session bound until `stop`: receipts are told to who is bound."""
        while not stop.is_set():
            try:
                await self._bound()
            except DeliveryError as error:
                log.warning("smsc_away", code=error.code)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), again_s)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _bound(self) -> _Session:
        async with self._opening:
            if self._session is None or self._session.ended:
                if self._session is not None:
                    await self._session.close()
                self._session = await self._bind()
            return self._session

    async def _bind(self) -> _Session:
        smsc = self._smsc
        try:
            async with asyncio.timeout(self._connect_s):
                reader, writer = await asyncio.open_connection(smsc.host, smsc.port, ssl=smsc.tls)
        except (OSError, TimeoutError) as error:
            raise _away(smsc.host, type(error).__name__) from None
        session = _Session(reader, writer, self._on_receipt, self._alive_every_s)
        try:
            answer = await session.ask(
                "bind_transceiver",
                self._connect_s,
                system_id=smsc.system_id,
                password=smsc.password,
                system_type=smsc.system_type,
                interface_version=0x34,
            )
            if answer.status:
                raise _refused(answer.status)
        except DeliveryError as error:
            await session.close(bound=False)
            if isinstance(error, Unsure):
                raise _away(smsc.host, "bind") from None
            raise
        return session


class _Session:
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
            raise _away("SMSC", "closed")
        future = self._waiting[pdu.sequence] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(within_s):
                self._writer.write(pdu.generate())
                await self._writer.drain()
                return await future
        except (TimeoutError, OSError):
            self._broken = True  # whoever does not answer is not asked again
            raise _lost() from None
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
            pdu.short_message or b"", _text(pdu.receipted_message_id or b""), getattr(pdu, "message_state", None)
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
    own_id = told_id or (_text(found.group(1)) if found else "")
    fate = _FATES.get(name)
    return (own_id, fate) if own_id and fate is not None else None


def _kind(source: str) -> tuple[int, int]:
    """Type and plan of our number."""
    if source.lstrip("+").isdecimal():
        if len(source) <= 8:
            return consts.SMPP_TON_UNK, consts.SMPP_NPI_UNK
        return consts.SMPP_TON_INTL, consts.SMPP_NPI_ISDN
    return consts.SMPP_TON_ALNUM, consts.SMPP_NPI_UNK


def _text(value: bytes | str) -> str:
    return (value.decode("latin-1") if isinstance(value, bytes) else value).rstrip("\x00")


def _away(host: str, why: str) -> Unreachable:
    return Unreachable(
        tr(f"SMS-центр {host} не отвечает ({why})", f"the SMSC {host} does not answer ({why})"),
        remedy=tr(
            "робот повторит сам; проверить связь: zvonar send check",
            "the robot will repeat it; to look: zvonar send check",
        ),
        may_have_arrived=False,
    )


def _lost() -> Unsure:
    return Unsure(
        tr(
            "связь со SMS-центром оборвалась, пока он принимал SMS: ушло ли оно, неизвестно",
            "the SMSC went away while it took the message: nobody knows whether it was sent",
        ),
        remedy=tr(
            "посмотрите в кабинете оператора; не ушло — zvonar outbox retry, ушло — zvonar outbox drop",
            "look into the operator's account; then zvonar outbox retry, or zvonar outbox drop if it was sent",
        ),
    )


_DESCRIPTIONS: Mapping[int, str] = consts.DESCRIPTIONS


def _refused(status: int) -> DeliveryError:
    detail = f"0x{status:02X} {_DESCRIPTIONS.get(status, '')}".strip()
    if status in _NOW_BUSY:
        return Limited(
            tr(f"SMS-центр просит подождать ({detail})", f"the SMSC asks to wait ({detail})"),
            remedy=tr("робот повторит сам", "the robot will repeat it by itself"),
            may_have_arrived=False,
        )
    if status in _NO_ENTRY:
        return Unauthorized(
            tr(f"SMS-центр не пускает ({detail})", f"the SMSC does not let us in ({detail})"),
            remedy=tr(
                "исправьте ZVONAR_SENDING__SMPP__SYSTEM_ID и …PASSWORD и выполните zvonar send check",
                "correct ZVONAR_SENDING__SMPP__SYSTEM_ID and …PASSWORD, then zvonar send check",
            ),
            may_have_arrived=False,
        )
    kind = NoAddress if status in _NO_NUMBER else Refused
    return kind(
        tr(f"SMS-центр не принял SMS ({detail})", f"the SMSC refused the message ({detail})"),
        remedy=tr(
            "проверьте номер клиента и имя отправителя у оператора, затем zvonar outbox retry",
            "check the client's number and our name with the operator, then zvonar outbox retry",
        ),
        may_have_arrived=False,
    )
