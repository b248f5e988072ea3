"""/api/settings: what the company says of itself in every script, and what there is to choose from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aiohttp import web

from robot.domain.access import Right
from robot.domain.choosing import ManagerBy
from robot.domain.company import FACTS
from robot.domain.goals import Goal
from robot.domain.priorities import OF_LISTS
from robot.web.body import read_model
from robot.web.endpoint import Endpoint
from robot.web.journal import note
from robot.web.schemas_settings import ChoiceOut, ChoicesOut, CompanyIn, CompanyOut
from robot.web.services import SERVICES, answer, plant_of
from robot.web.settings_ports import Choice

TAG = "Settings"


async def company(request: web.Request) -> web.Response:
    return answer(_out(await request.app[SERVICES].ports.settings.kept.company()))


async def set_company(request: web.Request) -> web.Response:
    """Holds at once in all campaigns, but for what a campaign says of its own."""
    services = request.app[SERVICES]
    given = (await read_model(request, CompanyIn)).model_dump()
    facts = {FACTS[name]: value for name, value in given.items() if value}
    before = await services.ports.settings.kept.set_company(facts, now=services.now())
    await note(request, "company_changed", before=_out(before).model_dump(), after=given)
    return answer(_out(facts))


async def choices(request: web.Request) -> web.Response:
    """Scripts, voices, and the words that campaigns are set with."""
    plant = plant_of(request)
    return answer(
        ChoicesOut(
            scripts=_choices(await plant.scripts()),
            voices=_choices(await plant.voices()),
            goals=list(Goal),
            priorities=list(OF_LISTS),
            managers_by=list(ManagerBy),
        )
    )


def _out(facts: Mapping[str, str]) -> CompanyOut:
    return CompanyOut(**{name: facts.get(variable, "") for name, variable in FACTS.items()})


def _choices(found: Sequence[Choice]) -> list[ChoiceOut]:
    return [ChoiceOut(name=one.name, title=one.title, lack=one.lack) for one in found]


ENDPOINTS = (
    Endpoint("GET", "/api/settings/company", company, Right.SEE_SETTINGS, "What scripts say of the company", TAG,
             answer=CompanyOut),
    Endpoint("PUT", "/api/settings/company", set_company, Right.EDIT_SETTINGS, "Change what scripts say of the company",
             TAG, body=CompanyIn, answer=CompanyOut),
    Endpoint("GET", "/api/settings/choices", choices, Right.SEE_SETTINGS, "What campaigns can be set to", TAG,
             answer=ChoicesOut),
)  # fmt: skip
