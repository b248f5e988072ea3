"""/api/scripts/{name}/draft: edited by many at once, undone, understood."""

from __future__ import annotations

from aiohttp import web

from robot.domain.access import Right
from robot.i18n import language
from robot.scripts.in_turn import in_turn
from robot.scripts.trained import DRAFT
from robot.web import scripts_view as view
from robot.web.body import read_model, read_query
from robot.web.endpoint import Endpoint, who
from robot.web.errors import Unusable
from robot.web.schemas_scripts import (
    DraftOut,
    EditsIn,
    ExampleIn,
    HistoryOut,
    MeaningOut,
    PageQuery,
    PositionsIn,
    ResetIn,
    SentenceIn,
    StepIn,
    TextIn,
    UnderstoodOut,
)
from robot.web.scripts_desk import MOST_BYTES, Refused, changed, desk_of, draft_out, name_of, refusing, saved_out
from robot.web.services import answer
from scripts_dialog.editing.edits import AddExample
from scripts_dialog.understanding.intents import Understanding
from scripts_dialog.understanding.text import words

PAGE = 50


@refusing
async def show(request: web.Request) -> web.Response:
    """Its text, its canvas, what is wrong with it. Of a script that nobody has edited, the live version's."""
    desk = desk_of(request)
    return answer(await draft_out(desk, await desk.drafts.current(name_of(request))))


@refusing
async def save(request: web.Request) -> web.Response:
    """The whole text. What others saved since the revision that was read is merged, phrase by phrase."""
    given = await read_model(request, TextIn, most=MOST_BYTES)
    saving = desk_of(request).drafts.save_text(name_of(request), given.revision, given.yaml, by=who(request))
    return answer(await saved_out(request, saving))


@refusing
async def edit(request: web.Request) -> web.Response:
    given = await read_model(request, EditsIn, most=MOST_BYTES)
    saving = desk_of(request).drafts.edit(name_of(request), given.revision, given.edits, by=who(request))
    return answer(await saved_out(request, saving))


@refusing
async def undo(request: web.Request) -> web.Response:
    given = await read_model(request, StepIn)
    saving = desk_of(request).drafts.step(name_of(request), given.revision, back=True, by=who(request))
    return answer(await saved_out(request, saving))


@refusing
async def redo(request: web.Request) -> web.Response:
    given = await read_model(request, StepIn)
    saving = desk_of(request).drafts.step(name_of(request), given.revision, back=False, by=who(request))
    return answer(await saved_out(request, saving))


@refusing
async def reset(request: web.Request) -> web.Response:
    """The draft has a version's text again, of the live one by default. May be undone."""
    given = await read_model(request, ResetIn)
    saving = desk_of(request).drafts.reset(name_of(request), given.revision, given.version, by=who(request))
    return answer(await saved_out(request, saving))


@refusing
async def place(request: web.Request) -> web.Response:
    """Where cards stand. No new revision: nothing is said by it."""
    desk, name = desk_of(request), name_of(request)
    given = await read_model(request, PositionsIn)
    await desk.drafts.current(name)
    await desk.drafts.begin(name, by=who(request))
    placed = {phrase: (at.x, at.y) if at is not None else None for phrase, at in given.positions.items()}
    await desk.stores.scripts.place(name, placed)
    changed(request, name)
    return web.Response(status=204)


@refusing
async def history(request: web.Request) -> web.Response:
    desk, query = desk_of(request), read_query(request, PageQuery)
    await desk.drafts.current(name_of(request))
    before = int(query.after) if query.after else None
    found = await desk.stores.drafts.history(name_of(request), before=before, limit=PAGE)
    more = str(found[-1].number) if len(found) == PAGE else ""
    return answer(HistoryOut(items=[view.revision_out(one) for one in found], next=more))


@refusing
async def add_example(request: web.Request) -> web.Response:
    """One click on a heard sentence. Refused while another intent has it as an example, or the draft surely
    understands it as another; `anyway` adds it all the same."""
    return answer(await example_added(request, await read_model(request, ExampleIn)))


