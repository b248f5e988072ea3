"""/api/telephony: whether the line works, and a call to try it."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import uuid4

from aiohttp import web

from robot.crm.fates import fate_text
from robot.crm.stages import Text
from robot.domain.access import Right
from robot.domain.company import Trial, TrialEnd
from robot.domain.phones import mask_phone
from robot.domain.rules import CEILING, CONTACT_LIMIT, HOURS
from robot.i18n import tr
from robot.web.body import read_model
from robot.web.endpoint import Endpoint, who
from robot.web.errors import Taken, Unusable
from robot.web.journal import note
from robot.web.schemas_settings import TelephonyOut, TrialIn, TrialOut
from robot.web.services import SERVICES, answer, number, plant_of

TAG = "Telephony"
SHOWN = 5

_REFUSED: Mapping[str, Text] = {
    HOURS: Text("там сейчас не время звонить: с 9 до 20 по будням", "not the hours to call there: 9 to 20 on weekdays"),
    CEILING: Text("дневной предел расходов на звонки исчерпан", "the day's ceiling for calls is reached"),
    CONTACT_LIMIT: Text("на этот номер сегодня уже звонили достаточно", "this number was called enough today"),
}

_ENDS: Mapping[str, Text] = {
    "completed": Text("Дозвонились, звук слышен в обе стороны", "Answered, heard both ways"),
    "busy": Text("Занято", "Busy"),
    "no_answer": Text("Не ответили", "No answer"),
    "rejected": Text("Абонент или оператор отклонил звонок", "Declined by the person or the operator"),
    "unknown_number": Text("Такого номера нет", "Nobody has this number"),
    "congestion": Text(
        "Оператор не принимает звонки: транк перегружен", "The operator takes no calls: the trunk is full"
    ),
    "no_common_codec": Text("Оператор не принимает наши кодеки", "The operator takes none of our codecs"),
    "trunk_refused": Text(
        "Оператор не принимает логин или пароль транка", "The operator does not take the trunk's user or password"
    ),
    "line_down": Text("Нет связи с телефонией", "No connection to the telephone exchange"),
    "interrupted": Text("Прервано: робот остановлен", "Interrupted: the robot was stopped"),
    "node_lost": Text("Прервано: робот остановлен", "Interrupted: the robot was stopped"),
}


def refused_text(code: str) -> Text:
    """Why a test call is not made."""
    return _REFUSED.get(code) or fate_text(code)


def end_text(end: TrialEnd) -> Text:
    """How one went."""
    if end.answered and not end.heard:
        return Text(
            "Дозвонились, но ответа не слышно: проверьте звук", "Answered, but nobody was heard: check the audio"
        )
    return _ENDS.get(end.code) or Text("Не получилось: см. журнал робота", "Failed: see the robot's log")


async def state(request: web.Request) -> web.Response:
    services, plant = request.app[SERVICES], plant_of(request)
    line = await plant.line()
    trials = await services.ports.settings.trials.latest(now=services.now(), limit=SHOWN)
    return answer(
        TelephonyOut(
            ok=line.ok,
            kind=line.kind,
            detail="" if line.ok else line.detail,
            trunk=line.trunk,
            channels=line.channels,
            callers=list(line.callers),
            trials=[_out(one) for one in trials],
        )
    )


async def test_call(request: web.Request) -> web.Response:
    """The robot rings, says a sentence and listens. The stop list, the toll guard, the hours, the limit of calls a day
    and the spend ceiling hold as for every call. How it went: GET /api/telephony."""
    services, plant = request.app[SERVICES], plant_of(request)
    given = await read_model(request, TrialIn)
    phone, call_id, now = number(given.phone), uuid4(), services.now()
    trials = services.ports.settings.trials
    if any(one.end is None for one in await trials.latest(now=now, limit=1)):
        raise Taken("call_under_way", "проверочный звонок уже идёт", "a test call is under way")
    refusal = await trials.begin(call_id, phone, by=who(request), now=now)
    if refusal:
        text = refused_text(refusal)
        fields = {"phone": tr(text.ru, text.en)}
        raise Unusable(refusal, text.ru, text.en, fields=fields)
    plant.call(call_id, phone)
    await note(request, "test_call_made", subject=mask_phone(phone))
    return answer(_out(Trial(call_id, phone, who(request), now)), 202)


def _out(trial: Trial) -> TrialOut:
    end = trial.end
    return TrialOut(
        id=trial.id,
        phone=mask_phone(trial.phone),
        by=trial.asked_by,
        at=trial.at,
        code="" if end is None else end.code,
        text=_text(trial),
        answered=end is not None and end.answered,
        heard=end is not None and end.heard,
        talked_s=0 if end is None else round(end.talked_s),
    )


def _text(trial: Trial) -> str:
    if trial.end is None:
        return tr("Звоним", "Calling")
    text = end_text(trial.end)
    return tr(text.ru, text.en)


ENDPOINTS = (
    Endpoint("GET", "/api/telephony", state, Right.SEE_SETTINGS, "Whether the line works; the last test calls", TAG,
             answer=TelephonyOut),
    Endpoint("POST", "/api/telephony/test-call", test_call, Right.EDIT_SETTINGS, "Ring a number to try the line", TAG,
             body=TrialIn, answer=TrialOut, status=202),
)  # fmt: skip
