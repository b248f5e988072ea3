"""What a call came to, put together: the script's verdict, what the hands did, the recording. Pure."""

from __future__ import annotations

from datetime import datetime

from robot.calls.hands import Hands
from robot.calls.talk import Talk
from robot.domain.calls import CallResult, Wish
from robot.domain.outcomes import Outcome
from robot.domain.retry import HUNG_UP_BY_PERSON, UNTIMED_CALLBACK
from robot.domain.stops import ASKED_TO_STOP
from telephony import errors

DIAL_OUTCOMES: dict[type[errors.TelephonyError], Outcome] = {
    errors.Busy: Outcome.BUSY,
    errors.NoAnswer: Outcome.NO_ANSWER,
    errors.Rejected: Outcome.NO_ANSWER,
}
OUR_FAULT = (errors.Congestion, errors.LineDown, errors.AmiTimeout, errors.AmiRefused, errors.PortInUse)
"""The client's telephone never rang: no attempt of his is used up."""


def not_answered(error: errors.TelephonyError, now: datetime) -> CallResult:
    outcome = DIAL_OUTCOMES.get(type(error), Outcome.FAILED)
    return CallResult(outcome, now, reason=error.code, counts=not isinstance(error, OUR_FAULT))


def answered(
    talk: Talk, hands: Hands, *, answered_at: datetime, ended_at: datetime, recording: str, version: str
) -> CallResult:
    verdict = talk.verdict
    outcome, reason = Outcome.INTERRUPTED, "no_verdict"
    if hands.opted_out:
        outcome, reason = Outcome.OPTED_OUT, ASKED_TO_STOP
    elif hands.meeting is not None:
        outcome, reason = Outcome.MEETING_BOOKED, ""
    elif talk.taken_down:
        reason = HUNG_UP_BY_PERSON
    elif verdict is not None and verdict.outcome.value != Outcome.MEETING_BOOKED.value:
        outcome, reason = Outcome(verdict.outcome.value), verdict.reason
    callback_at = verdict.callback_at if verdict is not None else None
    if outcome is Outcome.CALLBACK_SCHEDULED and callback_at is None:
        callback_at = ended_at + UNTIMED_CALLBACK
    return CallResult(
        outcome,
        ended_at,
        reason=reason,
        answered_at=answered_at,
        ended_by=talk.ended.by.value if talk.ended is not None else "",
        meeting=hands.meeting if outcome is Outcome.MEETING_BOOKED else None,
        callback_at=callback_at,
        recording=recording,
        collected=talk.collected,
        script_version=version,
        answered_as=talk.answered_as.value,
        wishes=tuple(Wish(action.name, dict(action.params)) for action in hands.crm_actions),
    )
