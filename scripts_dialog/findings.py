"""What is wrong with a script, said to the person who wrote it.

ScriptError            code script_broken, not retryable; `findings` names every error of the file at once
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages; whoever shows it picks."""

    ru: str
    en: str


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark. `code` is stable; `line` counts from 1, 0 when the remark is about the whole file;
    `phrase` is the id of a phrase or "objections.<intent>", empty when the remark is about neither."""

    code: str
    severity: Severity
    file: str
    line: int
    phrase: str
    message: Text
    remedy: Text

    def render(self, language: str = "ru") -> str:
        """`file:line: error [code] phrase: message -> remedy` in one line."""
        message, remedy = (self.message.en, self.remedy.en) if language == "en" else (self.message.ru, self.remedy.ru)
        words = {"error": "ошибка", "warning": "замечание"} if language != "en" else {}
        severity = words.get(self.severity.value, self.severity.value)
        phrase = f" {self.phrase}:" if self.phrase else ""
        return f"{self.file}:{self.line}: {severity} [{self.code}]{phrase} {message} → {remedy}"


class ScriptError(Exception):
    """The script cannot be used. `findings` holds all errors, in the order of the file."""

    code: ClassVar[str] = "script_broken"
    retryable: ClassVar[bool] = False

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(sorted(findings, key=lambda finding: (finding.file, finding.line)))
        super().__init__("\n".join(finding.render("en") for finding in self.findings))

    @property
    def remedy(self) -> str:
        return "\n".join(finding.remedy.en for finding in self.findings)


def has_errors(findings: Iterable[Finding]) -> bool:
    return any(finding.severity is Severity.ERROR for finding in findings)
