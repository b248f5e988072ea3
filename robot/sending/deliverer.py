"""Sends what a delivery of the outbox asks for, once, and keeps for the card what became of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol

import structlog

from robot.calendars.event import Event, Person, ics, uid
from robot.crm.base import LeadCard
from robot.crm.errors import BadDocument, BrokeOff, DeliveryError, NotThere, Unsure
from robot.crm.outbox_ports import CallReports, Delivery, Kind
from robot.crm.report import Booked
from robot.crm.sent import Channel, Parcel, SentLog, SentState
from robot.crm.stages import Stage
from robot.crm.throttle import Throttle
from robot.crm.writes import Done, Keep, Write, carry_out
from robot.i18n import tr
from robot.patience import Patience
from robot.sending import mail as smtp
from robot.sending.facts import Occasion
from robot.sending.kit import FILES, Kit, load_kit
from robot.sending.letters import Attachment, Letter, Sender
from robot.sending.mail import Mail
from robot.sending.messenger import Message, Messenger
from robot.sending.occasions import by_call, by_card, job_of
from robot.sending.order import Addresses, addresses, channel_of, promised_before, word_of
from robot.sending.press import Press
from robot.sending.printing import Job, Printed
from robot.sending.sms import Sms

log = structlog.get_logger(__name__)

NOBODY = Sender("")
MOST_PRINTINGS = 3
"""That died, before a person has to look."""


class Cards(Protocol):
    async def card(self, lead_id: int) -> LeadCard | None: ...


@dataclass(frozen=True, slots=True)
class Channels:
    """What is set up; None where it is not. per_s: what each takes."""

    mail: Mail | None = None
    sender: Sender = NOBODY
    sms: Sms | None = None
    messenger: Messenger | None = None
    per_s: Mapping[Channel, float] | None = None

    @property
    def there(self) -> frozenset[Channel]:
        given = {Channel.MAIL: self.mail, Channel.SMS: self.sms, Channel.MESSENGER: self.messenger}
        return frozenset(channel for channel, one in given.items() if one is not None)


@dataclass(frozen=True, slots=True)
class Desk:
    """What the deliverer works with. folder: of sending.yaml. messages: template by stage."""

    channels: Channels
    press: Press
    log: SentLog
    reports: CallReports
    cards: Cards
    throttle: Throttle
    folder: Path
    now: Callable[[], datetime]
    messages: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Order:
    """Everything one delivery is made of."""

    delivery: Delivery
    occasion: Occasion
    kit: Kit
    word: str
    to: Addresses
    printed: Printed


class SendingDeliverer:
    """Deliverer of robot.crm.outbox_ports."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def deliver(self, delivery: Delivery, keep: Keep) -> None:
        order = await self._order(delivery)
        if order is None:
            return
        channel = channel_of(delivery, order.to, there=self._desk.channels.there, fits=_fits(order.printed))
        address = order.to.of(channel)
        writes = self._writes(channel, order)
        parcel = Parcel(
            delivery.key,
            delivery.lead_id,
            delivery.attempt_id,
            channel,
            order.printed.title,
            address,
            len(writes),
            order.word if delivery.kind == Kind.DOCUMENT else "",
        )
        await self._desk.log.begun(parcel, now=self._desk.now())
        try:
            await carry_out(writes, delivery.journal, keep)
        except DeliveryError as error:
            await self._desk.log.settled(delivery.key, _state(error), now=self._desk.now(), problem=error.code)
            raise
        await self._desk.log.settled(delivery.key, SentState.SENT, now=self._desk.now())
        log.info("sent", channel=channel.value, parts=len(writes))

    async def _order(self, delivery: Delivery) -> _Order | None:
        """None when there is nothing to send."""
        word = word_of(delivery, self._desk.messages)
        if not word:
            return None
        if delivery.attempt_id is None:
            card = await self._card(delivery)
            to = addresses(delivery, card.lead, {})
            occasion = by_card(delivery, card, to, self._desk.now())
        else:
            report = await self._desk.reports.report(delivery.attempt_id)
            if promised_before(delivery, report.wishes):
                return None
            to = addresses(delivery, report.lead, report.collected)
            occasion = by_call(delivery, report, to)
        if delivery.kind == Kind.MESSAGE and occasion.lead.stage == Stage.DO_NOT_CALL:
            return None
        if delivery.kind == Kind.INVITATION and occasion.meeting is None:
            return None  # called off meanwhile
        kit = await asyncio.to_thread(load_kit, self._desk.folder)
        printed = await self._printed(job_of(kit, word, occasion, self._desk.folder), delivery.tries)
        return _Order(delivery, occasion, kit, word, to, printed)

    async def _printed(self, job: Job, failed: int) -> Printed:
        """A printer that dies at each try dies of the template, not of what else the machine had to do."""
        try:
            return await self._desk.press.printed(job)
        except BrokeOff as error:
            if failed + 1 < MOST_PRINTINGS:
                raise
            raise BadDocument(
                str(error),
                remedy=tr(
                    f"упростите шаблон {job.template}, проверьте память (zvonar send check) и повторите: "
                    "zvonar outbox retry",
                    f"simplify the template {job.template}, look for free memory (zvonar send check), then "
                    "zvonar outbox retry",
                ),
                may_have_arrived=False,
            ) from None

    async def _card(self, delivery: Delivery) -> LeadCard:
        card = await self._desk.cards.card(delivery.lead_id)
        if card is None:
            raise NotThere(tr("лида больше нет", "the lead is gone"), may_have_arrived=False)
        return card

    def _writes(self, channel: Channel, order: _Order) -> Sequence[Write]:
        channels = self._desk.channels
        if channel is Channel.MAIL and channels.mail is not None:
            return [Write("mail", do=partial(self._mail, channels.mail, order), look=_in_doubt(smtp.unsure))]
        if channel is Channel.SMS and channels.sms is not None:
            return self._sms_writes(channels.sms, order)
        if channel is Channel.MESSENGER and channels.messenger is not None:
            return [Write("messenger", do=partial(self._message, channels.messenger, order), look=_not_there)]
        raise BadDocument(
            tr(f"канал {channel} больше не настроен", f"the channel {channel} is not set up any more"),
            remedy=tr(
                "верните его настройки ZVONAR_SENDING__… и повторите: zvonar outbox retry",
                "bring its settings ZVONAR_SENDING__… back, then zvonar outbox retry",
            ),
        )

    async def _mail(self, mail: Mail, order: _Order, _done: Done) -> str:
        letter = await asyncio.to_thread(self._letter, order)
        await self._turn(Channel.MAIL)
        await mail.send(letter)
        return "sent"

    def _letter(self, order: _Order) -> Letter:
        printed, occasion = order.printed, order.occasion
        document = [Attachment(printed.file_name, printed.pdf)] if printed.pdf else []
        files = [_file(self._desk.folder / FILES / name) for name in order.kit.document(order.word).attach]
        invitation, cancellation = self._calendar(order)
        return Letter(
            key=order.delivery.key,
            to=order.to.email,
            to_name=occasion.lead.name,
            subject=printed.subject,
            html=printed.html,
            text=printed.text,
            at=occasion.at,
            attachments=(*document, *files),
            invitation=invitation,
            cancellation=cancellation,
        )

    def _event(self, order: _Order, meeting: Booked) -> Event:
        occasion, sender = order.occasion, self._desk.channels.sender
        return Event(
            uid(occasion.id),
            meeting.slot.starts_at,
            meeting.slot.ends_at,
            occasion.at,
            f"{order.printed.title}: {order.kit.company.name}",
            order.printed.text,
            meeting.place,
            organizer=Person(sender.address, sender.name or order.kit.company.name),
            attendee=Person(order.to.email, occasion.lead.name),
        )

    def _calendar(self, order: _Order) -> tuple[str, str]:
        """The invitation, and what takes the meeting it stands in for out of the client's calendar."""
        meeting = order.occasion.meeting
        if order.delivery.kind != Kind.INVITATION or meeting is None:
            return "", ""
        event = self._event(order, meeting)
        if meeting.moves is None:
            return ics(event, method="REQUEST"), ""
        old = replace(event, uid=uid(meeting.moves), sequence=1, cancelled=True)
        return ics(event, method="REQUEST"), ics(old, method="CANCEL")

    def _sms_writes(self, sms: Sms, order: _Order) -> Sequence[Write]:
        look = _not_there if sms.repeats_safely else _in_doubt(_sms_unsure)
        text = order.printed.sms
        return [
            Write(f"sms:{part}", do=partial(self._sms, sms, order, part), look=look, needs=_before(part))
            for part in range(sms.parts(order.delivery.key, text))
        ]

    async def _sms(self, sms: Sms, order: _Order, part: int, _done: Done) -> str:
        await self._turn(Channel.SMS)
        made = await sms.send(order.delivery.key, order.to.phone, order.printed.sms, part)
        await self._taken(order, Channel.SMS, made)
        return made

    async def _message(self, messenger: Messenger, order: _Order, _done: Done) -> str:
        await self._turn(Channel.MESSENGER)
        lead, printed = order.occasion.lead, order.printed
        made = await messenger.send(
            Message(order.delivery.key, order.to.phone, lead.name, printed.sms or printed.text, order.word)
        )
        await self._taken(order, Channel.MESSENGER, made)
        return made

    async def _taken(self, order: _Order, channel: Channel, made: str) -> None:
        """A store that is away is waited for: what the other side certainly took must not be left in doubt."""
        note = partial(self._desk.log.part_sent, order.delivery.key, channel, made, now=self._desk.now())
        await Patience()(note, doing="write down what was sent")

    async def _turn(self, channel: Channel) -> None:
        per_s = (self._desk.channels.per_s or {}).get(channel)
        if per_s is not None:
            await self._desk.throttle.take(f"sending:{channel}", per_s=per_s, burst=1)


