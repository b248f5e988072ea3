"""Dials one task and sees it through: phrases ready, phone rings, talk, recording, result."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import structlog

from robot.calls.ear import Ear, VoiceDetector
from robot.calls.events import Answered, CallEnded, Dialing, Observer
from robot.calls.hands import Hands
from robot.calls.ports import Calendar, CallLog, PhraseStore, Prepared
from robot.calls.recorder import Recorder
from robot.calls.session import CallSession, Talk
from robot.calls.transcript import write_transcript
from robot.calls.turnlog import TurnLog
from robot.calls.turns import TurnTaker
from robot.domain.calls import CallResult, ClaimedTask, OpenAttempt
from robot.domain.outcomes import Outcome
from robot.speech.base import Recognizer
from telephony import errors
from telephony.base import Call, CallSpec, Line

log = structlog.get_logger(__name__)

DIAL_OUTCOMES: dict[type[errors.TelephonyError], Outcome] = {
    errors.Busy: Outcome.BUSY,
    errors.NoAnswer: Outcome.NO_ANSWER,
    errors.Rejected: Outcome.NO_ANSWER,
}
SWEEP_RETRY_S = 1.0
OUR_FAULT = (errors.Congestion, errors.LineDown, errors.AmiTimeout, errors.AmiRefused)


@dataclass(frozen=True, slots=True)
class CallerSettings:
    """channels: calls carried at once. recordings: the folder they are kept in."""

    recordings: Path
    channels: int = 4
    caller_id: str = ""
    ring_timeout_s: float = 30.0


class TelephoneCaller:
    """The dialer's `Caller` on a line, a recognizer, a voice and a script."""

    def __init__(
        self,
        *,
        line: Line,
        recognizer: Recognizer,
        voice_detector: Callable[[], VoiceDetector],
        phrases: PhraseStore,
        dialogs: Callable[[ClaimedTask, UUID], Prepared],
        calls: CallLog,
        calendar: Calendar,
        settings: CallerSettings,
        now: Callable[[], datetime],
        observe: Observer = lambda _event: None,
    ) -> None:
        self._line = line
        self._recognizer = recognizer
        self._voice_detector = voice_detector
        self._phrases = phrases
        self._dialogs = dialogs
        self._calls = calls
        self._calendar = calendar
        self._settings = settings
        self._now = now
        self._observe = observe
        self._under_way = 0

    async def headroom(self) -> int:
        health = await self._line.health()
        return max(0, self._settings.channels - self._under_way) if health.ok else 0

    async def sweep(self, attempts: Sequence[OpenAttempt]) -> frozenset[UUID]:
        while not (await self._line.health()).ok:
            await asyncio.sleep(SWEEP_RETRY_S)
        alive = await self._line.live_calls() & {attempt.id for attempt in attempts}
        for call_id in alive:
            await self._line.end_call(call_id)
        return alive

    async def call(self, claimed: ClaimedTask, attempt_id: UUID, caller_id: str = "") -> CallResult:
        self._under_way += 1
        self._observe(Dialing(attempt_id, claimed))
        result = CallResult(Outcome.INTERRUPTED, self._now(), reason="cancelled")
        try:
            result = await self._dial_and_talk(claimed, attempt_id, caller_id)
        except errors.TelephonyError as error:
            result = self._not_answered(error)
        except Exception:
            # One call's fault must not end the others; it is told in full, and the attempt is marked as ours.
            log.exception("call_failed", attempt=str(attempt_id))
            result = CallResult(Outcome.INTERRUPTED, self._now(), reason="robot_fault")
        finally:
            self._under_way -= 1
            self._observe(CallEnded(attempt_id, claimed, result))
        return result

    async def _dial_and_talk(self, claimed: ClaimedTask, attempt_id: UUID, caller_id: str) -> CallResult:
        prepared = self._dialogs(claimed, attempt_id)
        await self._phrases.prepare(prepared.texts)
        call = await self._line.dial(
            CallSpec(
                attempt_id,
                claimed.lead.phone,
                caller_id=caller_id or self._settings.caller_id,
                ring_timeout_s=self._settings.ring_timeout_s,
            )
        )
        answered_at = self._now()
        self._observe(Answered(attempt_id))
        hands = Hands(attempt_id, claimed.campaign, self._calendar, now=self._now)
        day = answered_at.strftime("%Y-%m-%d")
        recording = self._settings.recordings / day / f"{attempt_id}.wav"
        try:
            await self._calls.answered(attempt_id, at=answered_at)
            session = self._session(call, claimed, prepared, hands=hands, recording=recording)
            talk = await session.run()
        finally:
            await call.hang_up()
        await write_transcript(recording.with_suffix(".json"), talk.turns)
        result = self._result(talk, hands, answered_at, recording)
        return replace(result, script_version=prepared.version)

    def _session(
        self, call: Call, claimed: ClaimedTask, prepared: Prepared, *, hands: Hands, recording: Path
    ) -> CallSession:
        return CallSession(
            call,
            number=claimed.lead.phone,
            attempt_id=call.call_id,
            dialog=prepared.dialog,
            recordings=prepared.recordings,
            ear=Ear(self._recognizer.session(), self._voice_detector(), TurnTaker()),
            phrases=self._phrases,
            hands=hands,
            turns=TurnLog(call.call_id, self._calls, self._observe),
            recorder=Recorder(recording),
            observe=self._observe,
            now=self._now,
        )

    def _not_answered(self, error: errors.TelephonyError) -> CallResult:
        outcome = DIAL_OUTCOMES.get(type(error), Outcome.FAILED)
        if isinstance(error, OUR_FAULT):
            log.warning("dial_failed", code=error.code, error=str(error))
        return CallResult(outcome, self._now(), reason=error.code, counts=not isinstance(error, OUR_FAULT))

    def _result(self, talk: Talk, hands: Hands, answered_at: datetime, recording: Path) -> CallResult:
        ended_at = self._now()
        verdict = talk.verdict
        outcome, reason = Outcome.INTERRUPTED, "no_verdict"
        if hands.opted_out:
            outcome, reason = Outcome.OPTED_OUT, "asked_to_stop"
        elif hands.meeting is not None:
            outcome, reason = Outcome.MEETING_BOOKED, ""
        elif verdict is not None and verdict.outcome.value != Outcome.MEETING_BOOKED.value:
            outcome, reason = Outcome(verdict.outcome.value), verdict.reason
        callback_at = verdict.callback_at if verdict is not None else None
        if outcome is Outcome.CALLBACK_SCHEDULED and callback_at is None:
            callback_at = ended_at + timedelta(days=1)
        return CallResult(
            outcome,
            ended_at,
            reason=reason,
            answered_at=answered_at,
            ended_by=talk.ended.by.value if talk.ended is not None else "",
            meeting=hands.meeting if outcome is Outcome.MEETING_BOOKED else None,
            callback_at=callback_at,
            recording=recording.relative_to(self._settings.recordings.parent).as_posix(),
            collected=talk.collected,
            answered_as=talk.answered_as.value,
        )
