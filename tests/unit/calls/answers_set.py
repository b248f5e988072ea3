"""The labelled first utterances (`data/answers.yaml`), played to `Answering` word by word on a clock of numbers.

python -m tests.unit.calls.answers_set      prints the table of docs/answering.md
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ruamel.yaml import YAML

from robot.calls.answering import PEOPLE, Answer, Answering, Heard, Move
from robot.calls.turns import Utterance
from telephony.audio import FRAME_BYTES, FRAME_MS, SAMPLE_RATE_HZ, SILENCE

FILE = Path(__file__).parent / "data" / "answers.yaml"
PERSON = frozenset({"human", "secretary"})
PICKED_UP_MS = 400
END_SILENCE_MS = 500
RECOGNITION_MS = 200
"""From the end of speech, or a look at it, to its words."""
ROBOT_SPEAKS_MS = 6000

_PART = re.compile(r"<(?P<sound>[^<>]*)>|(?P<words>[^<>]+)")


def tone(*parts: tuple[tuple[float, ...], float], level: float = 6000.0) -> bytes:
    """Sines in turn: (frequencies, seconds)."""
    waves = []
    for hertz, seconds in parts:
        t = np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
        waves.append(level * sum((np.sin(2 * math.pi * one * t) for one in hertz), np.zeros_like(t)))
    return bytes(np.concatenate(waves).astype("<i2").tobytes())


SOUNDS = {
    "beep": tone(((1000,), 0.4), ((), 0.2)),
    "beep1400": tone(((1400,), 0.4), ((), 0.2)),
    "ced": tone(((2100,), 3.0), ((), 0.5)),
    "cng": tone(((1100,), 0.5), ((), 3.0), ((1100,), 0.5), ((), 1.0)),
    "sit": tone(((950,), 0.33), ((1400,), 0.33), ((1800,), 0.33), ((), 0.2)),
    "busy": tone(*[((425,), 0.35), ((), 0.35)] * 6),
    "ringback": tone(((425,), 1.0), ((), 4.0)),
}


@dataclass(frozen=True, slots=True)
class Case:
    kind: str
    say: str
    rate: float


@dataclass(frozen=True, slots=True)
class Played:
    """What became of a case: the moves made, when (ms of the call), and the verdict at the end and at 3 s of speech."""

    case: Case
    verdict: Answer
    why: str
    at_3_s: Answer
    moves: tuple[tuple[int, Move], ...]
    first_ms: int
    first_length_ms: int

    @property
    def taken_for_person(self) -> bool:
        return all(move is not Move.LEAVE for _, move in self.moves)

    @property
    def spoken_to(self) -> bool:
        return bool(self.moves) and self.moves[0][1] is Move.TALK

    @property
    def decided_after_ms(self) -> int:
        """From the first sound to the first move."""
        return self.moves[0][0] - self.first_ms


def cases() -> list[Case]:
    data = YAML(typ="safe", pure=True).load(FILE.read_text(encoding="utf-8"))
    rates = data.pop("rates")
    rows = []
    for kind, answers in data.items():
        for answer in answers:
            one = {"say": answer, "rate": rates[kind]} if isinstance(answer, str) else answer
            rows.append(Case(kind, one["say"], one["rate"]))
    return rows


@dataclass(slots=True)
class _Word:
    text: str
    from_ms: int
    to_ms: int


def _laid_out(case: Case) -> tuple[list[_Word], bytes, int]:
    """The words with their times, the tones as sound from the call's beginning, and where all ends."""
    at_ms, words, audio = PICKED_UP_MS, [], bytearray(PICKED_UP_MS * 16)
    for match in _PART.finditer(case.say):
        if match["words"]:
            for text in match["words"].split():
                if not re.search(r"\w", text):
                    continue
                end_ms = at_ms + round(1000 / case.rate / FRAME_MS) * FRAME_MS
                words.append(_Word(text, at_ms, end_ms))
                audio += bytes((end_ms - at_ms) * 16)
                at_ms = end_ms
        else:
            name = match["sound"]
            sound = SOUNDS[name] if name in SOUNDS else bytes(round(float(name) * 50) * FRAME_BYTES)
            audio += sound
            at_ms += len(sound) // 16
    return words, bytes(audio), at_ms


