"""How far an answer has got that the client may not have finished."""

from __future__ import annotations

from enum import StrEnum


class Completeness(StrEnum):
    """What the words so far ask of whoever waits for the rest. From the readiest to answer to the most patient."""

    COMPLETE = "complete"
    """An answer that this phrase expects; nothing in its words asks for more."""
    BRIEF = "brief"
    """An answer that is often followed by more: a word or two («не понял, …», «кто это, …»), or what is said for
    somebody else («директора нет, …»)."""
    BARE = "bare"
    """A mere «да», «нет», «хорошо» to a question that wants one, or an answer of a word or two («кто это»):
    mostly all there is, now and then a beginning with a comma after it."""
    OPEN = "open"
    """Anything between."""
    UNCLEAR = "unclear"
    """A word or two that mean nothing here, or a grammar that seems to want more: a beginning, or misheard."""
    UNFINISHED = "unfinished"
    """The sentence hangs, a value is being dictated, or the client asks to be waited for."""
