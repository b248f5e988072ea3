"""What a delivery asks to be sent, and by which channel: decided from the call and the card as they are now. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from phonenumbers import PhoneNumberType, is_valid_number, number_type, parse
from phonenumbers.phonenumberutil import NumberParseException

from robot.crm.errors import BadDocument, NoAddress
from robot.crm.outbox_ports import Delivery, Kind
from robot.crm.report import Wish
from robot.crm.sent import Channel
from robot.domain.people import Lead
from robot.domain.phones import InvalidPhone, parse_phone
from robot.i18n import tr
from robot.sending.addresses import email_of, lead_email

INVITATION = "invitation"
SEND_DOCUMENT = "send_document"
LEAD_EMAIL = "lead.email"

_CHANNELS = {
    "mail": Channel.MAIL,
    "email": Channel.MAIL,
    "e-mail": Channel.MAIL,
    "почта": Channel.MAIL,
    "sms": Channel.SMS,
    "смс": Channel.SMS,
    "messenger": Channel.MESSENGER,
    "мессенджер": Channel.MESSENGER,
    "whatsapp": Channel.MESSENGER,
    "telegram": Channel.MESSENGER,
    "max": Channel.MESSENGER,
}
_MOBILE = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where this client may be reached: "" where nobody knows. phone: only one that takes messages."""

    email: str
    phone: str

    def of(self, channel: Channel) -> str:
        return self.email if channel is Channel.MAIL else self.phone


def word_of(delivery: Delivery, messages: Mapping[str, str]) -> str:
    """The script's word for what to send, or the template; "" for nothing."""
    if delivery.kind == Kind.INVITATION:
        return INVITATION
    if delivery.kind == Kind.MESSAGE:
        return delivery.payload.get("template", "") or messages.get(delivery.payload.get("stage", ""), "")
    return delivery.payload.get("document", "") or delivery.payload.get("template", "")


def addresses(delivery: Delivery, lead: Lead, collected: Mapping[str, str]) -> Addresses:
    """The address the talk agreed on. Where that is simply the client's own, the card's is taken: a person may have
    corrected it since."""
    told = email_of(delivery.payload.get("email", ""))
    card = lead_email(lead.fields)
    own = told in {"", email_of(collected.get(LEAD_EMAIL, ""))}
    return Addresses(email=(card or told) if own else told, phone=_mobile(delivery.payload.get("phone", ""), lead))


def _mobile(told: str, lead: Lead) -> str:
    try:
        phone = parse_phone(told) if told.strip() else lead.phone
        number = parse(phone)
    except (InvalidPhone, NumberParseException):
        return ""
    return phone if is_valid_number(number) and number_type(number) in _MOBILE else ""


def channel_of(
    delivery: Delivery,
    to: Addresses,
    *,
    there: Collection[Channel],
    fits: Collection[Channel],
) -> Channel:
    """there: channels that are set up. fits: those the template has a text for. What an earlier try began is gone on
    with: by another channel it would come twice. Raises NoAddress, BadDocument."""
    for name in (*delivery.journal.done, *delivery.journal.begun):
        return Channel(name.partition(":")[0])  # also one that is not set up any more: that is told, not got round
    if not set(there) & set(fits):
        raise BadDocument(
            tr(
                f"это отправляется так: {', '.join(sorted(fits)) or 'никак'}, а такой канал не настроен",
                f"this goes by {', '.join(sorted(fits)) or 'nothing'}, which is not set up",
            ),
            remedy=tr(
                "задайте ZVONAR_SENDING__MAIL__… и повторите: zvonar outbox retry",
                "set ZVONAR_SENDING__MAIL__…, then zvonar outbox retry",
            ),
            may_have_arrived=False,
        )
    wanted = _CHANNELS.get(delivery.payload.get("channel", "").strip().casefold())
    possible = [one for one in _order(delivery, wanted) if one in there and one in fits]
    for channel in possible:
        if to.of(channel):
            return channel
    raise NoAddress(
        tr("некуда отправить: нет адреса", "there is nowhere to send it: no address is known"),
        remedy=tr(
            "впишите почту в карточку лида и выполните zvonar outbox retry",
            "put the e-mail on the lead's card, then zvonar outbox retry",
        ),
        may_have_arrived=False,
    )


def _order(delivery: Delivery, wanted: Channel | None) -> Sequence[Channel]:
    if wanted is not None:
        return [wanted, Channel.MAIL] if wanted is not Channel.MAIL else [wanted]
    if delivery.kind == Kind.MESSAGE:
        return [Channel.MESSENGER, Channel.SMS, Channel.MAIL]
    return [Channel.MAIL, Channel.MESSENGER, Channel.SMS]


def promised_before(delivery: Delivery, wishes: Sequence[Wish]) -> bool:
    """Whether the same was promised earlier in the same call: sent once."""
    number = delivery.key.rpartition(":")[2]
    if delivery.kind != Kind.DOCUMENT or not number.isdecimal():
        return False
    promised = [dict(wish.params) for wish in wishes if wish.name == SEND_DOCUMENT]
    return dict(delivery.payload) in promised[: int(number) - 1]
