"""/api/live: calls under way on all nodes; listening in, taking over, hanging up."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from aiohttp import WSCloseCode, web

from robot.analytics.call_search import UnderWay
from robot.analytics.quality import quality
from robot.calls.managers import is_extension
from robot.calls.monitor import Tap
from robot.domain.access import Right
from robot.domain.call_orders import Order, OrderKind
from robot.domain.calls import Turn
from robot.domain.phones import mask_phone
from robot.web import calls_view as view
from robot.web.body import read_model
from robot.web.call_ports import CallPorts
from robot.web.endpoint import PRINCIPAL, Endpoint, who
from robot.web.errors import ApiError
from robot.web.events import Topic
from robot.web.journal import note
from robot.web.routes.calls import call_of, unknown
from robot.web.schemas_calls import LiveCallOut, LiveOut, OrderOut, TelephoneIn, TelephoneOut
from robot.web.services import SERVICES, answer, number
from robot.web.standing import first_of

TAG = "Live calls"
CHUNKS_A_MESSAGE = 5
"""Of 20 ms: a tenth of a second at a time is soon enough for the ear, and a fifth of the messages."""
HEARTBEAT_S = 15.0


class NotNow(ApiError):
    status = 409


async def index(request: web.Request) -> web.Response:
    """With what has been said so far."""
    services, ports = request.app[SERVICES], _ports(request)
    calls = await ports.live.under_way(now=services.now())
    ids = [one.found.record.id for one in calls]
    turns, orders = await ports.records.turns(ids), await ports.live.last_of(ids)
    items = [_out(request, one, turns.get(call, ()), orders.get(call)) for call, one in zip(ids, calls, strict=True)]
    return answer(LiveOut(items=items))


async def hang_up(request: web.Request) -> web.Response:
    """The robot does not call back on its own."""
    order = await _order(request, OrderKind.HANG_UP, "")
    await note(request, "call_hung_up", subject=str(order.call))
    return answer(_order_out(order), 202)


async def take_over(request: web.Request) -> web.Response:
    """The telephone of whoever asks rings (PUT /api/live/telephone) while the robot talks on; when he answers, he is
    told who is there and joined with the client. What came of it, GET /api/live tells."""
    user_id = request[PRINCIPAL].user_id
    telephone = await _ports(request).telephones.of(user_id) if user_id is not None else ""
    if not telephone:
        raise NotNow(
            "no_telephone",
            "укажите свой номер или добавочный, куда переводить звонки",
            "tell your number or extension first: PUT /api/live/telephone",
        )
    order = await _order(request, OrderKind.TAKE_OVER, telephone)
    await note(request, "call_taken_over", subject=str(order.call), after={"telephone": _shown(telephone)})
    return answer(_order_out(order), 202)


async def listen(request: web.Request) -> web.StreamResponse:
    """A WebSocket: first a text {"rate": 8000, "channels": 2}, then 16-bit little-endian stereo PCM, left the client,
    right what he hears; closed with 1000 when the call is over, with 1008 when the session is. Of calls of this node;
    another one's page has its own."""
    services, call = request.app[SERVICES], call_of(request)
    live = services.live.get(call) if services.live is not None else None
    if live is None:
        raise await _not_here(request, call)
    socket = web.WebSocketResponse(heartbeat=HEARTBEAT_S)
    if not socket.can_prepare(request):
        raise NotWebSocket
    await note(request, "call_listened_to", subject=str(call))
    with live.listening() as tap:
        await socket.prepare(request)
        await socket.send_json({"rate": 8000, "channels": 2})
        place = await first_of(_play(socket, tap), _left(socket), services.standing.until_revoked(request))
    await socket.close(code=WSCloseCode.POLICY_VIOLATION if place == 2 else WSCloseCode.OK)
    return socket


class NotWebSocket(ApiError):
    status = 426

    def __init__(self) -> None:
        super().__init__("not_websocket", "здесь отвечает WebSocket", "a WebSocket answers here")
        self.headers["Upgrade"] = "websocket"


async def telephone(request: web.Request) -> web.Response:
    user_id = request[PRINCIPAL].user_id
    return answer(TelephoneOut(number=await _ports(request).telephones.of(user_id) if user_id is not None else ""))


