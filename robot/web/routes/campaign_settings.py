"""/api/settings/campaigns: whom the robot calls, with which script, at which hours, how often. Plans and states are
/api/campaigns'."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from aiohttp import web

from robot.domain.access import Right
from robot.domain.campaigns import Campaign
from robot.domain.errors import InvalidWindow
from robot.domain.hours import CallingWindow
from robot.domain.journal import Scalar
from robot.domain.priorities import OF_LISTS
from robot.domain.zones import zone_info
from robot.i18n import tr
from robot.speech.voices import VOICE
from robot.web.body import read_model
from robot.web.endpoint import Endpoint
from robot.web.errors import Taken, Unfit
from robot.web.journal import note
from robot.web.schemas_settings import CampaignChange, CampaignNew, CampaignSettingsOut, CampaignsSettingsOut
from robot.web.services import SERVICES, answer, plant_of

TAG = "Settings"

_NAMES = {value: name for name, value in OF_LISTS.items()}


async def index(request: web.Request) -> web.Response:
    campaigns = await request.app[SERVICES].ports.campaigns.all()
    return answer(CampaignsSettingsOut(items=[await _out(request, one) for one in campaigns]))


async def add(request: web.Request) -> web.Response:
    """Paused by having no quota: nobody is called before one is set."""
    given = await read_model(request, CampaignNew)
    campaigns = request.app[SERVICES].ports.campaigns
    if any(one.slug == given.slug for one in await campaigns.all()):
        raise Taken("name_taken", "кампания с таким коротким именем уже есть", "there is a campaign of this short name")
    made = await campaigns.ensure(await _changed(request, Campaign(0, given.slug, given.title, given.script), given))
    await note(request, "campaign_added", subject=made.slug, after=_told(made))
    return answer(await _out(request, made), 201)


async def change(request: web.Request) -> web.Response:
    """From the next call on."""
    given = await read_model(request, CampaignChange)
    campaigns = request.app[SERVICES].ports.campaigns
    before = await campaigns.get(request.match_info["slug"])
    after = await campaigns.ensure(await _changed(request, before, given))
    if _told(after) != _told(before):
        await note(request, "campaign_changed", subject=after.slug, before=_told(before), after=_told(after))
    return answer(await _out(request, after))


async def _changed(request: web.Request, campaign: Campaign, given: CampaignChange) -> Campaign:
    """With what is given. Raises Unfit naming each field that cannot be used."""
    faults: dict[str, str] = {}
    plain = {"title", "script", "inbound_script", "timezone", "goal", "advertising", "max_attempts", "meeting_minutes"}
    values: dict[str, Any] = {
        name: value for name, value in given.model_dump(include=plain).items() if value is not None
    }
    if given.hours is not None:
        try:
            values["window"] = CallingWindow.parse(given.hours)
        except InvalidWindow as error:
            faults["hours"] = tr(error.ru, error.en)
    if given.timezone is not None and zone_info(given.timezone) is None:
        faults["timezone"] = tr("нет такого часового пояса: пишите Europe/Moscow", "no time zone: write Europe/Moscow")
    if given.priority is not None:
        values["priority"] = OF_LISTS[given.priority]
    if given.managers_by is not None:
        values["managers_by"] = tuple(dict.fromkeys(given.managers_by))
    values["facts"] = _facts(campaign, given)
    faults |= await _unknown(request, campaign, given)
    if faults:
        raise Unfit(faults)
    return replace(campaign, **values)


def _facts(campaign: Campaign, given: CampaignChange) -> Mapping[str, str]:
    voice = campaign.facts.get(VOICE, "") if given.voice is None else given.voice
    facts = campaign.facts if given.facts is None else given.facts
    kept = {name: value for name, value in facts.items() if value and name != VOICE}
    return kept | ({VOICE: voice} if voice else {})


async def _unknown(request: web.Request, campaign: Campaign, given: CampaignChange) -> Mapping[str, str]:
    """Scripts and voices that are not there. What the campaign has already may be sent again."""
    faults: dict[str, str] = {}
    wanted = {"script": given.script, "inbound_script": given.inbound_script}
    anew = {field: name for field, name in wanted.items() if name is not None and name != getattr(campaign, field)}
    if campaign.id == 0:
        anew = {field: name for field, name in wanted.items() if name is not None}
    if anew:
        there = {one.name for one in await plant_of(request).scripts()}
        faults |= {
            field: tr("нет такого сценария", "no such script") for field, name in anew.items() if name not in there
        }
    if given.voice and given.voice != campaign.facts.get(VOICE):
        engine = given.voice.partition("/")[0]
        found = next((one for one in await plant_of(request).voices() if one.name == engine), None)
        if found is None or found.lack:
            faults["voice"] = found.lack if found else tr("нет такого голоса", "no such voice")
    return faults


def _told(campaign: Campaign) -> Mapping[str, Scalar]:
    """What the journal compares."""
    return {
        "title": campaign.title,
        "script": campaign.script,
        "inbound_script": campaign.inbound_script,
        "hours": campaign.window.text,
        "timezone": campaign.timezone,
        "goal": campaign.goal.value,
        "advertising": campaign.advertising,
        "priority": _NAMES.get(campaign.priority, str(campaign.priority)),
        "max_attempts": campaign.max_attempts,
        "meeting_minutes": campaign.meeting_minutes,
        "managers_by": ", ".join(campaign.managers_by),
        **campaign.facts,
    }


async def _out(request: web.Request, campaign: Campaign) -> CampaignSettingsOut:
    managers = await request.app[SERVICES].ports.settings.managers.of(campaign.id)
    return CampaignSettingsOut(
        slug=campaign.slug,
        title=campaign.title,
        script=campaign.script,
        inbound_script=campaign.inbound_script,
        hours=campaign.window.text,
        timezone=campaign.timezone,
        goal=campaign.goal,
        advertising=campaign.advertising,
        priority=_NAMES.get(campaign.priority, str(campaign.priority)),
        max_attempts=campaign.max_attempts,
        meeting_minutes=campaign.meeting_minutes,
        managers_by=list(campaign.managers_by),
        voice=campaign.facts.get(VOICE, ""),
        facts={name: value for name, value in campaign.facts.items() if name != VOICE},
        state=campaign.state,
        quota=campaign.quota,
        hard=campaign.hard_quota,
        managers=[manager.id for manager in managers],
    )


_SLUG = {"slug": "The campaign's short name"}

ENDPOINTS = (
    Endpoint("GET", "/api/settings/campaigns", index, Right.SEE_SETTINGS, "How all campaigns are set", TAG,
             answer=CampaignsSettingsOut),
    Endpoint("POST", "/api/settings/campaigns", add, Right.EDIT_SETTINGS, "Create a campaign", TAG,
             body=CampaignNew, answer=CampaignSettingsOut, status=201),
    Endpoint("PATCH", "/api/settings/campaigns/{slug}", change, Right.EDIT_SETTINGS, "Change a campaign", TAG,
             body=CampaignChange, answer=CampaignSettingsOut, params=_SLUG),
)  # fmt: skip
