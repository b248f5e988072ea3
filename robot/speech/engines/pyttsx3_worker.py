"""The process in which pyttsx3 lives: one request a line on standard input, one answer a line on standard output.

    -> {"text": "...", "file": "/path/to.wav"}     <- {"ok": true} or {"error": "..."}

pyttsx3 is a singleton per process, writes only the last of several queued files and hangs when threads share it. Here
it gets one phrase at a time, and whoever waits for the answer kills the process when it comes too late.

Three faults of pyttsx3 2.99 are gone round here:

- It tells espeak-ng that a text is ten times as long as it is, and espeak-ng copies all of that (`create_espeak_text`
  in its `espeak_command.c`): memory behind the text and, now and then, a page that is not there, which ends us.
- Every run begins with the command to end it, which cancels whatever espeak-ng is still busy with: settings that were
  just made, the last moment of the phrase before and, as the cancelling is remembered, the phrase itself.
- Settings wait for the first run, and its end waits with them: it ends before the first phrase is spoken. So there is
  a run without a phrase.
"""

from __future__ import annotations

import json
import os
import sys
import wave
from pathlib import Path
from typing import Any, TextIO


def open_engine(voice: str, rate: int) -> Any:
    """A pyttsx3 engine speaking with the espeak-ng voice of this language code ("ru"). rate: words per minute."""
    import pyttsx3  # noqa: PLC0415 - only this process may load it

    mend()
    engine = pyttsx3.init("espeak")
    matching = [one.id for one in engine.getProperty("voices") if voice in (one.languages or ())]
    if not matching:
        raise LookupError(f"espeak-ng has no voice for {voice}")
    engine.setProperty("voice", matching[0])
    engine.setProperty("rate", rate)
    engine.runAndWait()
    return engine


def mend() -> None:
    """See the module."""
    from pyttsx3.drivers import _espeak, espeak  # noqa: PLC0415

    def synth(text: bytes, *, flags: int) -> int:
        return int(_espeak.cSynth(text, len(text) + 1, 0, _espeak.POS_CHARACTER, 0, flags, None, None))

    _espeak.Synth = synth
    espeak.EspeakDriver.stop = lambda _: None


def speak(engine: Any, text: str, target: Path) -> bool:
    """Whether there is sound in the file now."""
    target.unlink(missing_ok=True)
    engine.save_to_file(text, str(target))
    engine.runAndWait()
    if not target.is_file():
        return False
    with wave.open(str(target)) as written:
        return int(written.getnframes()) > 0


def serve(engine: Any, requests: TextIO, answers: TextIO) -> None:
    """Until standard input ends. An answer is always given; a phrase that fails does not end the process."""
    for line in requests:
        request = json.loads(line)
        target = Path(request["file"])
        try:
            spoken = speak(engine, request["text"], target)
            answer: dict[str, Any] = {"ok": True} if spoken else {"error": "no sound was written"}
        except (RuntimeError, ValueError, OSError, wave.Error) as failure:
            answer = {"error": str(failure)}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def main() -> int:
    voice, rate = sys.argv[1], int(sys.argv[2])
    # The libraries print on standard output; the answers go through a copy of it that only we know.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    try:
        engine = open_engine(voice, rate)
    except (ImportError, OSError, RuntimeError, LookupError) as failure:
        answers.write(json.dumps({"error": f"{type(failure).__name__}: {failure}"}) + "\n")
        answers.flush()
        return 1
    answers.write(json.dumps({"ok": True}) + "\n")
    answers.flush()
    serve(engine, sys.stdin, answers)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
