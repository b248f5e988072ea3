"""How Bitrix24 says no: a status, a code, a sentence."""

from __future__ import annotations


class ApiError(Exception):
    """One answer with an error."""

    def __init__(self, code: str, text: str, *, status: int = 400) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.status = status


def required(name: str) -> ApiError:
    return ApiError("100", f"Could not find value for parameter {{{name}}}")


def not_found() -> ApiError:
    return ApiError("NOT_FOUND", "Элемент не найден")


def denied(text: str = "Доступ запрещен") -> ApiError:
    return ApiError("ACCESS_DENIED", text)
