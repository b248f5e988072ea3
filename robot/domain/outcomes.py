"""How an attempt can end (disposition), and what an outcome means for the queue."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    MEETING_BOOKED = "meeting_booked"
    CALLBACK_SCHEDULED = "callback_scheduled"
    INFO_REQUESTED = "info_requested"
    AGREED = "agreed"
    """What the call was for is agreed, where that is no meeting: attendance confirmed, registered, paid, renewed."""
    REFUSED = "refused"
    NOT_DECISION_MAKER = "not_decision_maker"
    OPTED_OUT = "opted_out"
    WRONG_NUMBER = "wrong_number"
    TRANSFERRED = "transferred"
    VOICEMAIL = "voicemail"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


UNANSWERED = frozenset({Outcome.NO_ANSWER, Outcome.BUSY, Outcome.FAILED})
"""Nobody spoke to the client."""

REFUSALS = frozenset({Outcome.REFUSED, Outcome.OPTED_OUT, Outcome.WRONG_NUMBER})
"""The client does not want this call again."""
