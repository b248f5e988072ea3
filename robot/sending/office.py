"""Sending put together from its settings: channels, the press, the deliverers of its targets."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from robot.crm.http import Wire
from robot.crm.outbox_ports import CallReports, Deliverer, Kind
from robot.crm.planning import Target
from robot.crm.sent import Channel, SentLog, SentState
from robot.crm.throttle import Throttle
from robot.sending.deliverer import NOBODY, Cards, Channels, Desk, SendingDeliverer
from robot.sending.gateway import Gateway, HttpSms
from robot.sending.letters import Sender
from robot.sending.mail import Mail, MailServer
from robot.sending.messenger import Messenger
from robot.sending.press import Press, ProcessPress
from robot.sending.settings import MailSettings, SendingSettings, SmppSettings, SmsHttpSettings
from robot.sending.smpp import SmppSms, Smsc
from robot.sending.smpp_session import OnReceipt
from robot.sending.sms import Receipt, Sms

SENDING = "sending"
MESSAGES = "messages"
FOLDER = "sending"

_FATES = {Receipt.DELIVERED: SentState.DELIVERED, Receipt.FAILED: SentState.FAILED}


@dataclass(frozen=True, slots=True)
class Stores:
    """What sending reads and writes."""

    log: SentLog
    reports: CallReports
    cards: Cards


def targets(settings: SendingSettings) -> Sequence[Target]:
    """What the outbox plans for us: nothing where nothing is set up."""
    found = []
    if settings.used:
        found.append(Target(SENDING, frozenset({Kind.INVITATION, Kind.DOCUMENT})))
    if settings.messages:
        found.append(Target(MESSAGES, frozenset({Kind.MESSAGE})))
    return found


def folder_of(settings: SendingSettings, data_dir: Path) -> Path:
    return settings.folder or data_dir / FOLDER


class Sending:
    """One node's. Open it inside the loop that uses it; close it after."""

    def __init__(
        self,
        settings: SendingSettings,
        stores: Stores,
        throttle: Throttle,
        *,
        data_dir: Path,
        wire: Callable[[], Wire],
        now: Callable[[], datetime],
        press: Press | None = None,
    ) -> None:
        """wire: makes one for each channel that goes over HTTP; they are closed with us."""
        self._log = stores.log
        self._now = now
        self.channels = channels_of(settings, wire, on_receipt=self._receipt, now=now)
        desk = Desk(
            channels=self.channels,
            press=press or ProcessPress(),
            log=stores.log,
            reports=stores.reports,
            cards=stores.cards,
            throttle=throttle,
            folder=folder_of(settings, data_dir),
            now=now,
            messages=settings.messages,
        )
        deliverer = SendingDeliverer(desk)
        self.deliverers: Mapping[str, Deliverer] = {target.name: deliverer for target in targets(settings)}

    async def run(self, stop: asyncio.Event) -> None:
        """Hears receipts until `stop`."""
        if isinstance(self.channels.sms, SmppSms):
            await self.channels.sms.listen(stop)
        else:
            await stop.wait()

    async def close(self) -> None:
        for channel in (self.channels.sms, self.channels.messenger):
            if channel is not None:
                await channel.close()

    async def _receipt(self, message_id: str, fate: Receipt) -> None:
        await self._log.receipt(Channel.SMS, message_id, _FATES[fate], now=self._now())


def channels_of(
    settings: SendingSettings, wire: Callable[[], Wire], *, on_receipt: OnReceipt, now: Callable[[], datetime]
) -> Channels:
    mail, sms, messenger = settings.mail, settings.smpp or settings.sms_http, settings.messenger
    given = {Channel.MAIL: mail, Channel.SMS: sms, Channel.MESSENGER: messenger}
    return Channels(
        mail=None if mail is None else Mail(server_of(mail)),
        sender=NOBODY if mail is None else _sender(mail),
        sms=_sms(settings, wire, on_receipt),
        messenger=(
            None
            if messenger is None
            else Messenger(messenger.url, messenger.secret.get_secret_value(), wire(), now=now)
        ),
        per_s={channel: one.per_s for channel, one in given.items() if one is not None},
    )


def _sms(settings: SendingSettings, wire: Callable[[], Wire], on_receipt: OnReceipt) -> Sms | None:
    if settings.smpp is not None:
        return SmppSms(_smsc(settings.smpp), on_receipt=on_receipt)
    if settings.sms_http is not None:
        return HttpSms(_gateway(settings.sms_http), wire())
    return None


def _sender(mail: MailSettings) -> Sender:
    return Sender(mail.sender, mail.sender_name, mail.reply_to)


def server_of(mail: MailSettings) -> MailServer:
    """The settings as the mail server they name."""
    return MailServer(
        mail.host,
        mail.port,
        _sender(mail),
        user=mail.user,
        password=mail.password.get_secret_value(),
        security=mail.security,
        largest=int(mail.largest_mb * 1024 * 1024),
    )


def _smsc(smpp: SmppSettings) -> Smsc:
    return Smsc(
        smpp.host,
        smpp.port,
        smpp.system_id,
        smpp.password.get_secret_value(),
        smpp.source,
        system_type=smpp.system_type,
        tls=ssl.create_default_context() if smpp.tls else None,
    )


def _gateway(http: SmsHttpSettings) -> Gateway:
    return Gateway(
        http.url,
        http.params,
        how=http.how,
        secrets={name: secret.get_secret_value() for name, secret in http.secrets.items()},
        headers=http.headers,
        accepted=http.accepted,
        id=http.id,
        repeats_safely=http.repeats_safely,
    )
