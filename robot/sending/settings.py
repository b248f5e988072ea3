"""Where things are sent from: a section for each channel, empty unless it is used. Secrets are never printed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, Field, SecretStr, model_validator

from robot.crm.http import Address
from robot.crm.section import Names, Section
from robot.sending.addresses import email_of
from robot.wording import Wrong

SHORTEST_SECRET = 32


def _email(text: str) -> str:
    found = email_of(text)
    if not found:
        raise Wrong("это не адрес почты: пишите sales@example.ru", "no e-mail address: write sales@example.com")
    return found


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error:
        raise Wrong("это не регулярное выражение", "no regular expression") from None
    return text


Email = Annotated[str, AfterValidator(_email)]
Pattern = Annotated[str, AfterValidator(_pattern)]


class MailSettings(Section):
    """`sender` writes as `sender_name`; answers go to `reply_to`. `per_s`: letters a second the server takes."""

    host: str = Field(min_length=1)
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["tls", "starttls", "none"] = "starttls"
    user: str = ""
    password: SecretStr = SecretStr("")
    sender: Email
    sender_name: str = Field(default="", max_length=100)
    reply_to: Email | Literal[""] = ""
    largest_mb: float = Field(default=20, gt=0, le=100)
    per_s: float = Field(default=1, gt=0, le=100)

    @model_validator(mode="after")
    def _no_open_passwords(self) -> Self:
        local = self.host in {"localhost", "127.0.0.1", "::1"}
        if self.security == "none" and self.user and not local:
            raise Wrong(
                "без шифрования пароль увидят все по пути: нужно security tls или starttls",
                "without encryption everybody on the way sees the password: security tls or starttls is needed",
            )
        return self


class SmppSettings(Section):
    """`source`: our name or number as the client sees it. `per_s`: messages a second the operator takes."""

    host: str = Field(min_length=1)
    port: int = Field(default=2775, ge=1, le=65535)
    tls: bool = False
    system_id: str = Field(min_length=1, max_length=15)
    password: SecretStr = Field(max_length=8)
    system_type: str = Field(default="", max_length=12)
    source: str = Field(min_length=1, max_length=20, pattern=r"^(\+?[0-9]{3,15}|[A-Za-z0-9 ._-]{1,11})$")
    per_s: float = Field(default=5, gt=0, le=1000)


class SmsHttpSettings(Section):
    """See robot.sending.gateway.Gateway. `secrets`: values that `params` and `headers` name in braces."""

    url: Address
    how: Literal["query", "form", "json"] = "form"
    params: Names
    headers: Names = Field(default_factory=dict)
    secrets: Mapping[str, SecretStr] = Field(default_factory=dict)
    accepted: Pattern = ""
    id: Pattern = ""
    repeats_safely: bool = False
    per_s: float = Field(default=5, gt=0, le=1000)

    @model_validator(mode="after")
    def _says_whom_and_what(self) -> Self:
        values = " ".join(self.params.values())
        if "{phone}" not in values or "{text}" not in values:
            raise Wrong("в params нужны {phone} и {text}", "params need {phone} and {text}")
        return self


class MessengerSettings(Section):
    url: Address
    secret: SecretStr = Field(min_length=SHORTEST_SECRET)
    per_s: float = Field(default=5, gt=0, le=1000)


class SendingSettings(BaseModel):
    """`folder`: sending.yaml, templates/ and files/; in the data directory unless set. `messages`: template by the
    stage a lead comes to ({"meeting": "meeting_booked"}); none is sent unless set."""

    model_config = Section.model_config

    folder: Path | None = None
    mail: MailSettings | None = None
    smpp: SmppSettings | None = None
    sms_http: SmsHttpSettings | None = None
    messenger: MessengerSettings | None = None
    messages: Names = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_way_for_sms(self) -> Self:
        if self.smpp is not None and self.sms_http is not None:
            raise Wrong("SMS уходят одним путём: SMPP или SMS_HTTP", "SMS go out one way: SMPP or SMS_HTTP")
        if self.messages and not self.texts:
            raise Wrong("сообщениям нужен SMPP, SMS_HTTP или MESSENGER", "messages need SMPP, SMS_HTTP or MESSENGER")
        return self

    @property
    def texts(self) -> bool:
        """Whether short messages can be sent."""
        return not (self.smpp is None and self.sms_http is None and self.messenger is None)

    @property
    def used(self) -> bool:
        return self.texts or self.mail is not None
