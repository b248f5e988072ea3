"""What becomes of a call that no person answered."""

from __future__ import annotations

from robot.calls.answering.tones import Tone
from robot.calls.answering.verdict import Answer, Verdict
from scripts_dialog.actions import End
from scripts_dialog.outcomes import Outcome

_ENDINGS = {
    Answer.VOICEMAIL: End(Outcome.VOICEMAIL, "voicemail"),
    Answer.ASSISTANT: End(Outcome.VOICEMAIL, "assistant"),
    Answer.OPERATOR: End(Outcome.NO_ANSWER, "operator"),
    Answer.UNKNOWN_NUMBER: End(Outcome.FAILED, "unknown_number"),
    Answer.MENU: End(Outcome.NO_ANSWER, "menu"),
    Answer.FAX: End(Outcome.FAILED, "fax"),
}


def ending(verdict: Verdict) -> End:
    """Raises KeyError for a person: with people the script decides."""
    if verdict.kind is Answer.OPERATOR and verdict.why == Tone.BUSY:
        return End(Outcome.BUSY, "busy_tone")
    return _ENDINGS[verdict.kind]
