"""What the API answers when it refuses. Every body is {"error": {"code", "message", "fields"?}}.

ApiError                  status, code, the sentence in both languages
├── Unauthorized  401     unauthorized       no token, or a wrong one
├── BadSignature  401     bad_signature, stale_timestamp
├── Forbidden     403     forbidden          signed in, without the right to this
├── NotFound      404     not_found, unknown_campaign, unknown_lead, not_listed
├── TooLarge      413     too_large
├── WrongKind     415     unsupported_media_type
├── TooMany       429     too_many           with Retry-After
└── Unusable  400, 422    bad_json, bad_encoding, invalid, and codes of robot.crm.fates

Errors of the stores keep their own codes: unknown_campaign is 404, invalid_record 422, a retryable one 503.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from robot.i18n import tr


class ApiError(Exception):
    """Never quotes what was sent."""

    status: ClassVar[int] = 400

    def __init__(self, code: str, ru: str, en: str, *, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(en)
        self.code = code
        self.ru = ru
        self.en = en
        self.fields = dict(fields or {})
        self.headers: dict[str, str] = {}

    def body(self) -> dict[str, object]:
        """In the language of the request."""
        error: dict[str, object] = {"code": self.code, "message": tr(self.ru, self.en)}
        if self.fields:
            error["fields"] = self.fields
        return {"error": error}


class Malformed(ApiError):
    status = 400


class Unauthorized(ApiError):
    status = 401

    def __init__(self) -> None:
        super().__init__(
            "unauthorized",
            "нужен заголовок Authorization: Bearer ТОКЕН; токен делает zvonar token ИМЯ",
            "the header Authorization: Bearer TOKEN is needed; zvonar token NAME makes one",
        )
        self.headers["WWW-Authenticate"] = "Bearer"


class BadSignature(ApiError):
    status = 401


class Forbidden(ApiError):
    status = 403

    def __init__(self) -> None:
        super().__init__(
            "forbidden",
            "у вашей роли нет права на это: попросите руководителя отдела продаж",
            "your role has no right to this: ask the head of sales",
        )


class NotFound(ApiError):
    status = 404


class TooLarge(ApiError):
    status = 413

    def __init__(self, most: int) -> None:
        super().__init__("too_large", f"тело запроса больше {most // 1024} КиБ", f"the body exceeds {most // 1024} KiB")


class WrongKind(ApiError):
    status = 415


class Unusable(ApiError):
    status = 422


class TooMany(ApiError):
    status = 429

    def __init__(self, wait_s: float) -> None:
        super().__init__("too_many", "слишком много запросов: повторите позже", "too many requests: try again later")
        self.headers["Retry-After"] = str(max(1, round(wait_s)))


class TooSlow(ApiError):
    status = 408
