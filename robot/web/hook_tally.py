"""What becomes of requests to webhooks, for the metrics. Pure."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum


class Hook(StrEnum):
    LEADS = "leads"
    CRM = "crm"
    OTHER = "other"
    """An address below /hooks/ that is none."""


class HookResult(StrEnum):
    TAKEN = "taken"
    REFUSED = "refused"
    """Understood; this person is never called."""
    INVALID = "invalid"
    """By somebody who may, and not to be understood: a request of his is lost."""
    UNSIGNED = "unsigned"
    """By whoever it may be: a signature or a token that does not fit or is too old, or a body that nobody checks one
    of."""
    UNKNOWN = "unknown"
    """An address at which nothing is awaited."""
    LIMITED = "limited"
    FAILED = "failed"
    """By a fault of ours, or a store that is away: it may come again."""


OnHook = Callable[[Hook, HookResult], None]

_BY_STATUS = {401: HookResult.UNSIGNED, 404: HookResult.UNKNOWN, 405: HookResult.UNKNOWN, 429: HookResult.LIMITED}


def ignore_hooks(_hook: Hook, _result: HookResult) -> None:
    """For who does not count them."""


def hook_of(path: str) -> Hook:
    """path: below /hooks/."""
    name = path.split("/")[2] if path.count("/") >= 2 else ""
    return Hook(name) if name in {Hook.LEADS, Hook.CRM} else Hook.OTHER


def result_of(status: int, code: str, *, genuine: bool) -> HookResult:
    """code: of the refusal, "" where there was none. genuine: its sender has proved that he may."""
    if status < 400:
        return HookResult.TAKEN if genuine else HookResult.UNSIGNED
    if status >= 500:
        return HookResult.FAILED
    if status == 422 and code != "invalid":
        return HookResult.REFUSED
    return _BY_STATUS.get(status, HookResult.INVALID if genuine else HookResult.UNSIGNED)
