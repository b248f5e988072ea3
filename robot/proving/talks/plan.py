"""Who says what in which call. Pure.

A call takes place in one room of the measuring script, which asks what its sentences answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from random import Random

from robot.proving.talks.speech import Sentence
from telephony.simulated.measuring_part import Kind

SCRIPT = Path(__file__).with_name("measuring.yaml")
"""Short questions: many turns in little time."""
TALKING = Path(__file__).with_name("talking.yaml")
"""Phrases as long as those of the scripts that ship: what a line really carries."""
PER_CALL = 8
FAREWELLS = ("goodbye", "stop_calling", "voicemail")
"""The robot may end the talk after one of these: nothing is left to be said then."""
BARGE_IN_S = 0.8
"""A real sentence is at least so long."""


class Room(StrEnum):
    OPEN = "open"
    YES_NO = "yes_no"
    TIME = "time"
    CHOICE = "choice"
    EMAIL = "email"
    NUMBER = "number"
    LONG = "long"


@dataclass(frozen=True, slots=True)
class Utterance:
    sentence: Sentence
    kind: Kind


@dataclass(frozen=True, slots=True)
class Call:
    """again, hints: as in `telephony.simulated.measuring_part.Part`."""

    number: str
    room: Room
    utterances: tuple[Utterance, ...]
    again: bool = False
    hints: bool = True


def room_of(label: str) -> Room:
    """Where a sentence is asked for."""
    plain = label.partition(":")[0]
    return {
        "yes": Room.YES_NO,
        "no": Room.YES_NO,
        "time": Room.TIME,
        "choice": Room.CHOICE,
        "email": Room.EMAIL,
        "number": Room.NUMBER,
    }.get(plain, Room.OPEN)


def number_of(index: int) -> str:
    """Nobody's, as all numbers of the simulated exchange are."""
    return f"+7495099{index:04d}"


def turn_calls(
    sentences: Sequence[Sentence], murmurs: Sequence[Sentence], random: Random, *, first: int = 0
) -> list[Call]:
    """Every sentence once in its room, then some of them as interruptions of long phrases, between them murmurs. first:
    of the numbers."""
    opening = [Utterance(one, Kind.OPENING) for one in sentences if one.label == "greeting" and one.length_s < 1]
    calls: list[Call] = []
    for room in Room:
        spoken = [one for one in sentences if room_of(one.label) is room]
        random.shuffle(spoken)
        last = [one for one in spoken if one.label in FAREWELLS]
        others = [one for one in spoken if one.label not in FAREWELLS]
        for part in _dealt(others, last):
            calls.append(_call(first + len(calls), room, [Utterance(one, Kind.ANSWER) for one in part], opening))
    for spoken_into in _interruptions(sentences, murmurs, random):
        calls.append(_call(first + len(calls), Room.LONG, spoken_into, opening))
    random.shuffle(calls)  # loads the machine evenly
    return calls


def _dealt(others: Sequence[Sentence], last: Sequence[Sentence]) -> list[list[Sentence]]:
    """Into calls of about so many sentences, with one farewell at most at the end of each."""
    count = max(len(last), -(-(len(others) + len(last)) // PER_CALL))
    parts = [[*others[start::count], *last[start : start + 1]] for start in range(count)]
    return [part for part in parts if part]


def _interruptions(sentences: Sequence[Sentence], murmurs: Sequence[Sentence], random: Random) -> list[list[Utterance]]:
    """As many as there are sentences to a call in four: half real ones, half murmurs with an answer after each."""
    fit = [
        one
        for one in sentences
        if room_of(one.label) is Room.OPEN and one.label not in FAREWELLS and one.length_s >= BARGE_IN_S
        and len(one.sounding.stretches) == 1
        and not one.sounding.noisy  # noise that begins before the words would be the interruption
    ]  # fmt: skip
    chosen = random.sample(fit, min(len(fit), max(4, len(sentences) // 4)))
    calls = []
    for start in range(0, len(chosen), 4):
        part: list[Utterance] = []
        for place, one in enumerate(chosen[start : start + 4]):
            if place % 2 and murmurs:
                part += [
                    Utterance(murmurs[(start + place) // 2 % len(murmurs)], Kind.MURMUR),
                    Utterance(one, Kind.ANSWER),
                ]
            else:
                part.append(Utterance(one, Kind.BARGE_IN))
        calls.append(part)
    return calls


def _call(index: int, room: Room, utterances: Sequence[Utterance], opening: Sequence[Utterance]) -> Call:
    first = opening[index % len(opening) :][:1] if opening else []
    return Call(number_of(index), room, (*first, *utterances))


def endless(calls: Iterable[Call]) -> list[Call]:
    """The same people, who begin anew when all is said."""
    return [replace(call, again=True) for call in calls]


def write_plan(calls: Iterable[Call], notes: Path, file: Path) -> None:
    """For `telephony.simulated.measuring.measuring_directory`."""
    parts = {
        call.number: {
            "again": call.again,
            "hints": call.hints,
            "lines": [
                {
                    "id": one.sentence.id,
                    "file": str(one.sentence.file),
                    "kind": one.kind.value,
                    "first_ms": one.sentence.sounding.first_ms,
                    "last_ms": one.sentence.sounding.last_ms,
                }
                for one in call.utterances
            ],
        }
        for call in calls
    }
    file.write_text(json.dumps({"notes": str(notes), "calls": parts}, ensure_ascii=False), encoding="utf-8")
