"""What goes wrong beyond our own walls: CRMs, calendars, mail, messages. Each error has a stable `code` and a remedy
that a head of sales understands; `retryable` tells whether trying again later may help.

Texts never hold personal data of clients, secrets, or bodies of answers (some vendors send tracebacks). A manager's
name may stand in what people are shown, and is told apart (`named`): logs leave it out.
"""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar


class DeliveryError(Exception):
    """remedy: what a person can do. named: the person whose name stands in the texts. after: not sooner than this,
    where the other side said so. may_have_arrived: False where it is certain that nothing of the write arrived."""

    code: ClassVar[str] = "delivery"
    retryable: ClassVar[bool] = False

    def __init__(
        self,
        message: str,
        *,
        remedy: str = "",
        named: str = "",
        after: timedelta | None = None,
        may_have_arrived: bool = True,
    ) -> None:
        super().__init__(message)
        self.remedy = remedy
        self.named = named
        self.after = after
        self.may_have_arrived = may_have_arrived


class Unreachable(DeliveryError):
    """No answer: down, a time-out, a connection that broke. A write may have arrived all the same."""

    code = "unreachable"
    retryable = True


class Unsure(DeliveryError):
    """It may have been sent, nobody can tell, and a second one would be worse than none: a person decides."""

    code = "unsure"


class Limited(DeliveryError):
    """Too many requests; this one was not carried out."""

    code = "limited"
    retryable = True


class Unauthorized(DeliveryError):
    """The token was revoked, or may not do this."""

    code = "unauthorized"


class NotThere(DeliveryError):
    """What the settings or the card name is gone: a stage, a user, a field, a lead."""

    code = "not_there"


class Refused(DeliveryError):
    """The other side understood, and says no."""

    code = "refused"


class TooLarge(DeliveryError):
    """More than the other side takes, for example a recording."""

    code = "too_large"


class NoAddress(DeliveryError):
    """Nobody knows where to send it."""

    code = "no_address"


class BadDocument(DeliveryError):
    """What this one is made of or goes by is wrong: its template, a fact, a file, its channel. Others are well."""

    code = "bad_document"


class BrokeOff(DeliveryError):
    """A program of ours that was making this one ended half-way; nothing of it was sent."""

    code = "broke_off"
    retryable = True


class Misconfigured(DeliveryError):
    """Settings that cannot work."""

    code = "misconfigured"
