"""EditError: an edit that cannot be made. `code`: unknown_phrase, unknown_intent, unknown_example, unknown_way,
not_own, exists, no_variant, last_variant, last_example. Nothing of the text is changed then."""

from __future__ import annotations

from typing import ClassVar


class EditError(Exception):
    retryable: ClassVar[bool] = False

    def __init__(self, code: str, ru: str, en: str) -> None:
        super().__init__(en)
        self.code = code
        self.ru = ru
        self.en = en


def unknown_phrase(phrase: str) -> EditError:
    return EditError("unknown_phrase", f"фразы «{phrase}» нет", f"there is no phrase '{phrase}'")
