"""What the routes of scripts share: the desk, its refusals as answers, the draft of an address."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from functools import wraps

from aiohttp import web

from robot.domain.scripts import Revision
from robot.i18n import language
from robot.scripts.desk import ScriptsDesk
from robot.scripts.drafts import Saved
from robot.scripts.errors import (
    DeskError,
    DraftConflict,
    InUse,
    NameRefused,
    NotNow,
    UnknownScript,
    UnreadableScript,
)
from robot.scripts.in_turn import in_turn
from robot.scripts.reading import read
from robot.speech.errors import SpeechError
from robot.web import scripts_view as view
from robot.web.endpoint import Handler
from robot.web.errors import ApiError
from robot.web.events import Topic
from robot.web.schemas_scripts import ConflictOut, DraftOut
from robot.web.services import SERVICES
from scripts_dialog.editing.errors import EditError

MOST_BYTES = 1_000_000
"""Of a request with a whole script: MOST_SCRIPT_CHARS characters of Russian, escaped at worst."""


class Refused(ApiError):
    """The desk's refusal, with what belongs to it beside the error."""

    def __init__(self, status: int, code: str, ru: str, en: str, more: Mapping[str, object] | None = None) -> None:
        super().__init__(code, ru, en)
        self.status = status  # type: ignore[misc]
        self._more = dict(more or {})

    def body(self) -> dict[str, object]:
        return {**super().body(), **self._more}


def refusing(handler: Handler) -> Handler:
    """A handler that lets the desk refuse."""

    @wraps(handler)
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except DeskError as error:
            raise _refused(error) from None
        except EditError as error:
            raise Refused(422, error.code, error.ru, str(error)) from None
        except SpeechError as error:
            raise Refused(503, error.code, "голос не смог это сказать", str(error)) from None

    return handle


def _refused(error: DeskError) -> Refused:
    status = {UnknownScript: 404, NameRefused: 409, InUse: 409, NotNow: 409, DraftConflict: 409}.get(type(error), 422)
    more: dict[str, object] = {}
    if isinstance(error, UnreadableScript):
        more["findings"] = [one.model_dump(mode="json") for one in view.findings_out(error.findings)]
    if isinstance(error, DraftConflict):
        current = error.current
        conflict = ConflictOut(
            revision=current.number,
            author=current.author,
            saved_at=current.saved_at,
            phrases=list(error.phrases),
            yours=error.yours,
            theirs=current.text,
        )
        more["conflict"] = conflict.model_dump(mode="json")
    return Refused(status, error.code, error.ru, str(error), more)


def desk_of(request: web.Request) -> ScriptsDesk:
    """Raises Refused where this service has none."""
    desk = request.app[SERVICES].scripts
    if desk is None:
        raise Refused(503, "unavailable", "сценарии здесь не правят", "scripts are not edited here")
    return desk


def name_of(request: web.Request) -> str:
    return request.match_info["name"]


def changed(request: web.Request, name: str) -> None:
    """Tell the pages that are open."""
    request.app[SERVICES].hub.publish(Topic.SCRIPTS, script=name)


async def draft_out(desk: ScriptsDesk, revision: Revision, *, merged: bool = False) -> DraftOut:
    """With its canvas and findings."""
    kept = await desk.stores.scripts.get(revision.script)
    recordings = [one.file for one in await desk.stores.sounds.of(revision.script)]
    live = await desk.drafts.live(revision.script)
    reading = await in_turn(read, revision.text, recordings, language.get().value)
    return view.draft_out(
        revision,
        reading,
        changed=live is None or live.text != revision.text,
        positions=kept.positions if kept is not None else {},
        merged=merged,
    )


async def saved_out(request: web.Request, saving: Awaitable[Saved]) -> DraftOut:
    """The draft after it was saved; open pages are told."""
    saved = await saving
    changed(request, saved.revision.script)
    return await draft_out(desk_of(request), saved.revision, merged=saved.merged)
