"""What the API answers when it refuses. Every body is {"error": {"code", "message", "fields"?}}.

ApiError                  status, code, the sentence in both languages
├── Unauthorized  401     unauthorized       no session and no token, or a wrong one
├── WrongPassword 401     wrong_password     and no word about which of the two is wrong
├── BadSignature  401     bad_signature, stale_timestamp
├── Forbidden     403     forbidden          signed in, without the right to this
├── CrossSite     403     cross_site         not meant by the user: another site, or no X-CSRF-Token
├── NotEncrypted  403     not_encrypted      a password is not taken over plain HTTP from elsewhere
├── NotFound      404     not_found, unknown_campaign, unknown_lead, not_listed
├── Taken         409     by the code of what is there already
├── TooLarge      413     too_large
├── Elsewhere     421     elsewhere: another node has it (robot.web.placed)
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
            "войдите; программе нужен заголовок Authorization: Bearer ТОКЕН, токен делает zvonar token ИМЯ",
            "sign in; a program needs the header Authorization: Bearer TOKEN, zvonar token NAME makes one",
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


class WrongPassword(ApiError):
    status = 401

    def __init__(self) -> None:
        super().__init__("wrong_password", "имя или пароль не подходят", "the name or the password is wrong")


class CrossSite(ApiError):
    status = 403

    def __init__(self) -> None:
        super().__init__(
            "cross_site",
            "запрос пришёл не с нашей страницы: обновите её и повторите",
            "this did not come from a page of ours: reload it and try again",
        )


class NotEncrypted(ApiError):
    status = 403

    def __init__(self) -> None:
        super().__init__(
            "not_encrypted",
            "адрес без шифрования: пароль прочтут по дороге. Откройте https://… или задайте ZVONAR_WEB__URL",
            "this address is not encrypted, a password would be read on its way: open https://… or set ZVONAR_WEB__URL",
        )


class NotFound(ApiError):
    status = 404


class Taken(ApiError):
    status = 409


class TooLarge(ApiError):
    status = 413

    def __init__(self, most: int) -> None:
        super().__init__("too_large", f"тело запроса больше {most // 1024} КиБ", f"the body exceeds {most // 1024} KiB")


class WrongKind(ApiError):
    status = 415


class Unusable(ApiError):
    status = 422


class Unfit(Unusable):
    """fields: by name what is wrong with each, in the language of the request."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(
            "invalid", "не все значения годятся: см. fields", "some values will not do: see fields", fields=fields
        )


class TooMany(ApiError):
    status = 429

    def __init__(self, wait_s: float) -> None:
        super().__init__("too_many", "слишком много запросов: повторите позже", "too many requests: try again later")
        self.headers["Retry-After"] = str(max(1, round(wait_s)))


class TooSlow(ApiError):
    status = 408
