"""Who answered: a person, or something that no talk is had with. Everything here but `watch` is pure.

`Answering` follows the first seconds of a call; `AnswerWatch` joins it to a call's ear.
"""

from __future__ import annotations

from robot.calls.answering.ending import ending
from robot.calls.answering.machine import Answering, AnsweringSettings, Move
from robot.calls.answering.tones import Tone, Toned, ToneDetector
from robot.calls.answering.verdict import PEOPLE, Answer, Heard, Verdict, classify
from robot.calls.answering.watch import AnswerWatch

__all__ = [
    "PEOPLE",
    "Answer",
    "AnswerWatch",
    "Answering",
    "AnsweringSettings",
    "Heard",
    "Move",
    "Tone",
    "ToneDetector",
    "Toned",
    "Verdict",
    "classify",
    "ending",
]
