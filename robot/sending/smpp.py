"""SMS over SMPP 3.4: one bound session that sends, and hears receipts meanwhile. The PDUs are smpplib's, the waiting is
ours: its own client blocks a thread.

A message whose answer was lost may have been sent: SMPP knows no way to ask without the id that was lost.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
from dataclasses import dataclass

import structlog
from smpplib import consts

from robot.crm.errors import DeliveryError, Unsure
from robot.sending.smpp_faults import away, refused
from robot.sending.smpp_session import OnReceipt, Session, text_of
from robot.sending.sms import split

log = structlog.get_logger(__name__)
logging.getLogger("smpp").setLevel(logging.CRITICAL + 1)  # it prints PDUs: numbers and words of people

CONNECT_S = 15.0
ANSWER_S = 30.0
ALIVE_EVERY_S = 30.0
REGISTERED = 1
"""Ask for a receipt, whatever becomes of the message."""


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
        self._session: Session | None = None
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
            raise refused(answer.status)
        return text_of(answer.message_id)

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

    async def _bound(self) -> Session:
        async with self._opening:
            if self._session is None or self._session.ended:
                if self._session is not None:
                    await self._session.close()
                self._session = await self._bind()
            return self._session

    async def _bind(self) -> Session:
        smsc = self._smsc
        try:
            async with asyncio.timeout(self._connect_s):
                reader, writer = await asyncio.open_connection(smsc.host, smsc.port, ssl=smsc.tls)
        except (OSError, TimeoutError) as error:
            raise away(smsc.host, type(error).__name__) from None
        session = Session(reader, writer, self._on_receipt, self._alive_every_s)
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
                raise refused(answer.status)
        except DeliveryError as error:
            await session.close(bound=False)
            if isinstance(error, Unsure):
                raise away(smsc.host, "bind") from None
            raise
        return session


def _kind(source: str) -> tuple[int, int]:
    """Type and plan of our number."""
    if source.lstrip("+").isdecimal():
        if len(source) <= 8:
            return consts.SMPP_TON_UNK, consts.SMPP_NPI_UNK
        return consts.SMPP_TON_INTL, consts.SMPP_NPI_ISDN
    return consts.SMPP_TON_ALNUM, consts.SMPP_NPI_UNK
