"""Our robot and its peer, measured by the same clients through the same kind of lab, one after the other in one run.

    python tests/bench/against_peer.py --peer-python VENV/bin/python [--speech DIR] [--calls N] > ratio.json

Runs in the product's virtual environment; the peer in its own (`peer/requirements.txt`). See README.md beside it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from random import Random
from uuid import uuid4
from zoneinfo import ZoneInfo

import numpy as np
import soundfile

from robot.cli.framework import run
from robot.proving.nodes import free_port
from robot.proving.talks.notes import read_notes
from robot.proving.talks.own_speech import client_voices, own_sentences
from robot.proving.talks.plan import Call, Room, turn_calls, write_plan
from robot.proving.talks.report import Measured, figures
from robot.proving.talks.speech import Sentence, read_speech
from robot.proving.talks.stage import CLIENTS, Ground, LineName, measuring_lab
from robot.proving.talks.turns import SEED
from robot.proving.talks.verdicts import judge
from robot.settings import Settings
from robot.speech.options import EngineOptions
from robot.speech.phrases import PhraseCache
from telephony.asterisk.originate import originate_fields
from telephony.base import CallSpec
from telephony.lab import exchange
from telephony.lab import lab as stand

PEER = Path(__file__).with_name("peer") / "peer.py"
PHRASE = "Что вы об этом думаете?"
"""One of those our measuring script asks."""
LONGEST_CALL_S = 150.0
READY_S = 120.0
POLL_S = 0.2


def tell(step: object) -> None:
    print(getattr(step, "en", step), file=sys.stderr, flush=True)


async def our_figures(options: argparse.Namespace, settings: Settings) -> dict[str, object]:
    """By the product's own command, in a process of its own."""
    command = [sys.executable, "-c", "from robot.cli.main import main; main()"]
    command += ["bench", "turn", "--line", "lab", "--calls", str(options.calls), "--json"]
    command += ["--speech", str(options.speech)] if options.speech else []
    environment = os.environ | {
        "ZVONAR_DATA_DIR": str(settings.data_dir),
        "ZVONAR_CACHE_DIR": str(settings.cache_dir),
        "ZVONAR_SPEECH__RECOGNIZER": "whisper",
    }
    bench = await asyncio.create_subprocess_exec(*command, env=environment, stdout=asyncio.subprocess.PIPE)
    try:
        told, _ = await bench.communicate()
    finally:
        if bench.returncode is None:
            bench.terminate()
            await bench.wait()
    if bench.returncode:
        raise SystemExit(bench.returncode)
    found: dict[str, object] = json.loads(told)
    return found


