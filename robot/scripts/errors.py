"""What the desk refuses.

DeskError              code, the sentence in both languages
├── UnknownScript      unknown_script     also an unknown version, revision or job
├── NameRefused        name_taken, invalid_name
├── InUse              in_use             a campaign speaks it
├── UnreadableScript   broken_script      with findings: the text is no YAML of a script
├── DraftConflict      draft_conflict     somebody else has changed the same phrases
└── NotNow             publishing, stale_revision, nothing_to_undo, too_many_talks, talk_over, nothing_changed
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from robot.domain.scripts import Revision
from scripts_dialog.findings import Finding


class DeskError(Exception):
    code: ClassVar[str] = "scripts"
    retryable: ClassVar[bool] = False

    def __init__(self, ru: str, en: str) -> None:
        super().__init__(en)
        self.ru = ru
        self.en = en


class UnknownScript(DeskError):
    code = "unknown_script"

    def __init__(self) -> None:
        super().__init__("такого сценария, версии или разговора нет", "there is no such script, version or talk")


class NameRefused(DeskError):
    code = "name_taken"

    def __init__(self, name: str) -> None:
        super().__init__(f"имя «{name}» уже занято", f"the name '{name}' is taken")


class InUse(DeskError):
    code = "in_use"

    def __init__(self, campaigns: Sequence[str]) -> None:
        named = ", ".join(campaigns)
        super().__init__(
            f"по этому сценарию звонят кампании: {named}; сначала смените им сценарий",
            f"campaigns speak it: {named}; give them another script first",
        )


class UnreadableScript(DeskError):
    code = "broken_script"

    def __init__(self, findings: Sequence[Finding]) -> None:
        first = findings[0]
        super().__init__(f"{first.message.ru}: {first.remedy.ru}", f"{first.message.en}: {first.remedy.en}")
        self.findings = tuple(findings)


class DraftConflict(DeskError):
    """current: what is saved now. yours: what was not."""

    code = "draft_conflict"

    def __init__(self, current: Revision, yours: str, phrases: Sequence[str]) -> None:
        super().__init__(
            f"{current.author} уже изменил эти же фразы: сравните и выберите",
            f"{current.author} has changed the same phrases: compare and choose",
        )
        self.current = current
        self.yours = yours
        self.phrases = tuple(phrases)


class NotNow(DeskError):
    """code_: of this refusal."""

    def __init__(self, code: str, ru: str, en: str) -> None:
        super().__init__(ru, en)
        self.code = code  # type: ignore[misc]
