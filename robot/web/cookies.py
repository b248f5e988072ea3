"""The cookie of a session: where it is kept, and over which ways it is given out at all."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from aiohttp import web

from robot.domain.users import LONGEST_SESSION
from robot.settings_web import WebSettings
from robot.web.errors import NotEncrypted

COOKIE = "zvonar"
SECURE_COOKIE = "__Host-zvonar"
"""A name that browsers take only over TLS, for this host alone."""


def cookie_name(request: web.Request, settings: WebSettings) -> str:
    """On this machine itself the port is part of it: cookies do not know ports, and a demo may run beside a robot."""
    if encrypted(request, settings):
        return SECURE_COOKIE
    return f"{COOKIE}-{urlsplit(f'//{request.host}').port or 80}"


def give(request: web.Request, response: web.StreamResponse, settings: WebSettings, secret: str) -> None:
    response.set_cookie(
        cookie_name(request, settings),
        secret,
        max_age=int(LONGEST_SESSION.total_seconds()),
        path="/",
        httponly=True,
        samesite="Lax",
        secure=encrypted(request, settings),
    )


def take_back(request: web.Request, response: web.StreamResponse, settings: WebSettings) -> None:
    secure = encrypted(request, settings)
    response.del_cookie(cookie_name(request, settings), path="/", httponly=True, samesite="Lax", secure=secure)


def demand_encrypted(request: web.Request, settings: WebSettings) -> None:
    """A password is taken over TLS, or from this machine itself. Raises NotEncrypted."""
    if not encrypted(request, settings) and not _on_this_machine(request):
        raise NotEncrypted


def encrypted(request: web.Request, settings: WebSettings) -> bool:
    """Between the browser and us, or whoever stands before us by our settings."""
    if request.secure or settings.url.startswith("https://"):
        return True
    told = request.headers.get("X-Forwarded-Proto", "").split(",")[-1].strip().lower()
    return request.remote in settings.proxies and told == "https"


def _on_this_machine(request: web.Request) -> bool:
    host = urlsplit(f"//{request.host}").hostname or ""
    return _loopback(request.remote or "") and (host == "localhost" or _loopback(host))


def _loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
