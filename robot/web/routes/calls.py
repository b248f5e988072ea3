"""/api/calls: calls found, one call with all that is known of it, and what people add to it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from uuid import UUID

from aiohttp import web

from robot.analytics.call_search import CallFound, CallsWanted
from robot.analytics.quality import quality
from robot.analytics.quality_text import figures_json
from robot.calls.recordings import KEPT
from robot.crm.outbox_desk import Wanted
from robot.crm.outbox_ports import State
from robot.crm.report import CallReport
from robot.domain.access import Right
from robot.domain.call_remarks import CORRECTABLE, Verdict
from robot.domain.calls import Turn
from robot.domain.outcomes import Outcome
from robot.web import calls_view as view
from robot.web.body import read_model, read_query
from robot.web.call_ports import CallPorts
from robot.web.endpoint import PRINCIPAL, Endpoint
from robot.web.errors import NotFound
from robot.web.events import Topic
from robot.web.journal import note
from robot.web.schemas_calls import (
    CallChoicesOut,
    CallCommentOut,
    CallExampleIn,
    CallOut,
    CallRecordingOut,
    CallRow,
    CallsCount,
    CallsFilter,
    CallsOut,
    CallsQuery,
    Choice,
    ChoicesQuery,
    CommentIn,
    OutcomeIn,
)
from robot.web.services import SERVICES, answer, id_of
from robot.web.signed import KEY, signed

TAG = "Calls"
MOST_COUNTED = 10_000
MOST_DELIVERIES = 50


async def index(request: web.Request) -> web.Response:
    """Newest first; calls under way are among them unless something is asked that is known at the end."""
    asked = read_query(request, CallsQuery)
    page = await _ports(request).search.find(wanted_of(asked), after=asked.after, limit=asked.limit)
    return answer(CallsOut(items=await rows_of(_ports(request), page.items), next=page.next))


async def count(request: web.Request) -> web.Response:
    """Counting stops at ten thousand."""
    found = await _ports(request).search.count(wanted_of(read_query(request, CallsFilter)), most=MOST_COUNTED + 1)
    return answer(CallsCount(count=min(found, MOST_COUNTED), more=found > MOST_COUNTED))


async def choices(request: web.Request) -> web.Response:
    asked = read_query(request, ChoicesQuery)
    services = request.app[SERVICES]
    found = await services.ports.calls.search.choices(campaign=asked.campaign)
    campaigns = await services.ports.campaigns.all()
    return answer(
        CallChoicesOut(
            campaigns=[Choice(id=one.slug, title=one.title) for one in campaigns],
            managers=[Choice(id=str(number), title=name) for number, name in found.managers],
            phrases=list(found.phrases),
            reasons=list(found.reasons),
            script_versions=list(found.script_versions),
        )
    )


async def show(request: web.Request) -> web.Response:
    """recording: null without the right to hear calls, without a recording, and where its file lies elsewhere."""
    return answer(await _whole(request, call_of(request)))


async def comment(request: web.Request) -> web.Response:
    given = await read_model(request, CommentIn)
    principal = request[PRINCIPAL]
    kept = await _ports(request).comments.add(
        call_of(request),
        given.text,
        at_ms=given.at_ms,
        author=view.author_of(principal),
        now=request.app[SERVICES].now(),
    )
    return answer(view.comment_out(kept, principal), 201)


async def remove_comment(request: web.Request) -> web.Response:
    """Only who wrote it may."""
    author = view.author_of(request[PRINCIPAL])
    if not await _ports(request).comments.remove(call_of(request), id_of(request, "comment"), author=author):
        raise NotFound("not_found", "такого вашего комментария нет", "there is no such comment of yours")
    return web.Response(status=204)


async def suggest(request: web.Request) -> web.Response:
    """The client's words at a turn wait for whoever edits the script. Suggested again they wait again."""
    given = await read_model(request, CallExampleIn)
    author, now = view.author_of(request[PRINCIPAL]), request.app[SERVICES].now()
    await _ports(request).suggestions.add(call_of(request), given.turn, given.intent, author=author, now=now)
    return web.Response(status=204)


async def take_suggestion_back(request: web.Request) -> web.Response:
    if not await _ports(request).suggestions.remove(call_of(request), id_of(request, "turn")):
        raise NotFound("not_found", "эта реплика не предлагалась примером", "this turn was not suggested")
    return web.Response(status=204)


async def correct(request: web.Request) -> web.Response:
    """Every report counts the call so from now on; what the robot had taken it for is kept. opted_out puts the number
    on the stop list; else queued calls stay as they are. An outcome that hangs on a meeting is not corrected here."""
    given = await read_model(request, OutcomeIn)
    call = call_of(request)
    verdict = Verdict(given.outcome, given.reason.strip(), given.note)
    author, now = view.author_of(request[PRINCIPAL]), request.app[SERVICES].now()
    made = await _ports(request).corrections.correct(call, verdict, author=author, now=now)
    if made is not None:
        before, after = {"outcome": made.was, "reason": made.was_reason}, {"outcome": verdict.outcome}
        await note(
            request, "outcome_corrected", subject=str(call), before=before, after={**after, "reason": verdict.reason}
        )
        request.app[SERVICES].hub.publish(Topic.CALLS, call=str(call))
    return answer(await _whole(request, call))


