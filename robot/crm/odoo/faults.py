"""Odoo's exceptions as ours. Its answers carry a traceback and the client's data: of them only the exception's name is
told.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from robot.crm.errors import DeliveryError, NotThere, Refused, Unauthorized, Unreachable
from robot.i18n import tr


def fault(error: Mapping[str, Any]) -> DeliveryError:
    """error: `data` of a JSON-RPC error, or the whole body of JSON-2's."""
    name = str(error.get("name") or "")
    short = name.rpartition(".")[2] or "?"
    match short:
        case "AccessDenied" | "Unauthorized":
            return wrong_key()
        case "AccessError" | "Forbidden":
            return Unauthorized(
                tr("у пользователя робота в Odoo нет на это прав", "the robot's user in Odoo may not do this"),
                remedy=tr(
                    "дайте ему права «Продажи: все документы» и выполните zvonar crm check",
                    "give him the rights “Sales: all documents” and run zvonar crm check",
                ),
            )
        case "MissingError" | "NotFound":
            return NotThere(
                tr("записи в Odoo больше нет", "the record is gone from Odoo"),
                remedy=tr("её удалили во время доставки: повторите", "it was deleted during delivery: try again"),
            )
        case "KeyError" | "ValueError" | "AttributeError":
            return NotThere(
                tr("в этой Odoo нет нужной модели или поля", "this Odoo lacks a model or a field"),
                remedy=tr(
                    "установите в ней приложения CRM и Календарь, затем zvonar crm check",
                    "install its applications CRM and Calendar, then zvonar crm check",
                ),
            )
        case "OperationalError" | "InterfaceError" | "SerializationFailure" | "LockNotAvailable" | "PoolError":
            return Unreachable(
                tr(f"база данных Odoo не отвечает ({short})", f"Odoo's database does not answer ({short})"),
                remedy=tr("проверьте имя базы в настройках", "check the database's name in the settings"),
            )
    return Refused(
        tr(f"Odoo отказалась ({short})", f"Odoo refused ({short})"),
        remedy=tr(
            "повторите это действие в Odoo руками: она скажет, чего не хватает",
            "do the same by hand in Odoo: it tells what is missing",
        ),
    )


def wrong_key() -> Unauthorized:
    return Unauthorized(
        tr("Odoo не приняла ключ", "Odoo does not accept the key"),
        remedy=tr(
            "создайте ключ API в настройках пользователя робота, впишите его в ZVONAR_CRM__ODOO__KEY и проверьте: "
            "zvonar crm check",
            "make an API key in the preferences of the robot's user, put it into ZVONAR_CRM__ODOO__KEY and try "
            "zvonar crm check",
        ),
    )
