"""Where something may be sent: e-mail addresses as people dictate and CRMs keep them, hostile until read. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
EMAIL_FIELDS = ("email", "e-mail", "mail", "почта", "эл. почта", "электронная почта")
"""Names, in any case, under which CRMs and spreadsheets bring the address."""


def email_of(text: str) -> str:
    """One address, its domain in ASCII and lower case; "" when this is none. Quoted local parts, comments, names and
    lists are refused: nobody dictates them, and some servers read them as more than one address."""
    local, at, domain = text.strip().rpartition("@")
    if not at or not _LOCAL.fullmatch(local) or len(local) > 64:
        return ""
    try:
        ascii_domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""
    labels = ascii_domain.split(".")
    fits = len(labels) >= 2 and all(_LABEL.fullmatch(label) for label in labels) and not labels[-1].isdecimal()
    return f"{local}@{ascii_domain}" if fits and len(ascii_domain) <= 253 else ""


def lead_email(fields: Mapping[str, str]) -> str:
    """What the card says, "" when it says none."""
    known = {name.strip().casefold(): value for name, value in fields.items()}
    return next((found for name in EMAIL_FIELDS if (found := email_of(known.get(name, "")))), "")
