"""A voice robot over AudioSocket as a careful engineer would build it with pipecat, to measure beside ours.

Silero finds speech (its usual `stop_secs`), smart-turn tells whether a turn is over, Whisper through faster-whisper
hears the words, and the answer is a phrase rendered beforehand: all as pipecat has it by default, with one model for
all calls and audio that leaves every 20 ms. Nothing of our product is imported; it runs in an environment of its own.

    python peer.py --port 9099 --model DIR --phrase answer.wav
"""

from __future__ import annotations

import argparse
import asyncio
import socket
import struct
import wave
from pathlib import Path

from faster_whisper import WhisperModel
from loguru import logger
from pipecat.audio.utils import create_stream_resampler
from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.frames.frames import (
    Frame,
    InputAudioRawFrame,
    InterruptionFrame,
    OutputAudioRawFrame,
    StartFrame,
    TTSAudioRawFrame,
    TTSStartedFrame,
    TTSStoppedFrame,
    UserStoppedSpeakingFrame,
)
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.audio.vad_processor import VADProcessor
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.services.whisper.stt import WhisperSTTService
from pipecat.transcriptions.language import Language
from pipecat.transports.base_input import BaseInputTransport
from pipecat.transports.base_output import BaseOutputTransport
from pipecat.transports.base_transport import TransportParams
from pipecat.turns.user_turn_processor import UserTurnProcessor
from pipecat.workers.runner import WorkerRunner

LINE_HZ = 8000
HEARS_HZ = 16_000
FRAME = 320
FRAME_S = 0.02
SILENCE = bytes(FRAME)
AUDIO, HANG_UP = 0x10, 0x00
GREETS_AFTER_S = 0.6
SLOWEST_WORDS_S = 1.0
"""What pipecat calls the time to the final segment, p99: Whisper base, padded, two busy cores."""


