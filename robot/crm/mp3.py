"""Recordings for systems that play MP3 alone."""

from __future__ import annotations

import asyncio
import io

import soundfile

from robot.crm.errors import Refused
from robot.crm.recording import Recording
from robot.i18n import tr


async def as_mp3(kept: Recording) -> tuple[str, bytes]:
    """Name and content. Raises Refused: the file holds no sound."""
    return await asyncio.to_thread(_converted, kept)


def _converted(kept: Recording) -> tuple[str, bytes]:
    name = f"{kept.name.rpartition('.')[0]}.mp3"
    try:
        samples, rate = soundfile.read(io.BytesIO(kept.content), dtype="int16", always_2d=True)
        made = io.BytesIO()
        soundfile.write(made, samples, rate, format="MP3")
    except (soundfile.SoundFileError, ValueError) as error:
        raise Refused(
            tr("запись звонка не читается", "the recording of the call cannot be read"),
            remedy=tr(
                "повторять бесполезно: снимите доставку командой zvonar outbox drop, остальное дошло",
                "trying again is of no use: drop the delivery with zvonar outbox drop, the rest has arrived",
            ),
        ) from error
    return name, made.getvalue()
