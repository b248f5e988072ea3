"""What may stand in an Asterisk configuration file. Pure.

In these files a semicolon begins a comment, a bracket a section and a line break anything at all; each function gives
back the value as it is written, or raises UnsafeValue naming the setting.
"""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path

from telephony.errors import UnsafeValue

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}\Z")
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?\Z")
_USER = re.compile(r"[A-Za-z0-9._+@-]{1,80}\Z")
_SECRET = re.compile(r"[!-:<-\[\]-~]{8,128}\Z")  # printable ASCII without space, semicolon and backslash
_PATH = re.compile(r"/[A-Za-z0-9._/+@ -]*\Z")


def _matching(pattern: re.Pattern[str], setting: str, value: str, remedy: str) -> str:
    if not pattern.match(value):
        raise UnsafeValue(f"{setting} cannot stand in Asterisk's configuration", remedy=remedy)
    return value


def name(setting: str, value: str) -> str:
    """A section or context."""
    return _matching(_NAME, setting, value, "use letters, digits, - and _ (at most 40)")


def host(setting: str, value: str) -> str:
    """A host name or an IPv4 address."""
    return _matching(_HOST, setting, value, "give a host name or an IPv4 address")


def user(setting: str, value: str) -> str:
    return _matching(_USER, setting, value, "use letters, digits and . _ + @ -")


def secret(setting: str, value: str) -> str:
    return _matching(_SECRET, setting, value, "use 8 to 128 printable ASCII characters without space, ; and \\")


def path(setting: str, value: Path) -> str:
    return _matching(_PATH, setting, str(value), "choose an absolute path of plain ASCII letters")


def port(setting: str, value: int) -> str:
    return number(setting, value, 1, 65535)


def number(setting: str, value: float, least: float, most: float) -> str:
    """A number within its bounds."""
    if not least <= value <= most:
        raise UnsafeValue(f"{setting} must lie between {least:g} and {most:g}")
    return f"{value:g}" if isinstance(value, float) else str(value)


def network(setting: str, value: str) -> str:
    """An address or network in CIDR form."""
    try:
        return str(ipaddress.ip_network(value))
    except ValueError as error:
        raise UnsafeValue(f"{setting} is not an address or network", remedy="write it as 192.0.2.10/32") from error
