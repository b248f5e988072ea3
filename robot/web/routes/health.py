"""GET /api/health: what keeps this node from calling, for people."""

from __future__ import annotations

from aiohttp import web

from robot.domain.access import Right
from robot.web.endpoint import Endpoint
from robot.web.probes import PROBES
from robot.web.schemas import HealthOut, PartOut
from robot.web.services import answer


async def health(request: web.Request) -> web.Response:
    """Nothing when calls can be made. line: the way to the telephone network; store: the database."""
    readiness = await request.app[PROBES].ready()
    items = [PartOut(part=part, problem=problem) for part, problem in sorted(readiness.problems.items())]
    return answer(HealthOut(items=items))


ENDPOINTS = (
    Endpoint("GET", "/api/health", health, Right.SEE_TODAY, "What keeps the robot from calling", "Campaigns",
             answer=HealthOut,
             example={"items": [{"part": "line", "problem": "Asterisk does not answer"}], "next": ""}),
)  # fmt: skip
