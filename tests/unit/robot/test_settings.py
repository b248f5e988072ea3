import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import make_url

from robot.domain.caps import ContactPolicy
from robot.domain.numbering import NumberGuard
from robot.domain.rules import DialingRules
from robot.domain.tariffs import Rate, Tariff
from robot.i18n import Language, language
from robot.settings import ConfigurationError, load_settings
from robot.settings_rules import unpriced
from tests.unit.robot.named_settings import settings_names

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("ZVONAR_DATA_DIR", "ZVONAR_CACHE_DIR", "ZVONAR_LOG_LEVEL", "ZVONAR_DIALER__CHANNELS"):
        monkeypatch.delenv(name, raising=False)


def test_the_page_of_settings_names_each_of_them_and_no_other() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")

    assert set(re.findall(r"^\| `(ZVONAR_\w+)`", page, re.MULTILINE)) == settings_names()


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


GOOD_SECRET = "s3cret-" * 8
HASH = "0123456789abcdef" * 4


def refused(monkeypatch: pytest.MonkeyPatch, **values: str) -> str:
    for name, value in values.items():
        monkeypatch.setenv(f"ZVONAR_{name}", value)
    with pytest.raises(ConfigurationError) as error:
        load_settings()
    return str(error.value)


def test_the_rules_of_dialing_are_what_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "tariff.csv").write_bytes("префикс;за минуту\n+79;2,50\n+375;9\n".encode("cp1251"))
    for name, value in {
        "PER_DAY": "1",
        "PER_WEEK": "2",
        "EVER": "4",
        "REFUSAL_PAUSE_DAYS": "30",
        "ALLOWED": "+7, +375",
        "DENIED": '["+7900"]',
        "TARIFF": "tariff.csv",
        "CEILING_ROUBLES": "1500.50",
        "LONGEST_CALL_S": "600",
        "CALLERS": "+7 495 123-45-67, 84951234568, +74951234567",
        "TIMEZONE": "Asia/Omsk",
    }.items():
        monkeypatch.setenv(f"ZVONAR_RULES__{name}", value)

    assert load_settings().dialing_rules() == DialingRules(
        contact=ContactPolicy(1, 2, 4, timedelta(days=30)),
        guard=NumberGuard(("+7", "+375"), ("+7900",)),
        tariff=Tariff((Rate("+79", Decimal("2.50")), Rate("+375", Decimal(9)))),
        ceiling_kopecks=150_050,
        longest_call_s=600,
        callers=("+74951234567", "+74951234568"),
        timezone="Asia/Omsk",
    )


def test_without_settings_the_rules_are_the_usual_ones() -> None:
    assert load_settings().dialing_rules() == DialingRules()


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("RULES__ALLOWED", "7495", "+7495"),
        ("RULES__ALLOWED", "[]", "хотя бы +7"),
        ("RULES__ALLOWED", '["+7"', "через запятую"),
        ("RULES__DENIED", "+7;+8", "префикс"),
        ("RULES__CALLERS", "+7495", "+74951234567"),
        ("RULES__TARIFF", "nowhere.csv", "nowhere.csv"),
        ("RULES__CEILING_ROUBLES", "-1", "не меньше 0"),
        ("RULES__CEILING_ROUBLES", "много", "1500.50"),
        ("RULES__CEILING_ROUBLES", "NaN", "число"),
        ("RULES__LONGEST_CALL_S", "5", "не меньше 30"),
        ("RULES__TIMEZONE", "Moscow", "Europe/Moscow"),
        ("RULES__PER_DAY", "7", "PER_DAY ≤ PER_WEEK"),
        ("RULES__PER_DAY", "0", "не меньше 1"),
        ("TRANSFER__TARGETS", "{", "JSON"),
        ("WEB__TOKENS", "qwerty", "zvonar token"),
        ("WEB__TOKENS", f"a:{HASH}, a:{HASH}", "одним именем"),
        ("WEB__HOOKS", '{"a": {"secret": "short"}}', "openssl"),
        ("WEB__HOOKS", '{"a": {}}', "нужно значение"),
        ("WEB__HOOKS", f'{{"a": {{"secret": "{GOOD_SECRET}"}}, "b": {{"secret": "{GOOD_SECRET}"}}}}', "свой секрет"),
        ("WEB__HOOKS", f'{{"a": {{"secret": "{GOOD_SECRET}", "consent_text": "да"}}}}', "consent_source"),
        ("WEB__HOOKS", f'{{"a": {{"secret": "{GOOD_SECRET}", "fields": {{"phone": "a..b"}}}}}}', "contact.phone"),
    ],
)
def test_what_cannot_be_used_is_refused_with_what_to_write(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    told = refused(monkeypatch, **{name: value})

    assert f"ZVONAR_{name.partition('__')[0]}" in told
    assert says in told
    assert GOOD_SECRET not in told


@pytest.mark.parametrize("table", ["", "префикс;за минуту\n+79;дорого\n", "a;b\n1;2\n"])
def test_a_tariff_that_cannot_be_read_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, table: str
) -> None:
    (tmp_path / "tariff.csv").write_text(table, encoding="utf-8")

    assert "tariff.csv" in refused(monkeypatch, RULES__TARIFF="tariff.csv")


