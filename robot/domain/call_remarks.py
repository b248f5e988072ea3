"""What people add to calls: comments, corrected outcomes, words that are to be examples. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from robot.domain.outcomes import UNANSWERED, Outcome

CORRECTABLE = frozenset(Outcome) - UNANSWERED - {Outcome.MEETING_BOOKED, Outcome.INTERRUPTED}
"""What a person may take a talk for. A meeting is none of them: it has a slot and a manager, and is made or taken back
where meetings are."""


@dataclass(frozen=True, slots=True)
class Author:
    """user_id: None for a program."""

    name: str
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """at_ms: of which moment of the call it is, None for the whole of it."""

    id: int
    at: datetime
    author: Author
    text: str
    at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person takes a call for. note: why."""

    outcome: Outcome
    reason: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Correction:
    """was, was_reason: what it had been taken for before."""

    at: datetime
    author: Author
    was: Outcome
    was_reason: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The client's words at a turn, to be an example of an intent ("" which one is for the editor to say)."""

    id: int
    call: UUID
    number: int
    script: str
    phrase: str
    text: str
    intent: str
    at: datetime
    author: Author


class CallRefused(Exception):
    """Base of what cannot be done with a call. `ru` and `en` are the same sentence.

    CallRefused
    ├── UnknownCall      unknown_call
    ├── NoWords          no_words         nothing was heard at this turn
    └── NotCorrectable   not_correctable  it has no talk, or a meeting hangs on it
    """

    code: ClassVar[str] = "call_refused"
    retryable: ClassVar[bool] = False
    ru: ClassVar[str] = ""
    en: ClassVar[str] = ""

    def __init__(self) -> None:
        super().__init__(self.en)


class UnknownCall(CallRefused):
    code = "unknown_call"
    ru, en = "такого звонка нет", "there is no such call"


class NoWords(CallRefused):
    code = "no_words"
    ru, en = "в этой реплике клиент ничего не сказал", "the client said nothing at this turn"


class NotCorrectable(CallRefused):
    code = "not_correctable"


class NoTalk(NotCorrectable):
    ru, en = (
        "исправить можно итог закончившегося разговора",
        "only the outcome of a talk that has ended can be corrected",
    )


class MeetingHangsOnIt(NotCorrectable):
    ru, en = (
        "за этим звонком стоит встреча в календаре: сначала отмените её",
        "a meeting of the calendar hangs on this call: take it back first",
    )


class NotByHand(NotCorrectable):
    ru, en = (
        "такой итог вручную не ставится: встречу записывают в календаре",
        "this outcome is not set by hand: meetings are made in the calendar",
    )
