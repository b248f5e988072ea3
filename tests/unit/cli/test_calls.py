"""`zvonar calls`: a call read back as people read it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner, Result

from robot.calls.review import CallReview, Disagreement, TurnReview
from robot.cli.calls import calls
from robot.domain.calls import Turn, TurnEnding
from robot.domain.outcomes import Outcome
from robot.i18n import Language, language
from robot.settings import Settings
from robot.storage.store import open_storage
from tests.contracts.storage_contract import NOW, SOON, Scene

pytestmark = pytest.mark.unit

TURNS = (
    Turn(0, "", role="opening", said_to_ms=0, heard="алло", confidence=0.5, heard_from_ms=300, heard_to_ms=900,
         ending=TurnEnding.SPOKEN),
    Turn(1, "greeting", said="Здравствуйте! Это Анна. Вам удобно говорить?", said_from_ms=1200, said_to_ms=3000,
         interrupted=True, heard="что вы хотите", confidence=0.9, heard_from_ms=2800, heard_to_ms=4200,
         response_ms=300, ending=TurnEnding.NOT_UNDERSTOOD, played_ms=1700, length_ms=4000, false_starts=2),
    Turn(2, "offer", said="Есть минута?", said_from_ms=64_000, said_to_ms=65_000, heard="да", confidence=0.75,
         heard_from_ms=65_300, heard_to_ms=65_600, response_ms=700, ending=TurnEnding.ANSWERED, intent="yes"),
    Turn(3, "bye", said="До свидания!", said_from_ms=66_000, said_to_ms=67_000, response_ms=400,
         ending=TurnEnding.SPOKEN),
)  # fmt: skip
AGAIN = CallReview("whisper-base/full-window", NOW, [TurnReview(2, "нет", 0.9, "no", 1.0, Disagreement.MEANING)])


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path)


@pytest.fixture
def call(settings: Settings) -> UUID:
    """A refused call with a recording, and one nobody answered."""

    async def make() -> UUID:
        async with open_storage(settings.database) as storage:
            scene = await Scene.set(storage, leads=2)
            _, attempt_id = await scene.call()
            await storage.calls.answered(attempt_id, at=NOW)
            for turn in TURNS:
                await storage.calls.turn(attempt_id, turn)
            await scene.finish(
                attempt_id,
                Outcome.REFUSED,
                recording="recordings/2026-11-23/x.ogg",
                ended_by="robot",
                ended_at=NOW + SOON,
            )
            await storage.reviews.keep(attempt_id, AGAIN)
            _, other = await scene.call()
            await scene.finish(other, Outcome.NO_ANSWER)
            return attempt_id

    folder = settings.data_dir / "recordings" / "2026-11-23"
    folder.mkdir(parents=True)
    soundfile.write(folder / "x.wav", np.zeros((8000, 2), np.int16), 8000)
    return asyncio.run(make())


def zvonar(settings: Settings, *arguments: str) -> Result:
    result = CliRunner().invoke(calls, arguments, obj=settings, catch_exceptions=False)
    assert "Traceback" not in result.output
    return result


def done(settings: Settings, *arguments: str) -> str:
    result = zvonar(settings, *arguments)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_call_is_shown_as_a_dialog_with_times_gaps_and_marks(settings: Settings, call: UUID) -> None:
    shown = done(settings, "show", str(call)[:8])
    lines = [line.rstrip() for line in shown.splitlines()]
    dialog = [line for line in lines if line[:8].strip().count(":") == 1 and line[:8].strip()[0].isdigit()]
    assert [line.split()[1] for line in dialog] == ["Клиент", "Робот", "Клиент", "—", "Робот", "Клиент", "Робот"]
    assert dialog[0].split()[:3] == ["0:00.3", "Клиент", "алло"]
    assert "0:01.2  Робот   Здравствуйте! Это Анна. Вам удобно говорить?" in dialog[1]
    assert "через 300 мс; услышано: «Здравствуйте!»; после неё начал рано: 2" in dialog[1]
    assert dialog[3].endswith("— не понято")
    assert dialog[5].endswith("да  [yes; 0.75; при переслушивании: «нет»; смысл другой!]")
    assert str(settings.data_dir / "recordings" / "2026-11-23" / "x.wav") in shown, "not compressed yet"
    assert "Оценка: плохо — клиента перебили дважды" in shown
    assert "обычно 400, p95 700, дольше всего 700" in shown
    assert "по сценарию 50%" in shown
    assert "закончил робот" in shown


def test_the_same_in_english(settings: Settings, call: UUID) -> None:
    kept = language.set(Language.EN)
    try:
        shown = done(settings, "show", str(call))
        assert "Mark: poor — the client was interrupted twice" in shown
        assert "heard again as “нет”; another meaning!" in shown
        assert "Client  алло" in shown
    finally:
        language.reset(kept)


def test_a_call_as_json_holds_every_figure_and_no_number(settings: Settings, call: UUID) -> None:
    told = json.loads(done(settings, "show", str(call), "--json"))
    assert told["quality"]["interruptions"] == {"by_client": 1, "by_robot": 2}
    assert told["quality"]["mark"] == "poor"
    assert [turn["number"] for turn in told["turns"]] == [0, 1, 2, 3]
    assert told["turns"][1]["said_heard"] == "Здравствуйте!"
    assert (told["turns"][1]["played_ms"], told["turns"][1]["length_ms"]) == (1700, 4000)
    assert told["turns"][2]["review"] == {
        "text": "нет", "confidence": 0.9, "intent": "no", "word_errors": 1.0, "disagrees": "meaning"
    }  # fmt: skip
    assert told["turns"][1]["review"] is None
    assert told["recording"].endswith("x.wav")
    assert told["phone"].count("*") >= 4


def test_the_list_shows_marks_and_leaves_out_what_is_not_asked_for(settings: Settings, call: UUID) -> None:
    everything = done(settings, "list")
    assert str(call)[:8] in everything
    assert "клиента перебили дважды" in " ".join(everything.replace("│", " ").split())
    assert "не берут трубку" in everything
    talked = json.loads(done(settings, "list", "--talked", "--json"))["calls"]
    assert [(one["id"], one["quality"]["mark"]) for one in talked] == [(str(call), "poor")]
    assert len(json.loads(done(settings, "list", "--json"))["calls"]) == 2
    assert done(settings, "list", "--since", "2030-01-01").strip() == "Звонков нет"
    assert "*" in json.loads(done(settings, "list", "--json", "--campaign", "cold"))["calls"][0]["phone"]


@pytest.mark.parametrize("wanted", ["ffffffff-0000", "нет", "", "%"])
def test_a_call_that_is_not_there_is_told_in_a_sentence(settings: Settings, call: UUID, wanted: str) -> None:
    result = zvonar(settings, "show", wanted)
    assert result.exit_code == 2
    assert "нет звонка" in result.output
