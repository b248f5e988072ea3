"""What the API takes and gives about access: people, programs, the journal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from robot.domain.access import Right, Role
from robot.domain.journal import Scalar
from robot.domain.users import LONGEST_NAME, LONGEST_PASSWORD, SHORTEST_PASSWORD
from robot.web.schemas import In, Out, Short

Name = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_NAME)]
Given = Annotated[str, StringConstraints(max_length=LONGEST_PASSWORD)]


class SignInIn(In):
    name: Name
    password: Given


class LinkIn(In):
    """link: what stands after # in the address."""

    link: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class MeOut(Out):
    """id, role: None for a program. csrf: what X-CSRF-Token must carry with whatever is no GET. needs_password: he came
    by a link and has none yet. knows_old_password: setting a new password asks for the old one."""

    id: int | None = None
    name: str
    role: Role | None = None
    rights: list[Right]
    language: str = "ru"
    csrf: str = ""
    needs_password: bool = False
    knows_old_password: bool = True


class PasswordIn(In):
    """old: not asked for in a session that a link began."""

    old: Given = ""
    new: Annotated[str, StringConstraints(min_length=SHORTEST_PASSWORD, max_length=LONGEST_PASSWORD)]


class LanguageIn(In):
    language: Literal["ru", "en"]


class UserIn(In):
    name: Name
    role: Role


class UserChange(In):
    """What is absent stays."""

    role: Role | None = None
    disabled: bool | None = None


class UserOut(Out):
    """waits_for_link: he has no password: he signs in with a one-time link."""

    id: int
    name: str
    role: Role
    waits_for_link: bool
    made_at: datetime
    signed_in_at: datetime | None
    disabled_at: datetime | None


class UsersOut(Out):
    items: list[UserOut]
    next: str = ""


class InvitedOut(Out):
    """link: shown once; signs in once, until then."""

    user: UserOut
    link: str
    until: datetime


class TokenIn(In):
    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,40}$")]
    scopes: Annotated[list[Right], Field(min_length=1, max_length=len(Right))]


class TokenOut(Out):
    id: int
    name: str
    scopes: list[Right]
    made_by: str
    made_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


class TokensOut(Out):
    items: list[TokenOut]
    next: str = ""


class NewTokenOut(Out):
    """secret: shown once; goes into the header Authorization: Bearer."""

    token: TokenOut
    secret: str


class ChangesQuery(In):
    """what, who, subject: exactly; "" any."""

    what: Annotated[str, StringConstraints(max_length=64)] = ""
    who: Annotated[str, StringConstraints(max_length=LONGEST_NAME)] = ""
    subject: Short = ""
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    after: Annotated[str, StringConstraints(pattern=r"^[0-9]{0,18}$")] = ""
    limit: int = Field(default=50, ge=1, le=200)


class ChangeOut(Out):
    """user_id: None for a program and for commands on the server. before, after: what differs."""

    id: int
    at: datetime
    who: str
    user_id: int | None
    what: str
    subject: str
    before: Mapping[str, Scalar]
    after: Mapping[str, Scalar]


class ChangesOut(Out):
    items: list[ChangeOut]
    next: str
