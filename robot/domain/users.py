"""People who use the web application, and how they prove who they are. Pure; time is an argument."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from robot.domain.access import Principal, Right, Role, rights_of
from robot.domain.errors import InvalidName, InvalidPassword

IDLE = timedelta(hours=12)
LONGEST_SESSION = timedelta(days=14)
LINK_LASTS = timedelta(hours=24)
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
LONGEST_NAME = 64

TRIES_WITHIN = timedelta(minutes=15)
TRIES_OF_ACCOUNT = 10
TRIES_OF_ADDRESS = 60
"""A whole office may stand behind one address."""

_NAME = re.compile(r"[^\W_](?:[\w .@'+-]*[\w.])?")


@dataclass(frozen=True, slots=True)
class User:
    """has_password: without one he signs in by a link alone."""

    id: int
    name: str
    role: Role
    made_at: datetime
    language: str = "ru"
    has_password: bool = False
    signed_in_at: datetime | None = None
    disabled_at: datetime | None = None

    @property
    def principal(self) -> Principal:
        return Principal(self.name, rights_of(self.role), self.id)


@dataclass(frozen=True, slots=True)
class Session:
    """by_link: opened by a one-time link; the password may then be set without the old one."""

    user: User
    since: datetime
    seen_at: datetime
    by_link: bool = False

    def holds(self, now: datetime) -> bool:
        alive = now - self.seen_at < IDLE and now - self.since < LONGEST_SESSION
        return alive and self.user.disabled_at is None


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A program's. scopes: rights by their names; one that is not known any more gives nothing."""

    id: int
    name: str
    scopes: frozenset[Right]
    made_by: str
    made_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None

    @property
    def principal(self) -> Principal:
        return Principal(self.name, self.scopes)


@dataclass(frozen=True, slots=True)
class Tries:
    """How often one may try to sign in under this key within TRIES_WITHIN."""

    key: str
    most: int


def clean_name(written: str) -> str:
    """A user's name as it is kept. Raises InvalidName."""
    name = " ".join(unicodedata.normalize("NFKC", written).split())
    if len(name) > LONGEST_NAME or not _NAME.fullmatch(name):
        raise InvalidName(
            f"имя — буквы, цифры, пробелы и знаки . @ - ' +, не больше {LONGEST_NAME}: Анна Петрова",
            f"a name is letters, digits, spaces and . @ - ' +, {LONGEST_NAME} at most: Anna Petrova",
        )
    return name


def key_of(name: str) -> str:
    """What names are compared by: two that look alike to a person are one."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def check_password(password: str, name: str) -> str:
    """The password as it is hashed. Length is what makes one hard to guess; nothing else is demanded, but that it is no
    name and no single character repeated. Raises InvalidPassword."""
    plain = unicodedata.normalize("NFKC", password)
    if len(plain) < SHORTEST_PASSWORD:
        raise InvalidPassword(
            f"пароль короче {SHORTEST_PASSWORD} знаков: возьмите три-четыре слова",
            f"the password is shorter than {SHORTEST_PASSWORD} characters: take three or four words",
        )
    if len(plain) > LONGEST_PASSWORD:
        raise InvalidPassword(
            f"пароль длиннее {LONGEST_PASSWORD} знаков", f"the password exceeds {LONGEST_PASSWORD} characters"
        )
    if _bare(plain) == _bare(name) or len(set(plain)) < 4:
        raise InvalidPassword(
            "такой пароль угадают первым: не берите имя и повторы одного знака",
            "this is guessed first: take neither the name nor one character repeated",
        )
    return plain


def wait_of(tries: Sequence[tuple[int, int, datetime]], now: datetime) -> timedelta:
    """How long one must wait before he may try again; zero when he may. tries: of each key how many there were, how
    many may be, since when."""
    waits = [since + TRIES_WITHIN - now for made, most, since in tries if made >= most]
    return max([timedelta(0), *waits])


def _bare(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum()).rstrip("0123456789")
