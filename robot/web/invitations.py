"""One-time links: how a new user, or one who forgot his password, gets in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from robot.domain.users import LINK_LASTS
from robot.web.auth import hash_of, new_secret
from robot.web.ports import Credentials

SIGN_IN_PAGE = "/sign-in"
"""The page that takes a link. What stands after # is sent to nobody: no log of a proxy keeps it."""


@dataclass(frozen=True, slots=True, repr=False)
class Invitation:
    """link: shown once, to whoever hands it over."""

    link: str
    until: datetime


async def invite(credentials: Credentials, user_id: int, address: str, *, now: datetime) -> Invitation:
    """The password he had and his sessions end. address: where people open the application. Raises UnknownUser."""
    secret, until = new_secret(), now + LINK_LASTS
    await credentials.set_link(user_id, hash_of(secret), until=until)
    return Invitation(f"{address}{SIGN_IN_PAGE}#link={secret}", until)
