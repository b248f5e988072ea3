"""/api/managers: who holds the meetings, when and where."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from aiohttp import web

from robot.domain.access import Right
from robot.domain.journal import Scalar
from robot.domain.meetings import WorkingHours
from robot.domain.people import Manager, Profile, labels
from robot.domain.rest_days import DaysOff, known_country
from robot.domain.zones import zone_info
from robot.i18n import tr
from robot.web.body import read_model
from robot.web.endpoint import Endpoint
from robot.web.errors import NotFound, Taken, Unfit
from robot.web.journal import note
from robot.web.schemas_settings import ManagerIn, ManagerOut, ManagersOut
from robot.web.services import SERVICES, Services, answer, id_of

TAG = "Managers"


async def index(request: web.Request) -> web.Response:
    services = request.app[SERVICES]
    of = await _campaigns_of(services)
    found = await services.ports.settings.managers.all()
    return answer(ManagersOut(items=[_out(one, of.get(one.id, [])) for one in found]))


async def add(request: web.Request) -> web.Response:
    services = request.app[SERVICES]
    given = await read_model(request, ManagerIn)
    if any(one.name == given.name for one in await services.ports.settings.managers.all()):
        raise Taken("name_taken", "менеджер с таким именем уже есть", "there is a manager of this name already")
    made = await _saved(services, given)
    told = _out(made, given.campaigns)
    await note(request, "manager_added", subject=made.name, after=_told(told))
    return answer(told, 201)


async def change(request: web.Request) -> web.Response:
    """His name stays: meetings and CRMs know him by it."""
    services = request.app[SERVICES]
    given = await read_model(request, ManagerIn)
    known = {one.id: one for one in await services.ports.settings.managers.all()}
    before = known.get(id_of(request))
    if before is None:
        raise NotFound("unknown_manager", "такого менеджера нет", "there is no such manager")
    if given.name != before.name:
        told = tr("имя не меняется: по нему его знают встречи и CRM", "the name stays: meetings and CRMs go by it")
        raise Unfit({"name": told})
    was = _out(before, (await _campaigns_of(services)).get(before.id, []))
    is_now = _out(await _saved(services, given), given.campaigns)
    await note(request, "manager_changed", subject=is_now.name, before=_told(was), after=_told(is_now))
    return answer(is_now)


async def _saved(services: Services, given: ManagerIn) -> Manager:
    """Raises Unfit naming each field that cannot be used."""
    faults: dict[str, str] = {}
    if zone_info(given.timezone) is None:
        faults["timezone"] = tr("нет такого часового пояса: пишите Europe/Moscow", "no time zone: write Europe/Moscow")
    if given.opens >= given.closes:
        faults["closes"] = tr("конец дня должен быть позже начала", "the day must end after it begins")
    if given.country and not known_country(given.country):
        faults["country"] = tr("праздники этой страны неизвестны", "the holidays of this country are not known")
    days_off = _days_off(given.days_off, faults)
    ids = await _ids(services, given, faults)
    if faults:
        raise Unfit(faults)
    hours = WorkingHours(
        given.timezone,
        given.opens.replace(tzinfo=None),
        given.closes.replace(tzinfo=None),
        frozenset(given.weekdays),
        timedelta(minutes=given.buffer_minutes),
        given.country,
        days_off,
    )
    regions, skills = labels(",".join(given.regions)), labels(",".join(given.skills))
    profile = Profile(given.email, given.place, regions, skills, given.calendar)
    return await services.ports.settings.managers.ensure(given.name, hours, campaigns=ids, profile=profile)


def _days_off(written: str, faults: dict[str, str]) -> DaysOff:
    try:
        return DaysOff.parse(written)
    except ValueError:
        example = "2026-12-28..2027-01-11, 2027-02-24"
        faults["days_off"] = tr(f"пишите дни так: {example}", f"write days like {example}")
        return DaysOff()


async def _ids(services: Services, given: ManagerIn, faults: dict[str, str]) -> list[int]:
    known = {one.slug: one.id for one in await services.ports.campaigns.all()}
    if any(slug not in known for slug in given.campaigns):
        faults["campaigns"] = tr("такой кампании нет", "there is no such campaign")
    return [known[slug] for slug in given.campaigns if slug in known]


async def _campaigns_of(services: Services) -> Mapping[int, list[str]]:
    """Short names, by the manager's id."""
    found: dict[int, list[str]] = {}
    for campaign in await services.ports.campaigns.all():
        for manager in await services.ports.settings.managers.of(campaign.id):
            found.setdefault(manager.id, []).append(campaign.slug)
    return found


def _out(manager: Manager, campaigns: list[str]) -> ManagerOut:
    hours, profile = manager.hours, manager.profile
    return ManagerOut(
        id=manager.id,
        name=manager.name,
        timezone=hours.timezone,
        opens=f"{hours.opens:%H:%M}",
        closes=f"{hours.closes:%H:%M}",
        weekdays=sorted(hours.weekdays),
        buffer_minutes=round(hours.buffer.total_seconds() / 60),
        country=hours.country,
        days_off=hours.days_off.text,
        email=profile.email,
        place=profile.place,
        regions=sorted(profile.regions),
        skills=sorted(profile.skills),
        calendar=profile.calendar,
        campaigns=sorted(campaigns),
    )


def _told(manager: ManagerOut) -> Mapping[str, Scalar]:
    """What the journal compares."""
    plain = manager.model_dump(exclude={"name", "id"})
    return {name: ", ".join(map(str, value)) if isinstance(value, list) else value for name, value in plain.items()}


_ID = {"id": "Number of the manager"}

ENDPOINTS = (
    Endpoint("GET", "/api/managers", index, Right.SEE_MEETINGS, "Who holds the meetings", TAG, answer=ManagersOut),
    Endpoint("POST", "/api/managers", add, Right.EDIT_SETTINGS, "Add a manager", TAG,
             body=ManagerIn, answer=ManagerOut, status=201),
    Endpoint("PUT", "/api/managers/{id}", change, Right.EDIT_SETTINGS, "Change a manager", TAG,
             body=ManagerIn, answer=ManagerOut, params=_ID),
)  # fmt: skip
