"""Letters as bytes: whatever strangers are called, the headers are ours."""

from __future__ import annotations

import email
from dataclasses import replace
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.sending.addresses import email_of, lead_email
from robot.sending.letters import Attachment, Letter, Sender, composed, file_name, message_id
from tests.unit.sending.scene import AT

pytestmark = pytest.mark.unit

SENDER = Sender("sales@romashka.example", "Ромашка", "boss@romashka.example")
LETTER = Letter("k:1", "irina@vasilek.example", "Ирина", "Счёт", "<p>Привет</p>", "Привет", AT)
OURS = {
    "from", "to", "reply-to", "subject", "date", "message-id", "auto-submitted", "mime-version", "content-type",
    "content-transfer-encoding",
}  # fmt: skip
STRANGE = st.text(
    st.one_of(st.sampled_from("\r\n\x00\t:;,<>@\"'\\=?_ \x85\u2028\u202e\u0085аЯ"), st.characters()), max_size=400
)


def read(letter: Letter) -> EmailMessage:
    message = email.message_from_bytes(composed(letter, SENDER).as_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    return message


@given(name=STRANGE, subject=STRANGE)
def test_no_name_or_subject_makes_a_header_of_its_own(name: str, subject: str) -> None:
    message = read(replace(LETTER, to_name=name, subject=subject))
    assert {key.lower() for key in message} <= OURS
    assert [address.addr_spec for address in message["To"].addresses] == ["irina@vasilek.example"]
    assert message.get_content_type() == "multipart/alternative"


@given(name=STRANGE)
def test_a_file_keeps_a_name_that_every_system_takes(name: str) -> None:
    message = read(replace(LETTER, attachments=[Attachment(name, b"%PDF")]))
    (attached,) = message.iter_attachments()
    told = attached.get_filename() or ""
    assert told
    assert not set(told) & set('\\/:*?"<>|\r\n\x00')
    assert {key.lower() for key in message} <= OURS


def test_a_letter_has_its_text_its_picture_and_its_papers() -> None:
    message = read(
        replace(LETTER, attachments=[Attachment("Счёт № 1.pdf", b"%PDF-1.7")], invitation="BEGIN:VCALENDAR\r\n")
    )
    kinds = [part.get_content_type() for part in message.walk() if not part.is_multipart()]
    assert kinds == ["text/plain", "text/html", "text/calendar", "application/ics", "application/pdf"]
    assert message.get_body(("plain",)).get_content().strip() == "Привет"  # type: ignore[union-attr]
    (calendar,) = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    assert calendar.get_param("method") == "REQUEST"
    assert [one.get_filename() for one in message.iter_attachments()] == ["invite.ics", "Счёт № 1.pdf"]
    assert message["From"].addresses[0].display_name == "Ромашка"
    assert message["Reply-To"] == "boss@romashka.example"


def test_every_try_is_the_same_letter() -> None:
    assert read(LETTER)["Message-ID"] == read(replace(LETTER, subject="другое"))["Message-ID"]
    assert message_id("k:1", SENDER.address) != message_id("k:2", SENDER.address)
    assert message_id("k:1", SENDER.address).endswith("@romashka.example>")


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        (" Irina.P@Vasilek.Example ", "Irina.P@vasilek.example"),
        ("info@почта.рф", "info@xn--80a1acny.xn--p1ai"),
        ("a@b.ru\r\nBcc: c@d.ru", ""),
        ("a@b.ru, c@d.ru", ""),
        ("a@b.ru;c@d.ru", ""),
        ('"a b"@c.ru', ""),
        ("Ирина <a@b.ru>", ""),
        ("a@b", ""),
        ("a@127.0.0.1", ""),
        ("a@[127.0.0.1]", ""),
        ("a@b..ru", ""),
        (".a@b.ru", ""),
        ("a@-b.ru", ""),
        ("иван@b.ru", ""),
        ("", ""),
        ("a" * 65 + "@b.ru", ""),
        ("@b.ru", ""),
        ("a%b.ru@c.ru", "a%b.ru@c.ru"),
    ],
)
def test_an_address_is_one_address_or_none(told: str, kept: str) -> None:
    assert email_of(told) == kept


@given(STRANGE)
def test_what_is_taken_for_an_address_holds_no_separator(text: str) -> None:
    for told in (text, f"{text}@b.ru", f"a@{text}", f"a@b.ru{text}"):
        found = email_of(told)
        assert found.isascii()
        assert found.count("@") == (1 if found else 0)
        assert not set(found) & set(' \r\n\t,;:<>()[]"\\')


def test_the_card_tells_the_address_under_its_many_names() -> None:
    assert lead_email({"Почта": "bad", "E-Mail ": "a@b.ru"}) == "a@b.ru"
    assert lead_email({"город": "a@b.ru"}) == ""
    assert file_name("..") == "document.pdf"
