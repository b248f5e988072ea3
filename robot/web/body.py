"""The body of a request: read with a limit, and taken apart without trusting a byte of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn, TypeVar, get_args, get_origin
from urllib.parse import parse_qsl

from aiohttp import web
from pydantic import BaseModel, ValidationError

from robot.web.errors import Malformed, TooLarge, TooSlow, Unusable, WrongKind
from robot.wording import fault_text

MOST_BYTES = 64 * 1024
MOST_PARTS = 200
READ_WITHIN_S = 10.0
_ENCODINGS = {"": "utf-8", "utf-8": "utf-8", "utf8": "utf-8", "windows-1251": "cp1251", "cp1251": "cp1251"}

M = TypeVar("M", bound=BaseModel)


async def read_body(request: web.Request, *, most: int = MOST_BYTES, within_s: float = READ_WITHIN_S) -> bytes:
    """All of it. Raises TooLarge, TooSlow, WrongKind."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise WrongKind("unsupported_media_type", "сжатое тело не принимается", "a compressed body is not taken")
    if (request.content_length or 0) > most:
        raise TooLarge(most)
    body = bytearray()
    try:
        async with asyncio.timeout(within_s):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > most:
                    raise TooLarge(most)
    except TimeoutError:
        raise TooSlow("too_slow", "тело запроса не пришло вовремя", "the body did not come in time") from None
    return bytes(body)


async def read_model(request: web.Request, model: type[M], *, most: int = MOST_BYTES) -> M:
    """The JSON body as a model. Raises ApiError naming each wrong field, never its value."""
    return _validated(read_json(await read_body(request, most=most)), model)


def read_query(request: web.Request, model: type[M]) -> M:
    """What stands after ? in the address, as a model; a field that is a list takes a name that is repeated. Raises
    ApiError naming each wrong field."""
    given: dict[str, Any] = {}
    for name in request.query:
        told = request.query.getall(name)
        many = name in model.model_fields and _is_list(model.model_fields[name].annotation)
        given[name] = told if many or len(told) > 1 else told[0]
    return _validated(given, model)


def _is_list(annotation: Any) -> bool:
    """Also of one that may be None, and under Annotated."""
    inner = get_args(annotation)
    return get_origin(annotation) in {list, tuple, set, frozenset, Sequence} or any(_is_list(one) for one in inner)


def _validated(document: Any, model: type[M]) -> M:
    try:
        return model.model_validate(document)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        fields = {".".join(str(part) for part in fault["loc"]) or "body": fault_text(fault) for fault in faults}
        raise Unusable(
            "invalid", "запрос не разобрать: см. fields", "wrong request: see fields", fields=fields
        ) from None


def read_json(body: bytes) -> Any:
    """Raises Malformed."""
    text = _decode(body, "utf-8")
    try:
        return json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Malformed("bad_json", "тело — не JSON", "the body is no JSON") from None


def read_flat(body: bytes, content_type: str, charset: str) -> Mapping[str, Any]:
    """A webhook's body as an object: JSON, or a form as sites send it. Raises Malformed, WrongKind."""
    if content_type == "application/x-www-form-urlencoded":
        encoding = _ENCODINGS.get(charset.lower())
        if encoding is None:
            raise Malformed("bad_encoding", "кодировка формы не известна: нужна UTF-8", "unknown encoding: use UTF-8")
        try:
            pairs = parse_qsl(
                _decode(body, "ascii"), keep_blank_values=True, encoding=encoding, errors="strict",
                max_num_fields=MOST_PARTS, strict_parsing=bool(body),
            )  # fmt: skip
        except UnicodeDecodeError:
            raise _encoding() from None
        except ValueError:
            raise Malformed("bad_form", "тело — не форма", "the body is no form") from None
        return dict(pairs)
    if content_type != "application/json":
        raise WrongKind(
            "unsupported_media_type",
            "нужен Content-Type application/json или application/x-www-form-urlencoded",
            "Content-Type must be application/json or application/x-www-form-urlencoded",
        )
    document = read_json(body)
    if not isinstance(document, dict):
        raise Malformed("bad_json", "нужен объект JSON: {…}", "a JSON object is needed: {…}")
    return document


def dig(document: Mapping[str, Any], path: str) -> str:
    """The text at a path such as contact.phone or phones.0; "" when there is none."""
    place: Any = document
    for part in path.split("."):
        if isinstance(place, Mapping):
            place = place.get(part)
        elif isinstance(place, list) and part.isdecimal() and int(part) < len(place):
            place = place[int(part)]
        else:
            return ""
    return text_of(place)


def text_of(value: Any) -> str:
    """A scalar as text, "" for anything else."""
    match value:
        case str():
            return value
        case bool():
            return "да" if value else "нет"
        case float() if value.is_integer() and abs(value) < 10**15:
            return str(int(value))
        case int() | float():
            return str(value) if abs(value) < 10**30 else ""
    return ""


def _decode(body: bytes, encoding: str) -> str:
    try:
        return body.decode(encoding)
    except UnicodeDecodeError:
        raise _encoding() from None


def _encoding() -> Malformed:
    return Malformed(
        "bad_encoding", "тело не в той кодировке: нужна UTF-8", "the body is in another encoding: UTF-8 is needed"
    )


def _no_number(_name: str) -> NoReturn:
    raise ValueError("no number of JSON")