@asynccontextmanager
async def running_peer(options: argparse.Namespace, settings: Settings, phrase: Path) -> AsyncIterator[int]:
    """Its port, once it listens."""
    port = free_port()
    model = settings.models_dir / "whisper-base"
    process = await asyncio.create_subprocess_exec(
        options.peer_python,
        str(PEER),
        "--port",
        str(port),
        "--model",
        str(model),
        "--phrase",
        str(phrase),
        "--log",
        options.peer_log,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(READY_S):
            while (line := await process.stdout.readline()).strip() != b"ready":
                if not line:
                    raise SystemExit("the peer ended at once")
        copying = asyncio.create_task(copy(process.stdout))
        yield port
        copying.cancel()
    finally:
        process.terminate()
        await process.wait()


async def copy(lines: asyncio.StreamReader) -> None:
    while line := await lines.readline():
        sys.stderr.write(line.decode(errors="replace"))


async def measure_peer(
    options: argparse.Namespace, settings: Settings, sentences: Sequence[Sentence], home: Path, phrase: Path
) -> dict[str, object]:
    """Everything but interruptions: the peer has no long phrase to interrupt."""
    calls = [
        replace(call, hints=False) for call in turn_calls(sentences, (), Random(SEED)) if call.room is not Room.LONG
    ]
    notes, plan = home / "notes.jsonl", home / "plan.json"
    write_plan(calls, notes, plan)
    ground = Ground(LineName.LAB, home, settings.data_dir / "asterisk", lambda _late: None, tell)
    async with running_peer(options, settings, phrase) as port, measuring_lab(ground, f"{CLIENTS}={plan}") as lab:
        ami = stand.asterisk_settings(lab).ami_client()
        connection = asyncio.create_task(ami.run())
        await ami.connected(10.0)
        slots = asyncio.Semaphore(options.calls)

        async def one(call: Call) -> None:
            async with slots:
                spec = CallSpec(uuid4(), call.number)
                fields = originate_fields(spec, exchange.TRUNK, uuid4(), f"127.0.0.1:{port}")
                await ami.action("Originate", **fields)
                await over(notes, call.number)

        await asyncio.gather(*(one(call) for call in calls))
        connection.cancel()
    heard = read_notes(notes)
    by_id = {sentence.id: sentence for sentence in sentences}
    verdicts = [
        verdict for call in calls if call.number in heard for verdict in judge(heard[call.number], call.room, by_id, ())
    ]
    planned = sum(len(call.utterances) for call in calls)
    now = datetime.now(ZoneInfo("Europe/Moscow"))
    found = figures([Measured(verdicts, planned - len(verdicts))], [], now, lambda _intent: None)
    kept = ("gap_ms", "gap_yes_no_ms", "gap_inner_pause_ms", "false_cutoff_share", "false_cutoff_share_inner_pause")
    return {key: found[key] for key in (*kept, "missed_turn_share", "turns", "unsaid")}


async def over(notes: Path, number: str) -> None:
    """Until the client has hung up."""
    gone = '"event": "gone"'
    deadline = asyncio.get_running_loop().time() + LONGEST_CALL_S
    while asyncio.get_running_loop().time() < deadline:
        text = await asyncio.to_thread(lambda: notes.read_text(encoding="utf-8") if notes.exists() else "")
        if any(gone in line and number in line for line in text.splitlines()):
            return
        await asyncio.sleep(POLL_S)


async def spoken(settings: Settings, folder: Path | None, home: Path) -> tuple[list[Sentence], Path]:
    """What the clients say, and the peer's phrase in a voice that is not theirs."""
    options = EngineOptions(settings.models_dir)
    async with client_voices(options, settings.phrases_dir, but="") as voices:
        sentences = read_speech(folder, home) if folder is not None else await own_sentences(voices, home)
        voice: PhraseCache = voices[-1]
        pcm = np.frombuffer(await voice.speech(PHRASE), dtype="<i2")
    phrase = home / "phrase.wav"
    soundfile.write(phrase, pcm, 8000, subtype="PCM_16")
    return sentences, phrase


def ratios(ours: dict[str, object], peers: dict[str, object]) -> dict[str, float | None]:
    """How many times longer the peer's client waits."""
    found: dict[str, float | None] = {}
    for percent in ("p50", "p95"):
        mine, other = ours["gap_ms"][percent], peers["gap_ms"][percent]  # type: ignore[index]
        found[f"gap_{percent}"] = round(other / mine, 2) if mine and other else None
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer-python", required=True, help="python of the peer's virtual environment")
    parser.add_argument("--speech", type=Path, help="as of `zvonar bench turn`")
    parser.add_argument("--calls", type=int, default=1, help="at once")
    parser.add_argument("--peer-log", default="WARNING")
    parser.add_argument("--peer-only", action="store_true")
    options = parser.parse_args()
    settings = Settings()
    with tempfile.TemporaryDirectory(prefix="zvonar-peer-") as folder:
        home = Path(folder)
        sentences, phrase = run(spoken(settings, options.speech, home))
        peers = run(measure_peer(options, settings, sentences, home, phrase))
    result: dict[str, object] = {"peer": peers}
    if not options.peer_only:
        ours = run(our_figures(options, settings))
        result |= {"ours": {key: ours[key] for key in peers if key in ours}, "peer_to_ours": ratios(ours, peers)}
    print(json.dumps(result, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
