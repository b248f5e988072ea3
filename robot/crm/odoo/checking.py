"""Whether an Odoo can be worked with as the settings say. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from robot.crm.connector import Findings, Named
from robot.crm.odoo import mapping as m
from robot.crm.odoo.deeds import ACTIVITY, EVENT, LEAD
from robot.crm.odoo.office import Office
from robot.crm.odoo.settings import Settings
from robot.i18n import tr

HAS_ACCESS_SINCE = 18


async def check(office: Office, settings: Settings) -> Findings:
    """Raises DeliveryError where nothing can be asked at all."""
    me = (await office.find("res.users", [["id", "=", await office.api.me()]], ["login", "name", "email"]))[0]
    stages = [
        Named(str(one["id"]), str(one["name"]))
        for one in await office.find("crm.stage", [], ["name"], order="sequence, id")
    ]
    stages.append(Named(m.LOST, tr("проигран", "lost")))
    domain = [["share", "=", False]]
    users = [Named(str(one["id"]), str(one["name"])) for one in await office.find("res.users", domain, ["name"])]
    may, problems = await _rights(office)
    if not me["email"]:
        problems.append(
            tr(
                "у пользователя робота в Odoo нет адреса почты: без него она не принимает ни лидов, ни заметок",
                "the robot's user in Odoo has no e-mail address: without one it takes neither leads nor notes",
            )
        )
    problems += _gone("STAGES", settings.stages.values(), stages)
    problems += _gone("MANAGERS", settings.managers.values(), users)
    problems += _gone("RESPONSIBLE", [settings.responsible] if settings.responsible else [], users)
    fields = [Named(name, name) for name in await office.fields(LEAD)]
    problems += _gone("FIELDS", settings.fields.values(), fields)
    if settings.reasons:
        reasons = await office.find("crm.lost.reason", [], ["name"])
        problems += _gone("REASONS", settings.reasons.values(), [Named(str(one["id"]), one["name"]) for one in reasons])
    version = await office.api.version()
    account = f"Odoo {version}, {settings.database}: {me['name']} ({me['login']})"
    return Findings(account, stages, users, may, problems)


async def _rights(office: Office) -> tuple[list[str], list[str]]:
    """What we may do, and what we may not and need."""
    needed = (
        (LEAD, "create", tr("создавать лиды", "make leads")),
        (LEAD, "write", tr("менять лиды", "change leads")),
        (EVENT, "create", tr("назначать встречи", "book meetings")),
        (ACTIVITY, "create", tr("ставить задачи", "set tasks")),
    )
    may, problems = [], []
    new = await office.api.version() >= HAS_ACCESS_SINCE
    for model, operation, words in needed:
        if new:
            granted = await office.api.call(model, "has_access", ids=[], operation=operation)
        else:
            granted = await office.api.call(model, "check_access_rights", operation=operation, raise_exception=False)
        if granted:
            may.append(words)
        else:
            problems.append(
                tr(
                    f"робот не может {words}: дайте его пользователю права «Продажи: все документы»",
                    f"the robot may not {words}: give its user the rights “Sales: all documents”",
                )
            )
    return may, problems


def _gone(setting: str, mapped: Iterable[str], there: Sequence[Named]) -> list[str]:
    ids = {one.id for one in there}
    return [
        tr(
            f"ZVONAR_CRM__ODOO__{setting} называет {one}, а такого в Odoo нет",
            f"ZVONAR_CRM__ODOO__{setting} names {one}, which Odoo does not have",
        )
        for one in mapped
        if one not in ids
    ]