class Wire:
    """One AudioSocket connection: a frame goes out every 20 ms, of speech or of silence."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.outgoing: asyncio.Queue[bytes] = asyncio.Queue(maxsize=2)

    async def read(self) -> bytes | None:
        """The next audio; None when the call is over."""
        try:
            while True:
                kind, length = struct.unpack(">BH", await self._reader.readexactly(3))
                payload = await self._reader.readexactly(length)
                if kind == HANG_UP:
                    return None
                if kind == AUDIO:
                    return payload
        except (asyncio.IncompleteReadError, ConnectionError):
            return None

    async def pace(self) -> None:
        loop = asyncio.get_running_loop()
        due_s = loop.time()
        while not self._writer.is_closing():
            frame = SILENCE if self.outgoing.empty() else self.outgoing.get_nowait()
            self._writer.write(struct.pack(">BH", AUDIO, len(frame)) + frame)
            due_s = max(due_s + FRAME_S, loop.time() - 2 * FRAME_S)
            await asyncio.sleep(max(0.0, due_s - loop.time()))

    def drop(self) -> None:
        """An interruption: what is queued is not said."""
        while not self.outgoing.empty():
            self.outgoing.get_nowait()


class SocketInput(BaseInputTransport):
    def __init__(self, wire: Wire, params: TransportParams, gone: asyncio.Event) -> None:
        super().__init__(params)
        self._wire = wire
        self._gone = gone
        self._reading: asyncio.Task | None = None
        self._resampler = create_stream_resampler()

    async def start(self, frame: StartFrame) -> None:
        await super().start(frame)
        self._reading = self.create_task(self._read())
        await self.set_transport_ready(frame)

    async def cleanup(self) -> None:
        if self._reading is not None:
            await self.cancel_task(self._reading)
            self._reading = None
        await super().cleanup()

    async def _read(self) -> None:
        while (pcm := await self._wire.read()) is not None:
            wide = await self._resampler.resample(pcm, LINE_HZ, HEARS_HZ)
            if wide:
                await self.push_audio_frame(InputAudioRawFrame(audio=wide, sample_rate=HEARS_HZ, num_channels=1))
        self._gone.set()


class SocketOutput(BaseOutputTransport):
    def __init__(self, wire: Wire, params: TransportParams) -> None:
        super().__init__(params)
        self._wire = wire

    async def start(self, frame: StartFrame) -> None:
        await super().start(frame)
        await self.set_transport_ready(frame)

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if isinstance(frame, InterruptionFrame):
            self._wire.drop()

    async def write_audio_frame(self, frame: OutputAudioRawFrame) -> bool:
        for start in range(0, len(frame.audio), FRAME):
            await self._wire.outgoing.put(frame.audio[start : start + FRAME].ljust(FRAME, b"\0"))
        return True


class SharedWhisper(WhisperSTTService):
    """One model for all calls."""

    model: WhisperModel

    def _load(self) -> None:
        self._model = self.model


class Answers(FrameProcessor):
    """The place of a dialog: a phrase rendered beforehand after every turn."""

    def __init__(self, phrase: bytes) -> None:
        super().__init__()
        self._phrase = phrase

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        await self.push_frame(frame, direction)
        if isinstance(frame, StartFrame):
            self.create_task(self._greet())
        elif isinstance(frame, UserStoppedSpeakingFrame) and direction is FrameDirection.DOWNSTREAM:
            await self._say()

    async def _greet(self) -> None:
        await asyncio.sleep(GREETS_AFTER_S)
        await self._say()

    async def _say(self) -> None:
        await self.push_frame(TTSStartedFrame())
        await self.push_frame(TTSAudioRawFrame(audio=self._phrase, sample_rate=LINE_HZ, num_channels=1))
        await self.push_frame(TTSStoppedFrame())


async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, model: str, phrase: bytes) -> None:
    writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    wire, gone = Wire(reader, writer), asyncio.Event()
    params = TransportParams(
        audio_in_enabled=True,
        audio_out_enabled=True,
        audio_in_sample_rate=HEARS_HZ,
        audio_out_sample_rate=LINE_HZ,
        audio_out_10ms_chunks=2,
        audio_out_end_silence_secs=0,
    )
    pipeline = Pipeline(
        [
            SocketInput(wire, params, gone),
            VADProcessor(vad_analyzer=SileroVADAnalyzer()),
            SharedWhisper(
                settings=WhisperSTTService.Settings(model=model, language=Language.RU),
                ttfs_p99_latency=SLOWEST_WORDS_S,
            ),
            UserTurnProcessor(),
            Answers(phrase),
            SocketOutput(wire, params),
        ]
    )
    worker = PipelineWorker(
        pipeline,
        params=PipelineParams(audio_in_sample_rate=HEARS_HZ, audio_out_sample_rate=LINE_HZ),
        enable_rtvi=False,
        idle_timeout_secs=None,
    )
    runner = WorkerRunner(handle_sigint=False)
    await runner.add_workers(worker)
    pacing = asyncio.create_task(wire.pace())
    running = asyncio.create_task(runner.run())
    try:
        await gone.wait()
        await worker.cancel()
        await running
    finally:
        pacing.cancel()
        writer.close()


async def serve(options: argparse.Namespace) -> None:
    SharedWhisper.model = WhisperModel(options.model, device="cpu", compute_type="int8", cpu_threads=options.threads)
    with wave.open(str(options.phrase)) as file:
        phrase = file.readframes(file.getnframes())
    server = await asyncio.start_server(
        lambda reader, writer: talk(reader, writer, options.model, phrase), "127.0.0.1", options.port
    )
    print("ready", flush=True)
    async with server:
        await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--model", required=True, help="folder of a CTranslate2 Whisper model")
    parser.add_argument("--phrase", type=Path, required=True, help="8 kHz, 16 bits, mono WAV: what it answers")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--log", default="WARNING")
    options = parser.parse_args()
    logger.remove()
    logger.add(lambda line: print(line, end=""), level=options.log)
    asyncio.run(serve(options))


if __name__ == "__main__":
    main()
