"""The timed transcript of a call, kept beside its recording and aligned with it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from robot.domain.calls import Turn


async def write_transcript(path: Path, turns: Sequence[Turn]) -> None:
    """JSON {"turns": [...]} as in `Turn`; milliseconds count from the recording's first sample. Replaces atomically."""
    text = json.dumps({"turns": [asdict(turn) for turn in turns]}, ensure_ascii=False, indent=1)
    await asyncio.to_thread(_write, path, text)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_suffix(".part")
    part.touch(mode=0o600)
    part.write_text(text, encoding="utf-8")
    part.replace(path)
