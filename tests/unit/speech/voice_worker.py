"""A stand-in for the pyttsx3 process with its faults on demand: it dies, hangs, or says nonsense."""

from __future__ import annotations

import json
import os
import signal
import sys
import wave


def main() -> None:
    if sys.argv[1] == "none":
        print(json.dumps({"error": "espeak-ng has no voice for none"}), flush=True)
        return
    print('{"ok": true}', flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        text = request["text"]
        if "умри" in text:
            os._exit(3)
        if "зависни" in text:
            signal.pause()
        if "откажи" in text:
            print('{"error": "no"}', flush=True)
            continue
        if "чушь" in text:
            print("Audio saved", flush=True)
            continue
        with wave.open(request["file"], "wb") as out:
            out.setparams((1, 2, 22050, 0, "NONE", ""))
            out.writeframes((b"\0\x20" * 16 + b"\0\xe0" * 16) * 60 * len(text))  # a square wave
        print('{"ok": true}', flush=True)


main()
