"""GET /api/openapi.json: what the API is, for programs that are made from it."""

from __future__ import annotations

from aiohttp import web

from robot.web.endpoint import Endpoint
from robot.web.openapi import DOCUMENT


async def document(request: web.Request) -> web.Response:
    return web.json_response(body=request.app[DOCUMENT])


ENDPOINTS = (
    Endpoint("GET", "/api/openapi.json", document, None, "This document", "Access", media="application/json"),
)  # fmt: skip
