"""The web application: health, readiness and metrics, the API, webhooks."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version

from aiohttp import web

from robot.web.api import ENDPOINTS
from robot.web.body import MOST_BYTES
from robot.web.endpoint import routes_of
from robot.web.gate import gate
from robot.web.middleware import told
from robot.web.openapi import DOCUMENT, encoded
from robot.web.probes import PROBES, Probes, Readiness
from robot.web.routes.crm_hooks import CrmHooks, CrmInlet
from robot.web.routes.hooks import Hooks
from robot.web.services import SERVICES, Services
from robot.web.static_files import StaticFiles
from robot.web.today import DAY_BOARD, day_board

__all__ = ["Probes", "Readiness", "make_app"]


def make_app(probes: Probes, services: Services | None = None, inlet: CrmInlet | None = None) -> web.Application:
    """Probes answer everybody; the API whoever has signed in or has a token. The webhook is there when a source is,
    those of CRMs with an inlet. services: None for the probes alone."""
    guards = [] if services is None else [gate(services.settings, ENDPOINTS)]
    app = web.Application(client_max_size=MOST_BYTES, middlewares=[told, *guards])
    app[PROBES] = probes
    if services is not None:
        app[SERVICES] = services
        app[DAY_BOARD] = day_board(services.ports)
        app[DOCUMENT] = _described()
        app.add_routes(routes_of(ENDPOINTS))
        if services.settings.hooks:
            app.add_routes(Hooks(services.settings).routes)
        if inlet is not None:
            chosen = services.settings
            hooks = CrmHooks(inlet, guesses_per_minute=chosen.per_minute, proxies=chosen.proxies)
            app.add_routes(hooks.routes)
    app.router.add_get("/healthz", _healthz)
    app.router.add_get("/readyz", _readyz)
    app.router.add_get("/metrics", _metrics)
    if services is not None:
        app.add_routes(StaticFiles().routes)
        app.on_shutdown.append(_close_streams)
    return app


@cache
def _described() -> bytes:
    """It takes a quarter of a second, and is the same for every application of a process."""
    return encoded(ENDPOINTS, version("zvonar"))


async def _close_streams(app: web.Application) -> None:
    """They, and imports under way, would keep the service from ending."""
    app[SERVICES].hub.close()
    await app[SERVICES].imports.close()


async def _healthz(_request: web.Request) -> web.Response:
    """The process lives and its event loop turns."""
    return web.json_response({"status": "ok"})


async def _readyz(request: web.Request) -> web.Response:
    """200 when calls can be made, else 503 with what is wrong, part by part."""
    readiness = await request.app[PROBES].ready()
    body = {"status": "ok" if readiness.ok else "unavailable", "problems": readiness.problems}
    return web.json_response(body, status=200 if readiness.ok else 503)


async def _metrics(request: web.Request) -> web.Response:
    text, content_type = await request.app[PROBES].metrics()
    return web.Response(body=text, headers={"Content-Type": content_type})
