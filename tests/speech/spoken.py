"""Sentences as a telephone line carries them: voices of varied speed and pitch, then A-law, noise or GSM.

    python -m tests.speech.spoken SENTENCES.yaml DIRECTORY [--most N] [--short] [--snr LOW HIGH] [--seed N]
    zvonar understand --evaluate DIRECTORY/manifest.jsonl

SENTENCES.yaml: intent -> sentences, one a line, as in tests/unit/scripts_dialog/data. Every one is spoken once, by the
next voice, under the next condition; the same seed gives the same set. DIRECTORY gets FLAC files and manifest.jsonl, as
`zvonar understand` and `accuracy.py` read them. --short takes the answers of one word instead, as the robot's ear cuts
them: 300 ms before the voice, 60 ms after it. Needs RHVoice-test (voices in PROGRAMS' packages), text2wave and sox.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import cycle
from pathlib import Path

import numpy as np
import soundfile
import yaml

from robot.speech.pcm import LINE_RATE_HZ, Samples, resample, to_pcm, to_samples
from robot.speech.vad import FRAME_BYTES, VoiceActivity
from tests.speech.noises import pink

VOICES = ("elena", "irina", "anna", "aleksandr", "festival")
PROGRAMS = {
    "RHVoice-test": "rhvoice rhvoice-russian",
    "text2wave": "festival festvox-ru",
    "sox": "sox",
}
"""What is run, and the packages of Debian that hold it."""
CONDITIONS = ("alaw", "noise", "gsm", "noise")
SHORT = {
    "yes": ("да", "ага", "угу", "хорошо", "давайте"),
    "no": ("нет", "не"),
    "greeting": ("алло", "слушаю", "да-да"),
}
LOOK_BACK_S, HANG_OVER_S = 0.3, 0.06


@dataclass(frozen=True, slots=True)
class Spoken:
    """One line of a manifest."""

    file: str
    text: str
    label: str
    voice: str
    condition: str


def speak(text: str, voice: str, rate: int, pitch: int) -> Samples:
    """At 8 kHz. rate, pitch: percent of the voice's own."""
    with tempfile.TemporaryDirectory() as folder:
        raw, shaped = Path(folder) / "raw.wav", Path(folder) / "shaped.wav"
        command = ["text2wave", "-eval", "(voice_msu_ru_nsh_clunits)", "-o", str(raw)]
        if voice != "festival":
            command = ["RHVoice-test", "-p", voice, "-r", str(rate), "-o", str(raw)]
        subprocess.run(command, input=text.encode(), check=True, capture_output=True)
        tempo = ["tempo", "-s", str(rate / 100)] if voice == "festival" else []
        effects = [*tempo, "pitch", str(round(1200 * np.log2(pitch / 100)))]
        subprocess.run(["sox", str(raw), str(shaped), *effects], check=True, capture_output=True)
        samples, hz = soundfile.read(shaped, dtype="float32")
    return resample(samples, hz, LINE_RATE_HZ)


def on_the_line(clean: Samples, condition: str, chance: random.Random, snr_db: tuple[float, float]) -> Samples:
    """Loudness of a client, then what the line does to it. snr_db: where a condition is noise, between these."""
    loud = clean * np.float32(chance.choice((0.1, 0.2, 0.4)) / max(1e-6, float(np.abs(clean).max())))
    if condition == "noise":
        ratio = 10 ** (chance.uniform(*snr_db) / 20)
        power = float(np.sqrt(np.mean(loud[np.abs(loud) > 0.05 * np.abs(loud).max()] ** 2)))
        noise = pink(np.random.default_rng(chance.randrange(2**32)), len(loud))
        return np.asarray(loud + noise * power / ratio, dtype=np.float32)
    return _coded(loud, "-e", "a-law") if condition == "alaw" else _coded(loud, "-t", "gsm")


