"""What can be wrong with a question to analytics.

InvalidPlan (ValueError)   invalid_plan   no calculation can be made for it; the sentence says what to give
"""

from __future__ import annotations

from typing import ClassVar


class InvalidPlan(ValueError):
    """`ru` and `en` are the same sentence; str() gives the English one."""

    code: ClassVar[str] = "invalid_plan"
    retryable: ClassVar[bool] = False

    def __init__(self, ru: str, en: str) -> None:
        super().__init__(en)
        self.ru = ru
        self.en = en
