"""The timed transcript of a call, kept beside its recording and aligned with it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from robot.calls.recordings import KEPT
from robot.domain.calls import Turn
from robot.domain.heard import heard_text


async def write_transcript(path: Path, turns: Sequence[Turn]) -> None:
    """JSON {"recording": name of the file beside it, "turns": [...]}; a turn is as in `Turn`, and `said_heard` are the
    words of the phrase that reached the client. Milliseconds count from the recording's first sample. Replaces
    atomically."""
    transcript = {"recording": path.with_suffix(KEPT).name, "turns": [turn_json(turn) for turn in turns]}
    await asyncio.to_thread(_write, path, json.dumps(transcript, ensure_ascii=False, indent=1))


def turn_json(turn: Turn) -> dict[str, Any]:
    return {**asdict(turn), "said_heard": heard_text(turn.said, turn.played_ms, turn.length_ms)}


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_suffix(".part")
    part.touch(mode=0o600)
    part.write_text(text, encoding="utf-8")
    part.replace(path)