async def example_added(request: web.Request, given: ExampleIn) -> DraftOut:
    """Raises Unusable, Refused."""
    desk, name = desk_of(request), name_of(request)
    if not words(given.text):
        raise Unusable("invalid", "в примере нет слов", "the example has no words")
    if not given.anyway:
        await _refuse_collision(request, given.intent, given.text)
    example = AddExample(op="add_example", intent=given.intent, text=given.text)
    saving = desk.drafts.edit(name, given.revision, [example], by=who(request), what="example")
    return await saved_out(request, saving)


async def _refuse_collision(request: web.Request, intent: str, text: str) -> None:
    understanding = await _understanding(request)
    owner = understanding.example_of(text)
    if owner and owner != intent:
        title = _title(understanding, owner)
        raise Refused(
            409,
            "example_taken",
            f"«{text}» уже пример смысла «{title}»: один пример не может значить и то и другое",
            f"'{text}' is an example of '{owner}' already",
            {"intent": owner},
        )


@refusing
async def understood(request: web.Request) -> web.Response:
    given = await read_model(request, SentenceIn)
    trained = await desk_of(request).trainer.get(name_of(request), DRAFT)
    published = trained.published
    node = published.engine.script.phrases.get(given.phrase)
    expected = tuple(getattr(node, "answers", {}))
    also = tuple(published.engine.script.objections)
    meaning = await in_turn(published.understanding.understand, given.text, expected=expected, also=also)
    found = [
        MeaningOut(
            intent=one.intent,
            title=_title(published.understanding, one.intent),
            confidence=one.confidence,
            matched=one.matched,
        )
        for one in meaning.intents
    ]
    return answer(UnderstoodOut(meanings=found, example_of=published.understanding.example_of(given.text)))


async def _understanding(request: web.Request) -> Understanding:
    return (await desk_of(request).trainer.get(name_of(request), DRAFT)).published.understanding


def _title(understanding: Understanding, intent: str) -> str:
    return understanding.title(intent) if language.get().value == "ru" else intent


_TAG = "Scripts"
_NAME = {"name": "The script's name"}
_SEE, _EDIT = Right.SEE_SCRIPTS, Right.EDIT_SCRIPTS
_DRAFT = "/api/scripts/{name}/draft"

ENDPOINTS = (
    Endpoint("GET", _DRAFT, show, _SEE, "The draft: text, canvas, findings", _TAG, answer=DraftOut, params=_NAME),
    Endpoint("PUT", _DRAFT, save, _EDIT, "Save the whole text", _TAG, body=TextIn, answer=DraftOut, params=_NAME),
    Endpoint("POST", f"{_DRAFT}/edits", edit, _EDIT, "Edit phrases, answers, objections, examples", _TAG,
             body=EditsIn, answer=DraftOut, params=_NAME),
    Endpoint("POST", f"{_DRAFT}/undo", undo, _EDIT, "One edit back", _TAG, body=StepIn, answer=DraftOut, params=_NAME),
    Endpoint("POST", f"{_DRAFT}/redo", redo, _EDIT, "The edit again", _TAG, body=StepIn, answer=DraftOut, params=_NAME),
    Endpoint("POST", f"{_DRAFT}/reset", reset, _EDIT, "Begin again from a version", _TAG,
             body=ResetIn, answer=DraftOut, params=_NAME),
    Endpoint("PUT", f"{_DRAFT}/positions", place, _EDIT, "Where cards stand on the canvas", _TAG,
             body=PositionsIn, status=204, params=_NAME),
    Endpoint("GET", f"{_DRAFT}/history", history, _SEE, "Who saved the draft when", _TAG,
             query=PageQuery, answer=HistoryOut, params=_NAME),
    Endpoint("POST", f"{_DRAFT}/examples", add_example, _EDIT, "Make a heard sentence an example", _TAG,
             body=ExampleIn, answer=DraftOut, params=_NAME),
    Endpoint("POST", "/api/scripts/{name}/understood", understood, _SEE, "What the draft makes of a sentence", _TAG,
             body=SentenceIn, answer=UnderstoodOut, params=_NAME),
)  # fmt: skip
