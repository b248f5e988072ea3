"""Render the speech of the simulated clients: every sentence of the personas, in every voice that may say it.

    apt-get install rhvoice rhvoice-russian festival festvox-ru      (RHVoice: Debian's component non-free)
    python tools/render_clients.py [--again]

Writes telephony/simulated/speech/<voice>/*.ogg and the manifest, and removes what no persona says any more. What is
there already is kept, unless --again is given: Opus files differ from one run to the next.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

from telephony.audio import SAMPLE_RATE_HZ
from telephony.simulated.library import load_library
from telephony.simulated.sentences import all_sentences
from telephony.simulated.speech import MANIFEST, SPEECH

FESTIVAL_VOICE = "voice_msu_ru_nsh_clunits"
LEVEL_RMS = 0.08  # 22 dB below full scale, over the loud parts
PEAK = 0.9
OPUS_LEVEL = 0.95  # of 0..1, about 18 kbit/s
MARGIN_S = 0.08  # a final t is quiet
RATE_PERCENT = {"elena": 90, "aleksandr": 95, "aleksandr-hq": 95, "irina": 100}  # quick voices blur at 8 kHz

Samples = NDArray[np.float64]


def synthesize(voice: str, text: str) -> tuple[Samples, int]:
    """Raw speech of the engine behind a voice, and its sample rate."""
    with TemporaryDirectory() as folder:
        wav = Path(folder) / "speech.wav"
        if voice == "festival":
            command = ["text2wave", "-eval", f"({FESTIVAL_VOICE})", "-o", str(wav)]
        else:
            command = ["RHVoice-test", "-p", voice, "-r", str(RATE_PERCENT[voice]), "-o", str(wav)]
        subprocess.run(command, input=text.encode(), check=True, capture_output=True, timeout=60)
        samples, rate = soundfile.read(wav)
        return samples, rate


def on_the_telephone(samples: Samples, rate: int) -> Samples:
    """8 kHz, the band of a telephone, no silence around it, everybody equally loud."""
    narrow = soxr.resample(samples, rate, SAMPLE_RATE_HZ, quality="VHQ")
    narrow = sosfilt(butter(2, [180, 3600], "bandpass", fs=SAMPLE_RATE_HZ, output="sos"), narrow)
    frame = SAMPLE_RATE_HZ // 100
    frames = narrow[: len(narrow) // frame * frame].reshape(-1, frame)
    rms = np.sqrt(np.mean(frames**2, axis=1))
    loud = np.flatnonzero(rms > 0.015 * rms.max())
    margin = round(MARGIN_S * SAMPLE_RATE_HZ)
    narrow = narrow[max(0, loud[0] * frame - margin) : (loud[-1] + 1) * frame + margin]
    level = np.sqrt(np.mean(rms[rms > 0.2 * rms.max()] ** 2))
    narrow = narrow * min(LEVEL_RMS / level, PEAK / np.abs(narrow).max())
    fade = np.linspace(0, 1, frame)
    narrow[:frame] *= fade
    narrow[-frame:] *= fade[::-1]
    return np.asarray(narrow)


def render(voice: str, text: str, path: Path) -> None:
    samples = on_the_telephone(*synthesize(voice, text))
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, SAMPLE_RATE_HZ, format="OGG", subtype="OPUS", compression_level=OPUS_LEVEL)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(buffer.getvalue())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--again", action="store_true", help="render what is there already, too")
    again = parser.parse_args().again
    wanted = {
        (voice, text): f"{voice}/{hashlib.sha256(text.encode()).hexdigest()[:12]}.ogg"
        for voice, text in sorted(all_sentences(load_library()))
    }
    todo = [(key, name) for key, name in wanted.items() if again or not (SPEECH / name).exists()]
    with ThreadPoolExecutor(max_workers=2) as workers:
        list(workers.map(lambda item: render(*item[0], SPEECH / item[1]), todo))
    for path in SPEECH.glob("*/*.ogg"):
        if str(path.relative_to(SPEECH)) not in wanted.values():
            path.unlink()
    rows = ({"voice": voice, "text": text, "file": name} for (voice, text), name in wanted.items())
    (SPEECH / MANIFEST).write_text(
        "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8"
    )
    size = sum(path.stat().st_size for path in SPEECH.glob("*/*.ogg"))
    print(f"{len(wanted)} sentences, {len(todo)} rendered now, {size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
