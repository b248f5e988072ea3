"""The Asterisk line: AMI dials, AGI lets callers in, AudioSocket carries the sound."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Mapping
from enum import Enum
from uuid import UUID, uuid4

from telephony.asterisk import trunk as trunks
from telephony.asterisk.agi import AgiServer
from telephony.asterisk.ami.base import CONNECTED, DISCONNECTED, Ami, AmiEvent, AmiReply, AmiState
from telephony.asterisk.attempt import Attempt
from telephony.asterisk.audio_server import AudioHandler, AudioSocketServer, OnLateness, ignore_lateness
from telephony.asterisk.call import AsteriskCall
from telephony.asterisk.inbound import FrontDoor, agi_path
from telephony.asterisk.media import EVENTS, OnLoss, ignore_loss, loss_of
from telephony.asterisk.originate import ACTION_PREFIX, originate_fields
from telephony.asterisk.settings import AsteriskSettings
from telephony.base import Call, CallSpec, LineHealth, TakeCall
from telephony.errors import (
    AmiRefused,
    AmiTimeout,
    Congestion,
    LineDown,
    NoAnswer,
    TelephonyError,
    UnsafeValue,
)

RING_GRACE_S = 3.0  # Asterisk ends a call that rings too long by itself; only when it did not, we do
TAKE_DOWN_S = 10.0


class Refusal(Enum):
    """Of a connection that came to us: at which port, and why."""

    STRANGER = ("audio", "stranger")
    """Its id is none that waits; also that of a call given up meanwhile."""
    NO_AUDIO = ("audio", "malformed")
    NO_AGI = ("agi", "malformed")

    @property
    def port(self) -> str:
        return self.value[0]

    @property
    def reason(self) -> str:
        return self.value[1]


class AsteriskLine:
    """`Line` and `Receives` over one Asterisk. on_lateness is told how late every frame left, in seconds; on_loss how
    much of the sound the trunk loses."""

    def __init__(
        self,
        settings: AsteriskSettings,
        ami: Ami,
        on_lateness: OnLateness = ignore_lateness,
        on_loss: OnLoss = ignore_loss,
    ) -> None:
        self._settings = settings
        self._on_loss = on_loss
        self._ami = ami
        self._audio = AudioSocketServer(settings.audio_host, settings.audio_port, self._admit, on_lateness)
        self._door = FrontDoor(
            settings.trunk,
            agi_path(settings.ami_secret),
            home=settings.home,
            audio_address=lambda: self.audio_address,
        )
        self._agi = AgiServer(settings.audio_host, settings.agi_port or 0, self._door.answer)
        self._running = asyncio.Event()
        self._issued: dict[UUID, AsteriskCall] = {}
        self._attempts: dict[UUID, Attempt] = {}
        self._calls: dict[UUID, AsteriskCall] = {}
        self._chores: set[asyncio.Task[None]] = set()

    @property
    def name(self) -> str:
        return "asterisk"

    @property
    def ami_state(self) -> AmiState:
        """For metrics: whether Asterisk can be asked, and how often that had to be restored."""
        return self._ami.state

    @property
    def refused(self) -> Mapping[Refusal, int]:
        """For metrics: connections turned away, since the line was made."""
        audio, agi = self._audio, self._agi
        return {Refusal.STRANGER: audio.refused, Refusal.NO_AUDIO: audio.malformed, Refusal.NO_AGI: agi.malformed}

    @property
    def audio_address(self) -> str:
        """host:port where Asterisk brings the audio of calls. Only while the line runs."""
        ours = self._settings
        return f"{ours.advertised_host or ours.audio_host}:{ours.advertised_port or self._audio.bound_port}"

    @property
    def agi_port(self) -> int:
        """Where Asterisk asks about incoming calls. Only while the line runs, with an AGI port in its settings."""
        return self._agi.bound_port

    async def run(self) -> None:
        async with self._audio, contextlib.nullcontext() if self._settings.agi_port is None else self._agi:
            unsubscribe = self._ami.subscribe(self._on_event)
            connection = asyncio.create_task(self._ami.run())
            self._running.set()
            try:
                await asyncio.wait([connection])
                await connection
            finally:
                self._running.clear()
                await self._wind_up()
                unsubscribe()
                connection.cancel()
                await asyncio.wait([connection])

    async def dial(self, spec: CallSpec) -> Call:
        token = uuid4()
        trunk = self._trunk_for(spec)
        originate_fields(spec, trunk, token, "127.0.0.1:1")  # refuses before it waits for the line
        if spec.call_id in self._attempts or spec.call_id in self._calls:
            raise UnsafeValue("a call with this id is under way already")
        await self._ready()
        fields = originate_fields(spec, trunk, token, self.audio_address)
        attempt = Attempt(spec.call_id, lambda: self._forget(spec.call_id))
        self._attempts[spec.call_id] = attempt
        self._issued[token] = attempt.call
        try:
            await self._originate(attempt, fields)
            call = await self._answer(attempt, spec.ring_timeout_s, trunk)
        except BaseException:
            self._issued.pop(token, None)
            await self._abandon(attempt)
            raise
        self._issued.pop(token, None)
        del self._attempts[spec.call_id]
        if call.ended is None:
            self._calls[spec.call_id] = call
        return call

    def on_call(self, take: TakeCall, *, at_most: int) -> Callable[[], None]:
        return self._door.on_call(take, at_most=at_most)

    async def live_calls(self) -> frozenset[UUID]:
        return frozenset(await self._live())

    async def end_call(self, call_id: UUID) -> None:
        if channel := (await self._live()).get(call_id):
            await self._ask("Hangup", Channel=channel)

    async def health(self) -> LineHealth:
        trunk = self._settings.trunk
        try:
            state = await trunks.state(self._ask, trunk)
        except LineDown as error:
            return LineHealth(False, str(error))
        if state not in trunks.READY:
            return LineHealth(False, trunks.down(trunk, state))
        return LineHealth(True, f"Asterisk answers, trunk {trunk} is reachable")

    # One dial

    async def _ready(self) -> None:
        try:
            async with asyncio.timeout(self._settings.connect_wait_s):
                await self._running.wait()
        except TimeoutError as error:
            raise LineDown("the line is not running") from error
        await self._ami.connected(self._settings.connect_wait_s)

    async def _originate(self, attempt: Attempt, fields: dict[str, str]) -> None:
        """Ask for the dial, once: when the answer is lost, the channels tell whether it was done."""
        attempt.sent = True
        try:
            reply = await self._ami.action("Originate", **fields)
        except AmiRefused as error:
            attempt.sent = False
            raise LineDown(str(error), remedy=error.remedy) from error
        except (AmiTimeout, LineDown):
            attempt.doubtful = True
            if self._ami.state.connected:
                await self._reconcile()
        else:
            if not reply.ok:
                attempt.sent = False
                attempt.lost(Congestion(f"Asterisk did not take the dial: {reply.message}"))

    async def _answer(self, attempt: Attempt, ring_timeout_s: float, trunk: str) -> AsteriskCall:
        loop = asyncio.get_running_loop()
        deadline_s = loop.time() + ring_timeout_s + RING_GRACE_S
        while True:
            attempt.news.clear()
            verdict = attempt.verdict(loop.time())
            if isinstance(verdict, AsteriskCall):
                return verdict
            if verdict is None and loop.time() >= deadline_s:
                verdict = NoAnswer("it rang until the ring timeout")
            if verdict is not None:
                raise await self._blamed(verdict, trunk)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(min(deadline_s, attempt.look_again_s)):
                    await attempt.news.wait()

    async def _blamed(self, error: TelephonyError, trunk: str) -> TelephonyError:
        """The same error, unless it is the trunk that is down, or the connection over which we would have heard."""
        if not isinstance(error, Congestion | NoAnswer):
            return error
        try:
            state = await trunks.state(self._ask, trunk)
        except LineDown as down:
            return down
        if state in trunks.READY:
            return error
        return LineDown(
            trunks.down(trunk, state), remedy="see the operator's status, and the trunk's address and registration"
        )

    async def _abandon(self, attempt: Attempt) -> None:
        """Have the channel taken down, now or as soon as it comes up; wait a moment for that."""
        chore = self._begin(self._take_down(attempt))
        await asyncio.wait([chore], timeout=1.0)

    async def _take_down(self, attempt: Attempt) -> None:
        call_id = attempt.call.call_id
        attempt.call.abandon("not_wanted")
        absent = 0  # once may be too early: the channel is made after the dial was accepted
        try:
            async with asyncio.timeout(TAKE_DOWN_S):
                while attempt.sent and not attempt.over and absent < 2:
                    attempt.news.clear()
                    with contextlib.suppress(LineDown):  # it may be back at the next try
                        absent += not (await self._ask("Hangup", Channel=str(call_id))).ok
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(1.0):
                            await attempt.news.wait()
        except TimeoutError:
            pass  # its own ring timeout ends it, and its audio is refused
        finally:
            self._attempts.pop(call_id, None)

    # What Asterisk tells

    def _on_event(self, event: AmiEvent) -> None:
        match event.name:
            case "Newchannel":
                if attempt := self._attempt(event.get("Uniqueid")):
                    attempt.appeared()
            case "OriginateResponse":
                if attempt := self._attempt(event.get("ActionID").removeprefix(ACTION_PREFIX)):
                    now_s = asyncio.get_running_loop().time()
                    attempt.originated(now_s, event.get("Response") == "Success", _number(event.get("Reason")))
            case "Hangup":
                self._hung_up(trunks.call_of(event), _number(event.get("Cause")), _number(event.get("TechCause")))
            case _ if event.name in EVENTS:
                if (loss := loss_of(event, self._settings.trunk)) is not None:
                    self._on_loss(*loss)
            case _ if event.name == DISCONNECTED:
                for attempt in self._attempts.values():
                    attempt.doubtful = attempt.sent
            case _ if event.name == CONNECTED:
                self._begin(self._reconcile())

    def _hung_up(self, call_id: UUID | None, cause: int, sip: int) -> None:
        if call_id is None:
            return
        if attempt := self._attempts.get(call_id):
            attempt.hung_up(cause, sip)
        elif call := self._calls.get(call_id) or self._door.calls.get(call_id):
            call.hung_up(cause)

    async def _reconcile(self) -> None:
        """Settle every dial of which something may have been missed by the channels that live."""
        try:
            live = await self.live_calls()
        except LineDown:
            return  # the next connection asks again
        for call_id, attempt in self._attempts.items():
            if attempt.doubtful and call_id in live:
                attempt.appeared()
            elif attempt.doubtful:
                attempt.sent = False  # there is nothing to take down
                attempt.lost(LineDown("Asterisk lost the call while it was being dialed"))

    # Small parts

    def _admit(self, token: UUID) -> AudioHandler | None:
        return self._issued.pop(token, None) or self._door.admit(token)

    def _trunk_for(self, spec: CallSpec) -> str:
        return (self._settings.office_trunk if spec.office else "") or self._settings.trunk

    async def _live(self) -> dict[UUID, str]:
        ours = {self._settings.trunk, self._settings.office_trunk or self._settings.trunk}
        return await trunks.live(self._ask, frozenset(ours))

    def _attempt(self, call_id: str) -> Attempt | None:
        parsed = trunks.parse(call_id)
        return None if parsed is None else self._attempts.get(parsed)

    def _forget(self, call_id: UUID) -> None:
        self._calls.pop(call_id, None)

    def _begin(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        chore = asyncio.get_running_loop().create_task(work)
        self._chores.add(chore)
        chore.add_done_callback(self._chores.discard)
        return chore

    async def _ask(self, name: str, /, **fields: str) -> AmiReply:
        try:
            return await self._ami.action(name, **fields)
        except (AmiTimeout, AmiRefused) as error:
            raise LineDown(str(error), remedy=error.remedy) from error

    async def _wind_up(self) -> None:
        """Leave no phone ringing and no call mute."""
        for attempt in tuple(self._attempts.values()):
            attempt.lost(LineDown("the line was closed"))
            self._begin(self._take_down(attempt))
        for call in (*self._calls.values(), *self._door.calls.values()):
            call.abandon("line_closed")
        if self._chores:
            await asyncio.wait(tuple(self._chores), timeout=1.0)
        for chore in self._chores:
            chore.cancel()


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0