def test_faults_are_told_in_english_on_request(monkeypatch: pytest.MonkeyPatch) -> None:
    token = language.set(Language.RU)
    try:
        assert "write a plus and digits" in refused(monkeypatch, LANGUAGE="en", RULES__ALLOWED="7")
    finally:
        language.reset(token)


def test_a_source_of_requests_may_be_written_part_by_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZVONAR_WEB__HOOKS__COLD_CALL__SECRET", GOOD_SECRET)
    monkeypatch.setenv("ZVONAR_WEB__HOOKS__COLD_CALL__FIELDS", '{"phone": "contact.phone"}')
    hook = load_settings().web.hooks["cold_call"]

    assert (hook.secret.get_secret_value(), hook.fields) == (GOOD_SECRET, {"phone": "contact.phone"})
    assert GOOD_SECRET not in repr(hook)


def test_prefixes_without_a_price_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZVONAR_RULES__ALLOWED", "+7,+375")

    assert unpriced(load_settings().dialing_rules()) == ["+375"]


def test_an_extension_needs_a_line_to_the_office(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZVONAR_TRANSFER__TARGETS", '{"sales": ["+74951234567", "101"]}')
    with pytest.raises(ConfigurationError, match=r"ZVONAR_ASTERISK__OFFICE_TRUNK: .*101"):
        load_settings()
    monkeypatch.setenv("ZVONAR_ASTERISK__OFFICE_TRUNK", "office")
    assert load_settings().reaches_office
    monkeypatch.delenv("ZVONAR_ASTERISK__OFFICE_TRUNK")
    monkeypatch.setenv("ZVONAR_LINE", "lab")
    assert load_settings().reaches_office


def test_a_variable_may_name_a_file_with_the_value(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "ami").write_text("from the file \n")
    (tmp_path / "zvonar.env").write_text(f"ZVONAR_ASTERISK__AMI_SECRET_FILE={tmp_path / 'ami'}\nPOSTGRES_PORT=5432\n")
    monkeypatch.setenv("ZVONAR_LANGUAGE_FILE", str(tmp_path / "language"))
    (tmp_path / "language").write_text("en\n")

    settings = load_settings()

    assert settings.asterisk.ami_secret.get_secret_value() == "from the file ", "the line break is no part of it"
    assert settings.language is Language.EN


def test_no_setting_could_be_taken_for_the_name_of_a_file() -> None:
    assert [name for name in settings_names() if name.endswith("_FILE") and not name.endswith("__FILE")] == []


@pytest.mark.parametrize(
    ("variables", "word"),
    [
        ({"ZVONAR_LOG_LEVEL_FILE": "/nowhere"}, "ZVONAR_LOG_LEVEL_FILE: /nowhere"),
        ({"ZVONAR_LOG_LEVEL_FILE": "/dev/zero"}, "ZVONAR_LOG_LEVEL_FILE: the file exceeds"),
        ({"ZVONAR_LOG_LEVEL_FILE": "level", "ZVONAR_LOG_LEVEL": "INFO"}, "both given"),
        ({"ZVONAR_DATABASE_PASSWORD": "hunter2"}, "ZVONAR_DATABASE_PASSWORD: "),
        (
            {"ZVONAR_DATABASE_PASSWORD": "hunter2", "ZVONAR_DATABASE_URL": "postgresql://zvonar:hunter3@db/zvonar"},
            "ZVONAR_DATABASE_PASSWORD: ",
        ),
    ],
)
def test_a_secret_that_cannot_be_used_is_refused_by_its_name(
    variables: dict[str, str], word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    token = language.set(Language.EN)
    try:
        with pytest.raises(ConfigurationError) as refused:
            load_settings()
    finally:
        language.reset(token)
    assert word in str(refused.value)
    assert "hunter" not in str(refused.value)


def test_the_password_of_the_database_is_put_into_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZVONAR_DATABASE_URL", "postgresql+asyncpg://zvonar@db:5433/zvonar")
    monkeypatch.setenv("ZVONAR_DATABASE_PASSWORD", "p@ss/w:rd %")

    address = make_url(load_settings().database)

    assert (address.username, address.password, address.host, address.port) == ("zvonar", "p@ss/w:rd %", "db", 5433)
    assert "p@ss" not in repr(load_settings())


def test_models_lie_with_the_data_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ZVONAR_DATA_DIR", str(tmp_path))
    assert load_settings().models_dir == tmp_path / "models"
    monkeypatch.setenv("ZVONAR_MODELS_DIR", "/opt/models")
    assert load_settings().models_dir == Path("/opt/models")
