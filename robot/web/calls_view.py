"""Calls as the API tells them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from robot.analytics.call_search import CallFound
from robot.analytics.plan_text import Text
from robot.analytics.quality import CallQuality
from robot.analytics.quality_text import mark
from robot.calls.recordings import find
from robot.calls.review import CallReview, TurnReview
from robot.crm.outbox_desk import Entry
from robot.crm.outbox_ports import Problem, State
from robot.crm.remedies import remedy_of
from robot.crm.report import Booked
from robot.domain.access import Principal
from robot.domain.call_remarks import Author, Comment, Correction
from robot.domain.calls import Turn
from robot.domain.heard import heard_text
from robot.domain.phones import mask_phone
from robot.i18n import tr
from robot.web.schemas_calls import (
    CallCommentOut,
    CallDeliveryOut,
    CallMeetingOut,
    CallProblemOut,
    CallRow,
    CallTurnOut,
    CorrectionOut,
    LostOut,
    MarkReasonOut,
    SecondHearing,
    WordOut,
)


def row_out(found: CallFound, figures: CallQuality) -> CallRow:
    call, lost = found.record, found.lost
    verdict, reasons = mark(figures)
    return CallRow(
        id=call.id,
        campaign=call.campaign,
        campaign_title=found.campaign_title,
        script=call.script,
        script_version=call.script_version,
        direction=call.direction,
        lead_id=found.lead_id,
        name=call.lead_name,
        company=call.company,
        phone=mask_phone(call.phone),
        started_at=call.started_at,
        answered_at=call.answered_at,
        ended_at=call.ended_at,
        outcome=call.outcome,
        reason=call.reason,
        ended_by=call.ended_by,
        length_ms=found.length_ms,
        last_phrase=found.last_phrase,
        last_ms=found.last_ms,
        lost=LostOut(phrase=lost.phrase, how=lost.how, at_ms=lost.at_ms) if lost else None,
        not_understood=found.not_understood,
        manager=found.manager,
        mark=verdict,
        reasons=[MarkReasonOut(code=one.code, text=words(one.text)) for one in reasons],
        recorded=bool(call.recording),
        corrected=found.corrected,
        comments=found.comments,
    )


def turns_out(turns: Sequence[Turn], again: CallReview | None, examples: frozenset[int]) -> list[CallTurnOut]:
    second = {review.number: review for review in again.turns} if again else {}
    return [_turn(turn, second.get(turn.number), turn.number in examples) for turn in turns]


def _turn(turn: Turn, second: TurnReview | None, example: bool) -> CallTurnOut:
    return CallTurnOut(
        number=turn.number,
        phrase=turn.phrase,
        role=turn.role,
        visit=turn.visit,
        variant=turn.variant,
        said=turn.said,
        said_heard=heard_text(turn.said, turn.played_ms, turn.length_ms),
        said_from_ms=turn.said_from_ms,
        said_to_ms=turn.said_to_ms,
        interrupted=turn.interrupted,
        heard=turn.heard,
        confidence=turn.confidence,
        heard_from_ms=turn.heard_from_ms,
        heard_to_ms=turn.heard_to_ms,
        gap_ms=turn.response_ms,
        ending=turn.ending,
        kind=turn.kind,
        intent=turn.intent,
        went_to=turn.went_to,
        words=[
            WordOut(text=word.text, from_ms=word.from_ms, to_ms=word.to_ms, confidence=word.confidence)
            for word in turn.words
        ],
        false_starts=turn.false_starts,
        second=_second(second),
        example=example,
    )


def _second(one: TurnReview | None) -> SecondHearing | None:
    if one is None:
        return None
    return SecondHearing(
        text=one.text,
        confidence=round(one.confidence, 3),
        intent=one.intent,
        word_errors=round(one.word_errors, 3),
        disagrees=one.disagrees.value,
    )


def delivery_out(one: Entry) -> CallDeliveryOut:
    return CallDeliveryOut(
        id=one.id,
        target=one.target,
        kind=one.kind,
        state=one.state,
        under_way=one.under_way,
        tries=one.tries,
        created_at=one.created_at,
        next_try_at=one.due_at if one.state is State.WAITING else None,
        ended_at=one.ended_at,
        done=list(one.done),
        problem=_problem(one.problem),
    )


def _problem(problem: Problem | None) -> CallProblemOut | None:
    if problem is None:
        return None
    return CallProblemOut(code=problem.code, text=problem.text, remedy=remedy_of(problem))


def comment_out(one: Comment, asks: Principal) -> CallCommentOut:
    return CallCommentOut(
        id=one.id, at=one.at, by=one.author.name, text=one.text, at_ms=one.at_ms, mine=one.author == author_of(asks)
    )


def correction_out(one: Correction) -> CorrectionOut:
    return CorrectionOut(
        at=one.at,
        by=one.author.name,
        was=one.was,
        was_reason=one.was_reason,
        outcome=one.verdict.outcome,
        reason=one.verdict.reason,
        note=one.verdict.note,
    )


def meeting_out(booked: Booked | None) -> CallMeetingOut | None:
    if booked is None:
        return None
    return CallMeetingOut(manager=booked.manager, starts_at=booked.slot.starts_at, ends_at=booked.slot.ends_at)


def author_of(principal: Principal) -> Author:
    return Author(principal.name, principal.user_id)


def collected_out(values: Mapping[str, str]) -> dict[str, str]:
    """What the client told; what the robot keeps for itself begins with a dot of its own name."""
    return {name: value for name, value in sorted(values.items()) if value}


def recorded_at(data: Path | None, recording: str) -> Path | None:
    """The stored path, under the folder it is relative to; None when it would lead out of it, or there is nothing."""
    if data is None or not recording:
        return None
    root = data.resolve()
    path = (root / recording).resolve()
    return path if path.is_relative_to(root) else None


def sound_file(data: Path | None, recording: str) -> Path | None:
    path = recorded_at(data, recording)
    return find(path) if path is not None else None


def words(text: Text) -> str:
    return tr(text.ru, text.en)
