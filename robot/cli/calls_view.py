"""A call for reading: the talk as a dialog with times, how it sounded, and the same as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from robot.analytics import plan_text
from robot.analytics.call_records import CallRecord
from robot.analytics.quality import CallQuality
from robot.analytics.quality_text import NAMES, Mark, figures_json, mark
from robot.calls.review import CallReview, Disagreement, TurnReview
from robot.calls.transcript import turn_json
from robot.demo.screen import outcome_name
from robot.domain.calls import WITHDRAWN, Turn, TurnEnding
from robot.domain.heard import heard_text
from robot.domain.phones import mask_phone
from robot.i18n import Language, language, tr

STYLES = {Mark.GOOD: "green", Mark.FAIR: "yellow", Mark.POOR: "red", Mark.NONE: "dim"}
SHORT_ID = 8
NOTABLE_GAP_MS = 100


def calls_table(rows: Sequence[tuple[CallRecord, CallQuality]]) -> Table:
    table = Table()
    for title in (tr("Звонок", "Call"), tr("Начало", "Began"), tr("Кампания", "Campaign"), tr("Кто", "Who")):
        table.add_column(title, no_wrap=True)
    table.add_column(tr("Итог", "Outcome"))
    table.add_column(tr("Длился", "Lasted"), justify="right")
    table.add_column(tr("Оценка", "Mark"))
    for call, figures in rows:
        verdict, reasons = mark(figures)
        why = ", ".join(_words(reason.text) for reason in reasons)
        table.add_row(
            str(call.id)[:SHORT_ID],
            f"{call.started_at.astimezone():%d.%m %H:%M}",
            call.campaign,
            Text(_who(call)),
            _outcome(call),
            clock(figures.length_ms) if figures.length_ms else "—",
            Text(_words(NAMES[verdict]) + (f": {why}" if why else ""), STYLES[verdict]),
        )
    return table


def heading(call: CallRecord, file: Path | None) -> Iterator[str]:
    began = f"{call.started_at.astimezone():%d.%m.%Y %H:%M:%S}"
    side = tr("клиент позвонил сам", "the client rang in") if call.direction == "in" else mask_phone(call.phone)
    yield f"{tr('Звонок', 'Call')} {call.id}"
    yield f"{call.campaign}, {began}, {_who(call)} ({side})"
    who = {
        "client": tr("трубку положил клиент", "the client hung up"),
        "robot": tr("закончил робот", "ended by the robot"),
        "line": tr("связь прервалась", "the line was lost"),
    }.get(call.ended_by)
    reason = f" ({call.reason})" if call.reason else ""
    yield f"{tr('Итог', 'Outcome')}: {_outcome(call)}{reason}" + (f"; {who}" if who else "")
    if call.recording:
        yield f"{tr('Запись', 'Recording')}: {file or tr('файла нет', 'the file is not there')}"


def dialog(turns: Sequence[Turn], again: CallReview | None) -> Iterator[str]:
    """Every phrase and answer with its time, in the order in which they began."""
    second = {review.number: review for review in again.turns} if again else {}
    if not turns:
        yield tr("Разговора не было.", "There was no talk.")
    lines: list[tuple[int, str]] = []
    for turn in turns:
        if turn.said:
            lines.append((turn.said_from_ms, _said(turn)))
        if turn.heard or turn.number in second:
            at = turn.heard_from_ms if turn.heard_from_ms is not None else turn.said_from_ms
            lines.append((at, _heard(turn, second.get(turn.number))))
        if note := _ending(turn):
            lines.append((max(turn.said_to_ms or 0, turn.heard_to_ms or 0), note))
    for at, line in sorted(lines, key=lambda one: one[0]):
        yield f"{clock(at, tenths=True):>8}  {line}"
    if again and again.problem:
        yield tr("Запись переслушать не удалось: её нет или она повреждена.", "The recording could not be heard again.")
    elif again:
        yield tr(f"Переслушано: {again.engine}", f"Heard again by {again.engine}")


def marks(figures: CallQuality) -> Iterator[str]:
    verdict, reasons = mark(figures)
    why = "; ".join(_words(reason.text) for reason in reasons)
    yield f"{tr('Оценка', 'Mark')}: {_words(NAMES[verdict])}" + (f" — {why}" if why else "")
    if not figures.talked:
        return
    shares = tr(
        f"робот {figures.robot_share:.0%}, клиент {figures.client_share:.0%}, тишина {figures.silence_share:.0%}",
        f"robot {figures.robot_share:.0%}, client {figures.client_share:.0%}, silence {figures.silence_share:.0%}",
    )
    yield f"{tr('Кто говорил', 'Talk')}: {shares}"
    if figures.gaps_ms:
        gaps = [f"{figures.gap_ms(share)}" for share in (0.5, 0.95, 1.0)]
        yield tr(
            f"Пауза перед ответом, мс: обычно {gaps[0]}, p95 {gaps[1]}, дольше всего {gaps[2]}",
            f"Response, ms: p50 {gaps[0]}, p95 {gaps[1]}, longest {gaps[2]}",
        )
    yield tr(
        f"Перебивали: клиент {figures.client_interrupts}, робот {figures.robot_interrupts}; "
        f"самая длинная речь робота {figures.monologue_ms / 1000:.0f} с",
        f"Interruptions: by the client {figures.client_interrupts}, by the robot {figures.robot_interrupts}; "
        f"longest speech of the robot {figures.monologue_ms / 1000:.0f} s",
    )
    if figures.followed is not None:
        yield tr(
            f"Ответов {figures.answers}, не понято {figures.not_understood}, промолчал {figures.silent}; "
            f"по сценарию {figures.followed:.0%}",
            f"Answers {figures.answers}, not understood {figures.not_understood}, silent {figures.silent}; "
            f"by the script {figures.followed:.0%}",
        )


def call_json(call: CallRecord, figures: CallQuality, file: Path | None = None) -> dict[str, Any]:
    """The telephone number is masked; times are ISO 8601 in UTC. recording: the file, null when there is none."""
    moments = {name: getattr(call, name) for name in ("started_at", "answered_at", "ended_at")}
    return {
        "id": str(call.id),
        "campaign": call.campaign,
        "direction": call.direction,
        "name": call.lead_name,
        "company": call.company,
        "phone": mask_phone(call.phone),
        **{name: moment.isoformat() if moment else None for name, moment in moments.items()},
        "outcome": call.outcome.value if call.outcome else None,
        "reason": call.reason,
        "ended_by": call.ended_by,
        "answered_as": call.answered_as,
        "recording": str(file) if file else call.recording or None,
        "script_version": call.script_version,
        "quality": figures_json(figures),
    }


def turns_json(turns: Sequence[Turn], again: CallReview | None) -> list[dict[str, Any]]:
    second = {review.number: review for review in again.turns} if again else {}
    return [turn_json(turn) | {"review": _review_json(second.get(turn.number))} for turn in turns]


def _review_json(one: TurnReview | None) -> Mapping[str, Any] | None:
    if one is None:
        return None
    return {
        "text": one.text,
        "confidence": round(one.confidence, 3),
        "intent": one.intent,
        "word_errors": round(one.word_errors, 3),
        "disagrees": one.disagrees.value or None,
    }


def clock(ms: int, *, tenths: bool = False) -> str:
    """75_400: "1:15", with tenths "1:15.4"."""
    minutes, rest = divmod(max(0, ms), 60_000)
    return f"{minutes}:{rest // 1000:02}" + (f".{rest % 1000 // 100}" if tenths else "")


def _said(turn: Turn) -> str:
    notes = []
    if turn.response_ms is not None and turn.response_ms >= NOTABLE_GAP_MS:
        notes.append(tr(f"через {turn.response_ms} мс", f"after {turn.response_ms} ms"))
    reached = heard_text(turn.said, turn.played_ms, turn.length_ms)
    if reached != turn.said:
        notes.append(tr(f"услышано: «{reached}»", f"heard of it: “{reached}”"))
    elif turn.role == WITHDRAWN:
        notes.append(tr("начато рано и взято назад", "begun too early and taken back"))
    elif turn.interrupted:
        notes.append(tr("перебит", "interrupted"))
    if turn.false_starts:
        notes.append(tr(f"после неё начал рано: {turn.false_starts}", f"too early after it: {turn.false_starts}"))
    return f"{tr('Робот', 'Robot'):<7} {turn.said}{_bracketed(notes)}"


def _heard(turn: Turn, again: TurnReview | None) -> str:
    notes = []
    if turn.intent:
        notes.append(turn.intent)
    if turn.confidence is not None and turn.heard:
        notes.append(f"{turn.confidence:.2f}")
    if again is not None and again.disagrees is not Disagreement.NONE:
        sure = again.text or tr("тишина", "silence")
        notes.append(tr(f"при переслушивании: «{sure}»", f"heard again as “{sure}”"))
        if again.disagrees is Disagreement.MEANING:
            notes.append(tr("смысл другой!", "another meaning!"))
    return f"{tr('Клиент', 'Client'):<7} {turn.heard or '…'}{_bracketed(notes)}"


def _ending(turn: Turn) -> str:
    match turn.ending:
        case TurnEnding.SILENT:
            return tr("— молчание", "— silence")
        case TurnEnding.NOT_UNDERSTOOD:
            return tr("— не понято", "— not understood")
        case TurnEnding.HUNG_UP_DURING | TurnEnding.HUNG_UP_AFTER:
            return tr("— клиент положил трубку", "— the client hung up")
        case TurnEnding.CUT_OFF:
            return tr("— обрыв по вине робота", "— cut off by a fault of the robot")
        case _:
            return ""


def _bracketed(notes: Sequence[str]) -> str:
    return f"  [{'; '.join(notes)}]" if notes else ""


def _who(call: CallRecord) -> str:
    return ", ".join(part for part in (call.lead_name, call.company) if part) or mask_phone(call.phone)


def _outcome(call: CallRecord) -> str:
    return outcome_name(call.outcome) if call.outcome else tr("идёт", "under way")


def _words(text: plan_text.Text) -> str:
    return text.ru if language.get() is Language.RU else text.en
