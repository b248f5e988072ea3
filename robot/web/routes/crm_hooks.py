"""POST /hooks/crm/{connector}/{secret}: a CRM tells that something was touched. It is written down and answered at
once; what is there is read by the worker of the triggers."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from robot.crm.triggers.ports import Inbox
from robot.crm.triggers.told import TELLING
from robot.web.body import read_body
from robot.web.errors import NotFound, TooMany
from robot.web.limits import RateLimit
from robot.web.routes.hooks import source_of
from robot.web.services import SERVICES
from robot.web.signature import GENUINE


@dataclass(frozen=True, slots=True, repr=False)
class Door:
    """A connector's address. secret: the end of it. token: what its requests carry besides; "" is not asked for."""

    secret: str
    token: str = ""


@dataclass(frozen=True, slots=True)
class CrmInlet:
    """doors: by connector."""

    doors: Mapping[str, Door]
    inbox: Inbox


class CrmHooks:
    """Who guesses at addresses is slowed down; a CRM in which much happens is not."""

    def __init__(self, inlet: CrmInlet, *, guesses_per_minute: int, proxies: Sequence[str] = ()) -> None:
        self._inlet = inlet
        self._proxies = proxies
        self._limit = RateLimit(guesses_per_minute)

    async def receive(self, request: web.Request) -> web.Response:
        name = request.match_info["connector"]
        door = self._inlet.doors.get(name)
        if door is None or not _same(request.match_info["secret"], door.secret):
            self._slow_down(request)
            raise NotFound("unknown_hook", "вебхуков по этому адресу не ждём", "no webhooks are awaited here")
        request[GENUINE] = True
        told = TELLING[name](await read_body(request))
        genuine = [one for one in told if not door.token or _same(one.token, door.token)]
        request[GENUINE] = len(genuine) == len(told)
        await self._inlet.inbox.put(name, genuine, now=request.app[SERVICES].now())
        return web.json_response({"status": "ok"})

    def _slow_down(self, request: web.Request) -> None:
        source = source_of(request.remote or "", request.headers.getall("X-Forwarded-For", []), self._proxies)
        wait_s = self._limit.take(source, asyncio.get_running_loop().time())
        if wait_s:
            raise TooMany(wait_s)

    @property
    def routes(self) -> Sequence[web.RouteDef]:
        return [web.post("/hooks/crm/{connector}/{secret}", self.receive)]


def _same(told: str, ours: str) -> bool:
    return hmac.compare_digest(told.encode("utf-8", "replace"), ours.encode())
