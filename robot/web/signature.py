"""Who sent a webhook, and when: HMAC-SHA256 over the time of sending and the body. Pure; time is an argument.

X-Zvonar-Timestamp: 1795255200                       seconds since 1970, within five minutes of ours
X-Zvonar-Signature: sha256=HEX                       HMAC-SHA256(secret, "1795255200" + "." + body)
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from aiohttp import web

from robot.web.errors import BadSignature

GENUINE = web.RequestKey("genuine", bool)
"""Of a request whose sender has proved that he may."""

TIMESTAMP = "X-Zvonar-Timestamp"
SIGNATURE = "X-Zvonar-Signature"
WINDOW = timedelta(minutes=5)

_TIMESTAMP = re.compile(r"[0-9]{1,11}", re.ASCII)
_SIGNATURE = re.compile(r"sha256=[0-9a-fA-F]{64}", re.ASCII)


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The value of the header."""
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return f"sha256={digest.hexdigest()}"


def check(secrets: Iterable[str], timestamp: str, signature: str, body: bytes, *, now: datetime) -> str:
    """The signature, in lower case, when one of the secrets made it of late. Raises BadSignature. Every secret is
    tried, each compared in constant time: how long it takes tells nothing."""
    if not _TIMESTAMP.fullmatch(timestamp) or not _SIGNATURE.fullmatch(signature):
        raise BadSignature(
            "bad_signature",
            f"нужны заголовки {TIMESTAMP} (секунды с 1970 года) и {SIGNATURE}: sha256=…",
            f"the headers {TIMESTAMP} (seconds since 1970) and {SIGNATURE}: sha256=… are needed",
        )
    told = signature.lower()
    fits = [hmac.compare_digest(sign(secret, timestamp, body), told) for secret in secrets if secret]
    if not any(fits):
        raise BadSignature(
            "bad_signature",
            "подпись не сходится: HMAC-SHA256 берётся от «время.тело», тело — те самые байты, что отправлены",
            "the signature does not fit: HMAC-SHA256 is taken of “timestamp.body”, the very bytes that are sent",
        )
    if abs(now.timestamp() - int(timestamp)) > WINDOW.total_seconds():
        raise BadSignature(
            "stale_timestamp",
            "запрос подписан больше пяти минут назад (или вперёд): проверьте часы",
            "the request was signed more than five minutes ago (or ahead): check the clock",
        )
    return told
