"""What an SMSC's silence and its statuses mean: errors with remedies. None of them holds a number or a text."""

from __future__ import annotations

from collections.abc import Mapping

from smpplib import consts

from robot.crm.errors import DeliveryError, Limited, NoAddress, Refused, Unauthorized, Unreachable, Unsure
from robot.i18n import tr

_NOW_BUSY = frozenset({consts.SMPP_ESME_RTHROTTLED, consts.SMPP_ESME_RMSGQFUL, consts.SMPP_ESME_RSYSERR})
_NO_ENTRY = frozenset({consts.SMPP_ESME_RBINDFAIL, consts.SMPP_ESME_RINVPASWD, consts.SMPP_ESME_RINVSYSID})
_NO_NUMBER = frozenset({consts.SMPP_ESME_RINVDSTADR})


def away(host: str, why: str) -> Unreachable:
    return Unreachable(
        tr(f"SMS-центр {host} не отвечает ({why})", f"the SMSC {host} does not answer ({why})"),
        remedy=tr(
            "робот повторит сам; проверить связь: zvonar send check",
            "the robot will repeat it; to look: zvonar send check",
        ),
        may_have_arrived=False,
    )


def lost() -> Unsure:
    return Unsure(
        tr(
            "связь со SMS-центром оборвалась, пока он принимал SMS: ушло ли оно, неизвестно",
            "the SMSC went away while it took the message: nobody knows whether it was sent",
        ),
        remedy=tr(
            "посмотрите в кабинете оператора; не ушло — zvonar outbox retry, ушло — zvonar outbox drop",
            "look into the operator's account; then zvonar outbox retry, or zvonar outbox drop if it was sent",
        ),
    )


_DESCRIPTIONS: Mapping[int, str] = consts.DESCRIPTIONS


def refused(status: int) -> DeliveryError:
    detail = f"0x{status:02X} {_DESCRIPTIONS.get(status, '')}".strip()
    if status in _NOW_BUSY:
        return Limited(
            tr(f"SMS-центр просит подождать ({detail})", f"the SMSC asks to wait ({detail})"),
            remedy=tr("робот повторит сам", "the robot will repeat it by itself"),
            may_have_arrived=False,
        )
    if status in _NO_ENTRY:
        return Unauthorized(
            tr(f"SMS-центр не пускает ({detail})", f"the SMSC does not let us in ({detail})"),
            remedy=tr(
                "исправьте ZVONAR_SENDING__SMPP__SYSTEM_ID и …PASSWORD и выполните zvonar send check",
                "correct ZVONAR_SENDING__SMPP__SYSTEM_ID and …PASSWORD, then zvonar send check",
            ),
            may_have_arrived=False,
        )
    kind = NoAddress if status in _NO_NUMBER else Refused
    return kind(
        tr(f"SMS-центр не принял SMS ({detail})", f"the SMSC refused the message ({detail})"),
        remedy=tr(
            "проверьте номер клиента и имя отправителя у оператора, затем zvonar outbox retry",
            "check the client's number and our name with the operator, then zvonar outbox retry",
        ),
        may_have_arrived=False,
    )
