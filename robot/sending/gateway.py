"""SMS over an operator's or a gateway's HTTP: what to ask for is settings, as gateways have no common tongue."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlencode

from robot.crm.errors import Refused, Unreachable, Unsure
from robot.crm.http import Answer, Request, Wire, refused
from robot.i18n import tr

LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class Gateway:
    """params: names and values of the request; {phone} (digits), {text}, {key} and the names of `secrets` are filled
    in. accepted: what the body of a good answer holds; id: finds the message's id in it, as its first group.
    repeats_safely: the gateway sends one message per {key}, however often it is asked."""

    url: str
    params: Mapping[str, str]
    how: Literal["query", "form", "json"] = "form"
    secrets: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    accepted: str = ""
    id: str = ""
    repeats_safely: bool = False


class HttpSms:
    """Sms of robot.sending.sms. The gateway cuts long texts itself."""

    def __init__(self, gateway: Gateway, wire: Wire) -> None:
        self._gateway = gateway
        self._wire = wire
        self.repeats_safely = gateway.repeats_safely

    def parts(self, key: str, text: str) -> int:  # noqa: ARG002 - the port's
        return 1

    async def send(self, key: str, to: str, text: str, part: int) -> str:  # noqa: ARG002 - the port's
        try:
            answer = await self._wire.send(self._request({"phone": to.removeprefix("+"), "text": text, "key": key}))
        except Unreachable:
            if self.repeats_safely:
                raise
            raise _lost() from None
        if answer.status >= 500 and not self.repeats_safely:
            raise _lost()
        if not answer.ok:
            failure = refused(tr("SMS-шлюз", "the SMS gateway"), answer)
            failure.may_have_arrived = False
            raise failure
        return self._taken(answer, key)

    def _request(self, values: Mapping[str, str]) -> Request:
        gateway = self._gateway
        known = {**gateway.secrets, **values}
        params = {name: _filled(value, known) for name, value in gateway.params.items()}
        headers = {name: _filled(value, gateway.secrets) for name, value in gateway.headers.items()}
        if gateway.how == "query":
            return Request("GET", f"{gateway.url}?{urlencode(params)}", headers)
        if gateway.how == "json":
            return Request("POST", gateway.url, headers, json=params)
        return Request("POST", gateway.url, headers, form=params)

    def _taken(self, answer: Answer, key: str) -> str:
        body = answer.body.decode("utf-8", "replace")
        if self._gateway.accepted and not re.search(self._gateway.accepted, body):
            raise Refused(
                tr("SMS-шлюз не принял SMS", "the SMS gateway refused the message"),
                remedy=tr(
                    "проверьте баланс, имя отправителя и ZVONAR_SENDING__SMS_HTTP__ACCEPTED, затем zvonar outbox retry",
                    "check the balance, our name and ZVONAR_SENDING__SMS_HTTP__ACCEPTED, then zvonar outbox retry",
                ),
                may_have_arrived=False,
            )
        found = re.search(self._gateway.id, body) if self._gateway.id else None
        return (found.group(1) if found and found.groups() else key)[:LONGEST_ID]

    async def check(self) -> str:
        """The gateway itself is not asked: most have no question that sends nothing."""
        return self._gateway.url

    async def close(self) -> None:
        await self._wire.close()


def _filled(text: str, values: Mapping[str, str]) -> str:
    """One pass: a value that looks like a name is not filled in again."""
    return re.sub(r"\{(\w+)\}", lambda name: values.get(name.group(1), name.group(0)), text)


def _lost() -> Unsure:
    return Unsure(
        tr(
            "SMS-шлюз не ответил: ушло ли SMS, неизвестно",
            "the SMS gateway did not answer: nobody knows whether the message was sent",
        ),
        remedy=tr(
            "посмотрите в кабинете шлюза; не ушло — zvonar outbox retry, ушло — zvonar outbox drop",
            "look into the gateway's account; then zvonar outbox retry, or zvonar outbox drop if it was sent",
        ),
    )
