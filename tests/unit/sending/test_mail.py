"""Letters to a real SMTP server on this machine: what it takes, what it refuses, and where it goes away."""

from __future__ import annotations

import asyncio
import email
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from robot.crm.errors import DeliveryError, Limited, NoAddress, Refused, TooLarge, Unauthorized, Unreachable, Unsure
from robot.sending.letters import Attachment, message_id
from robot.sending.mail import Mail, MailServer
from tests.ports import deaf_port
from tests.unit.sending.test_letters import LETTER, SENDER

pytestmark = [pytest.mark.unit, pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")]


class Mailbox:
    """Keeps what comes in. says: answers to DATA, in order; `cut`: the connection ends after the letter was taken."""

    def __init__(self, *says: str) -> None:
        self.letters: list[Envelope] = []
        self.says = list(says)
        self.cut = False

    async def handle_RCPT(  # noqa: N802 - the server's name for it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("nobody"):
            return "550 5.1.1 no such user irina"
        if address.startswith("later"):
            return "451 greylisted"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.says:
            return self.says.pop(0)
        self.letters.append(envelope)
        if self.cut and server.transport is not None:
            server.transport.abort()
        return "250 taken"


@asynccontextmanager
async def server(mailbox: Mailbox, **more: Any) -> AsyncIterator[MailServer]:
    loop, talks = asyncio.get_running_loop(), []
    tls = more.pop("ssl", None)

    def talk() -> SMTP:
        talks.append(SMTP(mailbox, hostname="mail.example", **more))
        return talks[-1]

    listening = await loop.create_server(talk, "127.0.0.1", 0, ssl=tls)
    async with listening:
        yield MailServer("127.0.0.1", listening.sockets[0].getsockname()[1], SENDER, security="none")
        for one in talks:
            if one.transport is not None:
                one.transport.abort()
    await asyncio.sleep(0)


async def test_a_letter_arrives_as_it_was_written() -> None:
    mailbox = Mailbox()
    async with server(mailbox) as there:
        await Mail(there).send(replace(LETTER, attachments=[Attachment("Счёт.pdf", b"%PDF" + bytes(200_000))]))
    (taken,) = mailbox.letters
    assert (taken.mail_from, taken.rcpt_tos) == ("sales@romashka.example", ["irina@vasilek.example"])
    message = email.message_from_bytes(bytes(taken.content or b""), policy=default)
    assert message["Message-ID"] == message_id("k:1", SENDER.address)
    assert message["Subject"] == "Счёт"
    (pdf,) = message.iter_attachments()  # type: ignore[attr-defined]
    assert pdf.get_content() == b"%PDF" + bytes(200_000)


@pytest.mark.parametrize(
    ("to", "says", "error", "retryable"),
    [
        ("nobody@vasilek.example", [], NoAddress, False),
        ("later@vasilek.example", [], Limited, True),
        ("irina@vasilek.example", ["554 5.7.1 spam"], Refused, False),
        ("irina@vasilek.example", ["452 full"], Limited, True),
        ("irina@vasilek.example", ["552 too big"], TooLarge, False),
    ],
)
async def test_what_the_server_says_no_to_did_not_arrive(
    to: str, says: list[str], error: type[DeliveryError], retryable: bool
) -> None:
    mailbox = Mailbox(*says)
    async with server(mailbox) as there:
        with pytest.raises(error) as raised:
            await Mail(there).send(replace(LETTER, to=to))
    assert (raised.value.retryable, raised.value.may_have_arrived) == (retryable, False)
    assert raised.value.remedy
    assert "irina" not in str(raised.value)
    assert mailbox.letters == []


async def test_a_receipt_that_was_lost_leaves_doubt() -> None:
    mailbox = Mailbox()
    mailbox.cut = True
    async with server(mailbox) as there:
        with pytest.raises(Unsure) as raised:
            await Mail(there).send(LETTER)
    assert len(mailbox.letters) == 1
    assert (raised.value.retryable, raised.value.may_have_arrived) == (False, True)


async def test_nobody_there_is_tried_again() -> None:
    with deaf_port() as port, pytest.raises(Unreachable) as raised:
        await Mail(MailServer("127.0.0.1", port, SENDER, security="none")).send(LETTER)
    assert (raised.value.retryable, raised.value.may_have_arrived) == (True, False)


async def test_a_server_that_never_greets_is_given_up() -> None:
    left = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        await writer.wait_closed()
        left.set()

    listening = await asyncio.start_server(silent, "127.0.0.1", 0)
    async with listening:
        port = listening.sockets[0].getsockname()[1]
        with pytest.raises(Unreachable):
            await Mail(MailServer("127.0.0.1", port, SENDER, security="none"), connect_s=0.1).send(LETTER)
        await left.wait()


async def test_too_large_a_letter_is_not_even_begun() -> None:
    there = MailServer("127.0.0.1", 1, SENDER, security="none", largest=1000)
    with pytest.raises(TooLarge):
        await Mail(there).send(replace(LETTER, attachments=[Attachment("a.pdf", bytes(1000))]))


def _certificate(place: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The server's side, and that of a client who trusts it."""
    import subprocess  # noqa: PLC0415

    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out", "cert.pem"],
        cwd=place, check=True, capture_output=True,
    )  # fmt: skip
    ours = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ours.load_cert_chain(place / "cert.pem", place / "key.pem")
    return ours, ssl.create_default_context(cafile=str(place / "cert.pem"))


async def test_password_and_encryption(tmp_path: Path) -> None:
    ours, theirs = _certificate(tmp_path)

    def let_in(_server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: LoginPassword) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (b"robot", b"right"), handled=False)

    mailbox = Mailbox()
    given = {"tls_context": ours, "require_starttls": True, "authenticator": let_in, "auth_required": True}
    async with server(mailbox, **given) as there:
        safe = replace(there, security="starttls", user="robot", password="right", tls=theirs)
        assert "127.0.0.1" in await Mail(safe).check()
        await Mail(safe).send(LETTER)
        assert len(mailbox.letters) == 1
        with pytest.raises(Unauthorized) as raised:
            await Mail(replace(safe, password="wrong")).send(LETTER)
        assert not raised.value.may_have_arrived
        with pytest.raises(DeliveryError) as open_raised:
            await Mail(there).send(LETTER)  # without encryption
        assert not open_raised.value.may_have_arrived
    assert len(mailbox.letters) == 1


async def test_a_server_that_cannot_prove_its_name_gets_nothing(tmp_path: Path) -> None:
    ours, theirs = _certificate(tmp_path)
    mailbox = Mailbox()
    async with server(mailbox, ssl=ours) as there:
        await Mail(replace(there, security="tls", tls=theirs)).send(LETTER)
        with pytest.raises(Unauthorized) as raised:
            await Mail(replace(there, security="tls")).send(LETTER)
    assert not raised.value.may_have_arrived
    assert len(mailbox.letters) == 1