def play(case: Case) -> Played:
    words, audio, end_ms = _laid_out(case)
    answering = Answering()
    moves: list[tuple[int, Move]] = []
    due: list[tuple[int, Heard]] = []
    lengths: list[int] = []
    begun: Utterance | None = None
    talked, at_3_s = False, None
    for at_ms in range(FRAME_MS, max(end_ms, PICKED_UP_MS) + 26_000, FRAME_MS):
        speaking = [word for word in words if word.from_ms < at_ms <= word.to_ms]
        if speaking and begun is None:
            begun = Utterance(speaking[0].from_ms, at_ms)
        elif speaking and begun is not None:
            begun = Utterance(begun.from_ms, at_ms)
        if begun is not None and at_ms - begun.to_ms >= END_SILENCE_MS:
            due.append((at_ms + RECOGNITION_MS, _heard(words, begun, final=True, opening=not talked)))
            lengths.append(begun.to_ms - begun.from_ms)
            begun = None
        for ready in [one for one in due if one[0] <= at_ms]:
            due.remove(ready)
            answering.words(ready[1])
        start = (at_ms - FRAME_MS) * 16
        move = answering.step(at_ms, audio[start : start + FRAME_BYTES] or SILENCE, begun)
        if begun is not None and answering.wants_words(at_ms):
            due.append((at_ms + RECOGNITION_MS, _heard(words, begun, final=False, opening=not talked)))
        if at_3_s is None and answering.first_ms is not None and at_ms >= answering.first_ms + 3000:
            at_3_s = answering.verdict.kind
        if move is not Move.LISTEN and (not moves or moves[-1][1] is not move):
            moves.append((at_ms, move))
        if move is Move.LEAVE:
            break
        talked = talked or move is Move.TALK
    verdict = answering.verdict
    first_ms = answering.first_ms if answering.first_ms is not None else PICKED_UP_MS
    return Played(
        case, verdict.kind, verdict.why, at_3_s or verdict.kind, tuple(moves), first_ms, lengths[0] if lengths else 0
    )


def _heard(words: list[_Word], where: Utterance, *, final: bool, opening: bool) -> Heard:
    said = [word.text for word in words if where.from_ms <= word.from_ms and word.to_ms <= where.to_ms + FRAME_MS]
    return Heard(" ".join(said), where.from_ms, where.to_ms, final=final, opening=opening)


def table(played: list[Played]) -> Iterator[str]:
    """Markdown: a row for who answered, a column for what he was taken for, and how soon."""
    rows = Counter((one.case.kind, one.verdict.value) for one in played)
    columns = [answer.value for answer in Answer if any(kind == answer.value for _, kind in rows)]
    yield f"| answered | n | {' | '.join(columns)} | known at 3 s | hung up on | unspoken to |"
    yield "|---" * (len(columns) + 5) + "|"
    for kind in dict.fromkeys(one.case.kind for one in played):
        of_kind = [one for one in played if one.case.kind == kind]
        left = [one for one in of_kind if not one.taken_for_person]
        unspoken = [one for one in left if not one.spoken_to]
        known = [one for one in of_kind if one.at_3_s not in PEOPLE]
        counts = " | ".join(str(rows[kind, column] or "") for column in columns)
        yield f"| {kind} | {len(of_kind)} | {counts} | {len(known)} | {len(left)} | {len(unspoken)} |"


def main() -> None:
    played = [play(case) for case in cases()]
    print("\n".join(table(played)))
    for one in played:
        person = one.case.kind in PERSON
        if person is not one.taken_for_person and one.case.kind != "silence":
            print(f"  {one.case.kind}: {one.case.say!r} -> {one.verdict.value} ({one.why}) {one.moves}")


if __name__ == "__main__":
    main()
