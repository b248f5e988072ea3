"""A letter as bytes for SMTP: HTML with its text beside it, documents and an invitation attached. Pure.

Names and subjects are strangers' texts: nothing in them can begin a header of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from mimetypes import guess_type

from robot.sending.facts import plain

LONGEST_SUBJECT = 200
FILE_NAME_CHARS = 120


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """to: an address that email_of gave. key: of the delivery: the same letter has the same Message-ID for ever.
    invitation, cancellation: iCalendar texts (METHOD:REQUEST and CANCEL), "" without one."""

    key: str
    to: str
    to_name: str
    subject: str
    html: str
    text: str
    at: datetime
    attachments: Sequence[Attachment] = ()
    invitation: str = ""
    cancellation: str = ""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes. reply_to: "" for the same address."""

    address: str
    name: str = ""
    reply_to: str = ""


def message_id(key: str, sender: str) -> str:
    """Tells nothing of the client, and is the same for every try."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{sender.rpartition('@')[2]}>"


def composed(letter: Letter, sender: Sender) -> EmailMessage:
    """Every header is set through the library, which refuses line ends; texts of strangers lose theirs before."""
    message = EmailMessage(policy=SMTP)
    message["From"] = _address(sender.name, sender.address)
    message["To"] = _address(letter.to_name, letter.to)
    if sender.reply_to:
        message["Reply-To"] = _address("", sender.reply_to)
    message["Subject"] = plain(letter.subject, LONGEST_SUBJECT)
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = message_id(letter.key, sender.address)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, cte="base64")
    message.add_alternative(letter.html, subtype="html", cte="base64")
    if letter.invitation:
        message.add_alternative(letter.invitation, subtype="calendar", params={"method": "REQUEST"}, cte="base64")
        message.add_attachment(letter.invitation.encode(), maintype="application", subtype="ics", filename="invite.ics")
    if letter.cancellation:
        message.add_attachment(
            letter.cancellation, subtype="calendar", params={"method": "CANCEL"}, cte="base64", filename="cancelled.ics"
        )
    for one in letter.attachments:
        name = file_name(one.name)
        maintype, _, subtype = (guess_type(name)[0] or "application/octet-stream").partition("/")
        message.add_attachment(one.content, maintype=maintype, subtype=subtype, filename=name)
    return message


def _address(name: str, address: str) -> Address:
    local, _, domain = address.rpartition("@")
    return Address(plain(name, 100), local, domain)


def file_name(name: str) -> str:
    """What every system takes as a file's name."""
    kept = "".join("_" if char in '\\/:*?"<>|' else char for char in plain(name, FILE_NAME_CHARS))
    return kept.lstrip(".") or "document.pdf"
