"""Verdicts as figures. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from robot.proving.talks.labels import Implied, right
from robot.proving.talks.plan import Room
from robot.proving.talks.speech import word_errors, words
from robot.proving.talks.verdicts import TurnVerdict
from telephony.simulated.measuring_part import Kind

PERCENTS = (50, 95, 99)
Figures = dict[str, float | int | None]


def percentiles(values: Iterable[float], *, digits: int = 0) -> Figures:
    """p50, p95, p99, the most and how many; None where there are none."""
    array = np.fromiter(values, dtype=np.float64)
    if not array.size:
        return {**{f"p{percent}": None for percent in PERCENTS}, "max": None, "n": 0}
    found = np.percentile(array, PERCENTS)
    figures: Figures = {f"p{percent}": _round(value, digits) for percent, value in zip(PERCENTS, found, strict=True)}
    return {**figures, "max": _round(array.max(), digits), "n": int(array.size)}


def _round(value: float, digits: int) -> float | int:
    return round(float(value), digits) if digits else round(float(value))


def share(some: Iterable[bool]) -> float | None:
    """0..1; None of nothing."""
    flags = list(some)
    return round(sum(flags) / len(flags), 4) if flags else None


@dataclass(frozen=True, slots=True)
class Measured:
    """One round. unsaid: utterances that no client came to say, since the robot had ended the talk."""

    verdicts: Sequence[TurnVerdict]
    unsaid: int = 0


def figures(
    rounds: Sequence[Measured], lateness_s: Sequence[float], now: datetime, implied: Implied
) -> dict[str, object]:
    """All rounds together, each by itself, and by label."""
    verdicts = [verdict for one in rounds for verdict in one.verdicts]
    answers = [one for one in verdicts if one.kind is Kind.ANSWER and not one.overlapped]
    return {
        **_gaps(answers),
        **_cutoffs(answers),
        "missed_turn_share": share(one.missed for one in answers),
        "barge_in_stop_ms": percentiles(1000 * one.stop_s for one in verdicts if one.stop_s is not None),
        **_murmurs([one for one in verdicts if one.kind is Kind.MURMUR and not one.overlapped]),
        "frame_lateness_ms": percentiles((1000 * one for one in lateness_s), digits=2),
        "intent_accuracy": _accuracy(verdicts, now, implied),
        "words_right": _words_right(verdicts),
        "gap_after_barge_in_ms": percentiles(
            1000 * one.gap_s for one in verdicts if one.kind is Kind.BARGE_IN and one.gap_s is not None
        ),
        "turns": len(answers),
        "overlapped": sum(one.overlapped for one in verdicts),
        "unsaid": sum(one.unsaid for one in rounds),
        "rounds": [_round_of(one) for one in rounds],
        "by_label": _by_label(answers, now, implied),
    }


def _gaps(answers: Sequence[TurnVerdict]) -> dict[str, object]:
    def of(some: Callable[[TurnVerdict], bool]) -> Figures:
        return percentiles(1000 * one.gap_s for one in answers if one.gap_s is not None and some(one))

    return {
        "gap_ms": of(lambda _one: True),
        "gap_yes_no_ms": of(lambda one: one.room is Room.YES_NO),
        "gap_inner_pause_ms": of(lambda one: one.inner_pause),
    }


def _cutoffs(answers: Sequence[TurnVerdict]) -> dict[str, float | None]:
    return {
        "false_cutoff_share": share(one.began_early for one in answers if not one.inner_pause),
        "false_cutoff_share_inner_pause": share(one.began_early for one in answers if one.inner_pause),
        "recovered_share": share(one.recovered for one in answers if one.began_early),
    }


def _murmurs(murmurs: Sequence[TurnVerdict]) -> dict[str, object]:
    """Stopped at all, and, of those, how long until the robot went on of itself."""
    stopped = [one for one in murmurs if one.stopped]
    return {
        "murmur_stop_share": share(one.stopped for one in murmurs),
        "murmur_resumed_share": share(one.resumed_s is not None for one in stopped),
        "murmur_silence_ms": percentiles(1000 * one.resumed_s for one in stopped if one.resumed_s is not None),
    }


def _accuracy(verdicts: Iterable[TurnVerdict], now: datetime, implied: Implied) -> float | None:
    return share(flag for one in verdicts if (flag := right(one, now, implied)) is not None)


def _words_right(verdicts: Iterable[TurnVerdict]) -> float | None:
    """1 - word error rate."""
    count = errors = 0
    for one in verdicts:
        if one.kind is not Kind.MURMUR and not one.sentence.label.startswith(("time", "email", "number")):
            said = words(one.sentence.text)
            count += len(said)
            errors += min(len(said), word_errors(said, words(one.heard)))
    return round(1 - errors / count, 4) if count else None


def _round_of(one: Measured) -> dict[str, object]:
    answers = [verdict for verdict in one.verdicts if verdict.kind is Kind.ANSWER and not verdict.overlapped]
    stops = [1000 * verdict.stop_s for verdict in one.verdicts if verdict.stop_s is not None]
    return {
        **_gaps(answers),
        **_cutoffs(answers),
        "missed_turn_share": share(verdict.missed for verdict in answers),
        "barge_in_stop_ms": percentiles(stops),
    }


def _by_label(answers: Iterable[TurnVerdict], now: datetime, implied: Implied) -> dict[str, object]:
    labels: defaultdict[str, list[TurnVerdict]] = defaultdict(list)
    for one in answers:
        labels[one.sentence.label.partition(":")[0]].append(one)
    return {
        label: {
            "turns": len(some),
            "gap_p50_ms": percentiles(1000 * one.gap_s for one in some if one.gap_s is not None)["p50"],
            "false_cutoff_share": share(one.began_early for one in some),
            "missed_turn_share": share(one.missed for one in some),
            "accuracy": _accuracy(some, now, implied),
        }
        for label, some in sorted(labels.items())
    }


def as_row(one: TurnVerdict, now: datetime, implied: Implied) -> dict[str, object]:
    """A turn for who wants to see each of them."""
    return {
        "id": one.sentence.id,
        "label": one.sentence.label,
        "kind": one.kind.value,
        "text": one.sentence.text,
        "heard": one.heard,
        "intent": one.understood.turn.intent if one.understood else "",
        "right": right(one, now, implied),
        "gap_ms": None if one.gap_s is None else round(1000 * one.gap_s),
        "began_early": one.began_early,
        "recovered": one.recovered,
        "missed": one.missed,
        "overlapped": one.overlapped,
        "stop_ms": None if one.stop_s is None else round(1000 * one.stop_s),
        "stopped": one.stopped,
        "resumed_ms": None if one.resumed_s is None else round(1000 * one.resumed_s),
        "call": one.number,
    }
