"""/api/settings/crm: which of our stages and managers is which of theirs."""

from __future__ import annotations

from aiohttp import web

from robot.crm.connector import Findings, Named
from robot.crm.errors import DeliveryError
from robot.crm.stages import STAGE_TITLES
from robot.domain.access import Right
from robot.i18n import tr
from robot.web.body import read_model
from robot.web.endpoint import Endpoint
from robot.web.errors import NotFound, Unusable
from robot.web.journal import note
from robot.web.schemas_settings import CrmMappingIn, CrmOut, CrmsOut, NamedOut
from robot.web.services import answer, plant_of
from robot.web.settings_ports import CrmMapping, Crms
from robot.wording import Wrong

TAG = "Settings"


async def index(request: web.Request) -> web.Response:
    return answer(CrmsOut(items=list(plant_of(request).crms.names)))


async def one(request: web.Request) -> web.Response:
    """Asks the CRM what it has, which takes as long as it takes to answer."""
    crms, name = _named(request)
    return answer(await _out(crms, name))


async def change(request: web.Request) -> web.Response:
    """From the next delivery on."""
    crms, name = _named(request)
    given = await read_model(request, CrmMappingIn)
    before = await crms.mapping(name)
    try:
        await crms.set_mapping(name, CrmMapping(given.stages, given.managers))
    except Wrong as error:
        raise Unusable("invalid", error.ru, error.en) from None
    after = await crms.mapping(name)
    await note(
        request,
        "crm_mapping_changed",
        subject=name,
        before={**before.stages, **before.managers},
        after={**after.stages, **after.managers},
    )
    return answer(await _out(crms, name))


def _named(request: web.Request) -> tuple[Crms, str]:
    crms, name = plant_of(request).crms, request.match_info["name"]
    if name not in crms.names:
        raise NotFound("unknown_crm", "такая CRM не подключена", "no such CRM is connected")
    return crms, name


async def _out(crms: Crms, name: str) -> CrmOut:
    mapping, error = await crms.mapping(name), ""
    try:
        found = await crms.look(name)
    except DeliveryError as refused:
        found, error = Findings(""), str(refused)
    return CrmOut(
        name=name,
        account=found.account,
        error=error,
        problems=list(found.problems),
        ours=[NamedOut(id=stage.value, title=tr(text.ru, text.en)) for stage, text in STAGE_TITLES.items()],
        their_stages=[_named_out(each) for each in found.stages],
        their_users=[_named_out(each) for each in found.users],
        stages=mapping.stages,
        managers=mapping.managers,
        responsible=mapping.responsible,
    )


def _named_out(named: Named) -> NamedOut:
    return NamedOut(id=named.id, title=named.title)


_NAME = {"name": "Of the connector: amocrm, bitrix24, odoo, onec"}

ENDPOINTS = (
    Endpoint("GET", "/api/settings/crm", index, Right.SEE_SETTINGS, "The CRMs the robot writes to", TAG,
             answer=CrmsOut),
    Endpoint("GET", "/api/settings/crm/{name}", one, Right.SEE_SETTINGS, "What a CRM has, and what is mapped", TAG,
             answer=CrmOut, params=_NAME),
    Endpoint("PUT", "/api/settings/crm/{name}", change, Right.EDIT_SETTINGS, "Map our stages and managers", TAG,
             body=CrmMappingIn, answer=CrmOut, params=_NAME),
)  # fmt: skip
