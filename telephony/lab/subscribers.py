"""The telephone company's subscribers: a process of its own, asked by that Asterisk where each call goes.

Asterisk asks over AGI who lives behind a number; the answer tells how the call is taken and, where somebody answers,
the one-time id under which the call's audio comes back over AudioSocket.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import json
import logging
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

from telephony.asterisk.agi import read_request, set_variables
from telephony.asterisk.audio_server import AudioLink, AudioSocketServer, LinkEnd
from telephony.errors import LabError, MalformedAgi
from telephony.lab.exchange import CALLING, GONE
from telephony.lab.hints import HintServer
from telephony.lab.journal import Event, Journal
from telephony.lab.recording import AlignedRecording
from telephony.simulated.hearing import Hearing
from telephony.simulated.subscriber import Directory, PickUp, Said, Subscriber

CLAIM_S = 60.0  # an answered call brings its audio at once, after it has rung
AGI_TIMEOUT_S = 5.0
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Route:
    """One call on its way to a subscriber, as Asterisk announced it."""

    number: str
    caller: str
    caller_name: str
    channel: str = ""


class SubscriberCall:
    """A subscriber in one answered call: the handler of its audio."""

    def __init__(
        self,
        route: Route,
        subscriber: Subscriber,
        recorder: AlignedRecording,
        journal: Journal,
        on_over: Callable[[SubscriberCall, Path, LinkEnd], None],
    ) -> None:
        self.route = route
        self.subscriber = subscriber
        self._recorder = recorder
        self._journal = journal
        self._announced = ""
        self._on_over = on_over

    def on_start(self, link: AudioLink) -> None:  # noqa: ARG002
        """He speaks when he is ticked, and hangs up by saying nothing more."""
        self._journal.write(Event.ANSWER, self.route.channel, self.route.number)

    def told(self, said: Said) -> None:
        self._announced = said.phrase
        self.subscriber.told(said)

    def on_tick(self, at_s: float, heard: bytes, digits: str) -> bytes | None:  # noqa: ARG002
        if self._announced and Hearing().hear(at_s, heard):
            self._journal.write(Event.HEARD, self.route.channel, self.route.number, self._announced)
            self._announced = ""
        spoken = self.subscriber.tick(at_s, heard)
        self._recorder.add(spoken or b"", heard)
        return spoken

    def on_end(self, end: LinkEnd, /) -> None:
        self._on_over(self, self._recorder.close(), end)


class Exchange:
    """Who lives behind which number, and which calls are under way."""

    def __init__(self, directory: Directory, recordings: Path, call_log: Path, journal: Path | None = None) -> None:
        self._journal = Journal(journal or call_log.with_name("journal.jsonl"))
        self._directory = directory
        self._recordings = recordings
        self._call_log = call_log
        self._expected: dict[UUID, SubscriberCall] = {}
        self._under_way: dict[str, SubscriberCall] = {}

    def admit(self, token: UUID) -> SubscriberCall | None:
        call = self._expected.pop(token, None)
        if call is not None:
            self._under_way[call.route.number] = call
        return call

    def told(self, number: str, said: Said) -> None:
        if call := self._under_way.get(number):
            call.told(said)

    async def serve_route(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One AGI request."""
        try:
            async with asyncio.timeout(AGI_TIMEOUT_S):
                request = await read_request(reader)
                if request.get("network_script") == GONE:
                    self._journal.write(Event.GONE, request.get("uniqueid", ""))
                else:
                    await set_variables(reader, writer, self._route(request))
        except (MalformedAgi, TimeoutError, OSError) as error:
            logger.warning("a call could not be routed: %s", error)
        finally:
            writer.close()

    def _route(self, request: dict[str, str]) -> dict[str, str]:
        route = Route(
            request.get("extension", ""),
            request.get("callerid", ""),
            request.get("calleridname", ""),
            request.get("uniqueid", ""),
        )
        if request.get("context") != CALLING:
            self._journal.write(Event.RING, route.channel, route.number)
        subscriber = self._directory.subscriber(route.number)
        ringing = subscriber.ringing
        variables = {"PICK_UP": ringing.then.value, "AFTER_S": f"{max(0.0, ringing.after_s):.2f}"}
        if ringing.then is not PickUp.ANSWER:
            self._log(route, ringing.then.value)
            return variables
        token = uuid4()
        started = datetime.now(UTC)
        recording = self._recordings / f"{started:%Y%m%dT%H%M%S}_{route.number.lstrip('+')}_{token.hex[:8]}.wav"
        self._expected[token] = SubscriberCall(
            route, subscriber, AlignedRecording(recording), self._journal, self._over
        )
        asyncio.get_running_loop().call_later(ringing.after_s + CLAIM_S, self._expire, token)
        return variables | {"CALL_ID": str(token)}

    def _expire(self, token: UUID) -> None:
        """The caller gave up before anybody could speak."""
        if (call := self._expected.pop(token, None)) is not None:
            self._log(call.route, PickUp.ANSWER.value, ended_by="caller")

    def _over(self, call: SubscriberCall, recording: Path, end: LinkEnd) -> None:
        if self._under_way.get(call.route.number) is call:
            del self._under_way[call.route.number]
        ended_by = {LinkEnd.OURS: "client", LinkEnd.PEER: "robot", LinkEnd.LOST: "line"}[end]
        self._log(call.route, PickUp.ANSWER.value, recording=recording.name, ended_by=ended_by)

    def _log(self, route: Route, pick_up: str, **more: str) -> None:
        entry = {"at": datetime.now(UTC).isoformat(), "number": route.number, "caller": route.caller}
        entry |= {"caller_name": route.caller_name, "pick_up": pick_up, **more}
        with self._call_log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")


def load_directory(factory: str, seed: int) -> Directory:
    """Call "module:factory" with the seed, "module:factory=file" also with the file. Raises LabError when there is no
    such thing."""
    where, _, file = factory.partition("=")
    module, colon, name = where.partition(":")
    try:
        found = getattr(importlib.import_module(module), name) if colon else None
    except (ImportError, AttributeError) as error:
        raise LabError(f"no directory of subscribers at {where}: {error}") from error
    if not callable(found):
        raise LabError(f"{where} is not module:factory", remedy="name a function that takes a seed")
    directory: Directory = found(seed, Path(file)) if file else found(seed)
    return directory


async def serve(exchange: Exchange, routing_port: int, audio_port: int, hints: Path) -> None:
    """Until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    routing = await asyncio.start_server(exchange.serve_route, "127.0.0.1", routing_port)
    async with routing, HintServer(hints, exchange.told), AudioSocketServer("127.0.0.1", audio_port, exchange.admit):
        await stop.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subscribers", required=True, help="module:factory of the directory")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--routing-port", type=int, required=True)
    parser.add_argument("--audio-port", type=int, required=True)
    parser.add_argument("--hints", type=Path, required=True, help="datagram socket for what the robot means")
    parser.add_argument("--recordings", type=Path, required=True)
    parser.add_argument("--call-log", type=Path, required=True)
    parser.add_argument("--journal", type=Path, required=True)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    options.recordings.mkdir(parents=True, exist_ok=True)
    directory = load_directory(options.subscribers, options.seed)
    exchange = Exchange(directory, options.recordings, options.call_log, options.journal)
    asyncio.run(serve(exchange, options.routing_port, options.audio_port, options.hints))


if __name__ == "__main__":
    main()
