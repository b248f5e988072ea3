"""The verdict on who answered, from what was heard so far. Pure.

Asymmetric: a person taken for a machine is hung up on, a machine taken for a person costs a few seconds. So only what
no person says, or sounds like, makes a machine; everything else is a person's, or UNSURE, which is treated as one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from robot.calls.answering.signs import Sign, signs
from robot.calls.answering.tones import Tone, Toned


class Answer(StrEnum):
    HUMAN = "human"
    SECRETARY = "secretary"
    """A person too, who speaks for a firm or for somebody else."""
    VOICEMAIL = "voicemail"
    OPERATOR = "operator"
    """The telephone company: unavailable, switched off, busy."""
    UNKNOWN_NUMBER = "unknown_number"
    """The telephone company: there is no such number."""
    ASSISTANT = "assistant"
    MENU = "menu"
    """A firm's exchange: a person may still come."""
    FAX = "fax"
    SILENCE = "silence"
    UNSURE = "unsure"


PEOPLE = frozenset({Answer.HUMAN, Answer.SECRETARY, Answer.SILENCE, Answer.UNSURE})
"""Those the robot talks with."""

LONG_MS = 2500
"""Who takes the telephone says less than this; a beep right after more is a recorder's."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Words of one utterance, in milliseconds of the call. final: it is over; else a part of it, and the next Heard of
    the same `from_ms` replaces this one. opening: said before the robot spoke."""

    text: str
    from_ms: int
    to_ms: int
    final: bool = True
    opening: bool = True

    @property
    def words_per_s(self) -> float:
        return len(self.text.split()) / max(0.001, (self.to_ms - self.from_ms) / 1000)


@dataclass(frozen=True, slots=True)
class Verdict:
    """certainty: 0..1. why: the words or tone it rests on, for the person in charge. recorded: it began like a
    recording (firms' people too begin so): worth hearing to the end."""

    kind: Answer
    certainty: float
    why: str = ""
    recorded: bool = False

    @property
    def is_person(self) -> bool:
        return self.kind in PEOPLE


NOBODY_YET = Verdict(Answer.SILENCE, 0.5, "nothing was said")


def classify(heard: Sequence[Heard], tones: Sequence[Toned] = ()) -> Verdict:
    """`heard` in the order of speech, each utterance once."""
    said = [one for one in heard if one.text.strip()]
    verdict = _by_tone(tones) or _by_words(said) or _by_beep(said, tones)
    return verdict or _person(said, heard)


def _by_tone(tones: Sequence[Toned]) -> Verdict | None:
    kinds = {
        Tone.CED: Answer.FAX,
        Tone.CNG: Answer.FAX,
        Tone.BUSY: Answer.OPERATOR,
        Tone.SIT: Answer.OPERATOR,
    }
    return next((Verdict(kinds[one.tone], 0.98, one.tone.value) for one in tones if one.tone in kinds), None)


def _by_words(said: Sequence[Heard]) -> Verdict | None:
    """All that was said is looked at as one text: recognizers and recordings pause anywhere. What is a sign only on
    taking the telephone is looked for in the opening alone."""
    whole = " ".join(one.text for one in said)
    opening = " ".join(one.text for one in said if one.opening)
    found = signs().machine(whole, opening)
    if found is None:
        return None
    if found.kind == Answer.MENU and (person := _came_after(said, found)) is not None:
        return Verdict(Answer.HUMAN, 0.8, person)
    return Verdict(Answer(found.kind), 0.95, found.words)


def _came_after(said: Sequence[Heard], menu: Sign) -> str | None:
    """Whether a person took the telephone after the menu: the words that tell."""
    for number, one in enumerate(said):
        if signs().machine(one.text, one.text) == menu or number == 0:
            continue
        greeting = signs().greeting(one.text)
        if one.final and greeting and signs().machine(one.text, one.text) is None and not signs().recorded(one.text):
            return greeting
    return None


def _by_beep(said: Sequence[Heard], tones: Sequence[Toned]) -> Verdict | None:
    """A beep alone may be anything; after a long first speech, or after words about messages, it is a recorder's."""
    for beep in (one for one in tones if one.tone is Tone.BEEP):
        before = [one for one in said if one.from_ms < beep.from_ms]
        spoken_ms = sum(min(one.to_ms, beep.from_ms) - one.from_ms for one in before)
        text = " ".join(one.text for one in before)
        if spoken_ms >= LONG_MS or signs().about_messages(text):
            return Verdict(Answer.VOICEMAIL, 0.9, "beep")
    return None


def _person(said: Sequence[Heard], heard: Sequence[Heard]) -> Verdict:
    if not said:
        return Verdict(Answer.UNSURE, 0.3, "sound without words") if heard else NOBODY_YET
    text = " ".join(one.text for one in said)
    if (words := signs().secretary(text)) is not None:
        return Verdict(Answer.SECRETARY, 0.8, words, recorded=signs().recorded(text) is not None)
    if (words := signs().recorded(text)) is not None:
        return Verdict(Answer.UNSURE, 0.4, words, recorded=True)
    if signs().greeting(text) or said[0].to_ms - said[0].from_ms < LONG_MS:
        return Verdict(Answer.HUMAN, 0.9, text[:40])
    return Verdict(Answer.UNSURE, 0.5, "long first speech without a sign")
