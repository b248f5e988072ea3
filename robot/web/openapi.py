"""The OpenAPI 3.1 document, made from the endpoints: what is served is what is described."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, cast

from aiohttp import web
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from robot.web.endpoint import Endpoint

DOCUMENT = web.AppKey("openapi", bytes)

Json = dict[str, Any]

_PART = re.compile(r"\{(?P<name>\w+)(?::(?P<pattern>[^{}]+(?:\{[^{}]*\}[^{}]*)*))?\}")
_UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_REFUSALS = {
    "400": "The body is no JSON",
    "401": "Nobody is signed in, and no token was sent",
    "403": "The right to this is missing, or another site made the browser ask",
    "404": "There is no such thing",
    "409": "It is there already, or somebody else was faster",
    "422": "A value cannot be used: see fields",
    "429": "Too often: see Retry-After",
    "503": "The store is busy: see Retry-After",
    "default": "Another refusal",
}
_WHAT = (
    "The API of Zvonar, the voice robot that books sales meetings; its own pages use nothing else. "
    'Times are ISO 8601 in UTC, money is kopecks, durations end in _ms or _s, shares are 0 to 1. Lists are {"items", '
    '"next"}: `next` goes back as `after`, "" at the end. Sentences come in Russian, or in English with '
    "Accept-Language: en. Each address names the right it asks for (x-right): roles of users and scopes of tokens are "
    "sets of rights."
)


def document(endpoints: Sequence[Endpoint], version: str) -> Json:
    names, schemas = _schemas(endpoints)
    paths: Json = {}
    for endpoint in endpoints:
        path = described_path(endpoint.path)
        operation = _operation(endpoint, names)
        operation["parameters"] += _query_parameters(endpoint, names, schemas)
        paths.setdefault(path, {})[endpoint.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": "Zvonar", "version": version, "description": _WHAT},
        "servers": [{"url": "/"}],
        "tags": [{"name": tag} for tag in sorted({endpoint.tag for endpoint in endpoints})],
        "paths": paths,
        "components": {"schemas": {**schemas, "Error": _ERROR}, "securitySchemes": _SECURITY},
    }


def described_path(path: str) -> str:
    """An address as OpenAPI writes it: without the patterns of its parts."""
    return _PART.sub(r"{\g<name>}", path)


def encoded(endpoints: Sequence[Endpoint], version: str) -> bytes:
    return json.dumps(document(endpoints, version), ensure_ascii=False).encode()


def _schemas(endpoints: Sequence[Endpoint]) -> tuple[Mapping[type[BaseModel], Mapping[str, Json]], Json]:
    """By model and mode where its schema is, and all of them. What is sent and what is answered may differ: a value
    that has a default may be left out of the one and is always in the other."""
    wanted: dict[tuple[type[BaseModel], Any], None] = {}
    for one in endpoints:
        for model, mode in ((one.body, "validation"), (one.query, "validation"), (one.answer, "serialization")):
            if model is not None:
                wanted[model, mode] = None
    where, found = models_json_schema(list(wanted), ref_template="#/components/schemas/{model}")
    names: dict[type[BaseModel], dict[str, Json]] = {}
    for (of, mode), schema in where.items():
        names.setdefault(cast(type[BaseModel], of), {})[mode] = schema
    return names, found.get("$defs", {})


def _operation(endpoint: Endpoint, names: Mapping[type[BaseModel], Mapping[str, Json]]) -> Json:
    told = (endpoint.handler.__doc__ or "").strip()
    operation: Json = {
        "operationId": _name(endpoint),
        "summary": endpoint.summary,
        "tags": [endpoint.tag],
        "parameters": _path_parameters(endpoint),
        "responses": _responses(endpoint, names),
        "security": _security(endpoint),
    }
    if told:
        operation["description"] = re.sub(r"\s+", " ", told)
    if endpoint.right is not None:
        operation["x-right"] = endpoint.right.value
    if endpoint.body is not None:
        schema = names[endpoint.body]["validation"]
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return operation


def _name(endpoint: Endpoint) -> str:
    """POST /api/users/{id}/link -> post_users_id_link."""
    path = _PART.sub(r"\g<name>", endpoint.path.removeprefix("/api/"))
    return re.sub(r"\W+", "_", f"{endpoint.method.lower()} {path}").strip("_")


def _path_parameters(endpoint: Endpoint) -> list[Json]:
    found = []
    for part in _PART.finditer(endpoint.path):
        schema: Json = {"type": "string"}
        if part["pattern"]:
            schema["pattern"] = f"^(?:{part['pattern']})$"
        described = endpoint.params.get(part["name"], "")
        found.append({"name": part["name"], "in": "path", "required": True, "description": described, "schema": schema})
    return found


def _query_parameters(
    endpoint: Endpoint, names: Mapping[type[BaseModel], Mapping[str, Json]], schemas: Json
) -> list[Json]:
    """A model's fields, each with its own schema."""
    if endpoint.query is None:
        return []
    whole = schemas[names[endpoint.query]["validation"]["$ref"].rpartition("/")[2]]
    required = set(whole.get("required", ()))
    return [
        {"name": name, "in": "query", "required": name in required, "schema": schema}
        for name, schema in whole["properties"].items()
    ]


def _responses(endpoint: Endpoint, names: Mapping[type[BaseModel], Mapping[str, Json]]) -> Json:
    done: Json = {"description": HTTPStatus(endpoint.status).phrase}
    if endpoint.answer is not None:
        content: Json = {"schema": names[endpoint.answer]["serialization"]}
        if endpoint.example is not None:
            content["example"] = dict(endpoint.example)
        done["content"] = {endpoint.media: content}
    elif endpoint.status != HTTPStatus.NO_CONTENT:
        done["content"] = {
            endpoint.media: {"schema": {} if endpoint.media == "application/json" else {"type": "string"}}
        }
    return {str(endpoint.status): done, **{code: _refusal(_REFUSALS[code]) for code in _possible(endpoint)}}


def _possible(endpoint: Endpoint) -> list[str]:
    codes = ["401", "429", "503", "default"]
    if endpoint.right is not None or endpoint.method in _UNSAFE:
        codes.append("403")
    if "{" in endpoint.path:
        codes.append("404")
    if endpoint.body is not None:
        codes += ["400", "404", "409"]
    if endpoint.body is not None or endpoint.query is not None or "{" in endpoint.path:
        codes.append("422")
    return sorted(set(codes))


def _refusal(words: str) -> Json:
    return {"description": words, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}


def _security(endpoint: Endpoint) -> list[Json]:
    if endpoint.open:
        return [{}]
    session: Json = {"session": [], "csrf": []} if endpoint.method in _UNSAFE else {"session": []}
    return [{"token": []}, session]


_ERROR: Json = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {
                "code": {"type": "string", "description": "Stable; for programs", "examples": ["unknown_campaign"]},
                "message": {"type": "string", "description": "For people, in the language of the request"},
                "fields": {
                    "type": "object",
                    "additionalProperties": {"type": "string"},
                    "description": "By the name of a field, what is wrong with it",
                },
            },
        }
    },
}

_SECURITY: Json = {
    "token": {"type": "http", "scheme": "bearer", "description": "Of a program: zvonar token, or Settings, Users"},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-zvonar",
        "description": "Of a person; on the machine itself its name is zvonar-PORT",
    },
    "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRF-Token", "description": "What GET /api/me tells as csrf"},
}
