"""What this machine is like: ports, addresses, its clock and how punctually it ticks."""

from __future__ import annotations

import asyncio
import ctypes
import errno
import ipaddress
import socket
import struct
from collections.abc import Sequence

from telephony.asterisk.check.finding import Finding, Part, broken, doubtful, fine
from telephony.audio import FRAME_MS
from telephony.clock import ticks

TICKS = 100
LATE_S = 0.005
"""A frame later than this is heard where the far end's buffer is small."""
LATE_SHARE = 0.05
PORTS_A_CALL = 2
TOLERANCE_S = 2.0

_TIMEX = struct.Struct("I4xqqqqi")
_UNSYNCHRONIZED = 5


async def check_tick() -> Finding:
    """Two seconds of the clock a call runs on. Frames of calls under way come on top."""
    late, count = [], 0
    async for tick in ticks():
        late.append(tick.late_s)
        count += 1
        if count >= TICKS:
            break
    worst_ms, often = max(late) * 1000, sum(one > LATE_S for one in late) / count
    facts = {"worst_ms": f"{worst_ms:.1f}", "share": f"{often * 100:.0f}", "ticks": str(count)}
    if often > LATE_SHARE or worst_ms > 5 * FRAME_MS:
        return doubtful(Part.TICK, "late", **facts)
    return fine(Part.TICK, **facts)


def check_ntp() -> Finding:
    """Whether somebody keeps this machine's clock right (adjtimex(2))."""
    told = ctypes.create_string_buffer(512)
    state = ctypes.CDLL(None, use_errno=True).adjtimex(told)
    if state < 0:
        return doubtful(Part.NTP, "untold")
    error_us = _TIMEX.unpack_from(told)[4]
    if state == _UNSYNCHRONIZED:
        return doubtful(Part.NTP, "unsynchronized")
    return fine(Part.NTP, ms=f"{error_us / 1000:.0f}")


def check_listening(part: Part, host: str, port: int, *, ours: bool) -> Finding:
    """Where the robot listens. ours: it runs, so that the port must be taken."""
    facts = {"host": host, "port": str(port)}
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            return broken(part, "forbidden", **facts)
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            if not taken:
                return broken(part, "no_such_address", **facts)
            return fine(part, "held_by_robot", **facts) if ours else broken(part, "taken", **facts)
    return doubtful(part, "not_listening", **facts) if ours else fine(part, **facts)


def check_rtp(host: str, first: int, last: int, *, calls: int) -> Finding:
    """Room for the calls, and nobody else on these ports, as far as they are this machine's. Ports of calls under way
    are taken, too."""
    facts = {"first": str(first), "last": str(last), "calls": str(calls)}
    if (last - first + 1) // PORTS_A_CALL < calls:
        return broken(Part.RTP, "too_few", **facts)
    taken = [port for port in range(first, last + 1) if not _free(host, port)]
    if len(taken) > PORTS_A_CALL * calls:
        return doubtful(Part.RTP, "taken", count=str(len(taken)), example=str(taken[0]), **facts)
    return fine(Part.RTP, **facts)


def _free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.errno != errno.EADDRINUSE
    return True


async def check_address(host: str, port: int, *, external: str, local: Sequence[str]) -> Finding:
    """Whether the operator can send sound back: behind a router he must be told the address it comes to."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(TOLERANCE_S):
            found = await loop.getaddrinfo(host, port, family=socket.AF_INET, type=socket.SOCK_DGRAM)
    except (OSError, TimeoutError):
        return broken(Part.ADDRESS, "unresolved", host=host)
    theirs, ours = found[0][4][0], _own_address(str(found[0][4][0]), port)
    if not ours:
        return broken(Part.ADDRESS, "no_route", host=host)
    private = any(ipaddress.ip_address(ours) in ipaddress.ip_network(network) for network in local)
    outside = ipaddress.ip_address(str(theirs)).is_global
    if private and outside and not external:
        return broken(Part.ADDRESS, "behind_router", ours=ours, host=host)
    if external and not outside:
        return doubtful(Part.ADDRESS, "needless_external", external=external, host=host)
    return fine(Part.ADDRESS, ours=external or ours, host=host)


def _own_address(theirs: str, port: int) -> str:
    """By which we would send to them. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((theirs, port))
        except OSError:
            return ""
        return str(probe.getsockname()[0])


async def check_metrics(host: str, port: int) -> Finding:
    """Asterisk's own, over HTTP."""
    facts = {"host": host, "port": str(port)}
    try:
        async with asyncio.timeout(TOLERANCE_S):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(f"GET /metrics HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
                answer = await reader.read(65536)
                while not reader.at_eof() and len(answer) < 2**20:
                    answer += await reader.read(65536)
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return doubtful(Part.METRICS, "silent", **facts)
    if b"asterisk_core_properties" not in answer:
        return doubtful(Part.METRICS, "strange", **facts)
    return fine(Part.METRICS, **facts)