async def set_telephone(request: web.Request) -> web.Response:
    """An extension of the office, or a number that settings and tariff let the robot ring."""
    user_id = request[PRINCIPAL].user_id
    given = await read_model(request, TelephoneIn)
    if user_id is None:
        raise NotNow("not_a_person", "у программы нет телефона", "a program has no telephone")
    chosen = given.number if is_extension(given.number) else number(given.number)
    await _ports(request).telephones.keep(user_id, chosen)
    return answer(TelephoneOut(number=chosen))


async def _order(request: web.Request, kind: OrderKind, to: str) -> Order:
    """For a call that was answered and is under way."""
    services, call = request.app[SERVICES], call_of(request)
    found = await services.ports.calls.search.one(call)
    if found is None:
        raise unknown()
    if found.record.ended_at is not None:
        raise NotNow("call_over", "этот звонок уже закончился", "this call is over already")
    if found.record.answered_at is None:
        raise NotNow("not_answered_yet", "клиент ещё не взял трубку", "the client has not answered yet")
    order = await services.ports.calls.live.place(call, kind, to, who=who(request), now=services.now())
    services.hub.publish(Topic.LIVE, call=str(call), state="ordered")
    return order


async def _not_here(request: web.Request, call: UUID) -> ApiError:
    under_way = await _ports(request).live.under_way(now=request.app[SERVICES].now())
    node = next((one.node for one in under_way if one.found.record.id == call and one.found.record.answered_at), None)
    if node is None:
        return unknown()
    return NotNow(
        "elsewhere",
        f"этот звонок идёт на сервере {node}: слушайте его на странице того сервера",
        f"this call is on {node}: listen to it on that server's page",
    )


async def _play(socket: web.WebSocketResponse, tap: Tap) -> None:
    whole = b""
    while (chunk := await tap.chunk()) is not None:
        whole += chunk
        if len(whole) >= CHUNKS_A_MESSAGE * len(chunk):
            await socket.send_bytes(whole)
            whole = b""
    if whole:
        await socket.send_bytes(whole)


async def _left(socket: web.WebSocketResponse) -> None:
    """Until the listener goes. What he sends is not for anybody."""
    async for _ in socket:
        pass


def _out(request: web.Request, one: UnderWay, turns: Sequence[Turn], order: Order | None) -> LiveCallOut:
    live, record = request.app[SERVICES].live, one.found.record
    last = next((turn for turn in reversed(turns) if turn.phrase), None)
    return LiveCallOut(
        call=view.row_out(one.found, quality(turns, record.times)),
        node=one.node,
        audible=live is not None and live.get(record.id) is not None,
        phrase=last.phrase if last else "",
        phrase_at_ms=last.said_from_ms if last else 0,
        turns=view.turns_out(turns, None, frozenset()),
        order=_order_out(order) if order else None,
    )


def _order_out(order: Order) -> OrderOut:
    return OrderOut(
        id=order.id,
        kind=order.kind,
        by=order.who,
        at=order.at,
        done=order.done_at is not None,
        problem=order.problem,
    )


def _shown(telephone: str) -> str:
    return telephone if is_extension(telephone) else mask_phone(telephone)


def _ports(request: web.Request) -> CallPorts:
    return request.app[SERVICES].ports.calls


_ID = {"id": "Id of the call"}
ENDPOINTS = (
    Endpoint("GET", "/api/live", index, Right.SEE_CALLS, "Calls under way, on all nodes", TAG, answer=LiveOut),
    Endpoint("GET", "/api/live/telephone", telephone, Right.TAKE_CALLS, "Where I take calls over", TAG,
             answer=TelephoneOut, example={"number": "101"}),
    Endpoint("PUT", "/api/live/telephone", set_telephone, Right.TAKE_CALLS, "Tell where I take calls over", TAG,
             body=TelephoneIn, answer=TelephoneOut, example={"number": "101"}),
    Endpoint("POST", "/api/live/{id}/hang-up", hang_up, Right.TAKE_CALLS, "Hang up a call under way", TAG,
             answer=OrderOut, status=202, params=_ID),
    Endpoint("POST", "/api/live/{id}/take-over", take_over, Right.TAKE_CALLS, "Hand the client over to me", TAG,
             answer=OrderOut, status=202, params=_ID),
    Endpoint("GET", "/api/live/{id}/listen", listen, Right.HEAR_CALLS, "Listen in, by WebSocket", TAG, status=101,
             media="application/octet-stream", params=_ID),
)  # fmt: skip
