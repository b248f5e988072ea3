"""What became of a lead, and why a number is never dialed: codes as sentences. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from robot.crm.base import KNOWN, QUEUED
from robot.crm.stages import Text
from robot.domain.numbering import REASONS, Refusal
from robot.domain.rules import CONTACT_LIMIT, NO_CONSENT, NO_TARIFF, STOPPED

_TEXTS: Mapping[str, Text] = {
    QUEUED: Text("поставлен в очередь", "queued"),
    KNOWN: Text("уже есть в этой кампании", "known to this campaign already"),
    STOPPED: Text("в стоп-листе: не звоним", "on the stop list: never called"),
    NO_CONSENT: Text(
        "нет согласия на рекламу, а кампания рекламная", "no consent to advertising, and the campaign is one"
    ),
    NO_TARIFF: Text("нет тарифа для этого номера", "no rate for this number in the tariff"),
    CONTACT_LIMIT: Text("звонили столько раз, сколько можно вообще", "called as often as one ever may be"),
}


def fate_text(code: str) -> Text:
    """One sentence for a code of robot.crm.base.Fate."""
    if code in _TEXTS:
        return _TEXTS[code]
    if code in set(Refusal):
        ru, en = REASONS[Refusal(code)]
        return Text(f"номер не набирается: {ru}", f"the number is not dialed: {en}")
    return Text(code, code)
