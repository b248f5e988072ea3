"""The mark of a call and its reasons, in the words of a head of sales, and the figures as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from robot.analytics.plan_text import Text
from robot.analytics.quality import CallQuality
from robot.domain.calls import TurnEnding

SLOW_MS = 1500
"""After so long people ask "алло?"."""
VERY_SLOW_MS = 3000
MONOLOGUE_MS = 25_000
ROBOT_SHARE = 0.75
SHARE_FROM_MS = 30_000
"""In shorter calls the shares say nothing: a greeting and a refusal."""
NOT_UNDERSTOOD_SHARE = 0.3


class Mark(StrEnum):
    NONE = "none"
    """There was no talk."""
    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


NAMES = {
    Mark.NONE: Text("разговора не было", "no talk"),
    Mark.GOOD: Text("хорошо", "good"),
    Mark.FAIR: Text("есть замечания", "fair"),
    Mark.POOR: Text("плохо", "poor"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """grave: alone enough for a bad mark."""

    code: str
    text: Text
    grave: bool = False


def mark(figures: CallQuality) -> tuple[Mark, Sequence[Reason]]:
    """POOR for a grave reason or three light ones, FAIR for one or two."""
    if not figures.talked:
        return Mark.NONE, ()
    reasons = [*_spoiled(figures), *_interruptions(figures), *_understanding(figures), *_pace(figures)]
    if any(reason.grave for reason in reasons) or len(reasons) >= 3:
        return Mark.POOR, reasons
    return (Mark.FAIR if reasons else Mark.GOOD), reasons


def _spoiled(figures: CallQuality) -> list[Reason]:
    if figures.last is TurnEnding.CUT_OFF:
        text = Text("разговор оборвался по вине робота", "the call was cut off by a fault of the robot")
        return [Reason("cut_off", text, grave=True)]
    if figures.last is TurnEnding.HUNG_UP_DURING:
        return [Reason("hung_up_during", Text("клиент не дослушал и положил трубку", "the client hung up mid-phrase"))]
    return []


def _interruptions(figures: CallQuality) -> list[Reason]:
    reasons = []
    if ours := figures.robot_interrupts:
        text = Text(f"клиента перебили {_times_ru(ours)}", f"the client was interrupted {_times_en(ours)}")
        reasons.append(Reason("robot_interrupts", text, grave=ours >= 2))
    if (his := figures.client_interrupts) >= 3:
        text = Text(f"клиент перебивал {_times_ru(his)}", f"the client broke in {_times_en(his)}")
        reasons.append(Reason("client_interrupts", text))
    return reasons


def _understanding(figures: CallQuality) -> list[Reason]:
    reasons, missed = [], figures.not_understood
    if missed >= 2 or (missed and figures.not_understood_share >= NOT_UNDERSTOOD_SHARE):
        verb = "не понят" if _form(missed) == 0 else "не поняты" if _form(missed) == 1 else "не понято"
        noun = ("ответ", "ответа", "ответов")[_form(missed)]
        text = Text(f"{missed} {noun} {verb}", f"{missed} {'answer' if missed == 1 else 'answers'} not understood")
        grave = missed >= 3 and figures.not_understood_share >= NOT_UNDERSTOOD_SHARE
        reasons.append(Reason("not_understood", text, grave))
    if figures.silent >= 2:
        text = Text(f"клиент промолчал {_times_ru(figures.silent)}", f"silence {_times_en(figures.silent)}")
        reasons.append(Reason("silent", text))
    return reasons


def _pace(figures: CallQuality) -> list[Reason]:
    reasons = []
    longest, usual = figures.gap_ms(1.0), figures.gap_ms(0.5)
    if longest is not None and usual is not None and (longest >= VERY_SLOW_MS or usual >= SLOW_MS):
        text = Text(
            f"робот медлил: до {longest / 1000:.1f} с до ответа".replace(".", ","),
            f"the robot was slow: up to {longest / 1000:.1f} s to answer",
        )
        reasons.append(Reason("slow", text, grave=usual >= VERY_SLOW_MS))
    if figures.monologue_ms >= MONOLOGUE_MS:
        seconds = round(figures.monologue_ms / 1000)
        reasons.append(Reason("monologue", Text(f"робот говорил {seconds} с подряд", f"{seconds} s without a pause")))
    if figures.length_ms >= SHARE_FROM_MS and figures.robot_share >= ROBOT_SHARE:
        text = Text(
            f"говорил почти один робот: {figures.robot_share:.0%} времени",
            f"the robot spoke nearly alone: {figures.robot_share:.0%} of the time",
        )
        reasons.append(Reason("robot_share", text))
    return reasons


def figures_json(figures: CallQuality) -> dict[str, Any]:
    """Milliseconds and shares of 0..1; null where nothing was measured."""
    verdict, reasons = mark(figures)
    return {
        "mark": verdict.value,
        "reasons": [reason.code for reason in reasons],
        "length_ms": figures.length_ms,
        "talk_share": {
            "robot": round(figures.robot_share, 3),
            "client": round(figures.client_share, 3),
            "silence": round(figures.silence_share, 3),
        },
        "interruptions": {"by_client": figures.client_interrupts, "by_robot": figures.robot_interrupts},
        "gap_ms": {
            "p50": figures.gap_ms(0.5),
            "p95": figures.gap_ms(0.95),
            "longest": figures.gap_ms(1.0),
            "n": len(figures.gaps_ms),
        },
        "answers": figures.answers,
        "not_understood": figures.not_understood,
        "not_understood_share": round(figures.not_understood_share, 3),
        "silent": figures.silent,
        "script_followed": None if figures.followed is None else round(figures.followed, 3),
        "longest_monologue_ms": figures.monologue_ms,
        "ended_by": figures.ended_by,
        "last_turn": figures.last.value if figures.last else None,
    }


def _form(number: int) -> int:
    """Which of a Russian noun's three forms goes with the number."""
    if 11 <= number % 100 <= 14 or number % 10 == 0 or number % 10 >= 5:
        return 2
    return 0 if number % 10 == 1 else 1


def _times_ru(number: int) -> str:
    if number <= 2:
        return ("", "один раз", "дважды")[number]
    return f"{number} {('раз', 'раза', 'раз')[_form(number)]}"


def _times_en(number: int) -> str:
    return ("", "once", "twice")[number] if number <= 2 else f"{number} times"
