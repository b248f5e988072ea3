"""The HTTP side as settings: who may use the API, and whose requests the webhook takes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from robot.settings_rules import Listed
from robot.wording import Wrong

SHORTEST_SECRET = 32
"""Characters: as many as `openssl rand -hex 16` prints."""

_TOKEN = re.compile(r"[A-Za-z0-9._-]{1,40}:[0-9a-f]{64}", re.ASCII)
_URL = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?/?", re.ASCII)
_PATH = re.compile(r"[^\s.]{1,64}(\.[^\s.]{1,64}){0,7}")


class HookSettings(BaseModel):
    """A source of new requests. `secret` signs them; `previous` is still taken while the sender is given a new one.
    `fields`: what of the lead (phone, name, company, city, region, timezone, score, request_id, ...) lies where in
    the body: {"phone": "contact.phone"}. `consent_source` and `consent_text` are what everybody who sends this form has
    agreed to; empty unless he has."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    secret: SecretStr
    previous: SecretStr = SecretStr("")
    fields: Mapping[str, str] = Field(default_factory=dict)
    consent_source: str = Field(default="", max_length=200)
    consent_text: str = Field(default="", max_length=2000)

    @field_validator("secret", "previous")
    @classmethod
    def _long_enough(cls, secret: SecretStr) -> SecretStr:
        if 0 < len(secret.get_secret_value()) < SHORTEST_SECRET or secret.get_secret_value().strip() == "changeme":
            raise Wrong(
                f"секрет короче {SHORTEST_SECRET} знаков: возьмите вывод команды openssl rand -hex 32",
                f"the secret is shorter than {SHORTEST_SECRET} characters: take what openssl rand -hex 32 prints",
            )
        return secret

    @field_validator("fields", mode="before")
    @classmethod
    def _from_json(cls, fields: Any) -> Any:
        """One part of a nested variable comes as text."""
        try:
            return json.loads(fields) if isinstance(fields, str) else fields
        except ValueError:
            return fields

    @field_validator("fields")
    @classmethod
    def _paths(cls, fields: Mapping[str, str]) -> Mapping[str, str]:
        for field, path in fields.items():
            if not _PATH.fullmatch(path) or not field.strip():
                raise Wrong(
                    'пишите поле лида и путь к нему в теле через точку: {"phone": "contact.phone"}',
                    'write a field of the lead and where it lies in the body: {"phone": "contact.phone"}',
                )
        return fields

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not self.secret.get_secret_value():
            raise Wrong("нужен secret: возьмите вывод openssl rand -hex 32", "a secret is needed: openssl rand -hex 32")
        if bool(self.consent_source) != bool(self.consent_text):
            raise Wrong(
                "согласие — это и consent_source, и consent_text: задайте оба или ни одного",
                "a consent is both consent_source and consent_text: give both or neither",
            )
        return self


class WebSettings(BaseModel):
    """`url`: where people open the application, as they type it (https://robot.example.ru); "" this host and port.
    `tokens`: NAME:SHA-256 of tokens of the API, in hexadecimal, besides those that `zvonar token` keeps. `hooks`: by
    the campaign's short name. `per_minute`: requests of one address to the webhook. `proxies`: addresses
    that may tell who stands behind them (X-Forwarded-For, -Proto, -Host)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=1, le=65535)
    url: str = Field(default="", max_length=200)
    tokens: Listed = ()
    hooks: dict[str, HookSettings] = Field(default_factory=dict)
    per_minute: int = Field(default=120, ge=1, le=100_000)
    proxies: Listed = ()

    @field_validator("url")
    @classmethod
    def _address(cls, url: str) -> str:
        if url and not _URL.fullmatch(url):
            raise Wrong(
                "нужен адрес целиком и без пути: https://robot.example.ru",
                "a whole address without a path is needed: https://robot.example.ru",
            )
        return url.rstrip("/")

    @property
    def address(self) -> str:
        """Where people open the application."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.url or f"http://{'127.0.0.1' if self.host in {'0.0.0.0', '::'} else host}:{self.port}"  # noqa: S104

    @field_validator("tokens")
    @classmethod
    def _hashes(cls, tokens: tuple[str, ...]) -> tuple[str, ...]:
        if not all(_TOKEN.fullmatch(token) for token in tokens):
            raise Wrong(
                "нужны имя и SHA-256 токена через двоеточие; готовую строку печатает zvonar token ИМЯ",
                "name and SHA-256 of a token, with a colon between, are needed; zvonar token NAME prints the line",
            )
        if len({token.partition(":")[0] for token in tokens}) < len(tokens):
            raise Wrong("два токена с одним именем", "two tokens of one name")
        return tokens

    @model_validator(mode="after")
    def _own_secrets(self) -> Self:
        secrets = [one.get_secret_value() for hook in self.hooks.values() for one in (hook.secret, hook.previous)]
        given = [secret for secret in secrets if secret]
        if len(set(given)) < len(given):
            raise Wrong(
                "у каждой кампании свой секрет: иначе заявку одной можно повторить в другой",
                "each campaign has a secret of its own, or a request of one could be repeated in another",
            )
        return self
