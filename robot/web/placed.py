"""Work that lives in the memory of one node: imports, publications, test talks. Its id tells which node that is, so
that another one, asked by a balancer's choice, does not say that there is no such thing.

The answer is 421 (misdirected): the same request at another node succeeds. The pages ask again, so that any balancer
which takes turns brings them there; one that keeps a browser to one node never shows it.
"""

from __future__ import annotations

from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel

from robot.web.errors import ApiError
from robot.web.services import SERVICES

M = TypeVar("M", bound=BaseModel)

_APART = "~"


class Elsewhere(ApiError):
    status = 421

    def __init__(self, node: str) -> None:
        super().__init__(
            "elsewhere",
            f"это начали на сервере {node}, а ответил другой: повторите; если {node} остановлен, начните заново",
            f"this was begun on {node}, and another server answered: try again; if {node} is gone, begin anew",
        )


def placed(request: web.Request, out: M) -> M:
    """What is answered, with the node in its `id`."""
    node = request.app[SERVICES].node
    return out.model_copy(update={"id": f"{getattr(out, 'id')}{_APART}{node}"}) if node else out  # noqa: B009


def id_here(request: web.Request, part: str) -> str:
    """The id of the address without its node. Raises Elsewhere when that is another one."""
    told, apart, node = request.match_info[part].partition(_APART)
    if apart and node != request.app[SERVICES].node:
        raise Elsewhere(node[:64])
    return told
