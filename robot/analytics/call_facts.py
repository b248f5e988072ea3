"""What an ended call is found by, worked out of its turns once, when it ends. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from robot.analytics.call_search import Lost, LostHow
from robot.analytics.dropoff import refused_at
from robot.analytics.quality import CallTimes
from robot.domain.calls import WITHDRAWN, Turn, TurnEnding
from robot.domain.stems import stems

_HUNG_UP = {
    TurnEnding.HUNG_UP_DURING: LostHow.HUNG_UP_DURING,
    TurnEnding.HUNG_UP_AFTER: LostHow.HUNG_UP_AFTER,
}


@dataclass(frozen=True, slots=True)
class CallFacts:
    """length_ms: from the answer to the end, None without an answer. last_phrase: said last, from last_ms on. client,
    robot: stems of what each said. passed: phrases that were reached. arms: "phrase:variant" of
    each variant said. not_understood: answers."""

    length_ms: int | None = None
    last_phrase: str = ""
    last_ms: int = 0
    lost: Lost | None = None
    not_understood: int = 0
    client: frozenset[str] = frozenset()
    robot: frozenset[str] = frozenset()
    passed: frozenset[str] = frozenset()
    arms: frozenset[str] = frozenset()


def call_facts(turns: Sequence[Turn], times: CallTimes) -> CallFacts:
    """`turns` in the order in which they were spoken."""
    spoken = [turn for turn in turns if turn.phrase]
    last = spoken[-1] if spoken else None
    return CallFacts(
        length_ms=_length_ms(times),
        last_phrase=last.phrase if last else "",
        last_ms=_began_ms(spoken, last.phrase) if last else 0,
        lost=_lost(spoken, times),
        not_understood=sum(turn.ending is TurnEnding.NOT_UNDERSTOOD for turn in turns),
        client=_stems(turn.heard for turn in turns),
        robot=_stems(turn.said for turn in turns if turn.role != WITHDRAWN),
        passed=frozenset(turn.phrase for turn in spoken),
        arms=frozenset(f"{turn.phrase}:{turn.variant}" for turn in spoken if turn.variant),
    )


def _length_ms(times: CallTimes) -> int | None:
    if times.answered_at is None or times.ended_at is None:
        return None
    return max(0, round((times.ended_at - times.answered_at).total_seconds() * 1000))


def _lost(spoken: Sequence[Turn], times: CallTimes) -> Lost | None:
    """As robot.analytics.dropoff counts `left`: a call is lost at one phrase at most."""
    for turn in reversed(spoken):
        if turn.ending in _HUNG_UP:
            return Lost(turn.phrase, _HUNG_UP[turn.ending], turn.said_from_ms)
    phrase = refused_at(times.outcome, spoken)
    if phrase is None:
        return None
    return Lost(phrase, LostHow.REFUSED, _began_ms(spoken, phrase))


def _began_ms(spoken: Sequence[Turn], phrase: str) -> int:
    """Where its last visit began, re-asks and offers of that visit included."""
    here = [turn for turn in spoken if turn.phrase == phrase]
    return min(turn.said_from_ms for turn in here if turn.visit == here[-1].visit)


def _stems(texts: Iterable[str]) -> frozenset[str]:
    return frozenset().union(*map(stems, set(texts)))
