"""Messages to any messenger: signed JSON to an address that knows how to pass them on (a bot, an aggregator).

POST, Content-Type: application/json
X-Zvonar-Timestamp: 1795255200                       seconds since 1970
X-Zvonar-Signature: sha256=HEX                       HMAC-SHA256(secret, "1795255200" + "." + body)

Body: {"id", "phone", "name", "text", "template"}. The same `id` may come again: it is to be passed on once.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime

from robot.crm.http import Request, Wire, refused
from robot.i18n import tr


@dataclass(frozen=True, slots=True)
class Message:
    """id: of the delivery, the same for every try."""

    id: str
    phone: str
    name: str
    text: str
    template: str


class Messenger:
    def __init__(self, url: str, secret: str, wire: Wire, *, now: Callable[[], datetime]) -> None:
        self._url = url
        self._secret = secret
        self._wire = wire
        self._now = now

    async def send(self, message: Message) -> str:
        """The other side's id, else ours. Raises DeliveryError; a repeat does no harm."""
        body = json.dumps(asdict(message), ensure_ascii=False).encode()
        stamp = str(int(self._now().timestamp()))
        digest = hmac.new(self._secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": message.id,
            "X-Zvonar-Timestamp": stamp,
            "X-Zvonar-Signature": f"sha256={digest}",
        }
        answer = await self._wire.send(Request("POST", self._url, headers, body=body))
        if not answer.ok:
            raise refused(tr("мессенджер", "the messenger"), answer)
        try:
            told = json.loads(answer.body)
        except ValueError:
            told = None
        own = told.get("id") if isinstance(told, dict) else None
        return str(own)[:200] if own else message.id

    async def close(self) -> None:
        await self._wire.close()
