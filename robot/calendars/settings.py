"""Calendars as settings: the CalDAV server, and by which account each manager's calendar is opened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator


class Account(BaseModel):
    """Of a CalDAV server. url: of the server, or of the account's folder on it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = ""
    user: str = ""
    password: SecretStr = SecretStr("")

    @field_validator("url")
    @classmethod
    def _is_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if url and (parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None):
            raise ValueError("write an address like https://caldav.example.com/, without user and password")
        return url


class CalendarSettings(Account):
    """The account itself opens the calendars of all managers who have no account of their own. `accounts`: by the
    manager's name. What is known of busy times is renewed every `refresh_s`; before a client is offered a time the
    calendars are asked once more, for `fresh_ms` at most."""

    accounts: Mapping[str, Account] = Field(default_factory=dict)
    timeout_s: float = Field(default=10, ge=1, le=60)
    refresh_s: float = Field(default=120, ge=10, le=3600)
    fresh_ms: int = Field(default=600, ge=0, le=5000)

    @model_validator(mode="after")
    def _accounts_are_whole(self) -> Self:
        for account in self.accounts.values():
            if not (account.url or self.url):
                raise ValueError("an account needs an url, or the server of all")
        return self

    @property
    def used(self) -> bool:
        return bool(self.url or self.accounts)

    def account(self, manager: str) -> Account | None:
        """By which this manager's calendar is opened; None where there is none."""
        own = self.accounts.get(manager)
        if own is None:
            return Account(url=self.url, user=self.user, password=self.password) if self.url else None
        return own if own.url else Account(url=self.url, user=own.user, password=own.password)