def _coded(samples: Samples, *codec: str) -> Samples:
    with tempfile.TemporaryDirectory() as folder:
        plain, coded = Path(folder) / "plain.wav", Path(folder) / ("coded.gsm" if "gsm" in codec else "coded.wav")
        soundfile.write(plain, samples, LINE_RATE_HZ, subtype="PCM_16")
        for source, target, how in ((plain, coded, codec), (coded, plain, ("-e", "signed", "-b", "16"))):
            subprocess.run(["sox", str(source), *how, str(target)], check=True, capture_output=True)
        return np.asarray(soundfile.read(plain, dtype="float32")[0], dtype=np.float32)


def as_the_ear_cuts(samples: Samples) -> Samples:
    """From the look-back before the first voiced frame to the glance after the last."""
    pcm, activity = to_pcm(samples), VoiceActivity()
    voiced = [at for at in range(0, len(pcm) - 319, FRAME_BYTES) if activity.is_speech(pcm[at : at + FRAME_BYTES])]
    if not voiced:
        return samples
    before, after = int(LOOK_BACK_S * LINE_RATE_HZ), int(HANG_OVER_S * LINE_RATE_HZ)
    return to_samples(pcm)[max(0, voiced[0] // 2 - before) : voiced[-1] // 2 + FRAME_BYTES // 2 + after]


def spoken(
    sentences: dict[str, list[str]], *, short: bool, seed: int, snr_db: tuple[float, float]
) -> Iterator[tuple[Spoken, Samples]]:
    """Every sentence once (the short ones by every voice), voices and conditions in turn."""
    chance = random.Random(seed)
    conditions = cycle(CONDITIONS)
    pairs = [(label, text) for label, texts in sentences.items() for text in texts]
    chance.shuffle(pairs)
    by = (
        [(*pair, voice) for pair in pairs for voice in VOICES]
        if short
        else [(*pair, voice) for pair, voice in zip(pairs, cycle(VOICES), strict=False)]
    )
    jobs = [
        (
            label,
            text,
            voice,
            next(conditions),
            chance.randint(85, 125),
            chance.randint(88, 114),
            chance.randrange(2**32),
        )
        for label, text, voice in by
    ]

    def make(job: tuple[str, str, str, str, int, int, int]) -> Samples:
        _, text, voice, condition, rate, pitch, own = job
        clean = np.pad(speak(text, voice, rate, pitch), (LINE_RATE_HZ // 2, LINE_RATE_HZ // 4))
        heard = on_the_line(clean, condition, random.Random(own), snr_db)
        return as_the_ear_cuts(heard) if short else heard

    with ThreadPoolExecutor(2) as pool:
        for number, (job, samples) in enumerate(zip(jobs, pool.map(make, jobs), strict=True)):
            label, text, voice, condition, *_ = job
            yield Spoken(f"{number:03}_{voice}_{condition}.flac", text, label, voice, condition), samples


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sentences", type=Path)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--most", type=int, default=8, help="sentences of each intent")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--snr", type=float, nargs=2, default=(10.0, 15.0), help="speech above the noise, dB")
    options = parser.parse_args()
    if absent := [packages for program, packages in PROGRAMS.items() if shutil.which(program) is None]:
        sys.exit(f"first: apt-get install {' '.join(absent)}")
    loaded = yaml.load(options.sentences.read_text(), yaml.BaseLoader)  # noqa: S506 - "yes" stays a word, not True
    lists = {label: lines.strip().splitlines() for label, lines in loaded.items()}
    chance = random.Random(options.seed)
    chosen = {label: chance.sample(lines, min(options.most, len(lines))) for label, lines in lists.items()}
    options.directory.mkdir(parents=True, exist_ok=True)
    with (options.directory / "manifest.jsonl").open("w", encoding="utf-8") as manifest:
        short = {label: list(words) for label, words in SHORT.items()}
        said = short if options.short else chosen
        for one, samples in spoken(said, short=options.short, seed=options.seed, snr_db=tuple(options.snr)):
            soundfile.write(options.directory / one.file, samples, LINE_RATE_HZ, subtype="PCM_16")
            manifest.write(json.dumps(asdict(one), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
