"""Around every request: its language, and one shape for whatever goes wrong."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping

import structlog
from aiohttp import web

from robot.i18n import Language, language, tr
from robot.web.errors import ApiError
from robot.web.hook_tally import hook_of, result_of
from robot.web.services import SERVICES
from robot.web.signature import GENUINE

log = structlog.get_logger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

API = "/api/"
HOOKS = "/hooks/"
CODE = web.ResponseKey("code", str)
"""Of a response that is a refusal."""
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

_STATUS_OF = {
    "unknown_campaign": 404,
    "unknown_user": 404,
    "name_taken": 409,
    "last_head": 409,
    "unknown_call": 404,
    "not_correctable": 409,
    "call_under_way": 409,
    "no_words": 422,
    "bad_cursor": 422,
    "invalid_record": 422,
    "invalid_pattern": 422,
    "invalid_name": 422,
    "invalid_password": 422,
}
"""Codes of the stores' errors and of the rules'."""

_RUSSIAN = {
    "unknown_campaign": "такой кампании нет",
    "invalid_record": "недопустимое значение",
    "bad_cursor": "такого места в списке нет: начните сначала",
}


@web.middleware
async def told(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Errors become JSON, in the language the request asks for; what nobody expected is logged and tells nothing."""
    if not request.path.startswith((API, HOOKS)):
        return await handler(request)
    wants_english = request.headers.get("Accept-Language", "").lower().startswith("en")
    token = language.set(Language.EN if wants_english else Language.RU)
    try:
        response = await _handled(request, handler)
    finally:
        language.reset(token)
    if request.path.startswith(HOOKS):
        result = result_of(response.status, response.get(CODE, ""), genuine=request.get(GENUINE, False))
        if (services := request.app.get(SERVICES)) is not None:
            services.on_hook(hook_of(request.path), result)
    response.headers.update(HEADERS)
    return response


async def _handled(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except ApiError as error:
        return _refusal(error.status, error.code, error.body(), error.headers)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        allowed = {name: value for name, value in error.headers.items() if name == "Allow"}
        code = {404: "not_found", 405: "method_not_allowed"}.get(error.status, "bad_request")
        return _refusal(error.status, code, _body(code, "такого адреса нет", error.reason), allowed)
    except Exception as error:
        return _of_store(error)


def _of_store(error: Exception) -> web.StreamResponse:
    """By the code and `retryable` that every error of this product has."""
    code = str(getattr(error, "code", ""))
    if code in _STATUS_OF:
        words = str(getattr(error, "ru", "")) or _RUSSIAN.get(code, f"отказано: {error}")
        return _refusal(_STATUS_OF[code], code, _body(code, words, str(error)), {})
    if getattr(error, "retryable", False):
        log.warning("request_put_off", error=type(error).__name__)
        code = code or "unavailable"
        busy = _body(code, "хранилище занято: повторите", "the store is busy: try again")
        return _refusal(503, code, busy, {"Retry-After": "2"})
    log.error("request_failed", error=type(error).__name__, exc_info=error)
    body = _body("internal", "внутренняя ошибка: см. журнал робота", "internal error: see the log")
    return _refusal(500, "internal", body, {})


def _body(code: str, ru: str, en: str) -> dict[str, object]:
    return {"error": {"code": code, "message": tr(ru, en)}}


def _refusal(status: int, code: str, body: Mapping[str, object], headers: Mapping[str, str]) -> web.Response:
    response = web.json_response(body, status=status, headers=dict(headers), dumps=_dumps)
    response[CODE] = code
    return response


def _dumps(body: object) -> str:
    return json.dumps(body, ensure_ascii=False)
