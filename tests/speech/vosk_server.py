"""A recognition server with the real Vosk, that speaks as websocket/asr_server.py of vosk-server does; in a thread."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aiohttp import WSMsgType, web
from vosk import KaldiRecognizer, Model

from tests.conftest import HANGS_S


class VoskServer:
    """`cut` ends all connections at once, as the death of the machine would."""

    def __init__(self, model: Path) -> None:
        self._model = Model(str(model))
        self._open: set[web.WebSocketResponse] = set()
        self._loop = asyncio.new_event_loop()
        self.address = ""

    async def _serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._open.add(socket)
        rate, words, recognizer = 8000.0, False, None
        async for message in socket:
            if message.type is WSMsgType.TEXT and "config" in message.data:
                told = json.loads(message.data)["config"]
                rate, words = float(told.get("sample_rate", rate)), bool(told.get("words", words))
                continue
            if recognizer is None:
                recognizer = KaldiRecognizer(self._model, rate)
                recognizer.SetWords(words)
            answer = await asyncio.to_thread(self._step, recognizer, message.data)
            with contextlib.suppress(ConnectionError):
                await socket.send_str(answer)
        self._open.discard(socket)
        return socket

    @staticmethod
    def _step(recognizer: KaldiRecognizer, message: str | bytes) -> str:
        if message == '{"reset" : 1}':
            return str(recognizer.FinalResult())
        assert isinstance(message, bytes), message
        ended = recognizer.AcceptWaveform(message)
        return str(recognizer.Result() if ended else recognizer.PartialResult())

    def cut(self) -> None:
        async def work() -> None:
            for socket in self._open:
                if (request := socket._req) is not None and request.transport is not None:
                    request.transport.abort()

        asyncio.run_coroutine_threadsafe(work(), self._loop).result(HANGS_S)

    @contextmanager
    def running(self) -> Iterator[None]:
        up, stop = threading.Event(), asyncio.Event()

        async def serve() -> None:
            application = web.Application()
            application.router.add_get("/", self._serve)
            runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            self.address = f"ws://127.0.0.1:{runner.addresses[0][1]}"
            up.set()
            await stop.wait()
            await runner.cleanup()

        thread = threading.Thread(target=self._loop.run_until_complete, args=(serve(),), daemon=True)
        thread.start()
        assert up.wait(HANGS_S)
        try:
            yield
        finally:
            self._loop.call_soon_threadsafe(stop.set)
            thread.join(HANGS_S)
            self._loop.close()
