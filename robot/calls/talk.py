"""What a talk came to, and how the dialog engine's account of an answer reads in the log of turns."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from robot.calls.answering import Answer
from robot.domain.calls import Turn, TurnEnding
from scripts_dialog import actions as act
from telephony.base import Ended, EndedBy

_ENDINGS = {
    act.Turn.SILENCE: TurnEnding.SILENT,
    act.Turn.NOT_UNDERSTOOD: TurnEnding.NOT_UNDERSTOOD,
}


@dataclass(slots=True)
class Talk:
    """What a call came to, as far as the talk tells: the engine's verdict, who answered, and who hung up when.
    taken_down: a person of the office hung up before the script had come to its end."""

    ended: Ended | None = None
    ended_at: datetime | None = None
    verdict: act.End | None = None
    answered_as: Answer = Answer.SILENCE
    collected: dict[str, str] = field(default_factory=dict)
    turns: list[Turn] = field(default_factory=list)
    taken_down: bool = False


def turn_ending(understood: act.Understood, ended: Ended | None, *, speaking: bool) -> TurnEnding | None:
    """How the phrase ended to which this was the answer; None while it goes on. ended: of the call, if it has;
    speaking: the robot is in the middle of it."""
    match understood.kind:
        case act.Turn.INTERRUPTED:
            return None
        case act.Turn.HUNG_UP if ended is not None and ended.by is EndedBy.CLIENT:
            return TurnEnding.HUNG_UP_DURING if speaking else TurnEnding.HUNG_UP_AFTER
        case act.Turn.HUNG_UP:
            return TurnEnding.CUT_OFF
        case _ if ended is not None:
            return TurnEnding.HUNG_UP_AFTER
        case kind:
            return _ENDINGS.get(kind, TurnEnding.ANSWERED)
