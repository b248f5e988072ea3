"""The two languages users see: Russian, and English on request."""

from __future__ import annotations

from contextvars import ContextVar
from enum import StrEnum


class Language(StrEnum):
    RU = "ru"
    EN = "en"


language: ContextVar[Language] = ContextVar("language", default=Language.RU)
"""The language of the person being served: set once by a command, per request by the web application."""


def tr(ru: str, en: str) -> str:
    """The text in the current language. Both stand side by side in the code, so neither is forgotten."""
    return ru if language.get() is Language.RU else en