def _fits(printed: Printed) -> frozenset[Channel]:
    """Channels this template has a text for."""
    found = {Channel.MAIL} if printed.html else set()
    return frozenset(found | ({Channel.SMS, Channel.MESSENGER} if printed.sms else set()))


def _state(error: DeliveryError) -> SentState:
    if isinstance(error, Unsure):
        return SentState.UNSURE
    return SentState.SENDING if error.retryable else SentState.NOT_SENT


def _before(part: int) -> Sequence[str]:
    return (f"sms:{part - 1}",) if part else ()


async def _not_there(_done: Done) -> None:
    """The other side knows a repeat by its key."""


def _in_doubt(unsure: Callable[[], Unsure]) -> Callable[[Done], Awaitable[str | None]]:
    async def look(_done: Done) -> str | None:
        raise unsure()

    return look


def _sms_unsure() -> Unsure:
    return Unsure(
        tr(
            "робот остановился, пока отправлял SMS: ушло ли оно, неизвестно",
            "the robot stopped while it sent the message: nobody knows whether it was sent",
        ),
        remedy=tr(
            "посмотрите в кабинете оператора: не ушло — zvonar outbox retry, ушло — drop",
            "look into the operator's account: zvonar outbox retry, or drop if it was sent",
        ),
    )


def _file(path: Path) -> Attachment:
    try:
        return Attachment(path.name, path.read_bytes())
    except OSError:
        raise BadDocument(
            tr(f"нет файла {path.name} в папке files", f"no file {path.name} in the folder files"),
            remedy=tr("положите его туда и выполните zvonar outbox retry", "put it there, then zvonar outbox retry"),
            may_have_arrived=False,
        ) from None
