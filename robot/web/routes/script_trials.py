"""/api/scripts/{name}: talk to it, hear it, its studio recordings."""

from __future__ import annotations

import io
import re
import wave

from aiohttp import web

from robot.domain.access import Right
from robot.scripts.in_turn import in_turn
from robot.speech.errors import SpeechError
from robot.web import scripts_view as view
from robot.web.body import read_body, read_model, read_query
from robot.web.endpoint import Endpoint, who
from robot.web.errors import NotFound, Unusable
from robot.web.journal import note
from robot.web.placed import id_here, placed
from robot.web.schemas_scripts import AudioQuery, RecordingOut, RecordingsOut, SayIn, TalkIn, TalkOut
from robot.web.scripts_desk import changed, desk_of, name_of, refusing
from robot.web.services import SERVICES, answer
from scripts_dialog.events import Dtmf, Event, Heard, HungUp, Interrupted, Silence

MOST_SOUND_BYTES = 8 * 1024 * 1024
LINE_RATE_HZ = 8000
_FILE = re.compile(r"\w[\w-]{0,80}\.(wav|flac|ogg)")
_CUT_MS = 3000


@refusing
async def begin(request: web.Request) -> web.Response:
    """The robot greets."""
    given = await read_model(request, TalkIn)
    talk = await desk_of(request).talks.begin(
        name_of(request), given.version, campaign=given.campaign, variables=given.variables, seed=given.seed
    )
    return answer(placed(request, view.talk_out(talk)), 201)


@refusing
async def show_talk(request: web.Request) -> web.Response:
    talk = desk_of(request).talks.get(name_of(request), id_here(request, "talk"))
    return answer(placed(request, view.talk_out(talk)))


@refusing
async def say(request: web.Request) -> web.Response:
    """What the client says or does; the answer has the whole talk."""
    event = _event(await read_model(request, SayIn))
    talk = await desk_of(request).talks.tell(name_of(request), id_here(request, "talk"), event)
    return answer(placed(request, view.talk_out(talk)))


