"""A talk on an answered call, whoever dialed: session, recording, transcript, result."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from uuid import UUID

import structlog

from robot.calls.channels import Channels
from robot.calls.ear import Ear, VoiceDetector
from robot.calls.events import Answered, Observer
from robot.calls.hands import Hands
from robot.calls.journal import Journal, NoJournal
from robot.calls.live import LiveBoard
from robot.calls.paid_line import PaidLine
from robot.calls.ports import Calendar, CallLog, PhraseStore, Prepared
from robot.calls.recorder import Recorder
from robot.calls.recordings import KEPT, RAW
from robot.calls.result import OUR_FAULT, answered, not_answered
from robot.calls.session import CallSession
from robot.calls.summary import SUMMARY, summary, whisper
from robot.calls.talk import Talk
from robot.calls.transcript import write_transcript
from robot.calls.transfer import LineBridge, NoBridge, TransferSettings
from robot.calls.transfer_ports import LegCosts, Managers
from robot.calls.turnlog import TurnLog
from robot.calls.turns import TurnTaker
from robot.domain.calls import CallResult, ClaimedTask
from robot.domain.campaigns import Campaign
from robot.domain.outcomes import Outcome
from robot.speech.base import Recognizer
from robot.speech.load import load_of, look_delay_s
from telephony import errors
from telephony.base import Call, Line

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Switchboard:
    """How clients are connected with managers: by which line, to whom, at whose cost (None: nobody counts it)."""

    line: Line
    managers: Managers
    settings: TransferSettings = field(default_factory=TransferSettings)
    costs: LegCosts | None = None


class Conversations:
    """What the talks of one node share. switchboard None: clients who ask for a person are promised a call.

    recordings: the folder they are kept in; on_recorded is told of each when its file is closed. longest_call_s: of any
    call, a transfer in it included. channels: counts every call of the node; dialing and reception share it. voices:
    the phrases of a campaign that has a voice of its own; without it all speak with `phrases`. live: where talks under
    way are found by people.
    """

    def __init__(
        self,
        *,
        recognizer: Recognizer,
        voice_detector: Callable[[], VoiceDetector],
        phrases: PhraseStore,
        calls: CallLog,
        calendar: Calendar,
        recordings: Path,
        channels: Channels,
        now: Callable[[], datetime],
        observe: Observer = lambda _event: None,
        switchboard: Switchboard | None = None,
        longest_call_s: float = 900.0,
        on_recorded: Callable[[Path], None] = lambda _raw: None,
        voices: Callable[[Campaign], Awaitable[PhraseStore]] | None = None,
        live: LiveBoard | None = None,
        journal: Callable[[UUID], Journal] = lambda _attempt_id: NoJournal(),
    ) -> None:
        self._recognizer = recognizer
        self._voice_detector = voice_detector
        self._calls = calls
        self._calendar = calendar
        self._recordings = recordings
        self._switchboard = switchboard
        self._longest_call_s = longest_call_s
        self._on_recorded = on_recorded
        self._voices = voices
        self._live = live or LiveBoard()
        self._journal = journal
        self.phrases = phrases
        self.channels = channels
        self.now = now
        self.observe = observe

    async def phrases_of(self, campaign: Campaign) -> PhraseStore:
        """In the voice of this campaign."""
        return self.phrases if self._voices is None else await self._voices(campaign)

    async def hold(
        self, call: Call, claimed: ClaimedTask, prepared: Prepared, *, called_us: bool = False
    ) -> CallResult:
        """From the answer to the hang-up; the call's id is the attempt's. called_us: the client rang, and waits to be
        greeted. Raises what the store or the engine raise, the call hung up."""
        answered_at = self.now()
        self.observe(Answered(call.call_id))
        recording = self._recordings / answered_at.strftime("%Y-%m-%d") / f"{call.call_id}{RAW}"
        turns = TurnLog(call.call_id, self._calls, self.observe, self._journal(call.call_id))
        hands = Hands(call.call_id, claimed.campaign, self._calendar, now=self.now, on_stop=turns.stop_calling)
        try:
            turns.answered_at(answered_at)
            phrases = await self.phrases_of(claimed.campaign)
            bridge = self._bridge(call, claimed, phrases)
            session = self._session(
                call,
                claimed,
                prepared,
                hands=hands,
                bridge=bridge,
                turns=turns,
                recording=recording,
                called_us=called_us,
                phrases=phrases,
            )
            with self._live.entered(call.call_id, session):
                talk = await session.run()
        finally:
            await call.hang_up()
        self._on_recorded(recording)
        try:
            await write_transcript(recording.with_suffix(".json"), talk.turns)
        except OSError as error:  # the turns are in the store; what was agreed is worth more than this file
            log.warning("transcript_failed", attempt=str(call.call_id), error=error.strerror)
        if isinstance(bridge, LineBridge) and bridge.joined:
            _tell_of_transfer(talk, claimed, bridge)
        return answered(
            talk,
            hands,
            answered_at=answered_at,
            ended_at=talk.ended_at or self.now(),
            recording=recording.relative_to(self._recordings.parent).with_suffix(KEPT).as_posix(),
            version=prepared.version,
        )

    async def settled(self, work: Awaitable[CallResult], attempt_id: UUID) -> CallResult:
        """The result of a dial and talk, whatever goes wrong in it; only cancelling comes through."""
        try:
            return await work
        except errors.TelephonyError as error:
            if isinstance(error, OUR_FAULT):
                log.warning("dial_failed", code=error.code, error=str(error))
            return not_answered(error, self.now())
        except Exception:
            # One call's fault must not end the others; it is told in full, and the attempt is marked as ours.
            log.exception("call_failed", attempt=str(attempt_id))
            return CallResult(Outcome.INTERRUPTED, self.now(), reason="robot_fault")

    def _bridge(self, call: Call, claimed: ClaimedTask, phrases: PhraseStore) -> LineBridge | NoBridge:
        board = self._switchboard
        if board is None:
            return NoBridge()
        return LineBridge(
            call,
            line=board.line if board.costs is None else PaidLine(board.line, board.costs, call.call_id, now=self.now),
            managers=board.managers,
            announce=partial(whisper, claimed),
            phrases=phrases,
            channels=self.channels,
            settings=board.settings,
        )

    def _session(
        self,
        call: Call,
        claimed: ClaimedTask,
        prepared: Prepared,
        *,
        hands: Hands,
        bridge: LineBridge | NoBridge,
        turns: TurnLog,
        recording: Path,
        called_us: bool,
        phrases: PhraseStore,
    ) -> CallSession:
        return CallSession(
            call,
            number=claimed.lead.phone,
            attempt_id=call.call_id,
            dialog=prepared.dialog,
            recordings=prepared.recordings,
            ear=Ear(self._recognizer.session(), self._voice_detector(), TurnTaker()),
            phrases=phrases,
            hands=hands,
            bridge=bridge,
            turns=turns,
            recorder=Recorder(recording),
            observe=self.observe,
            now=self.now,
            called_us=called_us,
            longest_s=self._longest_call_s,
            look_delay=lambda: look_delay_s(load_of(self._recognizer)),
        )


def _tell_of_transfer(talk: Talk, claimed: ClaimedTask, bridge: LineBridge) -> None:
    """Beside what the client told: whom he talked with, how long, and the card's summary."""
    seconds = round(bridge.talked_s)
    outcome = f"Соединён с менеджером ({bridge.reached}), говорили {seconds} с."
    talk.collected[SUMMARY] = summary(claimed, talk.turns, talk.collected, outcome)
    talk.collected["call.transferred_to"] = bridge.reached
    talk.collected["call.transferred_s"] = str(seconds)