def wanted_of(asked: CallsFilter) -> CallsWanted:
    return CallsWanted(
        campaign=asked.campaign,
        script=asked.script,
        arm=asked.arm,
        since=asked.since,
        until=asked.until,
        outcomes=frozenset(asked.outcome),
        reason=asked.reason,
        ended_at=asked.ended_at,
        lost_at=asked.lost_at,
        passed=asked.passed,
        client_words=asked.client_words,
        robot_words=asked.robot_words,
        least_s=asked.least_s,
        most_s=asked.most_s,
        manager_id=asked.manager,
        script_version=asked.script_version,
        lead_id=asked.lead,
        not_understood=asked.not_understood,
        talked=asked.talked,
        corrected=asked.corrected,
    )


async def rows_of(ports: CallPorts, found: Sequence[CallFound]) -> list[CallRow]:
    turns = await ports.records.turns([one.record.id for one in found])
    return [view.row_out(one, quality(turns.get(one.record.id, ()), one.record.times)) for one in found]


def call_of(request: web.Request) -> UUID:
    """Of the address. Raises NotFound for what is no id."""
    try:
        return UUID(request.match_info["id"])
    except ValueError:
        raise unknown() from None


def unknown() -> NotFound:
    return NotFound("unknown_call", "такого звонка нет", "there is no such call")


async def _whole(request: web.Request, call: UUID) -> CallOut:
    ports, principal = _ports(request), request[PRINCIPAL]
    found = await ports.search.one(call)
    if found is None:
        raise unknown()
    turns: Sequence[Turn] = (await ports.records.turns([call])).get(call, ())
    figures = quality(turns, found.record.times)
    again = await ports.reviews.of(call)
    report = await ports.reports.report(call) if found.record.ended_at is not None else None
    asked = Wanted(states=tuple(State), lead_id=found.lead_id, attempt_id=call)
    entries = await ports.deliveries.entries(asked, limit=MOST_DELIVERIES, now=request.app[SERVICES].now())
    return CallOut(
        call=view.row_out(found, figures),
        turns=view.turns_out(turns, again, await ports.suggestions.turns_of(call)),
        quality=figures_json(figures),
        collected=view.collected_out(report.collected) if report else {},
        meeting=view.meeting_out(report.meeting) if report else None,
        callback_at=report.callback_at if report else None,
        recording=await _recording(request, found),
        deliveries=[view.delivery_out(one) for one in entries],
        second_hearing=again.engine if again else "",
        comments=[view.comment_out(one, principal) for one in await ports.comments.of(call)],
        corrections=[view.correction_out(one) for one in await ports.corrections.of(call)],
        correctable=_correctable(request, found, report),
    )


def _correctable(request: web.Request, found: CallFound, report: CallReport | None) -> list[Outcome]:
    talked = report is not None and found.record.answered_at is not None
    if not talked or (report and report.meeting) or not request[PRINCIPAL].may(Right.CORRECT_CALLS):
        return []
    return [outcome for outcome in Outcome if outcome in CORRECTABLE and outcome is not found.record.outcome]


async def _recording(request: web.Request, found: CallFound) -> CallRecordingOut | None:
    services, principal, call = request.app[SERVICES], request[PRINCIPAL], found.record.id
    if not principal.may(Right.HEAR_CALLS):
        return None
    file = await asyncio.to_thread(view.sound_file, services.data_dir, found.record.recording)
    if file is None:
        return None
    now = services.now()
    proof, until = signed(await services.ports.calls.keys.key(KEY, now=now), call, principal, now)
    compressed = file.suffix == KEPT
    return CallRecordingOut(
        sound=f"/api/recordings/{call}/sound/{file.suffix[1:]}?{proof}",
        peaks=f"/api/recordings/{call}/peaks?{proof}",
        media="audio/ogg" if compressed else "audio/wav",
        expires_at=until,
    )


def _ports(request: web.Request) -> CallPorts:
    return request.app[SERVICES].ports.calls


_ID = {"id": "Id of the call"}
ENDPOINTS = (
    Endpoint("GET", "/api/calls", index, Right.SEE_CALLS, "Calls found, the newest first", TAG,
             query=CallsQuery, answer=CallsOut),
    Endpoint("GET", "/api/calls/count", count, Right.SEE_CALLS, "How many calls are found", TAG,
             query=CallsFilter, answer=CallsCount, example={"count": 210, "more": False}),
    Endpoint("GET", "/api/calls/choices", choices, Right.SEE_CALLS, "What calls can be filtered by", TAG,
             query=ChoicesQuery, answer=CallChoicesOut),
    Endpoint("GET", "/api/calls/{id}", show, Right.SEE_CALLS, "One call: talk, marks, deliveries, remarks", TAG,
             answer=CallOut, params=_ID),
    Endpoint("POST", "/api/calls/{id}/comments", comment, Right.CORRECT_CALLS, "Comment a call or a moment of it", TAG,
             body=CommentIn, answer=CallCommentOut, status=201, params=_ID),
    Endpoint("DELETE", "/api/calls/{id}/comments/{comment}", remove_comment, Right.CORRECT_CALLS,
             "Remove a comment of one's own", TAG, status=204, params={**_ID, "comment": "Number of the comment"}),
    Endpoint("POST", "/api/calls/{id}/examples", suggest, Right.CORRECT_CALLS,
             "Suggest the client's words as an example", TAG, body=CallExampleIn, status=204, params=_ID),
    Endpoint("DELETE", "/api/calls/{id}/examples/{turn}", take_suggestion_back, Right.CORRECT_CALLS,
             "Take a suggested example back", TAG, status=204, params={**_ID, "turn": "Number of the turn"}),
    Endpoint("PUT", "/api/calls/{id}/outcome", correct, Right.CORRECT_CALLS, "Correct the outcome of a talk", TAG,
             body=OutcomeIn, answer=CallOut, params=_ID),
)  # fmt: skip
