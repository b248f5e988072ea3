"""/api/scripts: the list, versions, what differs, publishing, variants, who speaks which."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from robot.domain.access import Right
from robot.domain.journal import Scalar
from robot.domain.scripts import Version
from robot.i18n import language
from robot.scripts.in_turn import in_turn
from robot.scripts.reading import read
from robot.scripts.trained import DRAFT
from robot.web import scripts_view as view
from robot.web.body import read_model, read_query
from robot.web.endpoint import Endpoint, who
from robot.web.errors import NotFound
from robot.web.journal import note
from robot.web.placed import id_here, placed
from robot.web.schemas_scripts import (
    DiffOut,
    DiffQuery,
    ExportQuery,
    JobOut,
    NewScriptIn,
    PageQuery,
    PinIn,
    PublishIn,
    RestoreIn,
    ScriptOut,
    ScriptsOut,
    VariantIn,
    VersionsOut,
    WholeVersionOut,
)
from robot.web.scripts_desk import MOST_BYTES, changed, desk_of, name_of, refusing
from robot.web.services import answer, id_of
from scripts_dialog.editing.differences import differences
from scripts_dialog.editing.edits import KeepVariant, StopVariant

PAGE = 50


@refusing
async def index(request: web.Request) -> web.Response:
    return answer(ScriptsOut(items=[view.script_out(one) for one in await desk_of(request).catalogue.all()]))


@refusing
async def show(request: web.Request) -> web.Response:
    return answer(view.script_out(await desk_of(request).catalogue.get(name_of(request))))


@refusing
async def create(request: web.Request) -> web.Response:
    """From a template, from a YAML file, or the smallest one there is."""
    given = await read_model(request, NewScriptIn, most=MOST_BYTES)
    made = await desk_of(request).catalogue.add(
        given.name, title=given.title, template=given.template, text=given.yaml, by=who(request)
    )
    changed(request, given.name)
    await note(request, "script_added", subject=given.name, after={"template": given.template})
    return answer(view.script_out(made), 201)


@refusing
async def put_away(request: web.Request) -> web.Response:
    await desk_of(request).catalogue.put_away(name_of(request))
    changed(request, name_of(request))
    await note(request, "script_put_away", subject=name_of(request))
    return web.Response(status=204)


@refusing
async def versions(request: web.Request) -> web.Response:
    """The newest first."""
    desk, name, query = desk_of(request), name_of(request), read_query(request, PageQuery)
    live = await desk.drafts.live(name)
    if live is None and await desk.stores.scripts.get(name) is None:
        raise NotFound("unknown_script", "такого сценария нет", "there is no such script")
    before = int(query.after) if query.after else None
    marks = list(await desk.stores.versions.of(name, before=before, limit=PAGE))
    if not marks and live is not None and before is None:
        marks = [live.mark]  # a shipped one that nobody has published yet
    number = live.mark.version if live is not None else None
    items = [view.version_out(mark, live=number) for mark in marks]
    return answer(VersionsOut(items=items, next=str(marks[-1].version) if len(marks) == PAGE else ""))


@refusing
async def version(request: web.Request) -> web.Response:
    desk, name = desk_of(request), name_of(request)
    found, live = await desk.drafts.version(name, id_of(request, "version")), await desk.drafts.live(name)
    reading = await in_turn(read, found.text, list(found.recordings), language.get().value, found.bundle)
    mark = view.version_out(found.mark, live=live.mark.version if live is not None else None)
    kept = view.kept_findings_out(found.findings)
    return answer(WholeVersionOut(version=mark, yaml=found.text, canvas=reading.canvas, findings=kept))


@refusing
async def diff(request: web.Request) -> web.Response:
    """By phrase, with the words."""
    query, name = read_query(request, DiffQuery), name_of(request)
    before, after = await _text(request, query.before), await _text(request, query.after)
    if not query.before and await desk_of(request).drafts.live(name) is None:
        before = ""
    return answer(DiffOut(changes=list(await in_turn(differences, before, after))))


@refusing
async def export(request: web.Request) -> web.Response:
    chosen = read_query(request, ExportQuery).version
    text = await _text(request, chosen)
    file = f'attachment; filename="script-{chosen}.yaml"'
    return web.Response(
        body=text.encode(), content_type="text/plain", charset="utf-8", headers={"Content-Disposition": file}
    )


async def _text(request: web.Request, chosen: str) -> str:
    """Of a version, of the draft, or ("") of what is live; "" where nothing is."""
    desk, name = desk_of(request), name_of(request)
    if chosen == DRAFT:
        return (await desk.drafts.current(name)).text
    if chosen:
        return (await desk.drafts.version(name, int(chosen))).text
    live = await desk.drafts.live(name)
    return live.text if live is not None else ""


@refusing
async def publish(request: web.Request) -> web.Response:
    """Begins: check, train, render, write. What calls speak changes at the very end, or not at all."""
    given = await read_model(request, PublishIn)
    told = _told(request, "script_published", note=given.note)
    job = await desk_of(request).publish(name_of(request), given.revision, given.note, by=who(request), told=told)
    return answer(placed(request, view.job_out(job)), 202)


@refusing
async def restore(request: web.Request) -> web.Response:
    given, number = await read_model(request, RestoreIn), id_of(request, "version")
    told = _told(request, "script_restored", restored=number, note=given.note)
    job = await desk_of(request).restore(name_of(request), number, given.note, by=who(request), told=told)
    return answer(placed(request, view.job_out(job)), 202)


@refusing
async def variants(request: web.Request) -> web.Response:
    """Stop a variant, or roll out the winner, from the next call on."""
    given = await read_model(request, VariantIn)
    edit = (
        StopVariant(op="stop_variant", phrase=given.phrase, variant=given.variant)
        if given.action == "stop"
        else KeepVariant(op="keep_variant", phrase=given.phrase, variant=given.variant)
    )
    told = _told(request, "experiment_stopped", phrase=given.phrase, variant=given.variant, action=given.action)
    job = await desk_of(request).decide(name_of(request), edit, given.note, by=who(request), told=told)
    return answer(placed(request, view.job_out(job)), 202)


def _told(request: web.Request, what: str, **about: Scalar) -> Callable[[Version], Awaitable[None]]:
    """Into the journal, when it is live: a publication that is refused changes nothing."""

    async def tell(version: Version) -> None:
        await note(request, what, subject=name_of(request), after={"version": version.mark.version, **about})

    return tell


@refusing
async def job(request: web.Request) -> web.Response:
    found = desk_of(request).publisher.job(name_of(request), id_here(request, "job"))
    return answer(placed(request, view.job_out(found)))


@refusing
async def pin(request: web.Request) -> web.Response:
    """A campaign stays with a version, or follows the newest again; from its next call on."""
    desk, name = desk_of(request), name_of(request)
    given = await read_model(request, PinIn)
    slug = request.match_info["campaign"]
    followers = {campaign.slug: (campaign, pinned) for campaign, pinned in await desk.stores.followers(name)}
    if slug not in followers:
        raise NotFound("unknown_campaign", "такой кампании нет у этого сценария", "no such campaign speaks this script")
    campaign, before = followers[slug]
    if given.version is not None:
        await desk.drafts.version(name, given.version)
    await desk.stores.pins.set(campaign.id, name, given.version)
    await desk.watch.refresh()
    changed(request, name)
    await note(
        request,
        "script_pinned",
        subject=f"{name}: {slug}",
        before={"version": before},
        after={"version": given.version},
    )
    return answer(view.script_out(await desk.catalogue.get(name)))


_TAG = "Scripts"
_NAME = {"name": "The script's name"}
_SEE, _EDIT = Right.SEE_SCRIPTS, Right.EDIT_SCRIPTS

ENDPOINTS = (
    Endpoint("GET", "/api/scripts", index, _SEE, "All scripts with who speaks them", _TAG, answer=ScriptsOut),
    Endpoint("POST", "/api/scripts", create, _EDIT, "A new script: from a template, a YAML file, or the smallest", _TAG,
             body=NewScriptIn, answer=ScriptOut, status=201),
    Endpoint("GET", "/api/scripts/{name}", show, _SEE, "One script", _TAG, answer=ScriptOut, params=_NAME),
    Endpoint("DELETE", "/api/scripts/{name}", put_away, _EDIT, "Put a script away that no campaign speaks", _TAG,
             status=204, params=_NAME),
    Endpoint("GET", "/api/scripts/{name}/versions", versions, _SEE, "Published versions, the newest first", _TAG,
             query=PageQuery, answer=VersionsOut, params=_NAME),
    Endpoint("GET", "/api/scripts/{name}/versions/{version}", version, _SEE, "A version with its canvas", _TAG,
             answer=WholeVersionOut, params={**_NAME, "version": "Its number"}),
    Endpoint("POST", "/api/scripts/{name}/versions/{version}/restore", restore, _EDIT,
             "Publish an old version's content again", _TAG, body=RestoreIn, answer=JobOut, status=202,
             params={**_NAME, "version": "Its number"}),
    Endpoint("GET", "/api/scripts/{name}/diff", diff, _SEE, "What differs, by phrase and word", _TAG,
             query=DiffQuery, answer=DiffOut, params=_NAME),
    Endpoint("GET", "/api/scripts/{name}/export", export, _SEE, "The script as a YAML file", _TAG,
             query=ExportQuery, media="text/plain", params=_NAME),
    Endpoint("POST", "/api/scripts/{name}/publish", publish, _EDIT, "Publish the draft", _TAG,
             body=PublishIn, answer=JobOut, status=202, params=_NAME),
    Endpoint("POST", "/api/scripts/{name}/variants", variants, _EDIT, "Stop a variant, or roll out the winner", _TAG,
             body=VariantIn, answer=JobOut, status=202, params=_NAME),
    Endpoint("GET", "/api/scripts/{name}/jobs/{job}", job, _SEE, "How far a publication is", _TAG,
             answer=JobOut, params={**_NAME, "job": "Its id"}),
    Endpoint("PUT", "/api/scripts/{name}/campaigns/{campaign}", pin, _EDIT,
             "Let a campaign stay with a version, or follow the newest", _TAG, body=PinIn, answer=ScriptOut,
             params={**_NAME, "campaign": "The campaign's short name"}),
)  # fmt: skip
