import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from robot.settings import ConfigurationError, Settings, load_settings

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("ZVONAR_DATA_DIR", "ZVONAR_CACHE_DIR", "ZVONAR_LOG_LEVEL", "ZVONAR_DIALER__CHANNELS"):
        monkeypatch.delenv(name, raising=False)


def names(model: type[BaseModel], prefix: str = "ZVONAR_") -> set[str]:
    found: set[str] = set()
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            found |= names(inner, f"{prefix}{name.upper()}__")
        else:
            found.add(f"{prefix}{name.upper()}")
    return found


def test_the_page_of_settings_names_each_of_them_and_no_other() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")

    assert set(re.findall(r"^\| `(ZVONAR_\w+)`", page, re.MULTILINE)) == names(Settings)


def test_wrong_values_are_all_named_and_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZVONAR_WEB__PORT", "99999")
    monkeypatch.setenv("ZVONAR_DIALER__CHANNELS", "many")
    monkeypatch.setenv("ZVONAR_ASTERISK__AMI_SECRET", "hunter2")

    with pytest.raises(ConfigurationError) as refused:
        load_settings()
    assert "ZVONAR_WEB__PORT: " in str(refused.value)
    assert "ZVONAR_DIALER__CHANNELS: " in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_a_misspelt_name_in_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "zvonar.env").write_text("ZVONAR_WEB__PROT=1\n", encoding="utf-8")

    with pytest.raises(ConfigurationError, match="ZVONAR_WEB__PROT"):
        load_settings()


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "zvonar.env").write_text("ZVONAR_WEB__PORT=8081\nZVONAR_LANGUAGE=en\n", encoding="utf-8")
    monkeypatch.setenv("ZVONAR_WEB__PORT", "8082")
    settings = load_settings()

    assert (settings.web.port, settings.language) == (8082, "en")


def test_a_named_file_must_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZVONAR_ENV_FILE", "nowhere.env")

    with pytest.raises(ConfigurationError, match=r"nowhere\.env"):
        load_settings()


def test_secrets_are_not_in_what_settings_print(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZVONAR_ASTERISK__AMI_SECRET", "hunter2")
    monkeypatch.setenv("ZVONAR_DATABASE_URL", "postgresql+asyncpg://robot:hunter2@db/zvonar")
    settings = load_settings()

    assert "hunter2" not in repr(settings) + str(settings.model_dump_json())
    assert "hunter2" in settings.database


def test_a_lease_shorter_than_the_ringing_it_must_outlast_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZVONAR_DIALER__LEASE_S", "20")

    with pytest.raises(ConfigurationError, match=r"with ring_timeout_s 30 lease_s must be 52\.5 or more"):
        load_settings()
    monkeypatch.setenv("ZVONAR_DIALER__RING_TIMEOUT_S", "8")
    assert load_settings().dialer.lease_s == 20
