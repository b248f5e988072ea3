"""Letters over SMTP. The transfer is done by steps, so that it is known what a failure means: before the text was on
its way nothing arrived; after it nobody can tell, and a second letter would be worse than none.
"""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from typing import Literal

import aiosmtplib
from aiosmtplib import SMTP

from robot.crm.errors import DeliveryError, Limited, NoAddress, Refused, TooLarge, Unauthorized, Unreachable, Unsure
from robot.i18n import tr
from robot.sending.letters import Letter, Sender, composed

CONNECT_S = 15.0
TIMEOUT_S = 60.0
CHECK = "zvonar send check"


@dataclass(frozen=True, slots=True)
class MailServer:
    """security: "tls" from the first byte, "starttls", or "none" (a server on this machine). tls: None for the usual
    checks of certificates."""

    host: str
    port: int
    sender: Sender
    user: str = ""
    password: str = ""
    security: Literal["tls", "starttls", "none"] = "starttls"
    largest: int = 20 * 1024 * 1024
    tls: ssl.SSLContext | None = None


class Mail:
    """One connection for each letter: they are few, and a kept one is closed by the other side sooner or later."""

    def __init__(self, server: MailServer, *, connect_s: float = CONNECT_S, timeout_s: float = TIMEOUT_S) -> None:
        self._server = server
        self._connect_s = connect_s
        self._timeout_s = timeout_s

    async def check(self) -> str:
        """Connects, signs in, and leaves; what was reached. Raises DeliveryError."""
        await _leave(await self._signed_in())
        return f"{self._server.host}:{self._server.port}"

    async def send(self, letter: Letter) -> None:
        """Raises DeliveryError; Unsure when it may have arrived."""
        content = composed(letter, self._server.sender).as_bytes()
        if len(content) > self._server.largest:
            raise TooLarge(
                tr("письмо больше, чем берёт почтовый сервер", "the letter is larger than the mail server takes"),
                remedy=tr("уменьшите файлы в папке files", "make the files in the folder files smaller"),
                may_have_arrived=False,
            )
        client = await self._signed_in()
        try:
            await self._envelope(client, letter.to)
            await self._data(client, content)
        finally:
            await _leave(client)

    async def _signed_in(self) -> SMTP:
        server = self._server
        client = SMTP(
            hostname=server.host,
            port=server.port,
            timeout=self._connect_s,
            use_tls=server.security == "tls",
            start_tls=server.security == "starttls",
            tls_context=server.tls,
            local_hostname=server.sender.address.rpartition("@")[2],
        )
        try:
            await client.connect()
            if server.user:
                await client.login(server.user, server.password)
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            client.close()
            raise _not_in(error, server.host) from None
        return client

    async def _envelope(self, client: SMTP, to: str) -> None:
        try:
            await client.mail(self._server.sender.address, timeout=self._timeout_s)
            await client.rcpt(to, timeout=self._timeout_s)
        except aiosmtplib.SMTPResponseException as error:
            raise _no(error.code, at_address=isinstance(error, aiosmtplib.SMTPRecipientRefused)) from None
        except (aiosmtplib.SMTPException, OSError) as error:
            raise _away(self._server.host, error) from None

    async def _data(self, client: SMTP, content: bytes) -> None:
        try:
            await client.data(content, timeout=self._timeout_s)
        except aiosmtplib.SMTPResponseException as error:
            raise _no(error.code, at_address=False) from None
        except (aiosmtplib.SMTPException, OSError):
            raise unsure() from None


def unsure() -> Unsure:
    """Of a letter whose receipt was not acknowledged."""
    return Unsure(
        tr(
            "связь с почтовым сервером оборвалась, пока он принимал письмо: дошло ли оно, неизвестно",
            "the mail server went away while it took the letter: nobody knows whether it arrived",
        ),
        remedy=tr(
            "посмотрите в «Отправленных» или спросите клиента: не дошло — zvonar outbox retry, дошло — drop",
            "look into the sent mail or ask the client: zvonar outbox retry, or drop if it is there",
        ),
    )


async def _leave(client: SMTP) -> None:
    try:
        async with asyncio.timeout(2):
            await client.quit()
    except (aiosmtplib.SMTPException, OSError, TimeoutError):
        pass
    finally:
        client.close()


def _not_in(error: Exception, host: str) -> DeliveryError:
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return Unauthorized(
            tr("почтовый сервер не пускает: логин или пароль", "the mail server does not let us in: user or password"),
            remedy=tr(
                f"исправьте ZVONAR_SENDING__MAIL__USER и …PASSWORD (нужен «пароль приложения») и выполните {CHECK}",
                f"correct ZVONAR_SENDING__MAIL__USER and …PASSWORD (an app password), then {CHECK}",
            ),
            may_have_arrived=False,
        )
    causes = (error, error.__cause__, error.__context__)
    if any(isinstance(one, ssl.SSLError | ValueError) for one in causes) or "STARTTLS" in str(error):
        return Unauthorized(
            tr("почтовый сервер не подтверждает шифрование", "the mail server cannot agree on encryption"),
            remedy=tr(
                f"проверьте ZVONAR_SENDING__MAIL__SECURITY, порт и имя сервера, затем {CHECK}",
                f"check ZVONAR_SENDING__MAIL__SECURITY, the port and the server's name, then {CHECK}",
            ),
            may_have_arrived=False,
        )
    if isinstance(error, aiosmtplib.SMTPResponseException) and error.code >= 500:
        return _no(error.code, at_address=False)
    return _away(host, error)


def _away(host: str, error: Exception) -> Unreachable:
    return Unreachable(
        tr(
            f"почтовый сервер {host} не отвечает ({type(error).__name__})",
            f"the mail server {host} does not answer ({type(error).__name__})",
        ),
        remedy=tr(f"робот повторит сам; проверить связь: {CHECK}", f"the robot will repeat it; to look: {CHECK}"),
        may_have_arrived=False,
    )


def _no(code: int, *, at_address: bool) -> DeliveryError:
    """An answer of the server, whose words are not repeated: they hold the address."""
    if code < 500:
        return Limited(
            tr(f"почтовый сервер просит подождать ({code})", f"the mail server asks to wait ({code})"),
            remedy=tr("робот повторит сам", "the robot will repeat it by itself"),
            may_have_arrived=False,
        )
    if at_address and code != 554:
        return NoAddress(
            tr(f"почтового ящика клиента нет ({code})", f"the client's mailbox is not there ({code})"),
            remedy=tr(
                "уточните адрес, исправьте его в карточке и выполните zvonar outbox retry",
                "ask for the address, correct it on the card, then zvonar outbox retry",
            ),
            may_have_arrived=False,
        )
    if code in {530, 535, 534, 538}:
        return _not_in(aiosmtplib.SMTPAuthenticationError(code, ""), "")
    if code == 552:
        return TooLarge(
            tr("письмо слишком велико для сервера (552)", "the letter is too large for the server (552)"),
            remedy=tr("уменьшите вложения", "make the attachments smaller"),
            may_have_arrived=False,
        )
    return Refused(
        tr(f"почтовый сервер не принял письмо ({code})", f"the mail server refused the letter ({code})"),
        remedy=tr(
            f"проверьте адрес отправителя, SPF и DKIM домена: {CHECK}",
            f"check the sender's address and the domain's SPF and DKIM: {CHECK}",
        ),
        may_have_arrived=False,
    )
