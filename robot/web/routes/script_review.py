"""/api/scripts/{name}: the names of what it says, what clients said that it did not understand, and what colleagues
suggested as examples, decided by whoever edits it."""

from __future__ import annotations

from aiohttp import web

from robot.analytics.call_search import CallsWanted
from robot.domain.access import Right
from robot.domain.call_remarks import Suggestion
from robot.i18n import language
from robot.scripts.errors import UnknownScript
from robot.scripts.heard import unheard_in
from robot.scripts.in_turn import in_turn
from robot.scripts.reading import read
from robot.web.body import read_model, read_query
from robot.web.endpoint import Endpoint
from robot.web.errors import NotFound
from robot.web.routes.script_drafts import example_added
from robot.web.schemas_review import (
    AcceptIn,
    NamesOut,
    NotUnderstoodListOut,
    NotUnderstoodOut,
    SuggestionOut,
    SuggestionsOut,
    UnheardQuery,
)
from robot.web.schemas_scripts import DraftOut, ExampleIn
from robot.web.scripts_desk import changed, desk_of, name_of, refusing
from robot.web.services import SERVICES, answer, id_of

MOST_CALLS = 200
"""That are read for one answer: two queries by an index, whatever there is."""
MOST_SENTENCES = 100


@refusing
async def names(request: web.Request) -> web.Response:
    """What its author called things: for lists and reports that know them by their ids."""
    live = await desk_of(request).drafts.live(name_of(request))
    if live is None:
        raise UnknownScript
    canvas = (await in_turn(read, live.text, live.recordings, language.get().value, live.bundle)).canvas
    return answer(
        NamesOut(
            title=canvas.title,
            phrases={one.id: one.title for one in (*canvas.nodes, *canvas.objections) if one.title},
            intents={one.intent: one.title for one in canvas.intents if one.title},
        )
    )


async def unheard(request: web.Request) -> web.Response:
    """Out of the newest calls that came by the phrase and had something not understood."""
    asked, calls = read_query(request, UnheardQuery), request.app[SERVICES].ports.calls
    wanted = CallsWanted(
        script=name_of(request),
        passed=asked.phrase,
        campaign=asked.campaign,
        script_version=asked.script_version,
        since=asked.since,
        until=asked.until,
        not_understood=True,
    )
    page = await calls.search.find(wanted, limit=MOST_CALLS)
    ids = [one.record.id for one in page.items]
    turns = await calls.records.turns(ids)
    found = unheard_in(((one, turns.get(one, ())) for one in ids), asked.phrase)
    items = [
        NotUnderstoodOut(text=one.text, count=one.count, call=one.call, at_ms=one.at_ms)
        for one in found[:MOST_SENTENCES]
    ]
    return answer(NotUnderstoodListOut(items=items, calls=len(ids), more=bool(page.next)))


@refusing
async def suggestions(request: web.Request) -> web.Response:
    """The oldest first."""
    await desk_of(request).drafts.current(name_of(request))
    calls = request.app[SERVICES].ports.calls
    waiting = await calls.suggestions.waiting(name_of(request))
    turns = await calls.records.turns(sorted({one.call for one in waiting}))
    at = {(call, turn.number): turn.heard_from_ms or 0 for call, said in turns.items() for turn in said}
    return answer(SuggestionsOut(items=[_out(one, at.get((one.call, one.number), 0)) for one in waiting]))


@refusing
async def accept(request: web.Request) -> web.Response:
    """The sentence becomes an example in the draft. Refused as POST …/draft/examples is; it waits on then."""
    given = await read_model(request, AcceptIn)
    one = await _waiting(request)
    example = ExampleIn(revision=given.revision, intent=given.intent, text=one.text, anyway=given.anyway)
    out = await example_added(request, example)
    await _decided(request, one)
    return answer(out)


@refusing
async def reject(request: web.Request) -> web.Response:
    """It waits no more. Suggested again, it waits again."""
    await _decided(request, await _waiting(request))
    return web.Response(status=204)


async def _waiting(request: web.Request) -> Suggestion:
    """Raises NotFound for what is decided, too."""
    number = id_of(request)
    waiting = await request.app[SERVICES].ports.calls.suggestions.waiting(name_of(request))
    found = next((one for one in waiting if one.id == number), None)
    if found is None:
        raise NotFound("not_found", "это предложение уже разобрали", "this suggestion was decided already")
    return found


async def _decided(request: web.Request, one: Suggestion) -> None:
    services = request.app[SERVICES]
    await services.ports.calls.suggestions.decided(one.id, now=services.now())
    changed(request, name_of(request))


def _out(one: Suggestion, at_ms: int) -> SuggestionOut:
    return SuggestionOut(
        id=one.id,
        call=one.call,
        at_ms=at_ms,
        phrase=one.phrase,
        text=one.text,
        intent=one.intent,
        by=one.author.name,
        at=one.at,
    )


_TAG = "Scripts"
_AT = "/api/scripts/{name}"
_NAME = {"name": "The script's name"}
_ONE = {**_NAME, "id": "The suggestion's id"}

ENDPOINTS = (
    Endpoint("GET", f"{_AT}/names", names, Right.SEE_SCRIPTS, "What its phrases and meanings are called", _TAG,
             answer=NamesOut, params=_NAME),
    Endpoint("GET", f"{_AT}/unheard", unheard, Right.SEE_CALLS, "What was said after a phrase and not understood",
             _TAG, query=UnheardQuery, answer=NotUnderstoodListOut, params=_NAME),
    Endpoint("GET", f"{_AT}/suggestions", suggestions, Right.EDIT_SCRIPTS, "Words suggested as examples", _TAG,
             answer=SuggestionsOut, params=_NAME),
    Endpoint("POST", f"{_AT}/suggestions/{{id}}/accept", accept, Right.EDIT_SCRIPTS,
             "Make suggested words an example", _TAG, body=AcceptIn, answer=DraftOut, params=_ONE),
    Endpoint("DELETE", f"{_AT}/suggestions/{{id}}", reject, Right.EDIT_SCRIPTS, "Turn a suggestion down", _TAG,
             status=204, params=_ONE),
)  # fmt: skip
