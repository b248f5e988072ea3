"""What the web application asks of the stores about access: ports, implemented by robot.storage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from robot.domain.access import Right, Role
from robot.domain.journal import Change, Wanted
from robot.domain.users import ApiToken, Session, Tries, User


class Users(Protocol):
    """People. Whatever changes who may do what takes effect with the next request of theirs."""

    async def add(self, name: str, role: Role, *, now: datetime) -> User:
        """Without a password. Raises InvalidName, NameTaken."""

    async def all(self) -> Sequence[User]:
        """By name, the disabled ones too."""

    async def get(self, user_id: int) -> User:
        """Raises UnknownUser."""

    async def set_role(self, user_id: int, role: Role) -> User:
        """Raises UnknownUser, LastHead."""

    async def set_disabled(self, user_id: int, disabled: bool, *, now: datetime) -> User:
        """A disabled user is signed out everywhere. Raises UnknownUser, LastHead."""


class Credentials(Protocol):
    """How people prove who they are. Hashes go in and out, never what they are of."""

    async def find(self, name: str) -> tuple[User, str] | None:
        """The user of this name, however it is spelled, with the hash of his password ("" none)."""

    async def set_password(self, user_id: int, password: str) -> None:
        """Ends all his sessions and his link. Raises UnknownUser."""

    async def set_link(self, user_id: int, link: str, *, until: datetime) -> None:
        """A link that signs in once. The password that was there holds no more, and all his sessions end. Raises
        UnknownUser."""

    async def redeem(self, link: str, *, now: datetime) -> User | None:
        """Whose link it is; it holds no more. None for one that is not known, is spent, is too old, or is of a
        disabled user."""

    async def set_language(self, user_id: int, language: str) -> None: ...


class Sessions(Protocol):
    """Who is signed in, by the hash of what his browser keeps."""

    async def open(self, key: str, user_id: int, *, now: datetime, by_link: bool = False) -> None:
        """Sessions that ended are swept out with it."""

    async def get(self, key: str, *, now: datetime) -> Session | None:
        """None for one that is not known or does not hold any more. Its use is noted once a minute."""

    async def close(self, key: str) -> None: ...

    async def close_all(self, user_id: int) -> int:
        """How many there were."""


class Tokens(Protocol):
    """Programs."""

    async def add(self, name: str, key: str, scopes: frozenset[Right], *, by: str, now: datetime) -> ApiToken:
        """Raises NameTaken."""

    async def find(self, key: str, *, now: datetime) -> ApiToken | None:
        """None for one that was taken back. Its use is noted once an hour."""

    async def all(self) -> Sequence[ApiToken]: ...

    async def revoke(self, token_id: int, *, now: datetime) -> ApiToken | None:
        """None when there is no such token, or no more."""


class Guesses(Protocol):
    """How often somebody tried to sign in, over all nodes."""

    async def take(self, tries: Sequence[Tries], *, now: datetime) -> timedelta:
        """Count one try under every key, unless one of them has had too many: then how long to wait, and nothing is
        counted."""

    async def forget(self, key: str) -> None:
        """He proved who he is."""


class Journal(Protocol):
    """Who changed what; only ever added to."""

    async def add(self, change: Change) -> None: ...

    async def changes(self, wanted: Wanted, *, before: int | None, limit: int) -> Sequence[Change]:
        """The newest first; before: only those with a lower id."""


@dataclass(frozen=True, slots=True)
class AccessPorts:
    users: Users
    credentials: Credentials
    sessions: Sessions
    tokens: Tokens
    guesses: Guesses
    journal: Journal
