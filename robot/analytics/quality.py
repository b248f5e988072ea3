"""How a call sounded: figures for the head of sales. Pure; this page is where the numbers are defined.

From the turns of one call (`Turn`) and the times of its attempt; worked out whenever it is read, never stored, so that
a better definition holds for the calls of last month too.

length_ms         answer to end
robot_ms          time within said_from_ms..said_to_ms of any turn
client_ms         time within heard_from_ms..heard_to_ms of any turn
silence_ms        length_ms without either. Shares are of length_ms; both may speak at once, so they may add up to more
client_interrupts turns the client spoke over (`interrupted`); what the robot took back is its own fault, not his
robot_interrupts  `false_starts` of all turns: the robot began to speak though the client had not finished
gaps_ms           `response_ms` where there is one: last sound of the client to first sound of the robot; not of what
                  was taken back, for the client had not finished
answers           turns at which the client was to answer and said something: ANSWERED or NOT_UNDERSTOOD
not_understood    those of them that ended NOT_UNDERSTOOD
silent            turns that ended SILENT
followed          of answers + silent, the share that went on by an answer or an objection of the script (ANSWERED), and
                  not by what it does when it heard nothing or nothing it knows. None when there were none
monologue_ms      longest stretch in which the robot spoke, its own pauses included, with no word of the client in it
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from robot.domain.calls import WITHDRAWN, Turn, TurnEnding
from robot.domain.outcomes import Outcome

Span = tuple[int, int]
"""Milliseconds from the call's answer: first, behind the last."""


@dataclass(frozen=True, slots=True)
class CallTimes:
    """What the attempt tells. answered_at None: there was no talk. ended_by: client, robot, line or ""."""

    answered_at: datetime | None
    ended_at: datetime | None
    outcome: Outcome | None
    ended_by: str = ""


@dataclass(frozen=True, slots=True)
class CallQuality:
    """The figures of one call, as the page above defines them. last: how the last turn ended, None without one."""

    length_ms: int = 0
    robot_ms: int = 0
    client_ms: int = 0
    silence_ms: int = 0
    client_interrupts: int = 0
    robot_interrupts: int = 0
    gaps_ms: Sequence[int] = ()
    answers: int = 0
    not_understood: int = 0
    silent: int = 0
    monologue_ms: int = 0
    last: TurnEnding | None = None
    ended_by: str = ""
    outcome: Outcome | None = None

    @property
    def talked(self) -> bool:
        """Whether the robot said anything to somebody."""
        return self.robot_ms > 0

    @property
    def robot_share(self) -> float:
        return _share(self.robot_ms, self.length_ms)

    @property
    def client_share(self) -> float:
        return _share(self.client_ms, self.length_ms)

    @property
    def silence_share(self) -> float:
        return _share(self.silence_ms, self.length_ms)

    @property
    def not_understood_share(self) -> float:
        return _share(self.not_understood, self.answers)

    @property
    def followed(self) -> float | None:
        asked = self.answers + self.silent
        return (self.answers - self.not_understood) / asked if asked else None

    def gap_ms(self, quantile: float) -> int | None:
        """The smallest gap that so many of all gaps do not exceed; None when there were none."""
        ordered = sorted(self.gaps_ms)
        return ordered[max(0, math.ceil(quantile * len(ordered)) - 1)] if ordered else None


def quality(turns: Sequence[Turn], times: CallTimes) -> CallQuality:
    """`turns` in the order in which they were spoken."""
    said = [(turn.said_from_ms, turn.said_to_ms) for turn in turns if turn.said and turn.said_to_ms is not None]
    heard = [
        (turn.heard_from_ms, turn.heard_to_ms)
        for turn in turns
        if turn.heard and turn.heard_from_ms is not None and turn.heard_to_ms is not None
    ]
    length = max([_length(times), *(end for _, end in (*said, *heard))]) if times.answered_at else 0
    asked = [turn for turn in turns if turn.ending in (TurnEnding.ANSWERED, TurnEnding.NOT_UNDERSTOOD)]
    stood = [turn for turn in turns if turn.role != WITHDRAWN]
    return CallQuality(
        length_ms=length,
        robot_ms=covered(said),
        client_ms=covered(heard),
        silence_ms=max(0, length - covered((*said, *heard))),
        client_interrupts=sum(turn.interrupted for turn in stood),
        robot_interrupts=sum(turn.false_starts for turn in turns),
        gaps_ms=tuple(turn.response_ms for turn in stood if turn.response_ms is not None),
        answers=len(asked),
        not_understood=sum(turn.ending is TurnEnding.NOT_UNDERSTOOD for turn in asked),
        silent=sum(turn.ending is TurnEnding.SILENT for turn in turns),
        monologue_ms=_monologue(said, heard),
        last=next((turn.ending for turn in reversed(stood) if turn.said), None),
        ended_by=times.ended_by,
        outcome=times.outcome,
    )


def covered(spans: Iterable[Span]) -> int:
    """The length of all spans together, what they share counted once."""
    whole, until = 0, 0
    for first, behind in sorted(spans):
        whole += max(0, behind - max(first, until))
        until = max(until, behind)
    return whole


def _length(times: CallTimes) -> int:
    if times.answered_at is None or times.ended_at is None:
        return 0
    return max(0, round((times.ended_at - times.answered_at).total_seconds() * 1000))


def _monologue(said: Sequence[Span], heard: Sequence[Span]) -> int:
    """Robot's spans in a row are one stretch until the client says something between their beginnings."""
    longest, since, last = 0, None, 0
    for first, behind in sorted(said):
        if since is None or any(last <= begun < first for begun, _ in heard):
            since = first
        longest, last = max(longest, behind - since), first
    return longest


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
