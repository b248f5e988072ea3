"""GET /api/events: what changes, as it changes (server-sent events)."""

from __future__ import annotations

import asyncio

from aiohttp import web

from robot.web.endpoint import PRINCIPAL, Endpoint
from robot.web.events import Listener
from robot.web.services import SERVICES
from robot.web.standing import first_of

BEAT_S = 15.0
"""Between signs of life: proxies cut what is silent for a minute."""
AGAIN_MS = 2000
"""When a browser that lost us comes back."""


async def events(request: web.Request) -> web.StreamResponse:
    """An event names what changed; `data` tells of which. "reload": ask for everything again. Ends with the session."""
    response = web.StreamResponse(
        headers={
            "Content-Type": "text/event-stream; charset=utf-8",
            "Cache-Control": "no-store",
            "X-Accel-Buffering": "no",
            "X-Content-Type-Options": "nosniff",
        }
    )
    services = request.app[SERVICES]
    with services.hub.listen(request[PRINCIPAL], request.headers.get("Last-Event-ID", "")) as listener:
        await response.prepare(request)
        await response.write(f"retry: {AGAIN_MS}\n\n".encode())
        await first_of(_tell(response, listener), services.standing.until_revoked(request))
    return response


async def _tell(response: web.StreamResponse, listener: Listener) -> None:
    """Until the service ends, or the page is closed, which shows when something is written."""
    loop = asyncio.get_running_loop()
    beat_at = loop.time() + BEAT_S
    try:
        while True:
            try:
                async with asyncio.timeout_at(beat_at):
                    told = await listener.get()
            except TimeoutError:
                beat_at = loop.time() + BEAT_S
                await response.write(b": .\n\n")
            else:
                if told is None:
                    return
                await response.write(told.encoded())
    except ConnectionError:
        return


ENDPOINTS = (
    Endpoint("GET", "/api/events", events, None, "What changes, as it changes (server-sent events)", "Live",
             media="text/event-stream"),
)  # fmt: skip
