"""How many labelled recordings are understood in the end, recognition and understanding together: by voice, by what the
line did to them, by label. Pure, but for the manifest that is read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from robot.proving.talks.labels import choice, moment, offered, same_time
from robot.proving.talks.report import percentiles
from robot.proving.talks.speech import INNER_PAUSE
from scripts_dialog.meaning import Understands
from scripts_dialog.understanding.evaluation import NOTHING
from scripts_dialog.understanding.spotting import Values, spot
from scripts_dialog.values import Expects

NOT_JUDGED = ("", INNER_PAUSE, "murmur")
"""Labels that tell no meaning."""
ASKED_FOR = {
    "time": Expects.DATETIME,
    "choice": Expects.CHOICE,
    "email": Expects.EMAIL,
    "number": Expects.NUMBER,
}
"""Values are judged as answers to a question for them; intents as if nothing had been asked."""


@dataclass(frozen=True, slots=True)
class Recording:
    """One line of a manifest. condition: what the line did to it ("noise", "gsm"); "" where it is not told."""

    file: Path
    text: str
    label: str
    voice: str = ""
    condition: str = ""

    @property
    def is_value(self) -> bool:
        return self.label.partition(":")[0] in ASKED_FOR


def read_manifest(file: Path) -> list[Recording]:
    """JSON lines of file (beside the manifest), text, label and, where known, voice and condition. Raises
    ValueError."""
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            known = {name: str(row.get(name) or "") for name in ("voice", "condition")}
            found.append(Recording(file.parent / row["file"], str(row["text"]), str(row["label"] or ""), **known))
        except (ValueError, KeyError, TypeError, AttributeError) as broken:
            raise ValueError(f"{number}: {broken!r}") from broken
    if not any(one.label not in NOT_JUDGED for one in found):
        raise ValueError("no labelled recordings")
    return found


@dataclass(frozen=True, slots=True)
class Verdict:
    """heard: the words recognized. given: the weightiest intent, or the value that was found. took_s: end of the sound
    to its words."""

    recording: Recording
    heard: str
    given: str
    right: bool
    took_s: float


def judge(recording: Recording, heard: str, took_s: float, understanding: Understands, now: datetime) -> Verdict:
    """now: aware, in the client's zone."""
    kind, _, wanted = recording.label.partition(":")
    if not recording.is_value:
        found = understanding.understand(heard).intents
        given = found[0].intent if found else NOTHING
        return Verdict(recording, heard, given, given == recording.label, took_s)
    values = spot(heard, now, expects=ASKED_FOR[kind], offered=offered(now) if kind == "choice" else ())
    given, right = _VALUES[kind](values, wanted, now)
    return Verdict(recording, heard, given or NOTHING, right, took_s)


def _time(values: Values, wanted: str, now: datetime) -> tuple[str, bool]:
    """One clear moment; several are asked back, which is not wrong in a talk but no answer here."""
    right = len(values.moments) == 1 and same_time(moment(wanted, now), values.moments[0])
    return " | ".join(one.isoformat() for one in values.moments), right


def _choice(values: Values, wanted: str, now: datetime) -> tuple[str, bool]:
    chosen = values.choice
    if chosen is None and len(values.moments) == 1 and values.moments[0] in offered(now):
        chosen = offered(now).index(values.moments[0]) + 1
    return "" if chosen is None else str(chosen), chosen == choice(wanted)


def _email(values: Values, wanted: str, _now: datetime) -> tuple[str, bool]:
    """An address that the label does not tell is right when there is one at all: it is read back."""
    return values.email or "", values.email == wanted if wanted else values.email is not None


def _number(values: Values, wanted: str, _now: datetime) -> tuple[str, bool]:
    given = "" if values.number is None else str(values.number)
    return given, given == wanted if wanted else bool(given)


_VALUES: dict[str, Callable[[Values, str, datetime], tuple[str, bool]]] = {
    "time": _time,
    "choice": _choice,
    "email": _email,
    "number": _number,
}


@dataclass(frozen=True, slots=True)
class Report:
    """Of one manifest and one engine. left_out: recordings whose label tells no meaning."""

    title: str
    recognizer: str
    verdicts: Sequence[Verdict]
    left_out: int = 0

    @property
    def intents(self) -> list[Verdict]:
        return [one for one in self.verdicts if not one.recording.is_value]

    @property
    def values(self) -> list[Verdict]:
        return [one for one in self.verdicts if one.recording.is_value]

    def by(self, what: Callable[[Recording], str]) -> dict[str, list[Verdict]]:
        """The intents, in groups."""
        ordered = sorted(self.intents, key=lambda one: what(one.recording))
        return {name: list(group) for name, group in groupby(ordered, key=lambda one: what(one.recording))}

    def as_json(self) -> dict[str, Any]:
        return {
            "file": self.title,
            "recognizer": self.recognizer,
            "intent_accuracy": accuracy(self.intents),
            "intents": _counted(self.intents),
            "values": _counted(self.values),
            "by_voice": {name: _counted(group) for name, group in self.by(lambda one: one.voice).items()},
            "by_condition": {name: _counted(group) for name, group in self.by(lambda one: one.condition).items()},
            "by_label": {name: _counted(group) for name, group in self.by(lambda one: one.label).items()},
            "nothing_heard": sum(not one.heard for one in self.verdicts),
            "left_out": self.left_out,
            "took_ms": percentiles(1000 * one.took_s for one in self.verdicts),
            "mistakes": [
                {
                    "file": one.recording.file.name,
                    "text": one.recording.text,
                    "heard": one.heard,
                    "label": one.recording.label,
                    "given": one.given,
                }
                for one in self.verdicts
                if not one.right
            ],
        }

    def markdown(self) -> str:
        """Intents by voice and condition, and every mistake."""
        rows = [("all", self.intents), *self.by(lambda one: one.voice).items()]
        rows += list(self.by(lambda one: one.condition).items())
        return "\n".join(
            (
                f"### {self.title}, {self.recognizer}",
                "",
                "| intents | recordings | right | |",
                "|---|---:|---:|---:|",
                *(_row(name or NOTHING, group) for name, group in rows if group),
                *([_row("values", self.values)] if self.values else []),
                "",
                *(
                    f"- «{one.recording.text}», heard as «{one.heard}»: {one.given}, not {one.recording.label}"
                    for one in self.verdicts
                    if not one.right
                ),
                "",
            )
        )


def accuracy(verdicts: Sequence[Verdict]) -> float | None:
    """0..1; None of none."""
    return round(_right(verdicts) / len(verdicts), 4) if verdicts else None


def _right(verdicts: Iterable[Verdict]) -> int:
    return sum(one.right for one in verdicts)


def _counted(verdicts: Sequence[Verdict]) -> dict[str, float | int | None]:
    return {"n": len(verdicts), "right": _right(verdicts), "accuracy": accuracy(verdicts)}


def _row(name: str, verdicts: Sequence[Verdict]) -> str:
    right, total = _right(verdicts), len(verdicts)
    return f"| {name} | {total} | {right} | {100 * right / total:.1f} % |"
