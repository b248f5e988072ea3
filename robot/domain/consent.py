"""Consent to advertising calls: what the law wants to be shown before such a call is made. Pure.

Federal Law 38-FZ "On advertising", article 18, part 1: advertising by telephone needs the prior consent of the person
called; the caller has to prove that there was one, and must stop at once when asked to. A consent is therefore kept
with where it came from, when it was given and its wording, and is never deleted: it is revoked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Consent:
    """One line of the ledger. `source`: the form, the contract, the recorded call it was given in; `text`: the words
    agreed to. Aware times; `revoked_at` is None while it stands."""

    source: str
    given_at: datetime
    text: str
    revoked_at: datetime | None = None

    def valid(self, now: datetime | None = None) -> bool:
        """Whether it permits an advertising call: it can be shown (source and wording are recorded) and stands. With
        an aware `now`, at that moment: it was given by then and not yet revoked. Without, for good: once revoked, or
        to be revoked, it permits nothing."""
        if not (self.source.strip() and self.text.strip()):
            return False
        if now is None:
            return self.revoked_at is None
        return self.given_at <= now and (self.revoked_at is None or now < self.revoked_at)


def consented(ledger: Iterable[Consent], now: datetime) -> bool:
    """Whether a lead with these lines may be called with advertising at an aware `now`.

    A revocation takes back whatever was given before it, by whichever form: people do not remember which box they
    ticked. A consent given after it counts again.
    """
    lines = list(ledger)
    revoked = max((line.revoked_at for line in lines if line.revoked_at and line.revoked_at <= now), default=None)
    return any(line.valid(now) and (revoked is None or line.given_at > revoked) for line in lines)
