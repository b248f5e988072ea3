"""A stand-in for a speech program that stays running, piper's way: one text a line, a WAV file each, told on standard
error. With faults on demand."""

from __future__ import annotations

import os
import signal
import sys
import wave
from pathlib import Path


def main() -> None:
    folder = Path(sys.argv[sys.argv.index("--output_dir") + 1])
    Path(sys.argv[sys.argv.index("--model") + 1]).with_suffix(".pid").write_text(str(os.getpid()))
    for number, line in enumerate(sys.stdin):
        if "умри" in line:
            print("out of memory", file=sys.stderr)
            os._exit(3)
        if "зависни" in line:
            signal.pause()
        file = folder / f"{os.getpid()}-{number}.wav"
        if "молчи" not in line:
            with wave.open(str(file), "wb") as out:
                out.setparams((1, 2, 22050, 0, "NONE", ""))
                out.writeframes((b"\0\x20" * 16 + b"\0\xe0" * 16) * 60 * len(line))  # a square wave
        print(f"INFO:__main__:Wrote {file}", file=sys.stderr, flush=True)


main()