def _event(given: SayIn) -> Event:
    match given.event:
        case "silence":
            return Silence()
        case "cut":
            return Interrupted(_CUT_MS // 3, _CUT_MS)
        case "hang_up":
            return HungUp()
        case "key":
            if given.text not in tuple("0123456789*#"):
                raise Unusable("invalid", "такой клавиши на телефоне нет", "a telephone has no such key")
            return Dtmf(given.text)
    if not given.text.strip():
        return Silence()
    return Heard(given.text)


@refusing
async def end_talk(request: web.Request) -> web.Response:
    desk_of(request).talks.end(name_of(request), id_here(request, "talk"))
    return web.Response(status=204)


@refusing
async def audio(request: web.Request) -> web.Response:
    """As calls speak it: a studio recording, or the voice."""
    asked = read_query(request, AudioQuery)
    pcm = await desk_of(request).previews.phrase(
        name_of(request),
        asked.version,
        asked.phrase,
        variant=asked.variant,
        visit=asked.visit,
        campaign=asked.campaign,
    )
    return web.Response(body=_wav(pcm), content_type="audio/wav")


def _wav(pcm: bytes) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(LINE_RATE_HZ)
        out.writeframes(pcm)
    return file.getvalue()


@refusing
async def recordings(request: web.Request) -> web.Response:
    desk, name = desk_of(request), name_of(request)
    text = (await desk.drafts.current(name)).text
    used = await in_turn(desk.recordings_named, text)
    items = [
        RecordingOut(file=one.file, seconds=round(one.seconds, 1), used_by=used.get(one.file, []))
        for one in await desk.stores.sounds.of(name)
    ]
    return answer(RecordingsOut(items=items))


@refusing
async def hear_recording(request: web.Request) -> web.Response:
    """As calls play it: at the line's rate and loudness."""
    desk, name, file = desk_of(request), name_of(request), request.match_info["file"]
    kept = next((one for one in await desk.stores.sounds.of(name) if one.file == file), None)
    content = await desk.stores.sounds.content(kept.digest) if kept is not None else None
    if content is None:
        raise _no_recording()
    pcm = await in_turn(desk.voicing.to_line, content)
    return web.Response(body=_wav(pcm), content_type="audio/wav")


@refusing
async def put_recording(request: web.Request) -> web.Response:
    """A sound file as it is (WAV, FLAC, OGG). Phrases name it with the edit set_say."""
    desk, name, file = desk_of(request), name_of(request), request.match_info["file"]
    if not _FILE.fullmatch(file):
        raise Unusable("invalid", "имя файла: буквы, цифры и .wav, .flac или .ogg", "no such name: letters and .wav")
    await desk.drafts.begin(name, by=who(request))
    content = await read_body(request, most=MOST_SOUND_BYTES)
    try:
        pcm = await in_turn(desk.voicing.to_line, content)
    except SpeechError:
        raise Unusable("no_sound", "это не звукозапись или в ней тишина", "no sound file, or silence") from None
    seconds = len(pcm) / 2 / LINE_RATE_HZ
    await desk.stores.sounds.keep(name, file, content, seconds=seconds, now=request.app[SERVICES].now())
    changed(request, name)
    await note(request, "script_recording_kept", subject=name, after={"file": file})
    return answer(RecordingOut(file=file, seconds=round(seconds, 1), used_by=[]))


@refusing
async def remove_recording(request: web.Request) -> web.Response:
    """From the draft; versions that were published with it keep it."""
    name, file = name_of(request), request.match_info["file"]
    if not await desk_of(request).stores.sounds.remove(name, file):
        raise _no_recording()
    changed(request, name)
    await note(request, "script_recording_removed", subject=name, before={"file": file})
    return web.Response(status=204)


def _no_recording() -> NotFound:
    return NotFound("not_found", "такой записи нет", "there is no such recording")


_TAG = "Scripts"
_NAME = {"name": "The script's name"}
_TALK = {**_NAME, "talk": "The talk's id"}
_RECORDING = {**_NAME, "file": "The file's name"}
_SEE, _EDIT = Right.SEE_SCRIPTS, Right.EDIT_SCRIPTS
_AT = "/api/scripts/{name}"

ENDPOINTS = (
    Endpoint("POST", f"{_AT}/talks", begin, _SEE, "Begin to talk to the draft or a version by text", _TAG,
             body=TalkIn, answer=TalkOut, status=201, params=_NAME),
    Endpoint("GET", f"{_AT}/talks/{{talk}}", show_talk, _SEE, "A talk so far", _TAG, answer=TalkOut, params=_TALK),
    Endpoint("POST", f"{_AT}/talks/{{talk}}/say", say, _SEE, "Say something, or be silent", _TAG,
             body=SayIn, answer=TalkOut, params=_TALK),
    Endpoint("DELETE", f"{_AT}/talks/{{talk}}", end_talk, _SEE, "End a talk", _TAG, status=204, params=_TALK),
    Endpoint("GET", f"{_AT}/audio", audio, _SEE, "How a phrase sounds", _TAG,
             query=AudioQuery, media="audio/wav", params=_NAME),
    Endpoint("GET", f"{_AT}/recordings", recordings, _SEE, "Studio recordings", _TAG,
             answer=RecordingsOut, params=_NAME),
    Endpoint("GET", f"{_AT}/recordings/{{file}}", hear_recording, _SEE, "How a recording sounds", _TAG,
             media="audio/wav", params=_RECORDING),
    Endpoint("PUT", f"{_AT}/recordings/{{file}}", put_recording, _EDIT, "Keep a studio recording", _TAG,
             answer=RecordingOut, params=_RECORDING),
    Endpoint("DELETE", f"{_AT}/recordings/{{file}}", remove_recording, _EDIT, "Take a recording out", _TAG,
             status=204, params=_RECORDING),
)  # fmt: skip
