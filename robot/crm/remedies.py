"""What helps with a delivery that failed, in a person's words."""

from __future__ import annotations

from robot.crm.outbox_ports import Problem
from robot.i18n import tr


def remedy_of(problem: Problem) -> str:
    """The error's own, or what helps with all of its kind."""
    return problem.remedy or {
        "unreachable": tr("ничего: робот пробует сам", "nothing: the robot tries again by itself"),
        "limited": tr("ничего: робот пробует сам", "nothing: the robot tries again by itself"),
        "unauthorized": tr("проверьте доступ: zvonar crm check", "check the access: zvonar crm check"),
        "not_there": tr("сверьте настройки: zvonar crm check", "compare the settings: zvonar crm check"),
        "broke_off": tr("ничего: робот пробует сам", "nothing: the robot tries again by itself"),
        "bad_document": tr("исправьте шаблон или сведения", "correct the template or the facts"),
        "misconfigured": tr("сверьте настройки: zvonar crm check", "compare the settings: zvonar crm check"),
        "no_address": tr("впишите адрес в карточку лида", "write the address on the lead's card"),
        "unsure": tr("проверьте, дошло ли; затем retry или drop", "look whether it arrived; then retry or drop"),
        "fault": tr("ошибка робота: подробности в журнале", "a fault of the robot: the log tells more"),
    }.get(problem.code, "")
