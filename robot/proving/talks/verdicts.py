"""What each turn was like for the client: how long he waited, whether he was cut off, whether the robot fell silent for
him. Pure: from his own notes alone; the robot's account only tells what it understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf

from rapidfuzz.fuzz import partial_ratio

from robot.proving.talks.notes import Heard, SaidByClient, Told
from robot.proving.talks.plan import Room
from robot.proving.talks.robot import Understood
from robot.proving.talks.speech import INNER_PAUSE, Sentence, words
from telephony.simulated.measuring_part import Kind

ANSWERS_WITHIN_S = 4.0
AT_ONCE_S = 0.5
"""After the client went on speaking, a robot that began too early has fallen silent by then."""
STOPPED_S = 0.3
"""Quiet for so long in the middle of a phrase: it was stopped."""
RESUMES_S = 1.0
"""What a murmur does to the robot shows within this time after it."""
ALIKE = 60.0
"""Per cent of a half's letters in their order: a recognizer errs, above all at the pause."""


@dataclass(frozen=True, slots=True)
class TurnVerdict:
    """One utterance.

    gap_s: last sound of the client -> first sound of the robot's next phrase, None where there was none in time or the
    robot was speaking already. began_early: the robot, before the utterance was over. recovered: it fell silent at once
    then and answered all of it. stop_s (an interruption): first sound of the client -> last sound of the robot. stopped
    (a murmur): it fell silent, to go on of itself after resumed_s, None where it did not. understood, heard: by the
    robot's account.
    """

    number: str
    room: Room
    sentence: Sentence
    kind: Kind
    gap_s: float | None = None
    missed: bool = False
    began_early: bool = False
    recovered: bool = False
    overlapped: bool = False
    stop_s: float | None = None
    stopped: bool = False
    resumed_s: float | None = None
    understood: Understood | None = None
    heard: str = ""

    @property
    def inner_pause(self) -> bool:
        return self.sentence.label == INNER_PAUSE


@dataclass(frozen=True, slots=True)
class _Turn:
    """An utterance among what surrounds it: until the next one, what the robot understood meanwhile."""

    heard: Heard
    room: Room
    said: SaidByClient
    sentence: Sentence
    until_s: float
    understood: Sequence[Understood]

    @property
    def last(self) -> Understood | None:
        return self.understood[-1] if self.understood else None

    @property
    def words(self) -> str:
        return self.last.turn.heard if self.last else ""

    @property
    def answered_s(self) -> float | None:
        """The beginning of the robot's next phrase after it."""
        to_s = self.said.to_s
        return self.heard.answered(to_s, min(self.until_s, to_s + ANSWERS_WITHIN_S))

    def blank(self) -> TurnVerdict:
        return TurnVerdict(
            self.heard.number, self.room, self.sentence, self.said.kind, understood=self.last, heard=self.words
        )


def judge(
    heard: Heard,
    room: Room,
    sentences: Mapping[str, Sentence],
    understood: Sequence[Understood],
    re_asks: frozenset[str] = frozenset(),
) -> list[TurnVerdict]:
    """Of one call, in order. re_asks: what the robot says when it believes that nobody has answered."""
    spoken = [one for one in heard.said if one.kind is not Kind.OPENING]
    verdicts = []
    for place, one in enumerate(spoken):
        following = spoken[place + 1] if place + 1 < len(spoken) else None
        until_s = following.from_s if following is not None else inf
        between = [turn for turn in understood if one.from_s < turn.at_s < until_s and turn.turn.heard]
        turn = _Turn(heard, room, one, sentences[one.id], until_s, between)
        match one.kind:
            case Kind.MURMUR:
                verdicts.append(_murmur(turn))
            case Kind.BARGE_IN:
                verdicts.append(_barge_in(turn))
            case _:
                verdicts.append(_answer(turn, re_asks))
    return verdicts


def _answer(turn: _Turn, re_asks: frozenset[str]) -> TurnVerdict:
    heard, one, after_s = turn.heard, turn.said, turn.answered_s
    overlapped = heard.sounding_at(one.from_s)
    early_s = heard.next_sound(one.from_s, one.to_s)
    still_speaking = heard.sounding_at(one.to_s)
    missed = not still_speaking and (after_s is None or _only_asks_again(heard.told, one.to_s, re_asks))
    recovered = early_s is not None and after_s is not None and _fell_silent(turn, early_s)
    return replace(
        turn.blank(),
        gap_s=after_s - one.to_s if after_s is not None and not still_speaking and not missed else None,
        missed=missed,
        began_early=early_s is not None and not overlapped,
        recovered=recovered and whole(turn.sentence.text, turn.words),
        overlapped=overlapped,
    )


def _only_asks_again(told: Sequence[Told], after_s: float, re_asks: frozenset[str]) -> bool:
    texts = [one.text for one in told if after_s <= one.at_s <= after_s + ANSWERS_WITHIN_S]
    return bool(texts) and all(text in re_asks for text in texts)


def _fell_silent(turn: _Turn, early_s: float) -> bool:
    """Soon after the client's voice was there again beside the robot's."""
    one, sounding = turn.said, turn.sentence.sounding
    spans = [
        (one.from_s + (start - sounding.first_ms) / 1000, one.from_s + (end - sounding.first_ms) / 1000)
        for start, end in sounding.stretches
    ]
    speaks = any(start <= early_s < end for start, end in spans)
    together_s = early_s if speaks else next((start for start, _ in spans if start >= early_s), early_s)
    silent_s = turn.heard.quiet_after(early_s, 0.0)
    return silent_s is not None and silent_s - together_s <= AT_ONCE_S and not turn.heard.sounding_at(one.to_s)


def whole(said: str, heard: str) -> bool:
    """Whether both halves of a sentence were heard together, as far as the recognizer hears them at all."""
    spoken, understood = words(said), " ".join(words(heard))
    middle = max(1, len(spoken) // 2)
    halves = [" ".join(half) for half in (spoken[:middle], spoken[middle:]) if half]
    return bool(understood) and all(_likeness(half, understood) >= ALIKE for half in halves)


def _likeness(half: str, heard: str) -> float:
    """0..100: of the half with the part of what was heard that is most like it."""
    if len(heard) < len(half):  # else the shorter one would be looked for in the longer
        heard = heard.ljust(len(half))
    return float(partial_ratio(half, heard))


def _barge_in(turn: _Turn) -> TurnVerdict:
    one, after_s = turn.said, turn.answered_s
    if not turn.heard.sounding_at(one.from_s):
        return replace(turn.blank(), overlapped=True)
    silent_s = turn.heard.quiet_after(one.from_s, STOPPED_S)
    quiet = silent_s is not None and silent_s <= one.to_s
    return replace(
        turn.blank(),
        gap_s=after_s - one.to_s if after_s is not None and quiet else None,
        missed=after_s is None and quiet,
        stop_s=silent_s - one.from_s if silent_s is not None else None,
    )


def _murmur(turn: _Turn) -> TurnVerdict:
    one = turn.said
    if not turn.heard.sounding_at(one.from_s):
        return replace(turn.blank(), overlapped=True)
    silent_s = turn.heard.quiet_after(one.from_s, STOPPED_S)
    if silent_s is None or silent_s >= min(turn.until_s, one.to_s + RESUMES_S):
        return turn.blank()
    goes_on_s = turn.heard.next_sound(silent_s, turn.until_s)
    return replace(turn.blank(), stopped=True, resumed_s=None if goes_on_s is None else goes_on_s - silent_s)
