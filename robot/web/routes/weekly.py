"""/api/settings/weekly: when the week's report is sent by itself, and to whom."""

from __future__ import annotations

from aiohttp import web

from robot.domain.access import Right
from robot.domain.weekly import WeeklySchedule
from robot.sending.addresses import email_of
from robot.web.body import read_model
from robot.web.endpoint import Endpoint
from robot.web.errors import Unusable
from robot.web.journal import note
from robot.web.schemas_settings import WeeklyIn, WeeklyOut
from robot.web.services import SERVICES, answer

TAG = "Settings"


async def show(request: web.Request) -> web.Response:
    services = request.app[SERVICES]
    return answer(_out(await services.ports.settings.weekly.schedule(), letters=services.letters))


async def change(request: web.Request) -> web.Response:
    """From the next time on."""
    services = request.app[SERVICES]
    given = await read_model(request, WeeklyIn)
    before = await services.ports.settings.weekly.schedule()
    after = WeeklySchedule(given.weekday, given.hour, tuple(dict.fromkeys(_address(one) for one in given.to if one)))
    await services.ports.settings.weekly.set_schedule(after, now=services.now())
    await note(request, "weekly_report_changed", before=_told(before), after=_told(after))
    return answer(_out(after, letters=services.letters))


def _address(written: str) -> str:
    """Raises Unusable, without quoting it."""
    found = email_of(written)
    if not found:
        ru, en = "это не адрес почты", "this is no e-mail address"
        raise Unusable("invalid", ru, en, fields={"to": ru})
    return found


def _told(schedule: WeeklySchedule) -> dict[str, str | int]:
    return {"weekday": schedule.weekday, "hour": schedule.hour, "addresses": len(schedule.to)}


def _out(schedule: WeeklySchedule, *, letters: bool) -> WeeklyOut:
    return WeeklyOut(weekday=schedule.weekday, hour=schedule.hour, to=list(schedule.to), letters=letters)


ENDPOINTS = (
    Endpoint("GET", "/api/settings/weekly", show, Right.SEE_SETTINGS, "When the week's report is sent", TAG,
             answer=WeeklyOut),
    Endpoint("PUT", "/api/settings/weekly", change, Right.EDIT_SETTINGS, "Change when the week's report is sent", TAG,
             body=WeeklyIn, answer=WeeklyOut),
)  # fmt: skip
