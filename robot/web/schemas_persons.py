"""Bodies of /api/persons."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from robot.web.schemas import In, Out

MOST_LISTED = 100


class EraseIn(In):
    """phone: as people write it. dry_run: what would go; nothing is changed."""

    phone: Annotated[str, Field(min_length=3, max_length=40)]
    dry_run: bool = False


class CertificatesQuery(In):
    limit: Annotated[int, Field(ge=1, le=MOST_LISTED)] = 50


class CertificateOut(Out):
    """It names nobody. id: 0 of a trial. digest: of the number. gone, kept: figures by name; text: all of it in words.
    elsewhere: other systems that know of the person, with the numbers he stands under there."""

    id: int
    at: datetime
    who: str
    digest: str
    gone: dict[str, int]
    kept: dict[str, int]
    elsewhere: dict[str, str]
    text: str


class CertificatesOut(Out):
    items: list[CertificateOut]
    next: str
