"""What a scrape asks of the node's own parts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from robot.keeping.last import LastBackup, remember
from robot.observability.metrics import Metrics
from robot.settings import Settings
from robot.speech.fake import FakeRecognizer, FakeVoice
from robot.speech.phrases import PhraseCache
from robot.speech.voices import VOICE, Voices
from robot.wiring.look import look
from robot.wiring.speech import Speech

pytestmark = pytest.mark.unit

AT = datetime(2026, 11, 22, 3, 15, tzinfo=UTC)
USUAL_S = 26 * 3600


class DyingVoice(FakeVoice):
    deaths = 0


@dataclass
class Node:
    recordings: Path
    settings: Settings
    voices: dict[str, DyingVoice] = field(default_factory=dict)
    metrics: Metrics = field(default_factory=Metrics)

    def __post_init__(self) -> None:
        self.default = DyingVoice()
        phrases = PhraseCache(self.default, self.recordings)
        others = Voices(phrases, self.recordings, lambda name: self.voices.setdefault(name, DyingVoice(name)))
        self.speech = Speech(FakeRecognizer(), self.default, phrases, others)

    async def value(self, name: str) -> float | None:
        await look(self)
        return self.metrics.registry.get_sample_value(name)


def node(folder: Path, **settings: float) -> Node:
    return Node(folder / "recordings", Settings(data_dir=folder, **settings))  # type: ignore[arg-type]


async def test_deaths_of_all_voices_are_counted(tmp_path: Path) -> None:
    one = node(tmp_path)
    assert await one.value("zvonar_voice_restarts_total") == 0
    await one.speech.voices.of({VOICE: "fake/anna"})
    one.default.deaths, one.voices["fake/anna"].deaths = 2, 1
    assert await one.value("zvonar_voice_restarts_total") == 3


@pytest.mark.parametrize(
    ("made", "settings", "at_s", "within_s"),
    [
        (False, {}, 0, 0),
        (False, {"backup_within_h": 2}, 0, 7200),
        (True, {}, AT.timestamp(), USUAL_S),
        (True, {"backup_within_h": 200}, AT.timestamp(), 720_000),
    ],
)
async def test_backups_are_expected_where_one_was_made_or_somebody_said_so(
    made: bool, settings: dict[str, float], at_s: float, within_s: float, tmp_path: Path
) -> None:
    if made:
        remember(tmp_path, LastBackup(AT, "/backups/a", 1000))
    one = node(tmp_path, **settings)
    assert await one.value("zvonar_backup_last_success_timestamp_seconds") == at_s
    assert await one.value("zvonar_backup_within_seconds") == within_s
    assert await one.value("zvonar_backup_last_size_bytes") == (1000 if made else 0)
