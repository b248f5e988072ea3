"""The AMI connection that keeps itself up: login, watch-dog, reconnection with back-off."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from telephony.asterisk.ami.base import CONNECTED, DISCONNECTED, AmiEvent, AmiReply, AmiState
from telephony.asterisk.ami.package import OnClosed, OnPacket, PackageWire, Wire
from telephony.asterisk.ami.session import AmiSession
from telephony.asterisk.ami.wire import safe_fields
from telephony.errors import AmiRefused, AmiTimeout, LineDown

OpenWire = Callable[[str, int, OnPacket, OnClosed], Awaitable[Wire]]

LOGIN_REMEDY = "compare user, secret and the permit rules with manager.conf of that Asterisk"
RIGHTS_REMEDY = "give the AMI user read=call,reporting and write=call,originate,reporting in manager.conf"


@dataclass(frozen=True, slots=True)
class AmiLogin:
    host: str
    port: int
    user: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AmiTimings:
    """action_timeout_s: how long an answer may take. ping_interval_s: silence after which life is asked for; a ping
    without an answer is a lost connection. Reconnection waits back_off_s, twice as long each time, at most
    back_off_max_s."""

    action_timeout_s: float = 5.0
    ping_interval_s: float = 10.0
    back_off_s: float = 0.25
    back_off_max_s: float = 5.0


class AmiClient:
    """`Ami` over one connection at a time."""

    def __init__(
        self, login: AmiLogin, timings: AmiTimings = AmiTimings(), open_wire: OpenWire = PackageWire.open
    ) -> None:
        self._login = login
        self._timings = timings
        self._open_wire = open_wire
        self._state = AmiState()
        self._session: AmiSession | None = None
        self._malformed = 0
        self._wire: Wire | None = None
        self._up = asyncio.Event()
        self._subscribers: list[Callable[[AmiEvent], None]] = []

    @property
    def state(self) -> AmiState:
        now = 0 if self._session is None else self._session.malformed
        return replace(self._state, malformed=self._malformed + now)

    async def run(self) -> None:
        back_off_s = self._timings.back_off_s
        while True:
            connects = self._state.connects
            try:
                await self._live()
            except (OSError, LineDown, AmiTimeout) as error:
                self._state = replace(self._state, last_error=str(error))
            if self._state.connects > connects:
                back_off_s = self._timings.back_off_s
            await asyncio.sleep(back_off_s)
            back_off_s = min(back_off_s * 2, self._timings.back_off_max_s)

    async def connected(self, within_s: float) -> None:
        try:
            async with asyncio.timeout(within_s):
                await self._up.wait()
        except TimeoutError as error:
            detail = self._state.last_error or "it has not answered yet"
            raise LineDown(
                f"no connection to Asterisk at {self._login.host}:{self._login.port}: {detail}",
                remedy="see that Asterisk runs and that its manager listens on this address",
            ) from error

    async def action(self, name: str, /, **fields: str) -> AmiReply:
        safe_fields({"Action": name} | fields)
        if not self._up.is_set() or self._session is None or self._wire is None:
            raise LineDown(f"no connection to Asterisk: {self._state.last_error or 'it is not up yet'}")
        reply = await self._session.ask(self._wire, name, fields, self._timings.action_timeout_s)
        if not reply.ok and reply.message == "Permission denied":
            raise AmiRefused(f"AMI user {self._login.user} may not do {name}", remedy=RIGHTS_REMEDY)
        return reply

    def subscribe(self, on_event: Callable[[AmiEvent], None]) -> Callable[[], None]:
        self._subscribers.append(on_event)
        return lambda: self._subscribers.remove(on_event)

    async def _live(self) -> None:
        """One connection from its opening to its loss, which is always an exception."""
        session = AmiSession(self._publish)
        wire = await self._open_wire(self._login.host, self._login.port, session.on_packet, session.on_closed)
        try:
            await self._log_in(session, wire)
            self._session, self._wire = session, wire
            self._state = AmiState(connected=True, connects=self._state.connects + 1)
            self._up.set()
            self._publish(AmiEvent(CONNECTED))
            await self._watch(session, wire)
        finally:
            self._session = self._wire = None
            self._malformed += session.malformed
            session.on_closed("it was given up")
            if self._up.is_set():
                self._up.clear()
                self._state = replace(self._state, connected=False)
                self._publish(AmiEvent(DISCONNECTED))
            await wire.close()

    async def _log_in(self, session: AmiSession, wire: Wire) -> None:
        fields = {"Username": self._login.user, "Secret": self._login.secret, "Events": "call,reporting"}
        reply = await session.ask(wire, "Login", fields, self._timings.action_timeout_s)
        if not reply.ok:
            raise AmiRefused(
                f"Asterisk at {self._login.host}:{self._login.port} refused the login of {self._login.user}:"
                f" {reply.message}",
                remedy=LOGIN_REMEDY,
            )

    async def _watch(self, session: AmiSession, wire: Wire) -> None:
        while True:
            await asyncio.wait([session.closed], timeout=self._timings.ping_interval_s)
            if session.closed.done():
                raise LineDown(session.closed.result())
            if not wire.alive:
                raise LineDown("nobody reads the connection to Asterisk any more")
            await session.ask(wire, "Ping", {}, self._timings.action_timeout_s)

    def _publish(self, event: AmiEvent) -> None:
        for on_event in tuple(self._subscribers):
            on_event(event)
