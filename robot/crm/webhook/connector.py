"""Sends what a call came to, signed. What was sent and not answered is sent again with the same Idempotency-Key: who
receives it keeps the keys.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from urllib.parse import urlsplit

from robot.crm.connector import Change, Findings
from robot.crm.errors import DeliveryError, Misconfigured
from robot.crm.http import Request, refused
from robot.crm.recording import recording
from robot.crm.registry import Parts
from robot.crm.report import CallReport
from robot.crm.webhook import payload
from robot.crm.webhook.settings import Settings
from robot.crm.writes import NOTHING, Done, Write
from robot.i18n import tr

JSON = "application/json"
KNOWN = 409
"""Some answer so to a key they have."""


class Webhook:
    name = "webhook"

    def __init__(self, settings: Settings, parts: Parts) -> None:
        self._settings = settings
        self._parts = parts
        self._host = urlsplit(settings.url).netloc

    async def check(self) -> Findings:
        """Sends the event "check", which asks for nothing but 2xx."""
        body = payload.encoded({"event": "check"})
        try:
            await self._post("check", "check", body, JSON)
        except DeliveryError as error:
            if error.retryable:
                raise
            return Findings(self._host, problems=(f"{error}: {error.remedy}",))
        return Findings(
            self._host, may=(tr("принимает подписанные результаты звонков", "takes signed results of calls"),)
        )

    def writes(self, report: CallReport) -> Sequence[Write]:
        writes = [Write("call", partial(self._send_call, report), self._look)]
        if report.recording and self._settings.recordings:
            writes.append(Write("recording", partial(self._send_recording, report), self._look, needs=("call",)))
        return writes

    async def _look(self, _: Done) -> None:
        """It cannot be asked; a second one is known by its key."""
        return

    async def _send_call(self, report: CallReport, _: Done) -> str:
        body = payload.encoded(payload.call(report, self._settings.timezone))
        await self._post("call", f"{report.attempt_id}:call", body, JSON)
        return NOTHING

    async def _send_recording(self, report: CallReport, _: Done) -> str:
        limit = self._settings.recording_mb
        sound = await recording(self._parts.data_dir, report.recording, most_mb=limit, whom=self._host)
        if sound is not None:
            key = f"{report.attempt_id}:recording"
            await self._post("recording", key, sound.content, sound.type, {"X-Zvonar-Call": str(report.attempt_id)})
        return NOTHING

    async def _post(self, event: str, key: str, body: bytes, kind: str, more: Mapping[str, str] | None = None) -> None:
        limits = self._settings
        await self._parts.throttle.take(f"webhook:{self._host}", per_s=limits.per_s, burst=limits.burst)
        secret = limits.secret.get_secret_value()
        signed = payload.headers(secret, event, key, body, now=self._parts.now(), kind=kind)
        answer = await self._parts.wire.send(Request("POST", limits.url, {**signed, **(more or {})}, body=body))
        if 300 <= answer.status < 400:
            raise Misconfigured(
                tr(f"{self._host} отсылает по другому адресу", f"{self._host} redirects to another address"),
                remedy=tr(
                    "впишите в ZVONAR_CRM__WEBHOOK__URL окончательный адрес",
                    "put the final address into ZVONAR_CRM__WEBHOOK__URL",
                ),
            )
        if not answer.ok and answer.status != KNOWN:
            raise refused(self._host, answer)

    async def changes(self, since: str) -> tuple[Sequence[Change], str]:
        """None can be read: the other side sends its own (docs/howto/webhook.md)."""
        return (), since

    async def close(self) -> None:
        await self._parts.wire.close()


def connect(settings: Settings, parts: Parts) -> Webhook:
    return Webhook(settings, parts)
