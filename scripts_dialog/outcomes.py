"""How a call can end, in the field's words."""

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
    """The robot's own fault."""
